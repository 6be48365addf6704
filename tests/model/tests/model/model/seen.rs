//! What happened in programs, so that a test can say that it all does happen.

use std::{
    cell::RefCell,
    collections::BTreeSet,
    fmt::{self, Write as _},
};

thread_local! {
    static SEEN: RefCell<Option<BTreeSet<String>>> = const { RefCell::new(None) };
}

/// What happens in the programs that `f` runs against the model.
pub(crate) fn seen_in(f: impl FnOnce()) -> BTreeSet<String> {
    SEEN.set(Some(BTreeSet::new()));
    f();
    SEEN.take().expect("it was set")
}

pub(super) fn note(what: &str) {
    SEEN.with_borrow_mut(|seen| {
        if let Some(seen) = seen.as_mut().filter(|seen| !seen.contains(what)) {
            seen.insert(what.to_owned());
        }
    });
}

/// Notes the name of a variant.
pub(super) fn note_name(of: &str, value: &impl fmt::Debug) {
    if SEEN.with_borrow(Option::is_some) {
        let mut word = Word(String::new());
        let _up_to_its_end = write!(word, "{value:?}");
        note(&format!("{of}::{}", word.0));
    }
}

/// The first word that is written.
struct Word(String);

impl fmt::Write for Word {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let is_word = text.chars().all(char::is_alphanumeric);
        if is_word {
            self.0.push_str(text);
        }
        if is_word { Ok(()) } else { Err(fmt::Error) }
    }
}
