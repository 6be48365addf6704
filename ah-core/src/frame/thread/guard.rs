//! A frame in force until a guard goes: for code that cannot be put into a closure.

use std::{marker::PhantomData, ptr};

use super::{Reach, with_thread};
use crate::frame::{
    Frame,
    entry::Entry,
    kept::Kept,
    node::{EntryRef, HAS_NEVER},
};

/// What was in force before a frame was put in force by hand, but for the outer frame itself.
pub(crate) struct Outside {
    reach: Reach,
    /// What did not show in the outer frame, if that is not what does not show in the inner one.
    hidden: Option<Vec<Kept>>,
}

impl Outside {
    /// As if `surroundings` had been there when this was made: for two swaps that end as one.
    pub(crate) fn within(self, surroundings: Self) -> Self {
        let hidden = surroundings.hidden.or(self.hidden);
        Self {
            hidden,
            ..surroundings
        }
    }
}

/// What was in force before a frame was put in force by hand, where that was none.
pub(crate) struct Nothing(Reach);

impl Frame {
    /// As [`swap_in`](Self::swap_in) where no frame is in force, for one with nothing in it that may not show.
    #[inline]
    pub(crate) fn swap_in_for_none(&mut self) -> Nothing {
        with_thread(|thread| {
            let depth = self.0.as_ref().map_or(0, |top| top.as_ref().depth());
            self.0 = thread.replace(self.0.take());
            Nothing(thread.reach.replace(Reach::new(depth, depth)))
        })
    }

    /// As [`swap_back`](Self::swap_back) after [`swap_in_for_none`](Self::swap_in_for_none).
    #[inline]
    pub(crate) fn swap_back_for_none(&mut self, Nothing(reach): Nothing) {
        self.swap_back(Outside {
            reach,
            hidden: None,
        });
    }

    /// Swaps this frame with the one in force: this one is in force, and the outer one in its place here, until
    /// [`swap_back`](Self::swap_back).
    #[inline]
    pub(crate) fn swap_in(&mut self) -> Outside {
        with_thread(|thread| {
            let top = self.0.as_ref().map(Entry::as_ref);
            let never = top.is_some_and(|top| top.has(HAS_NEVER));
            let depth = top.map_or(0, EntryRef::depth);
            let hidden = never.then(|| thread.hide_in(top));
            self.0 = thread.replace(self.0.take());
            let reach = thread.reach.replace(Reach::new(depth, depth));
            Outside { reach, hidden }
        })
    }

    /// Swaps again: the outer frame is in force, and the inner one here, as it was left.
    #[inline]
    pub(crate) fn swap_back(&mut self, outside: Outside) {
        with_thread(|thread| {
            self.0 = thread.replace(self.0.take());
            let left = thread.reach.replace(outside.reach);
            if thread.any_gone.get() {
                thread.bury(left);
            }
            if let Some(hidden) = outside.hidden {
                drop(thread.hidden.replace(hidden));
            }
        });
    }

    /// Is no frame in force?
    #[inline]
    pub(crate) fn none_is_in_force() -> bool {
        with_thread(|thread| thread.is_current(ptr::null_mut()))
    }

    /// Takes the frame in force out of force. Where none was in force before, that is as [`swap_back`](Self::swap_back)
    /// after [`swap_in`](Self::swap_in) of none: the stretch between is part of the one around it.
    pub(crate) fn take_out_of_force() -> Self {
        with_thread(|thread| Self(thread.replace(None)))
    }

    /// Puts this frame in force until the guard goes, as [`run_once`](Self::run_once) does for a closure.
    #[inline]
    pub(crate) fn enter(mut self) -> FrameGuard {
        FrameGuard {
            outside: Some(self.swap_in()),
            outer: self,
            _not_send: PhantomData,
        }
    }
}

/// Puts the outer frame back in force.
#[must_use = "the frame is in force until this is dropped"]
pub(crate) struct FrameGuard {
    outer: Frame,
    outside: Option<Outside>,
    _not_send: PhantomData<*const ()>,
}

impl Drop for FrameGuard {
    #[inline]
    fn drop(&mut self) {
        if let Some(outside) = self.outside.take() {
            self.outer.swap_back(outside); // the inner one is dropped last: a user's `Drop` may run
        }
    }
}
