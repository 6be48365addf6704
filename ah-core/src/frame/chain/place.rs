//! A place that owns an entry, replaced by whoever may write to it.

use std::{ptr, sync::atomic::Ordering::Release};

use super::{
    entry::{Entry, into_raw},
    node::{Header, NodeRef},
};
use crate::sync::Cell;

/// Owns an entry, or nothing.
///
/// Invariant: the pointer is null, or a count is behind it, which leaves by [`replace`](Self::replace) alone. The owner
/// that may write is said where the place is; it has no `Drop`.
pub(crate) struct Place(Cell<*mut Header>);

impl Place {
    #[cfg(not(any(ah_loom, ah_shuttle)))]
    pub(crate) const fn empty() -> Self {
        Self(Cell::new(ptr::null_mut()))
    }

    /// The cells of explorers cannot be created in a constant.
    #[cfg(any(ah_loom, ah_shuttle))]
    pub(crate) fn empty() -> Self {
        Self(Cell::new(ptr::null_mut()))
    }

    /// The address of what is here.
    #[inline]
    pub(crate) fn raw(&self) -> *mut Header {
        self.0.get()
    }

    /// A count of what is here.
    #[inline]
    pub(crate) fn counted(&self) -> Option<Entry> {
        // SAFETY: the count that is here; another one is created before anything else happens
        unsafe { self.get() }.map(NodeRef::to_owned)
    }

    /// What is here.
    ///
    /// # Safety
    /// During `'a` it stays here, or somebody else owns a count of it.
    #[inline]
    pub(crate) unsafe fn get<'a>(&self) -> Option<NodeRef<'a>> {
        // SAFETY: a count is here, and the caller upholds that there is one during `'a`
        unsafe { NodeRef::from_raw(self.0.get()) }
    }

    /// Releases so many counts of what is here.
    ///
    /// # Safety
    /// The caller owns them, and the one that is here is none of them.
    pub(crate) unsafe fn give_back(&self, counts: u32) {
        // SAFETY: the count that is here
        if let Some(node) = unsafe { self.get() } {
            // Release: as for the drop of an `Entry`, of which this is never the last
            node.header().entries.fetch_sub(counts, Release);
        }
    }

    /// Stores an entry here, and returns the former one.
    #[inline]
    pub(crate) fn replace(&self, new: Option<Entry>) -> Option<Entry> {
        // SAFETY: the count that was here, and is not any more
        unsafe { Entry::from_raw(self.0.replace(into_raw(new))) }
    }
}
