//! A task that runs where there is nothing to put aside but the context that ran before.
//!
//! That context is in a cell, one at most: what begins within the task is no such task.

use super::{
    levels,
    overrides::{Base, Overrides},
    state::{BASE, BEFORE, CURRENT, IS_BARE, LEVEL, OVERRIDES, Running, WAITING},
};
use crate::{frame::RootId, identity::Identity};

/// Returns `true` if the thread is in no scope and has no overrides, in the global environment.
#[inline]
pub(crate) fn may_begin() -> bool {
    LEVEL.get() == 0
        && BASE.get().0 == 0
        && OVERRIDES.get().is_nothing()
        && !IS_BARE.get()
        && CURRENT.get().root == RootId::GLOBAL
}

/// As [`begin_task`](super::begin_task), where no frame is current, if it [may](may_begin).
#[inline]
pub(crate) fn begin(task: Identity) {
    BASE.set(Base::below(0));
    let before = replace(task.to_words());
    BEFORE.set(before);
    IS_BARE.set(true);
}

/// Only the words: nobody looks at the type of the current context, and the environment is the same.
#[inline]
fn replace(words: [u64; 2]) -> [u64; 2] {
    let Running { who, root } = CURRENT.get();
    CURRENT.set(Running {
        who: who.with_words(words),
        root,
    });
    who.to_words()
}

/// Returns `true` if all that was entered in the task was left, and nothing waits that was destroyed in it.
#[inline]
pub(crate) fn is_undisturbed() -> bool {
    LEVEL.get() == 0 && OVERRIDES.get().is_nothing() && WAITING.get() == 0
}

/// As [`end_task`](super::end_task), if it [is undisturbed](is_undisturbed).
#[inline]
pub(crate) fn end() {
    replace(BEFORE.get());
    IS_BARE.set(false);
    BASE.set(Base::at(0));
}

/// As [`end_task`](super::end_task), if it is not.
#[cold]
pub(crate) fn end_disturbed() {
    levels::cut(0); // what was entered manually in the task
    OVERRIDES.set(Overrides::NOTHING);
    end();
}
