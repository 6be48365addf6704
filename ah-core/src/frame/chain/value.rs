//! Values, counted apart from the chain.
//!
//! What users store may itself hold frames, and so may what those hold: where many values are being dropped within one
//! another, the next one waits. Nothing here recurses with the length of a chain.

use std::{
    cell::Cell,
    mem::ManuallyDrop,
    ops::Deref,
    ptr::{self, NonNull},
    sync::atomic::Ordering::{Acquire, Relaxed, Release},
};

use super::{
    keys, memory,
    node::{COUNTED, GUARD, Header, LINK, NodeRef, Spec, node},
};
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
// SAFETY: values are `Send + Sync` by the same bounds; a shared `ValueRef` only lends and counts
unsafe impl Sync for ValueRef {}

impl ValueRef {
    /// A value that is in no chain.
    pub(crate) fn new<T: Send + Sync + 'static>(key: u64, value: T) -> Self {
        // SAFETY: there is no parent
        Self(unsafe { node(Spec::value(key), value, ptr::null_mut(), 0, 1) })
    }

    /// The node that holds the value. It is part of no chain.
    #[inline]
    pub(crate) fn node(&self) -> NodeRef<'_> {
        // SAFETY: this count keeps the node
        unsafe { NodeRef::from_counted(self.0) }
    }
}

/// What a node with [`LINK`] holds.
pub(crate) struct Link {
    value: ValueRef,
    /// Of a captured form: how many guards its frame had.
    pub(super) live_guards: u32,
}

impl Link {
    /// To the value of this entry.
    pub(super) fn to(entry: NodeRef<'_>) -> Self {
        Self::among(entry, 0)
    }

    /// As [`to`](Self::to), where the frame has so many guards.
    pub(super) fn among(entry: NodeRef<'_>, live_guards: u32) -> Self {
        Self {
            value: entry.keep(),
            live_guards,
        }
    }
}

impl<'a> NodeRef<'a> {
    /// The node that holds the value: a link says where.
    #[inline]
    pub(crate) fn value_node(self) -> NodeRef<'a> {
        if !self.has(LINK) {
            return self;
        }
        self.link().value.node()
    }

    /// What a link holds.
    #[inline]
    pub(super) fn link(self) -> &'a Link {
        assert!(self.has(LINK), "an entry that holds its value itself");
        // SAFETY: a node with `LINK` holds a `Link`
        unsafe { &*self.value::<Link>() }
    }

    /// A count of the value.
    pub(crate) fn keep(self) -> ValueRef {
        let node = self.value_node().as_non_null();
        ManuallyDrop::new(ValueRef(node)).deref().clone()
    }

    /// Returns `true` if it is the entry of a guard that was dropped: it shows no more, in whatever frame.
    #[inline]
    pub(crate) fn is_ended(self) -> bool {
        self.has(GUARD) && self.ended() != 0
    }

    /// When the guard of this entry was dropped: see `keys.rs` for generations. 0 if it was not.
    pub(super) fn ended(self) -> u64 {
        self.value_node().checked()
    }

    /// Ends the guard that entered this value. Relaxed: other threads may see it somewhat later.
    pub(crate) fn end_guard(self) {
        self.set_checked(keys::next_generation());
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
        let values = &self.node().header().values;
        // Acquire, Release: pair with those of the other counts, as in `std::sync::Arc`
        if values.load(Acquire) != 1 {
            if values.fetch_sub(1, Release) != 1 {
                return;
            }
            fence(Acquire);
        }
        Uncounted(self.0).end(); // it was the last count, and that of the entries is among them
    }
}

/// So many values may be dropped within one another; then they wait.
const DEEPEST: u32 = 16;

thread_local! {
    /// How many values are being dropped on this thread, each by the `Drop` of the one before.
    static DROPPING: Cell<u32> = const { Cell::new(0) };
    /// Values that wait until the deepest of these is dropped, linked by `root`.
    static WAITING: Cell<*mut Header> = const { Cell::new(ptr::null_mut()) };
}

/// A node of whose value there is no count any more. Its memory is freed with this.
///
/// Invariant: whoever gave the last count back created it, once; what waits is kept as a pointer, and created anew once.
struct Uncounted(NonNull<Header>);

impl Uncounted {
    #[inline]
    fn header(&self) -> &Header {
        // SAFETY: the node is freed when `self` is dropped
        unsafe { self.0.as_ref() }
    }

    /// Drops the value, now, or soon if too many are being dropped.
    #[inline]
    fn end(self) {
        match self.header().vtable.drop_value {
            None => (),
            Some(_) if DROPPING.get() == DEEPEST => self.wait(),
            Some(_) => self.drop_within(),
        }
    }

    fn wait(self) {
        let node = ManuallyDrop::new(self);
        node.header().root.set(WAITING.replace(node.0.as_ptr()));
    }

    fn next_waiting() -> Option<Self> {
        let node = Self(NonNull::new(WAITING.get())?);
        WAITING.set(node.header().root.get());
        Some(node)
    }

    fn drop_within(self) {
        /// Continues with those that wait though a user's `Drop` unwinds.
        struct Leave;
        impl Drop for Leave {
            fn drop(&mut self) {
                if DROPPING.get() == DEEPEST {
                    while let Some(node) = Uncounted::next_waiting() {
                        node.drop_value();
                    }
                }
                DROPPING.set(DROPPING.get() - 1);
            }
        }
        DROPPING.set(DROPPING.get() + 1);
        let _leave = Leave;
        self.drop_value();
    }

    #[inline]
    fn drop_value(self) {
        if let Some(drop_value) = self.header().vtable.drop_value {
            // SAFETY: the vtable is that of the value's type, and nobody uses the value any more
            unsafe { drop_value(self.0.as_ptr()) }
        }
    }
}

impl Drop for Uncounted {
    #[inline]
    fn drop(&mut self) {
        if self.header().flags & COUNTED != 0 {
            counters::FRAME_ENTRIES.down();
        }
        let layout = self.header().vtable.layout;
        // SAFETY: nobody uses the node any more: its value is dropped, or half dropped by a panic. It has this layout
        unsafe { memory::free(self.0.cast(), layout) }
    }
}
