//! Stretches of a thread with nothing of what surrounds them: no default trigger, and in no scope of those around.

use super::{
    levels::{cut, push},
    overrides::{Base, Overrides},
    scope::Entered,
    state::{BASE, CURRENT, LEVEL, OVERRIDES, Running},
};
use crate::{frame::RootId, identity::Identity};

/// Begins a stretch of this thread with nothing of what surrounds it, in this context.
pub(crate) fn boundary(context: Identity) -> Boundary {
    let level = push(Running {
        who: context.guarded(),
        root: RootId::current(),
    });
    Boundary {
        base: BASE.replace(Base::at(level + 1)),
        overrides: OVERRIDES.replace(Overrides::NOTHING),
        _entered: Entered::at(level, context.id()),
    }
}

/// Ends a stretch.
#[must_use = "the stretch ends when this is dropped"]
pub(crate) struct Boundary {
    base: Base,
    overrides: Overrides,
    /// Left when the rest is back in place.
    _entered: Entered,
}

impl Drop for Boundary {
    #[inline]
    fn drop(&mut self) {
        BASE.set(self.base);
        OVERRIDES.set(self.overrides);
    }
}

/// What a stretch covers that is ended by a call, not by a drop.
#[derive(Clone, Copy)]
pub(crate) struct Covered {
    current: Running,
    level: usize,
    base: Base,
    overrides: Overrides,
}

/// As [`boundary`], until [`end_task`], but in the scope of a task: what is destroyed in it waits for its end.
#[inline]
pub(crate) fn begin_task(task: &Identity) -> Covered {
    let covered = begin_stretch(task);
    BASE.set(Base::below(LEVEL.get()));
    covered
}

/// As [`boundary`] in the context of an idle worker, until [`end_task`].
pub(crate) fn begin_idle() -> Covered {
    let covered = begin_stretch(&Identity::WORKER);
    BASE.set(Base::at(LEVEL.get()));
    covered
}

/// Runs `f` in the context of an idle worker, where the thread is in no scope. `f` leaves what it enters.
#[inline]
pub(crate) fn as_idle(f: impl FnOnce()) {
    let level = push(Running {
        who: Identity::WORKER.guarded(),
        root: RootId::current(),
    });
    let overrides = OVERRIDES.replace(Overrides::NOTHING);
    let base = BASE.replace(Base::at(level + 1));
    f();
    BASE.set(base);
    OVERRIDES.set(overrides);
    cut(level);
}

/// The context that it covers is not on the stack, unless the thread is in a scope already: then [`is_on_stack`] finds it.
#[inline(always)]
pub(super) fn begin_stretch(who: &Identity) -> Covered {
    let covered = Covered {
        current: CURRENT.get(),
        level: LEVEL.get(),
        base: BASE.get(),
        overrides: OVERRIDES.replace(Overrides::NOTHING),
    };
    let new = Running {
        who: who.guarded(),
        root: RootId::current(),
    };
    if covered.is_on_stack() {
        push(new);
    } else {
        CURRENT.set(new);
    }
    covered
}

impl Covered {
    #[inline]
    fn is_on_stack(&self) -> bool {
        self.base.is_below(self.level)
    }
}

/// Ends the stretch.
#[inline]
pub(crate) fn end_task(covered: Covered) {
    cut(covered.level); // what was entered manually in the task
    if !covered.is_on_stack() {
        CURRENT.set(covered.current);
    }
    BASE.set(covered.base);
    OVERRIDES.set(covered.overrides);
}
