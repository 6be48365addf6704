//! Values, counted apart from the chain.
//!
//! A [`Kept`] keeps a value and its memory, but nothing of the chain. So another node can stand for an entry (a *link*)
//! without keeping what lay below it.
//!
//! What users store may itself hold frames, and so may what those hold: where many values are being dropped within one
//! another, the next one waits. Nothing here recurses with the length of a chain.

use std::{
    alloc::dealloc,
    cell::Cell,
    ptr::{self, NonNull},
    sync::atomic::Ordering::{Acquire, Release},
};

use super::node::{COUNTED, EntryRef, Header, Make, node};
use crate::{
    counters,
    sync::{fence, thread_local},
};

/// Keeps the value of a node, and nothing of its chain.
pub(super) struct Kept(pub(super) NonNull<Header>);

// SAFETY: values are `Send + Sync` (bounds of `Entry::new` and `Kept::new`)
unsafe impl Send for Kept {}
// SAFETY: as above
unsafe impl Sync for Kept {}

impl Kept {
    /// A value that is in no chain.
    pub(super) fn new<T: Send + Sync + 'static>(key: u64, value: T) -> Self {
        Self(node(
            &Make {
                key,
                serial: 0,
                flags: 0,
            },
            value,
            None,
            0,
        ))
    }

    /// Is it the value of this entry?
    pub(super) fn is(&self, entry: EntryRef<'_>) -> bool {
        self.0.as_ptr() == entry.holder().as_raw()
    }
}

impl Drop for Kept {
    #[inline]
    fn drop(&mut self) {
        // SAFETY: this count keeps it
        let header = unsafe { self.0.as_ref() };
        // Acquire, Release: as for `Entry`
        if header.kept.load(Acquire) != 1 {
            if header.kept.fetch_sub(1, Release) != 1 {
                return;
            }
            fence(Acquire);
        }
        // SAFETY: it was the last count, and the one of the entries is among them
        unsafe { end_value(self.0) }
    }
}

/// So many values may be dropped within one another; then they wait.
const DEEPEST: u32 = 16;

thread_local! {
    /// How many values are being dropped on this thread, each by the `Drop` of the one before.
    static DROPPING: Cell<u32> = const { Cell::new(0) };
    /// Values that wait until the deepest of these is gone, by `parent`.
    static WAITING: Cell<*mut Header> = const { Cell::new(ptr::null_mut()) };
}

/// Drops a value and frees its node: now, or soon if too many are being dropped.
///
/// # Safety
/// The caller owned the last count of the value.
#[inline]
unsafe fn end_value(node: NonNull<Header>) {
    // SAFETY: the node is alive until it is freed
    let header = unsafe { node.as_ref() };
    match header.vtable.drop_value {
        // SAFETY: nobody uses it any more
        None => unsafe { free(node) },
        Some(_) if DROPPING.get() == DEEPEST => header.parent.set(WAITING.replace(node.as_ptr())),
        // SAFETY: passed on
        Some(_) => unsafe { drop_within(node) },
    }
}

/// # Safety
/// As for [`end_value`].
unsafe fn drop_within(node: NonNull<Header>) {
    /// Goes on with those that wait though a user's `Drop` unwinds.
    struct Leave;
    impl Drop for Leave {
        fn drop(&mut self) {
            let deepest = DROPPING.get() == DEEPEST;
            while let Some(node) = NonNull::new(WAITING.get()).filter(|_| deepest) {
                // SAFETY: it waits, so it is alive
                WAITING.set(unsafe { node.as_ref() }.parent.get());
                // SAFETY: its last count is gone
                unsafe { drop_one(node) }
            }
            DROPPING.set(DROPPING.get() - 1);
        }
    }
    DROPPING.set(DROPPING.get() + 1);
    let _leave = Leave;
    // SAFETY: passed on
    unsafe { drop_one(node) }
}

/// # Safety
/// As for [`end_value`].
#[inline]
unsafe fn drop_one(node: NonNull<Header>) {
    struct Free(NonNull<Header>);
    impl Drop for Free {
        #[inline]
        fn drop(&mut self) {
            // SAFETY: the value is gone, or half gone by a panic: nobody uses it any more
            unsafe { free(self.0) }
        }
    }
    let _free = Free(node);
    // SAFETY: the node is alive until `_free` goes
    if let Some(drop_value) = unsafe { node.as_ref() }.vtable.drop_value {
        // SAFETY: the vtable is that of the value's type, and this is the end of it
        unsafe { drop_value(node.as_ptr()) }
    }
}

/// # Safety
/// Nobody uses the node any more.
#[inline]
unsafe fn free(node: NonNull<Header>) {
    // SAFETY: the node is alive until it is freed
    if unsafe { node.as_ref() }.flags.get() & COUNTED != 0 {
        counters::FRAME_ENTRIES.down();
    }
    // SAFETY: as above; made by `Box` with this layout
    unsafe {
        let layout = node.as_ref().vtable.layout;
        dealloc(node.as_ptr().cast(), layout);
    }
}
