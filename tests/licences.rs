//! Every dependency, of tests and benchmarks too, has a licence that `deny.toml` allows.
//!
//! cargo-deny looks closer, but is not everywhere; this is.

use std::{collections::HashSet, fs, iter::Peekable, process::Command, str::SplitWhitespace};

use serde_json::Value;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

#[test]
fn every_dependency_has_a_licence_that_is_allowed() {
    let allowed = allowed();
    let packages = packages();
    assert!(packages.len() > 100, "not all of them: {}", packages.len());
    let refused = packages
        .iter()
        .filter(|(_, licence)| !is_allowed(licence, &allowed));
    let refused: Vec<_> = refused.collect();
    assert!(refused.is_empty(), "not in `deny.toml`: {refused:?}");
}

/// The list in `deny.toml`.
fn allowed() -> HashSet<String> {
    let text = fs::read_to_string(format!("{ROOT}/deny.toml")).expect("deny.toml");
    let list = text
        .lines()
        .find_map(|line| line.strip_prefix("allow = ["))
        .and_then(|rest| rest.split(']').next())
        .expect("a list of licences");
    list.split(',')
        .map(|name| name.trim().trim_matches('"').to_owned())
        .collect()
}

/// Names and licences of all packages, of whatever platform.
fn packages() -> Vec<(String, String)> {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version=1", "--locked"])
        .current_dir(ROOT)
        .output()
        .expect("cargo runs");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{errors}");
    let metadata: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let packages = metadata["packages"].as_array().expect("packages");
    let mine = |package: &&Value| package["source"].is_null();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    packages
        .iter()
        .filter(|package| !mine(package))
        .map(|package| (text(&package["name"]), text(&package["license"])))
        .collect()
}

/// Returns `true` if all licences joined by `AND` are allowed, and of those joined by `OR` one.
fn is_allowed(expression: &str, allowed: &HashSet<String>) -> bool {
    // before SPDX expressions, a slash meant `OR`
    let expression = expression.replace('/', " OR ");
    let spaced = expression.replace('(', " ( ").replace(')', " ) ");
    let mut words = spaced.split_whitespace().peekable();
    any(&mut words, allowed) && words.next().is_none()
}

fn any(words: &mut Peekable<SplitWhitespace<'_>>, allowed: &HashSet<String>) -> bool {
    let mut is = all(words, allowed);
    while words.next_if_eq(&"OR").is_some() {
        is |= all(words, allowed);
    }
    is
}

fn all(words: &mut Peekable<SplitWhitespace<'_>>, allowed: &HashSet<String>) -> bool {
    let mut is = one(words, allowed);
    while words.next_if_eq(&"AND").is_some() {
        is &= one(words, allowed);
    }
    is
}

/// A licence, or an expression in parentheses. With an exception (`WITH`) it is not the one that is allowed.
fn one(words: &mut Peekable<SplitWhitespace<'_>>, allowed: &HashSet<String>) -> bool {
    match words.next() {
        Some("(") => {
            let is = any(words, allowed);
            words.next() == Some(")") && is
        }
        Some(name) => {
            let has_exception = words.next_if_eq(&"WITH").is_some() && words.next().is_some();
            !has_exception && allowed.contains(name)
        }
        None => false,
    }
}

#[test]
fn expressions_are_read_as_spdx_has_them() {
    let allowed = HashSet::from(["MIT", "Apache-2.0"].map(str::to_owned));
    for expression in [
        "MIT",
        "MIT OR GPL-3.0",
        "GPL-3.0/MIT",
        "(GPL-3.0 OR MIT) AND Apache-2.0",
        "Apache-2.0 WITH LLVM-exception OR Apache-2.0 OR MIT",
        "GPL-3.0 AND ISC OR MIT",
    ] {
        assert!(is_allowed(expression, &allowed), "{expression}");
    }
    for expression in [
        "",
        "GPL-3.0",
        "MIT AND GPL-3.0",
        "MIT AND (GPL-3.0 OR ISC)",
        "Apache-2.0 WITH LLVM-exception",
        "MIT MIT",
        "(MIT",
    ] {
        assert!(!is_allowed(expression, &allowed), "{expression}");
    }
}
