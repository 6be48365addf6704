//! A frame in force until a guard goes: for code that cannot be put into a closure.

use std::marker::PhantomData;

use super::{Reach, Thread, with_thread};
use crate::frame::{Frame, entry::Entry, kept::Kept, node::EntryRef};

/// Puts the outer frame back in force.
#[must_use = "the frame is in force until this is dropped"]
pub(crate) struct FrameGuard {
    outer: Option<Entry>,
    reach: Reach,
    /// What did not show in the outer frame, if that is not what does not show in here.
    hidden: Option<Vec<Kept>>,
    _not_send: PhantomData<*const ()>,
}

impl Frame {
    /// Puts this frame in force until the guard goes, as [`run_once`](Self::run_once) does for a closure.
    #[inline]
    pub(crate) fn enter(self) -> FrameGuard {
        with_thread(|thread| thread.enter_guarded(self.0))
    }
}

impl Thread {
    #[inline]
    fn enter_guarded(&self, frame: Option<Entry>) -> FrameGuard {
        let top = frame.as_ref().map(Entry::as_ref);
        let never = top.is_some_and(|top| top.has(crate::frame::node::HAS_NEVER));
        let depth = top.map_or(0, EntryRef::depth);
        FrameGuard {
            hidden: never.then(|| self.hide_in(top)),
            reach: self.reach.replace(Reach::new(depth, depth)),
            outer: self.replace(frame),
            _not_send: PhantomData,
        }
    }
}

impl Drop for FrameGuard {
    #[inline]
    fn drop(&mut self) {
        with_thread(|thread| {
            let inner = thread.replace(self.outer.take());
            let left = thread.reach.replace(self.reach);
            if thread.any_gone.get() {
                thread.bury(left);
            }
            if let Some(hidden) = self.hidden.take() {
                drop(thread.hidden.replace(hidden));
            }
            drop(inner); // last: a user's `Drop` may run
        });
    }
}
