//! Spare counts of the current frame.
//!
//! Whoever captures and releases frames within one stretch of a thread does it without an atomic operation, and threads that
//! run in one frame do not contend for its counts:
//!
//! 1. A count of the current frame that is released becomes a spare one: [`Thread::release`].
//! 2. A caller that wants a count of the current frame takes a spare one, if there is: [`Thread::here`].
//! 3. Before another frame becomes the current one, or the frame is moved out, the spare ones are given back:
//!    `Thread::replace`. So nothing lives longer for a spare count than for being current, and whoever took the frame out, to
//!    be alone with it, is.

use super::thread::Thread;
use crate::frame::chain::{entry::Entry, node::Header};

/// In `Thread::spare`: something is installed by a bridge. Here, since each change of frames looks at `spare`.
const BRIDGING: u32 = 1 << 31;

impl Thread {
    /// Returns `true` if something is installed by a bridge.
    #[inline]
    pub(super) fn is_bridging(&self) -> bool {
        self.spare.get() & BRIDGING != 0
    }

    /// Returns `true` if there are spare counts.
    #[inline]
    pub(super) fn has_spare(&self) -> bool {
        self.spare.get() & !BRIDGING != 0
    }

    /// Notes whether something is installed by a bridge.
    #[inline]
    pub(super) fn set_bridging(&self, is_bridging: bool) {
        let bit = if is_bridging { BRIDGING } else { 0 };
        self.spare.set(self.spare.get() & !BRIDGING | bit);
    }

    /// The current frame as it is, with what it hides: for what runs here and now.
    #[inline]
    pub(crate) fn here(&self) -> Option<Entry> {
        let spare = self.spare.get();
        if spare & !BRIDGING == 0 {
            return self.current.counted();
        }
        self.spare.set(spare - 1);
        // SAFETY: one of the spare counts, which are of the current frame
        unsafe { Entry::from_raw(self.current.raw()) }
    }

    /// Another count of a frame.
    #[inline]
    pub(crate) fn share(&self, frame: &Entry) -> Option<Entry> {
        if self.is_current(frame.as_ref().as_raw()) {
            self.here()
        } else {
            Some(frame.clone())
        }
    }

    /// Releases a count of a frame.
    #[inline]
    pub(crate) fn release(&self, frame: Entry) {
        if self.is_current(frame.as_ref().as_raw()) {
            let _ = frame.into_raw(); // from now on it is a spare one
            self.spare.set(self.spare.get() + 1);
        } else {
            drop_other(frame);
        }
    }

    /// Releases the spare counts, unless the new frame is the same one.
    #[inline(never)]
    pub(crate) fn give_spare_back(&self, new: *mut Header) {
        if self.is_current(new) {
            return;
        }
        let spare = self.spare.get();
        self.spare.set(spare & BRIDGING);
        // SAFETY: they are of the current frame, of which `current` has another one
        unsafe { self.current.give_back(spare & !BRIDGING) };
    }
}

#[inline(never)]
fn drop_other(frame: Entry) {
    drop(frame);
}
