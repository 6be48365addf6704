//! The stack of contexts: the first few levels are in cells, those that are covered above them in a vector.

use std::{cell::RefCell, mem::ManuallyDrop};

use super::state::{CURRENT, INLINE, IS_ENDING, LEVEL, Running, thread_state};
use crate::sync::thread_local;

// No `Drop`: contexts are entered while the thread ends, too.
thread_local! {
    /// The contexts that are covered above the first [`INLINE`].
    pub(super) static ABOVE: ManuallyDrop<RefCell<Vec<Running>>> = const {
        ManuallyDrop::new(RefCell::new(Vec::new()))
    };
    /// The levels of the contexts that `kept.rs` entered, and their serial numbers.
    pub(super) static NUMBERS: ManuallyDrop<RefCell<Vec<(usize, u64)>>> = const {
        ManuallyDrop::new(RefCell::new(Vec::new()))
    };
    pub(super) static AT_EXIT: AtExit = const { AtExit };
}

/// Frees the stack's memory.
pub(super) struct AtExit;

impl Drop for AtExit {
    fn drop(&mut self) {
        IS_ENDING.set(true);
        free_if_empty();
    }
}

pub(super) fn free_if_empty() {
    if LEVEL.get() == 0 {
        NUMBERS.with(|numbers| drop(numbers.take()));
    }
    ABOVE.with(|above| {
        let mut above = above.borrow_mut();
        if above.is_empty() {
            *above = Vec::new();
        }
    });
}

/// Covers the current context, and returns the level at which it is.
#[inline]
pub(super) fn push(context: Running) -> usize {
    let level = LEVEL.get();
    if level >= INLINE {
        cover_above();
    }
    thread_state().at(level + 1).set(context);
    LEVEL.set(level + 1);
    level
}

#[cold]
#[inline(never)]
pub(super) fn cover_above() {
    ABOVE.with(|above| {
        let mut above = above.borrow_mut();
        if above.len() == above.capacity() {
            let _ = AT_EXIT.try_with(|_| ()); // about to allocate
        }
        above.push(CURRENT.get());
    });
}

/// The context that is covered at a level.
#[inline]
pub(super) fn covered_at(level: usize) -> Running {
    if level < INLINE {
        thread_state().at(level).get()
    } else {
        ABOVE.with(|above| above.borrow()[level - INLINE])
    }
}

/// Returns to the context that was covered at `level`.
#[inline]
pub(crate) fn cut(level: usize) {
    let from = LEVEL.get();
    if level >= from {
        return;
    }
    if from > INLINE || IS_ENDING.get() {
        cut_above(level, from);
    }
    LEVEL.set(level);
}

#[cold]
#[inline(never)]
pub(super) fn cut_above(level: usize, from: usize) {
    if from > INLINE {
        ABOVE.with(|above| {
            let (mut above, lowest) = (above.borrow_mut(), level.saturating_sub(INLINE));
            CURRENT.set(above[lowest]);
            above.truncate(lowest);
        });
    }
    if level == 0 && IS_ENDING.get() {
        LEVEL.set(level);
        free_if_empty();
    }
}
