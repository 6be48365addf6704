//! Counted, immutable chains of entries.
//!
//! An [`Entry`] owns one count of a node; the node owns one count of its parent. All entries of a node together own one
//! count of its value (`kept.rs`), which the last of them gives back.

use std::{
    mem::ManuallyDrop,
    ptr::{self, NonNull},
    sync::atomic::Ordering::{Acquire, Relaxed, Release},
};

use super::{
    kept::Kept,
    node::{EXITED, EntryRef, HAS_NEVER, Header, Hung, LINK, Make, NEVER, ROOT, node},
};
use crate::sync::fence;

/// Owns one count of a node, and so everything below it.
pub(super) struct Entry(pub(super) NonNull<Header>);

// SAFETY: values are `Send + Sync` (bounds of `Entry::new`); the cells are written only by a thread that is alone with the node.
unsafe impl Send for Entry {}
// SAFETY: as above
unsafe impl Sync for Entry {}

impl Entry {
    /// Puts an entry with this value on top of `parent`.
    #[inline]
    pub(super) fn new<T: Send + Sync + 'static>(
        make: Make,
        value: T,
        parent: Option<Entry>,
    ) -> Self {
        let node = node(&make, value, parent, 1);
        if make.flags & ROOT != 0 {
            // SAFETY: just made, nobody else knows it
            unsafe { node.as_ref() }.root.set(node.as_ptr());
        }
        Self(node)
    }

    /// Another entry with the value of `of`, on top of `parent`.
    pub(super) fn link(of: EntryRef<'_>, serial: u64, flags: u8, parent: Option<Entry>) -> Self {
        let same = of.flags() & (EXITED | NEVER);
        let make = Make {
            key: of.key(),
            serial,
            flags: flags | same | LINK,
        };
        Self::new(make, of.keep(), parent)
    }

    #[inline]
    pub(super) fn as_ref(&self) -> EntryRef<'_> {
        EntryRef::of(self)
    }

    #[inline]
    pub(super) fn into_raw(self) -> *mut Header {
        ManuallyDrop::new(self).0.as_ptr()
    }

    /// # Safety
    /// `raw` is null or comes from [`into_raw`], and its count was not taken back yet.
    #[inline]
    pub(super) unsafe fn from_raw(raw: *mut Header) -> Option<Self> {
        NonNull::new(raw).map(Self)
    }

    /// Hangs this entry on `parent` instead, and returns what it hung on.
    ///
    /// # Panics
    /// If somebody else has this node.
    pub(super) fn set_parent(&mut self, parent: Option<Entry>) -> Option<Entry> {
        assert!(
            self.as_ref().is_alone(),
            "an entry that others see was to be moved"
        );
        let header = self.as_ref().header();
        let below = parent.as_ref().map(Entry::as_ref);
        let Hung {
            root,
            depth,
            dense,
            flags,
        } = Hung::on(below, header.flags.get() & !HAS_NEVER);
        header.root.set(root);
        header.depth.set(depth);
        header.dense.store(dense, Relaxed);
        header.flags.set(flags);
        // SAFETY: the count that the node owned
        unsafe { Self::from_raw(header.parent.replace(into_raw(parent))) }
    }

    /// Gives this count back, and says whether it was the last one.
    #[inline]
    fn give_back(&self) -> bool {
        if self.as_ref().is_alone() {
            return true;
        }
        if self.as_ref().header().count.fetch_sub(1, Release) != 1 {
            return false;
        }
        fence(Acquire); // pairs with the Release of the others, as in `std::sync::Arc`
        true
    }
}

impl Clone for Entry {
    #[inline]
    fn clone(&self) -> Self {
        self.as_ref().to_owned()
    }
}

impl Drop for Entry {
    #[inline]
    fn drop(&mut self) {
        if self.give_back() {
            // SAFETY: it was the last count
            unsafe { end_chain(self.0) }
        }
    }
}

#[inline]
pub(super) fn into_raw(entry: Option<Entry>) -> *mut Header {
    entry.map_or(ptr::null_mut(), Entry::into_raw)
}

/// Ends a node's part in the chain, and that of each node below that this was the last to hold.
///
/// # Safety
/// The caller owned the last count.
#[inline]
unsafe fn end_chain(node: NonNull<Header>) {
    // SAFETY: as above
    let mut next = unsafe { unhang(node) };
    while let Some(entry) = next {
        if !entry.give_back() {
            return std::mem::forget(entry);
        }
        let node = ManuallyDrop::new(entry).0;
        // SAFETY: its last count was just given back
        next = unsafe { unhang(node) };
    }
}

/// Ends one node's part in the chain and returns the count it had of its parent.
///
/// # Safety
/// The caller owned the last count.
#[inline]
unsafe fn unhang(node: NonNull<Header>) -> Option<Entry> {
    // SAFETY: the count of the value that the entries have together is given back below
    let header = unsafe { node.as_ref() };
    // owned here from now on, so that a user's `Drop` that unwinds below still gives it back
    // SAFETY: the count that the node owned
    let parent = unsafe { Entry::from_raw(header.parent.replace(ptr::null_mut())) };
    let index = header.index.load(Relaxed);
    if !index.is_null() {
        header.index.store(ptr::null_mut(), Relaxed);
        // SAFETY: set once by `set_index`, from a box, for look-ups in this chain
        drop(unsafe { Box::from_raw(index) });
    }
    drop(Kept(node)); // the one that the entries had together
    parent
}
