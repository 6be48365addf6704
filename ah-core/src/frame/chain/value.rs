//! Values, counted apart from the chain.
//!
//! What users store may itself hold frames, and so may what those hold: where many values are being dropped within one
//! another, the next one waits. Nothing here recurses with the length of a chain.

use std::{
    alloc::dealloc,
    cell::Cell,
    ptr::{self, NonNull},
    sync::atomic::Ordering::{Acquire, Relaxed, Release},
};

use super::node::{COUNTED, Header, NodeRef, Spec, node};
use crate::{
    counters,
    sync::{fence, thread_local},
};

/// Owns a count of a node's value, and so the node's memory; nothing of its chain.
///
/// Invariant: a node's `values` is the number of its `ValueRef`s, where all its entries together have one. The value is
/// dropped and the node freed with the last of them. Only this file and `entry.rs` create or end one.
pub(crate) struct ValueRef(pub(super) NonNull<Header>);

// SAFETY: values are `Send + Sync` (bounds of `Entry::new` and `ValueRef::new`), and the count is atomic
unsafe impl Send for ValueRef {}
// SAFETY: the same bounds; a shared `ValueRef` only lends and counts
unsafe impl Sync for ValueRef {}

impl ValueRef {
    /// A value that is in no chain.
    pub(crate) fn new<T: Send + Sync + 'static>(key: u64, value: T) -> Self {
        Self(node(Spec::value(key), value, None, 0, 1))
    }

    /// The node that holds the value. It is part of no chain.
    #[inline]
    pub(crate) fn node(&self) -> NodeRef<'_> {
        // SAFETY: this count keeps the node
        unsafe { NodeRef::from_value(self.0) }
    }
}

impl Clone for ValueRef {
    fn clone(&self) -> Self {
        // Relaxed: whoever has a count may create another, as in `std::sync::Arc`
        if self.node().header().values.fetch_add(1, Relaxed) > i32::MAX as u32 {
            std::process::abort();
        }
        Self(self.0)
    }
}

impl Drop for ValueRef {
    #[inline]
    fn drop(&mut self) {
        // SAFETY: this count keeps it
        let header = unsafe { self.0.as_ref() };
        // Acquire, Release: pair with those of the other counts, as in `std::sync::Arc`
        if header.values.load(Acquire) != 1 {
            if header.values.fetch_sub(1, Release) != 1 {
                return;
            }
            fence(Acquire);
        }
        // SAFETY: it was the last count, and that of the entries is among them
        unsafe { end_value(self.0) }
    }
}

/// So many values may be dropped within one another; then they wait.
const DEEPEST: u32 = 16;

thread_local! {
    /// How many values are being dropped on this thread, each by the `Drop` of the one before.
    static DROPPING: Cell<u32> = const { Cell::new(0) };
    /// Values that wait until the deepest of these is dropped, linked by `parent`.
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
        // SAFETY: the caller owned the last count
        Some(_) => unsafe { drop_within(node) },
    }
}

/// # Safety
/// As for [`end_value`]: the caller owned the last count of the value.
unsafe fn drop_within(node: NonNull<Header>) {
    /// Goes on with those that wait though a user's `Drop` unwinds.
    struct Leave;
    impl Drop for Leave {
        fn drop(&mut self) {
            let deepest = DROPPING.get() == DEEPEST;
            while let Some(node) = NonNull::new(WAITING.get()).filter(|_| deepest) {
                // SAFETY: it waits, so it is alive
                WAITING.set(unsafe { node.as_ref() }.parent.get());
                // SAFETY: the last count of a value that waits is given back
                unsafe { drop_one(node) }
            }
            DROPPING.set(DROPPING.get() - 1);
        }
    }
    DROPPING.set(DROPPING.get() + 1);
    let _leave = Leave;
    // SAFETY: the caller owned the last count
    unsafe { drop_one(node) }
}

/// # Safety
/// As for [`end_value`]: the caller owned the last count of the value.
#[inline]
unsafe fn drop_one(node: NonNull<Header>) {
    struct Free(NonNull<Header>);
    impl Drop for Free {
        #[inline]
        fn drop(&mut self) {
            // SAFETY: the value is dropped, or half dropped by a panic: nobody uses it any more
            unsafe { free(self.0) }
        }
    }
    let _free = Free(node);
    // SAFETY: the node is alive until `_free` is dropped
    if let Some(drop_value) = unsafe { node.as_ref() }.vtable.drop_value {
        // SAFETY: the vtable is that of the value's type, and the value is not used after this
        unsafe { drop_value(node.as_ptr()) }
    }
}

/// # Safety
/// Nobody uses the node any more.
#[inline]
unsafe fn free(node: NonNull<Header>) {
    // SAFETY: the node is alive until it is freed
    if unsafe { node.as_ref() }.flags & COUNTED != 0 {
        counters::FRAME_ENTRIES.down();
    }
    // SAFETY: nobody uses the node; it was allocated by `Box` with this layout
    unsafe {
        let layout = node.as_ref().vtable.layout;
        dealloc(node.as_ptr().cast(), layout);
    }
}
