//! Reads that lend out of the current frame.
//!
//! A read lends a `&T` while user code runs, and that code may replace the frame. So:
//!
//! 1. A read *pins* the frame: one store to `pinned`, no atomic operation.
//! 2. `Thread::replace` alone writes the current frame. If the frame that is replaced is pinned, it puts a count of it
//!    into `rescued`, which the end of the last open read gives back.
//! 3. `reads` counts the open reads of the pinned frame beyond the first, so reads may close in any order. A read of another
//!    frame while one is pinned (a read inside `run` inside a read) takes a count of its own.

use std::ptr;

use super::thread::Thread;
use crate::frame::chain::{
    entry::Entry,
    node::{Header, NodeRef},
};

/// In `Thread::reads`: a count of the pinned frame is in `rescued`. The count of nested reads is above this bit.
const RESCUED: u32 = 1;
const NESTED: u32 = 2;

impl Thread {
    #[cold]
    #[inline(never)]
    pub(super) fn rescue(&self, pinned: &Entry) {
        if self.reads.get() & RESCUED == 0 {
            drop(self.rescued.replace(Some(pinned.clone()))); // none
            self.reads.set(self.reads.get() | RESCUED);
            self.pinned.set(tag(pinned.as_ref().as_raw()));
        }
    }

    /// Returns `true` if this frame is lent to an open read without a count.
    #[inline]
    pub(crate) fn is_pinned(&self, frame: NodeRef<'_>) -> bool {
        frame.as_raw() == untag(self.pinned.get())
    }

    /// Keeps what the current frame holds alive while `f` runs, whatever replaces the frame.
    #[inline]
    pub(crate) fn lend<R>(&self, f: impl FnOnce() -> R) -> R {
        match self.open() {
            Some(_close) => f(),
            None => self.lend_nested(f),
        }
    }

    /// Opens a read of the current frame, unless there is one.
    #[inline]
    pub(crate) fn open(&self) -> Option<Close<'_>> {
        if !self.pinned.get().is_null() {
            return None;
        }
        let current = self.current_raw();
        self.pinned.set(current);
        Some(Close {
            thread: self,
            pinned: current,
        })
    }

    #[cold]
    #[inline(never)]
    fn lend_nested<R>(&self, f: impl FnOnce() -> R) -> R {
        let current = self.current_raw();
        if current == untag(self.pinned.get()) {
            self.reads.set(self.reads.get() + NESTED);
            self.pinned.set(tag(current));
            let _close = Close {
                thread: self,
                pinned: current,
            };
            return f();
        }
        let _count = self.here();
        f()
    }

    #[cold]
    #[inline(never)]
    fn close_slow(&self) {
        let reads = self.reads.get();
        if reads >= NESTED {
            self.reads.set(reads - NESTED);
            if reads - NESTED == 0 {
                self.pinned.set(untag(self.pinned.get()));
            }
            return;
        }
        self.reads.set(0);
        self.pinned.set(ptr::null_mut());
        // last: dropping it may run a user's `Drop`, which may read
        drop(self.rescued.replace(None));
    }
}

/// Closes a read.
pub(crate) struct Close<'a> {
    thread: &'a Thread,
    /// What `pinned` holds if nothing happened meanwhile.
    pinned: *mut Header,
}

impl Drop for Close<'_> {
    #[inline]
    fn drop(&mut self) {
        if self.thread.pinned.get() == self.pinned {
            self.thread.pinned.set(ptr::null_mut());
        } else {
            self.thread.close_slow();
        }
    }
}

/// The tag on `pinned`: an inlined read of a plain value keeps nothing of all this but one load and a branch.
#[inline]
fn tag(frame: *mut Header) -> *mut Header {
    frame.map_addr(|address| address | 1)
}

#[inline]
pub(super) fn untag(frame: *mut Header) -> *mut Header {
    frame.map_addr(|address| address & !1)
}
