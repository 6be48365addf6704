//! A task that runs where there is nothing to put aside but who ran before.
//!
//! Who that was is in a cell, one at most: what begins within the task is no such task.

use super::{Base, HERE, Running, Special};
use crate::{frame::RootId, identity::Identity};

/// Is the thread in no scope, and is there nothing special about who runs, in the global environment?
#[inline]
pub(crate) fn may_begin() -> bool {
    HERE.with(|here| here.level.get()) == 0
        && HERE.with(|here| here.base.get()).0 == 0
        && HERE.with(|here| here.special.get().is_nothing())
        && !HERE.with(|here| here.is_bare.get())
        && HERE.with(|here| here.current.get().root == RootId::GLOBAL)
}

/// As [`begin_task`](super::begin_task), where no frame is in force, if it [may](may_begin).
#[inline]
pub(crate) fn begin(task: Identity) {
    HERE.with(|here| here.base.set(Base::below(0)));
    let before = replace(task.to_words());
    HERE.with(|here| here.before.set(before));
    HERE.with(|here| here.is_bare.set(true));
}

/// Only the words: nobody looks at the type of who runs, and the environment is the same.
#[inline]
fn replace(words: [u64; 2]) -> [u64; 2] {
    HERE.with(|here| {
        let Running { who, root } = here.current.get();
        here.current.set(Running {
            who: who.with_words(words),
            root,
        });
        who.to_words()
    })
}

/// Is all that was entered in the task left again, and does nothing wait that was destroyed in it?
#[inline]
pub(crate) fn is_undisturbed() -> bool {
    HERE.with(|here| here.level.get()) == 0
        && HERE.with(|here| here.special.get().is_nothing())
        && HERE.with(|here| here.waiting.get()) == 0
}

/// As [`end_task`](super::end_task), if it [is undisturbed](is_undisturbed).
#[inline]
pub(crate) fn end() {
    replace(HERE.with(|here| here.before.get()));
    HERE.with(|here| here.is_bare.set(false));
    HERE.with(|here| here.base.set(Base::at(0)));
}

/// As [`end_task`](super::end_task), if it is not.
#[cold]
pub(crate) fn end_disturbed() {
    super::cut(0); // what was entered by hand in the task
    HERE.with(|here| here.special.set(Special::NOTHING));
    end();
}
