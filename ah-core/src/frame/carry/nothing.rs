//! A poll with no frame carried and none current: neither the frame nor the floor changes.

use std::{mem::ManuallyDrop, ptr};

use super::carried::{Carried, State};
use crate::frame::current::thread::with_thread;

/// Ends such a poll when it is dropped. One word.
#[must_use = "the poll ends when this is dropped"]
pub(crate) struct InNothing<'a> {
    carried: &'a Carried,
}

impl<'a> InNothing<'a> {
    /// Begins a poll, if there is nothing.
    #[inline]
    pub(crate) fn begin(carried: &'a Carried) -> Option<Self> {
        with_thread(|thread| {
            let nothing = carried.is_nothing() && thread.is_current(ptr::null_mut());
            nothing.then(|| Self { carried }) // not `then_some`: dropping one ends a poll
        })
    }

    /// Ends the poll, which was the last one if `ready`.
    #[inline]
    pub(crate) fn end(self, ready: bool) {
        let Self { carried } = *ManuallyDrop::new(self);
        if with_thread(|thread| thread.is_current(ptr::null_mut())) {
            carried.put(None, if ready { State::DONE } else { State::INLINE });
        } else {
            leave(carried, ready);
        }
    }
}

impl Drop for InNothing<'_> {
    #[inline]
    fn drop(&mut self) {
        leave(self.carried, false);
    }
}

/// Takes what the poll left out of the current frame: from now on it is carried.
#[cold]
#[inline(never)]
fn leave(carried: &Carried, ready: bool) {
    with_thread(|thread| carried.put(thread.replace(None), State::INLINE));
    if ready {
        carried.finish(); // last: a user's `Drop` may run
    }
}
