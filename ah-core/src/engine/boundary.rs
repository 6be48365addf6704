//! Stretches of a thread with nothing of what surrounds them: their context and their part of the destroy queue, which begin
//! and end together.
//!
//! | stretch | what it is |
//! |---|---|
//! | [`Boundary::of_task`] | a poll of a task: in its scope, so that what is destroyed in it waits for its end |
//! | [`Boundary::of_worker`] | the loop of an executor, in no scope |
//! | [`within`], [`within_here`] | a closure: the body of a thread, an environment, a callback from outside |
//! | [`end_bare`] | the end of what [`bare::begin`] began: a poll of a task where nothing surrounds it |

use super::destroy_queue;
use crate::{
    context::{
        bare, current,
        state::{LATE, OUTSIDE},
        stretch::{self, Covered},
    },
    identity::Identity,
};

/// What a stretch covers, until it [ends](Self::end).
pub(crate) struct Boundary {
    covered: Covered,
    destroys: usize,
}

impl Boundary {
    #[inline]
    pub(crate) fn of_task(task: &Identity) -> Self {
        Self {
            covered: stretch::begin_task(task),
            destroys: destroy_queue::begin_stretch(),
        }
    }

    pub(crate) fn of_worker() -> Self {
        Self {
            covered: stretch::begin_idle(),
            destroys: destroy_queue::begin_stretch(),
        }
    }

    /// Ends the stretch: what was entered in it is left, and what was destroyed in it is delivered.
    #[inline]
    pub(crate) fn end(self) {
        stretch::end_task(self.covered);
        destroy_queue::end_stretch(self.destroys);
    }
}

/// Ends a stretch that [`bare::begin`] began.
#[inline]
pub(crate) fn end_bare() {
    if bare::is_undisturbed() {
        bare::end();
    } else {
        bare::end_disturbed();
        destroy_queue::end_stretch(OUTSIDE.get()); // what waited before counts as queued inside
    }
}

/// As [`within`], in a context that is caused by a hook if what calls this is.
pub(crate) fn within_here<R>(context: Identity, f: impl FnOnce() -> R) -> R {
    within(context.suppressed(current::current().is_suppressed()), f)
}

/// Runs `f` as a stretch of its own, in this context.
pub(crate) fn within<R>(context: Identity, f: impl FnOnce() -> R) -> R {
    let _late = LeaveLate; // after the context is left
    let _context = stretch::boundary(context);
    let _destroys = EndDestroys(destroy_queue::begin_stretch());
    f()
}

struct EndDestroys(usize);

impl Drop for EndDestroys {
    fn drop(&mut self) {
        destroy_queue::end_stretch(self.0);
    }
}

/// Leaves what was dropped inside a stretch though it lies around it.
struct LeaveLate;

impl Drop for LeaveLate {
    #[inline]
    fn drop(&mut self) {
        if LATE.get() {
            destroy_queue::settle();
        }
    }
}
