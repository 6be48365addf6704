//! A carried frame in force, for a poll.
//!
//! Nothing in here depends on what is polled, and the ways that are seldom taken are functions of their own: what is
//! compiled into each future is the usual way, where a frame that was chosen before is swapped with the one in force. Where
//! nothing is stored at all, see `nothing.rs`.

use std::mem::{self, ManuallyDrop};

use super::{
    carried::{self, Carried, State},
    entry::{Entry, into_raw},
    kept::Kept,
    node::{EntryRef, Header},
    thread::{Reach, Thread, with_thread},
};

/// What there is to be put back after a poll.
///
/// It is made first and begun then, where it stays, and has no `Drop` of its own: to move it would cost more than all
/// the rest.
pub(crate) struct FrameScope<'a> {
    carried: &'a Carried,
    entered: Entered,
}

enum Entered {
    /// Nothing: what carries the frame is ready, and as good as what it wraps.
    Not,
    /// The outer frame. `carried` stands for nothing meanwhile.
    Frame(Outer),
    /// The same, and what did not show in it: something in the inner one does not show.
    Hiding(Outer, ManuallyDrop<Box<Hidden>>),
}

/// Boxed, since it is seldom there, and would be moved with all the others.
struct Hidden(Vec<Kept>);

#[derive(Clone, Copy)]
struct Outer {
    reach: Reach,
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

    /// As [`begin`](Self::begin), until the guard goes.
    #[inline]
    pub(crate) fn enter(&mut self) -> InForce<'_, 'a> {
        self.begin();
        InForce(self)
    }

    /// Puts the frame in force, after the choice of a base if there was none yet. To be followed by [`end`](Self::end).
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
        if thread.is_read() {
            return false;
        }
        let Some(state) = self.carried.usual_state(thread) else {
            return false;
        };
        let top = self.carried.top();
        let Some(limit) = carried::limit_at(state, top, thread.limit()) else {
            return false;
        };
        let inner = Reach::new(limit, top.map_or(0, EntryRef::depth));
        self.entered = Entered::Frame(self.swap_in(thread, state, inner));
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
            let hidden = carried.has_never().then(|| thread.hide_in(carried.top()));
            let floor = carried.top().map_or(0, EntryRef::depth);
            let limit = carried::limit(state, carried.top(), thread.limit());
            let outer = self.swap_in(thread, state, Reach::new(limit, floor));
            self.entered = match hidden {
                None => Entered::Frame(outer),
                Some(hidden) => Entered::Hiding(outer, ManuallyDrop::new(Box::new(Hidden(hidden)))),
            };
        });
    }

    /// Puts the outer frame back, and the inner one, as it was left, where it came from.
    #[inline]
    pub(crate) fn end(&mut self) {
        if !with_thread(|thread| self.end_usual(thread)) {
            self.end_unusual();
        }
    }

    #[inline]
    fn end_usual(&self, thread: &Thread) -> bool {
        match self.entered {
            Entered::Frame(outer) if !thread.is_read() => {
                self.swap_back(thread, outer);
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
        let (outer, hidden) = match mem::replace(&mut self.entered, Entered::Not) {
            Entered::Not => return,
            Entered::Frame(outer) => (outer, None),
            Entered::Hiding(outer, hidden) => (outer, Some(ManuallyDrop::into_inner(hidden))),
        };
        with_thread(|thread| {
            self.swap_back(thread, outer);
            if let Some(hidden) = hidden {
                drop(thread.hidden.replace(hidden.0)); // last: a user's `Drop` may run
            }
        });
    }

    /// Puts the carried frame in force.
    #[inline]
    fn swap_in(&self, thread: &Thread, state: State, reach: Reach) -> Outer {
        Outer {
            reach: thread.reach.replace(reach),
            // SAFETY: `swap_back` puts a frame back, and nobody uses `carried` until then
            frame: into_raw(thread.replace(unsafe { self.carried.lend() })),
            state,
        }
    }

    /// Puts the outer frame in force.
    #[inline]
    fn swap_back(&self, thread: &Thread, outer: Outer) {
        // SAFETY: the count that `outer` owned
        let frame = unsafe { Entry::from_raw(outer.frame) };
        self.carried.put(thread.replace(frame), outer.state);
        let left = thread.reach.replace(outer.reach);
        if thread.any_gone.get() {
            bury(left);
        }
    }
}

#[cold]
#[inline(never)]
fn bury(left: Reach) {
    with_thread(|thread| thread.bury(left));
}

/// Ends a scope when it goes.
#[must_use = "the frame is in force until this is dropped"]
pub(crate) struct InForce<'s, 'a>(&'s mut FrameScope<'a>);

impl InForce<'_, '_> {
    /// Ends it, since the future is ready.
    #[inline]
    pub(super) fn finish(self) {
        ManuallyDrop::new(self).0.end_ready();
    }
}

impl Drop for InForce<'_, '_> {
    #[inline]
    fn drop(&mut self) {
        self.0.end();
    }
}
