//! A thread-local of somebody else, and its bridge, which counts what it is asked for.

use std::{cell::Cell, sync::Once};

use async_hooks::bridge::{Bridge, register};

thread_local! {
    static THEIRS: Cell<u32> = const { Cell::new(0) };
    static CALLS: Cell<Calls> = const { Cell::new(Calls { captures: 0, installs: 0, restores: 0 }) };
}

/// How often the bridge was called on this thread.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Calls {
    pub(crate) captures: u32,
    pub(crate) installs: u32,
    pub(crate) restores: u32,
}

fn count(change: impl FnOnce(&mut Calls)) {
    let mut calls = CALLS.get();
    change(&mut calls);
    CALLS.set(calls);
}

/// What the bridge was called for in `f`.
pub(crate) fn calls<R>(f: impl FnOnce() -> R) -> (R, Calls) {
    let before = CALLS.get();
    let result = f();
    let after = CALLS.get();
    let calls = Calls {
        captures: after.captures - before.captures,
        installs: after.installs - before.installs,
        restores: after.restores - before.restores,
    };
    (result, calls)
}

struct Theirs;

impl Bridge for Theirs {
    type Value = Box<u32>; // on the heap: what is used too late is seen by the sanitizer
    type Saved = Box<u32>;

    fn capture(&self) -> Option<Box<u32>> {
        count(|calls| calls.captures += 1);
        Some(THEIRS.get()).filter(|value| *value != 0).map(Box::new)
    }

    fn is_current(&self, value: Option<&Box<u32>>) -> bool {
        THEIRS.get() == value.map_or(0, |value| **value)
    }

    fn install(&self, value: Option<&Box<u32>>) -> Box<u32> {
        count(|calls| calls.installs += 1);
        Box::new(THEIRS.replace(value.map_or(0, |value| **value)))
    }

    fn restore(&self, value: Option<&Box<u32>>, saved: Box<u32>) {
        count(|calls| calls.restores += 1);
        assert_eq!(
            THEIRS.get(),
            value.map_or(0, |value| **value),
            "it is the installed value"
        );
        THEIRS.set(*saved);
    }
}

/// Registers the bridge.
pub(crate) fn begin() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| register(Theirs).expect("there is room"));
}

/// What is current on this thread; 0 if nothing is.
pub(crate) fn current() -> u32 {
    THEIRS.get()
}

/// Runs `f` where this is current, set by no bridge.
pub(crate) fn with<R>(value: u32, f: impl FnOnce() -> R) -> R {
    struct Restore(u32);
    impl Drop for Restore {
        fn drop(&mut self) {
            THEIRS.set(self.0);
        }
    }
    let _restore = Restore(THEIRS.replace(value));
    f()
}
