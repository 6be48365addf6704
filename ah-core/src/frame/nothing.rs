//! A poll with no frame carried and none in force: neither the frame nor how far it reaches changes.

use std::mem::ManuallyDrop;

use super::{
    carried::{Carried, State},
    thread::{Reach, with_thread},
};

/// Ends such a poll when it goes. Two words that stay in registers.
#[must_use = "the poll ends when this is dropped"]
pub(crate) struct InNothing<'a> {
    carried: &'a Carried,
    reach: Reach,
}

impl<'a> InNothing<'a> {
    /// Begins a poll, if there is nothing.
    #[inline]
    pub(crate) fn begin(carried: &'a Carried) -> Option<Self> {
        with_thread(|thread| {
            let reach = thread.reach.get();
            let nothing = carried.is_nothing() && thread.is_in_nothing(reach);
            nothing.then(|| Self { carried, reach }) // not `then_some`: what goes ends a poll
        })
    }

    /// Ends the poll, which was the last one if `ready`.
    #[inline]
    pub(crate) fn end(self, ready: bool) {
        let Self { carried, reach } = *ManuallyDrop::new(self);
        if with_thread(|thread| thread.is_still_in_nothing()) {
            carried.put(None, if ready { State::DONE } else { State::INLINE });
        } else {
            leave(carried, reach, ready);
        }
    }
}

impl Drop for InNothing<'_> {
    #[inline]
    fn drop(&mut self) {
        leave(self.carried, self.reach, false);
    }
}

/// Takes what the poll left out of force: from now on it is carried.
#[cold]
#[inline(never)]
fn leave(carried: &Carried, reach: Reach, ready: bool) {
    with_thread(|thread| {
        carried.put(thread.replace(None), State::INLINE);
        let left = thread.reach.replace(reach);
        if thread.any_gone.get() {
            thread.bury(left);
        }
    });
    if ready {
        carried.finish(); // last: a user's `Drop` may run
    }
}
