//! A thread-local of the program's own, and all that it takes to carry it.

use std::cell::Cell;

use async_hooks::bridge::Bridge;

thread_local! {
    pub(crate) static LOCALE: Cell<Option<&'static str>> = const { Cell::new(None) };
}

pub(crate) struct Locale;

impl Bridge for Locale {
    type Value = &'static str;
    type Saved = Option<&'static str>;

    fn capture(&self) -> Option<&'static str> {
        LOCALE.get()
    }

    fn is_current(&self, value: Option<&&'static str>) -> bool {
        LOCALE.get() == value.copied()
    }

    fn install(&self, value: Option<&&'static str>) -> Self::Saved {
        LOCALE.replace(value.copied())
    }

    fn restore(&self, _value: Option<&&'static str>, saved: Self::Saved) {
        LOCALE.set(saved);
    }
}

/// Runs `f` in this locale.
pub(crate) fn within<R>(locale: &'static str, f: impl FnOnce() -> R) -> R {
    let outer = LOCALE.replace(Some(locale));
    let result = f();
    LOCALE.set(outer);
    result
}
