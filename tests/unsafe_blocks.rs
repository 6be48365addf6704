//! `docs/guide/reliability.md` names every unsafe block, and for each a test that is there.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

/// How many unsafe blocks, functions and impls there are, by file and place.
type Blocks = BTreeMap<(String, String), usize>;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn entries(directory: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(directory).expect("a directory");
    entries
        .map(|entry| entry.expect("an entry").path())
        .collect()
}

/// All Rust files below.
fn files(directory: &Path) -> Vec<PathBuf> {
    let inside = entries(directory)
        .into_iter()
        .flat_map(|path| match path.is_dir() {
            true => files(&path),
            false => vec![path],
        });
    inside
        .filter(|path| path.extension().is_some_and(|extension| extension == "rs"))
        .collect()
}

/// The crates that users get.
fn crates() -> impl Iterator<Item = PathBuf> {
    let members = [
        root().to_owned(),
        root().join("inspect"),
        root().join("integrations"),
    ];
    let members = members.into_iter().flat_map(|parent| entries(&parent));
    members
        .chain([root().to_owned()])
        .filter(|member| member.join("src").is_dir() && is_published(&member.join("Cargo.toml")))
}

fn is_published(manifest: &Path) -> bool {
    fs::read_to_string(manifest).is_ok_and(|manifest| !manifest.contains("\npublish = false"))
}

/// The word after `word `, if there is one.
fn word_after<'a>(code: &'a str, word: &str) -> Option<&'a str> {
    let (_, after) = code.split_once(word)?;
    let end = after
        .find(|letter: char| !letter.is_alphanumeric() && letter != '_')
        .unwrap_or(after.len());
    (end != 0).then(|| &after[..end])
}

/// `Send for Entry`, of `unsafe impl<T> Send for Entry<T> {}`.
fn name_of_impl(code: &str) -> Option<String> {
    let (implemented, of) = code.split_once("unsafe impl")?.1.split_once(" for ")?;
    let implemented = implemented.rsplit(' ').next()?;
    let of = of.split(['<', ' ']).next()?;
    Some(format!("{implemented} for {of}"))
}

/// What is unsafe in a file, by the function that it stands in.
fn in_file(text: &str) -> Vec<String> {
    let (mut found, mut function) = (Vec::new(), String::new());
    for line in text.lines() {
        let code = line.split("//").next().unwrap_or_default();
        if let Some(name) = word_after(code, "fn ") {
            function = name.to_owned();
        }
        found.extend(name_of_impl(code));
        let is_function = word_after(code, "unsafe fn ").is_some();
        let blocks = code.matches("unsafe {").count() + usize::from(is_function);
        found.extend(std::iter::repeat_n(function.clone(), blocks));
    }
    found
}

fn in_the_source() -> Blocks {
    let mut blocks = Blocks::new();
    for file in crates().flat_map(|member| files(&member.join("src"))) {
        let text = fs::read_to_string(&file).expect("a file");
        let file = file.strip_prefix(root()).expect("it was found there");
        let file = file.to_string_lossy().replace('\\', "/");
        for place in in_file(&text) {
            *blocks.entry((file.clone(), place)).or_default() += 1;
        }
    }
    blocks
}

/// The rows of the page's table: file, place, how many, what they rest on, what notices.
fn rows() -> Vec<[String; 5]> {
    let page = fs::read_to_string(root().join("docs/guide/reliability.md")).expect("the page");
    let (_, section) = page.split_once("\n# Unsafe blocks\n").expect("a section");
    let section = section.split("\n# ").next().unwrap_or_default();
    let rows = section.lines().filter(|line| line.starts_with("| `"));
    let cells = rows.map(|row| {
        let cells = row.trim_matches('|').split('|');
        let cells: Vec<_> = cells.map(|cell| cell.trim().to_owned()).collect();
        cells.try_into().expect("five columns")
    });
    cells.collect()
}

fn in_the_table() -> Blocks {
    let mut blocks = Blocks::new();
    for [file, place, count, ..] in rows() {
        let key = [file, place].map(|cell| cell.trim_matches('`').to_owned());
        let count = count.parse().expect("a number");
        assert!(blocks.insert(key.into(), count).is_none(), "twice");
    }
    blocks
}

#[test]
fn the_table_has_each_unsafe_block_and_no_other() {
    let (source, table) = (in_the_source(), in_the_table());
    let source_only: Vec<_> = source
        .iter()
        .filter(|(place, count)| table.get(*place) != Some(count))
        .collect();
    assert!(
        source_only.is_empty(),
        "say in docs/guide/reliability.md what they rest on: {source_only:#?}"
    );
    let table_only: Vec<_> = table
        .keys()
        .filter(|place| !source.contains_key(*place))
        .collect();
    assert!(
        table_only.is_empty(),
        "they are not there any more: {table_only:#?}"
    );
}

#[test]
fn the_tests_that_the_table_names_are_there() {
    let sources = crates().flat_map(|member| [member.join("src"), member.join("tests")]);
    let mut tests = String::new();
    for file in sources
        .filter(|path| path.is_dir())
        .flat_map(|path| files(&path))
    {
        tests += &fs::read_to_string(file).expect("a file");
    }
    for [file, place, .., noticed_by] in rows() {
        let names: Vec<_> = noticed_by.split('`').skip(1).step_by(2).collect();
        assert!(!names.is_empty(), "{file}, {place}: no test");
        for name in names {
            let is_there = match name.strip_suffix(".rs") {
                Some(_) => root().join(name).is_file(),
                None => tests.contains(&format!("fn {name}(")),
            };
            assert!(is_there, "{file}, {place}: no test is called {name}");
        }
    }
}

#[test]
fn unsafe_code_is_found() {
    let text = "unsafe impl<T: Send> Sync for Slot<T> {}
        fn reads() { unsafe { *p } } // unsafe { no }
        unsafe fn ends() {
            unsafe { a() }; unsafe { b() }
        }
        drop_value: Option<unsafe fn(*mut Header)>,";
    let found = in_file(text);
    assert_eq!(found, ["Sync for Slot", "reads", "ends", "ends", "ends"]);
}
