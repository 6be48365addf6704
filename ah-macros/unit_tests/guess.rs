//! What is guessed.

use super::nearest;

const KNOWN: &[&str] = &["name", "fields", "err", "ret", "trigger", "boxed", "crate"];

#[test]
fn finds_what_was_meant() {
    for (unknown, meant) in [
        ("nmae", "name"),
        ("field", "fields"),
        ("box", "boxed"),
        ("triger", "trigger"),
        ("error", "err"),
    ] {
        let found = nearest(unknown, KNOWN);
        assert!(found == Some(meant) || (found.is_none() && meant == "err"));
    }
}

#[test]
fn guesses_nothing_far_away() {
    assert_eq!(nearest("level", KNOWN), None);
    assert_eq!(nearest("skip_all", KNOWN), None);
}
