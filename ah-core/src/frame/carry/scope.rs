//! A carried frame as the current one, for a poll.
//!
//! Nothing in here depends on what is polled, and the ways that are seldom taken are functions of their own: what is
//! compiled into each future is the usual way, where a frame that was chosen before is swapped with the current one. Where
//! nothing is stored at all, see `nothing.rs`.

use std::mem::ManuallyDrop;

use super::carried::{self, Carried, State};
use crate::frame::{
    chain::{
        entry::{Entry, into_raw},
        node::{Header, NodeRef},
    },
    current::{
        bridged::Bridging,
        thread::{Thread, with_thread},
    },
};

/// What is to be restored after a poll.
///
/// It is created first and entered then, where it stays, and has no `Drop` of its own: to move it would cost more than
/// all the rest.
pub(crate) struct FrameScope<'a> {
    carried: &'a Carried,
    entered: Entered,
}

enum Entered {
    /// Nothing: what carries the frame is ready, and as good as what it wraps.
    Not,
    /// The outer frame. `carried` stands for nothing meanwhile.
    Frame(Outer),
    /// The same, and bridges have something to restore.
    Bridged(Outer, Bridging),
}

/// How a frame is replaced: see `thread.rs`.
type Replace = fn(&Thread, Option<Entry>) -> Option<Entry>;

#[derive(Clone, Copy)]
struct Outer {
    floor: u32,
    /// Owns a count.
    frame: *mut Header,
    /// Of the inner one.
    state: State,
}

impl<'a> FrameScope<'a> {
    #[inline]
    pub(crate) fn new(carried: &'a Carried) -> Self {
        Self {
            carried,
            entered: Entered::Not,
        }
    }

    #[inline]
    pub(crate) fn carried(&self) -> &'a Carried {
        self.carried
    }

    /// As [`begin`](Self::begin), until the guard is dropped.
    #[inline]
    pub(crate) fn enter(&mut self) -> Current<'_, 'a> {
        self.begin();
        Current(self)
    }

    /// Makes the frame current, after the choice of a base if there was none yet. To be followed by [`end`](Self::end).
    ///
    /// # Panics
    ///
    /// If what carries it was dropped.
    #[inline]
    pub(crate) fn begin(&mut self) {
        if !with_thread(|thread| self.begin_usual(thread)) {
            self.begin_unusual();
        }
    }

    #[inline]
    fn begin_usual(&mut self, thread: &Thread) -> bool {
        if !thread.is_plain() {
            return false;
        }
        let Some(state) = self.carried.usual_state(thread) else {
            return false;
        };
        let top = self.carried.top();
        let Some(floor) = carried::floor_at(thread, state, top) else {
            return false;
        };
        self.entered = Entered::Frame(self.swap_in(thread, state, floor, Thread::replace_plainly));
        true
    }

    #[inline(never)]
    fn begin_unusual(&mut self) {
        let carried = self.carried;
        if carried.is_finished() {
            return assert!(!carried.is_empty(), "polled after it was dropped");
        }
        with_thread(|thread| {
            let state = carried.settle(thread);
            let floor = carried::floor(thread, state, carried.top());
            let outer = self.swap_in(thread, state, floor, Thread::replace);
            self.entered = Entered::Frame(outer);
            // SAFETY: a count that `outer` owns
            let outside = unsafe { NodeRef::from_raw(outer.frame) };
            if let Some(bridging) = thread.enter_bridged(outside, state.around()) {
                self.entered = Entered::Bridged(outer, bridging);
            }
        });
    }

    /// Restores the outer frame, and returns the inner one, as it was left, to where it came from.
    #[inline]
    pub(crate) fn end(&mut self) {
        if !with_thread(|thread| self.end_usual(thread)) {
            self.end_unusual();
        }
    }

    #[inline]
    fn end_usual(&self, thread: &Thread) -> bool {
        match self.entered {
            Entered::Frame(outer) if thread.is_plain() => {
                self.swap_back(thread, outer, Thread::replace_plainly);
                true
            }
            _ => false,
        }
    }

    /// As [`end`](Self::end), when the future is ready: it keeps no frame.
    #[inline]
    pub(crate) fn end_ready(&mut self) {
        self.end();
        self.carried.finish(); // last: a user's `Drop` may run
    }

    #[inline(never)]
    fn end_unusual(&mut self) {
        let (outer, bridging) = match &self.entered {
            Entered::Not => return,
            Entered::Frame(outer) => (*outer, None),
            Entered::Bridged(outer, bridging) => (*outer, Some(*bridging)),
        };
        self.entered = Entered::Not;
        with_thread(|thread| {
            if let Some(bridging) = bridging {
                thread.exit_bridged(bridging);
            }
            self.swap_back(thread, outer, Thread::replace);
        });
    }

    /// Makes the carried frame current.
    #[inline]
    fn swap_in(&self, thread: &Thread, state: State, floor: u32, replace: Replace) -> Outer {
        Outer {
            floor: thread.floor.replace(floor),
            // SAFETY: `swap_back` restores a frame, and nothing uses `carried` until then
            frame: into_raw(replace(thread, unsafe { self.carried.lend() })),
            state,
        }
    }

    /// Makes the outer frame current.
    #[inline]
    fn swap_back(&self, thread: &Thread, outer: Outer, replace: Replace) {
        // SAFETY: the count that `outer` owned
        let frame = unsafe { Entry::from_raw(outer.frame) };
        self.carried.put(replace(thread, frame), outer.state);
        thread.floor.set(outer.floor);
    }
}

impl Carried {
    /// Runs `f` with the frame as the current one: what was captured, if no poll has chosen. For whoever has the wrapper
    /// exclusively.
    pub(crate) fn in_settled<R>(&self, f: impl FnOnce() -> R) -> R {
        self.settle_apart();
        let mut scope = FrameScope::new(self);
        let _current = scope.enter();
        f()
    }
}

/// Ends a scope when it is dropped.
#[must_use = "the frame is current until this is dropped"]
pub(crate) struct Current<'s, 'a>(&'s mut FrameScope<'a>);

impl Current<'_, '_> {
    /// Ends it, since the future is ready.
    #[inline]
    pub(crate) fn finish(self) {
        ManuallyDrop::new(self).0.end_ready();
    }
}

impl Drop for Current<'_, '_> {
    #[inline]
    fn drop(&mut self) {
        self.0.end();
    }
}
