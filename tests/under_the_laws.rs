//! Every integration test runs under the laws of events, or `tests/README.md` says why not.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

/// One of these is in every file whose tests are checked.
const CHECKED: [&str; 4] = [
    "checked(",
    "ah_testing::",
    "use crate::test;",
    "use super::test;",
];
/// What makes a test, or an environment, that is not.
const UNCHECKED: [&str; 3] = [
    "#[tokio::test",
    "#[async_hooks::test",
    "core::prelude::v1::test",
];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Where integration tests are: of the facade, and of every other crate.
fn test_directories() -> Vec<PathBuf> {
    let crates = [
        root().to_owned(),
        root().join("inspect"),
        root().join("integrations"),
    ];
    let members = crates.iter().flat_map(|parent| entries(parent));
    let tests = members.map(|member| member.join("tests"));
    [root().join("tests")]
        .into_iter()
        .chain(tests.filter(|tests| tests.is_dir()))
        .collect()
}

fn entries(directory: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(directory).expect("a directory");
    entries
        .map(|entry| entry.expect("an entry").path())
        .collect()
}

/// Calls `f` with each Rust file, but not with those that are only read by a test.
fn for_each_file(directory: &Path, f: &mut impl FnMut(&Path)) {
    for path in entries(directory) {
        let name = path.file_name().and_then(|name| name.to_str());
        if path.is_dir() {
            if !matches!(name, Some("ui" | "expansions")) {
                for_each_file(&path, f);
            }
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            f(&path);
        }
    }
}

/// Returns `true` if anything in this file is not under the laws.
fn has_exceptions(code: &str) -> bool {
    let unchecked_environments =
        code.matches("Env::new()").count() > code.matches("CheckedEnv::new()").count();
    let has_tests = code.lines().any(|line| line.trim() == "#[test]");
    let is_checked = CHECKED.iter().any(|mark| code.contains(mark));
    unchecked_environments
        || UNCHECKED.iter().any(|mark| code.contains(mark))
        || (has_tests && !is_checked)
}

/// The files that the table of `tests/README.md` names in its first column.
fn excepted() -> BTreeSet<String> {
    let page = fs::read_to_string(root().join("tests/README.md")).expect("tests/README.md");
    let rows = page.lines().filter_map(|line| line.strip_prefix("| `"));
    let files = rows.flat_map(|row| {
        let (files, _) = row.split_once(" | ").expect("a second column");
        let names = files.split(", ").map(|name| name.trim_matches('`'));
        names.map(str::to_owned).collect::<Vec<_>>()
    });
    files.collect()
}

#[test]
fn the_page_names_each_file_with_exceptions_and_no_other() {
    let mut found = BTreeSet::new();
    for directory in test_directories() {
        for_each_file(&directory, &mut |path| {
            let code = fs::read_to_string(path).expect("a file");
            let inside = path.strip_prefix(root()).expect("it was found there");
            if has_exceptions(&code) {
                found.insert(inside.to_string_lossy().replace('\\', "/"));
            }
        });
    }
    let excepted = excepted();
    let unnamed: Vec<_> = found.difference(&excepted).collect();
    assert!(
        unnamed.is_empty(),
        "use `ah_testing::test`, or name them in tests/README.md: {unnamed:#?}"
    );
    let unfounded: Vec<_> = excepted.difference(&found).collect();
    assert!(
        unfounded.is_empty(),
        "all is under the laws, or nothing is there: {unfounded:#?}"
    );
}

#[test]
fn a_plain_test_and_a_plain_environment_are_exceptions() {
    assert!(has_exceptions("#[test]\nfn works() {}"));
    assert!(has_exceptions(
        "use ah_testing::test;\n#[test]\nfn works() { Env::new().run(f) }"
    ));
    assert!(has_exceptions(
        "use ah_testing::test;\n#[tokio::test]\nasync fn works() {}"
    ));
    assert!(!has_exceptions(
        "use ah_testing::test;\n#[test]\nfn works() {}"
    ));
    assert!(!has_exceptions("#[test]\nfn works() { checked(|_| ()) }"));
    assert!(!has_exceptions("fn helps() {}"));
}
