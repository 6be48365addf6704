//! Chains, counted.

use std::{
    mem::{self, ManuallyDrop},
    ptr::{self, NonNull},
    sync::atomic::Ordering::{Acquire, Relaxed, Release},
};

use super::{
    keys,
    map::Map,
    node::{BRIDGED, EXITED, GUARD, Header, LINK, MAP, NodeRef, ROOT, SCOPE, Spec, node},
    value::{Link, ValueRef},
};
use crate::sync::fence;

/// Owns a count of a node, which owns a count of its parent, and so everything below.
///
/// Invariant: see [`Header`]. Only `entry.rs` and `node.rs` create or end one.
pub(crate) struct Entry(pub(super) NonNull<Header>);

// SAFETY: values are `Send + Sync` (bounds of `Entry::new`), counts are atomic, and cells are written only by whoever has the
// one entry
unsafe impl Send for Entry {}
// SAFETY: as for `Send`: values are `Sync` and counts are atomic; a shared `Entry` only looks and counts
unsafe impl Sync for Entry {}

impl Entry {
    /// Creates an entry with this value on top of `parent`.
    #[inline]
    pub(crate) fn new<T: Send + Sync + 'static>(
        spec: Spec,
        value: T,
        parent: Option<Entry>,
    ) -> Self {
        // SAFETY: the count of `parent`, which is given away
        Self(unsafe { node(spec, value, into_raw(parent), 1, 1) })
    }

    /// Creates the entry of a guard on top of `parent`, and returns its value, too.
    pub(crate) fn of_guard<T: Send + Sync + 'static>(
        key: u64,
        id: u64,
        value: T,
        parent: Option<Entry>,
    ) -> (Self, ValueRef) {
        let spec = Spec::entry(key, id, GUARD);
        // SAFETY: the count of `parent`, which is given away
        let node = unsafe { node(spec, value, into_raw(parent), 1, 2) };
        (Self(node), ValueRef(node))
    }

    /// The bottom of an environment.
    pub(crate) fn root<T: Send + Sync + 'static>(key: u64, id: u64, value: T) -> Self {
        let root = Self::new(Spec::root(key, id, ROOT), value, None);
        // SAFETY: just created
        unsafe { root.as_ref().set_root_to_self() };
        root
    }

    /// The entry of the same scope or guard again, on top of another frame.
    pub(crate) fn again(of: NodeRef<'_>, id: u64, parent: Option<Entry>) -> Self {
        let flags = of.flags() & (EXITED | SCOPE | GUARD | BRIDGED) | LINK;
        let mut spec = Spec::entry(of.key(), id, flags);
        if keys::is_over(of.key()) {
            spec.never_captured();
        }
        Self::new(spec, Link::to(of), parent)
    }

    /// The form of a frame in which this value shows and nothing else, on top of the bottom of its environment.
    pub(super) fn of_one(
        key: u64,
        value: NodeRef<'_>,
        root: Option<Entry>,
        frame: NodeRef<'_>,
        flags: u16,
    ) -> Self {
        let flags = flags | value.flags() & EXITED | LINK;
        let link = Link::among(value, frame.live_guards());
        Self::new(Spec::entry(key, frame.id(), flags), link, root)
    }

    /// A frame of this map on top of another.
    pub(crate) fn of_map(map: Map, parent: Option<Entry>, id: u64, flags: u16) -> Self {
        Self::new(map.spec(id, flags), map, parent)
    }

    #[inline]
    pub(crate) fn as_ref(&self) -> NodeRef<'_> {
        // SAFETY: this count keeps the node, and it is not changed while `self` is borrowed
        unsafe { NodeRef::from_counted(self.0) }
    }

    #[inline]
    pub(crate) fn into_raw(self) -> *mut Header {
        ManuallyDrop::new(self).0.as_ptr()
    }

    /// # Safety
    /// `raw` is null or comes from [`into_raw`](Self::into_raw), and its count was not taken back yet.
    #[inline]
    pub(crate) unsafe fn from_raw(raw: *mut Header) -> Option<Self> {
        NonNull::new(raw).map(Self)
    }

    /// Moves this entry on top of `parent`, and returns what it was on top of.
    ///
    /// # Panics
    /// If somebody else has this node.
    pub(crate) fn set_parent(&mut self, parent: Option<Entry>) -> Option<Entry> {
        let this = self.as_ref();
        assert!(this.is_alone(), "an entry that others see was to be moved");
        let old = this.replace_parent(parent);
        // SAFETY: alone, by the assertion, and `self` is borrowed exclusively
        drop(unsafe { this.renew(this.id()) });
        old
    }

    /// Changes the map that this is an entry of, which then names another frame: the one with this id. Returns what `change`
    /// did, and the canonical form of what was. `None` if this is no map, or somebody else has the node.
    pub(crate) fn change_map<R>(
        &mut self,
        id: u64,
        change: impl FnOnce(&mut Map) -> R,
    ) -> Option<(R, Option<Entry>)> {
        let this = self.as_ref();
        if !this.has(MAP) || !this.is_alone() {
            return None;
        }
        let map: *mut Map = this.value::<Map>().cast_mut();
        // SAFETY: a node with `MAP` holds a `Map`; alone, and `self` is borrowed exclusively, so nobody has a reference of it
        let result = change(unsafe { &mut *map });
        // SAFETY: still alone, and `self` is borrowed exclusively
        Some((result, unsafe { this.renew(id) }))
    }

    /// Releases this count, and returns the node if it was the last one.
    #[inline]
    fn give_back(&self) -> Option<Unowned> {
        if !self.as_ref().is_alone() {
            if self.as_ref().header().entries.fetch_sub(1, Release) != 1 {
                return None;
            }
            fence(Acquire); // pairs with the Release of the others, as in `std::sync::Arc`
        }
        Some(Unowned(ValueRef(self.0)))
    }
}

impl NodeRef<'_> {
    #[inline]
    pub(crate) fn to_owned(self) -> Entry {
        // Relaxed: whoever has a count may create another, as in `std::sync::Arc`
        if self.header().entries.fetch_add(1, Relaxed) > i32::MAX as u32 {
            std::process::abort();
        }
        Entry(self.as_non_null())
    }

    /// Takes the parent out, if there is only one entry, which is about to be dropped; else counts it once more.
    #[inline]
    pub(crate) fn take_parent(self) -> Option<Entry> {
        if !self.is_alone() {
            return self.parent().map(NodeRef::to_owned);
        }
        self.replace_parent(None) // alone, so nobody reads it at the same time
    }

    /// Replaces the parent, and returns the former one. Called only by the owner of the one entry.
    #[inline]
    fn replace_parent(self, new: Option<Entry>) -> Option<Entry> {
        // SAFETY: the count that was there, and is not any more
        unsafe { Entry::from_raw(self.header().parent.replace(into_raw(new))) }
    }

    /// Takes the canonical form out.
    ///
    /// # Safety
    /// The caller has the one entry of the node.
    #[inline]
    unsafe fn take_canonical(self) -> Option<Entry> {
        let place = &self.header().canonical;
        let raw = place.load(Relaxed);
        if raw.is_null() {
            return None;
        }
        place.store(ptr::null_mut(), Relaxed);
        // SAFETY: the count that was there, and is not any more; the caller has the one entry, so nobody else looks
        unsafe { Entry::from_raw(raw) }
    }

    /// Names another frame from now on: what the node holds, or what lies below, has changed. Returns the canonical form of
    /// the frame that was.
    ///
    /// # Safety
    /// The caller has the one entry of the node, and no read is open on it.
    unsafe fn renew(self, id: u64) -> Option<Entry> {
        let spec = match self.map() {
            Some(map) => map.spec(id, self.flags()),
            None => Spec::entry(self.key(), id, self.flags()),
        };
        // SAFETY: the caller upholds the same
        unsafe {
            self.describe(&spec);
            self.take_canonical()
        }
    }
}

impl<'a> NodeRef<'a> {
    /// Leaves a canonical form here, unless another thread has, and returns the one that is here.
    pub(super) fn set_canonical(self, form: Entry) -> Option<NodeRef<'a>> {
        let (null, raw) = (ptr::null_mut(), form.as_ref().as_raw());
        let place = &self.header().canonical;
        if place.compare_exchange(null, raw, Release, Relaxed).is_ok() {
            mem::forget(form); // its count is there from now on
        }
        self.canonical()
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
        if let Some(node) = self.give_back() {
            node.end_chain();
        }
    }
}

#[inline]
pub(crate) fn into_raw(entry: Option<Entry>) -> *mut Header {
    entry.map_or(ptr::null_mut(), Entry::into_raw)
}

/// A node whose last entry was given back, with the count of the value that its entries had together.
///
/// Invariant: [`Entry::give_back`] alone creates it, so nobody else has an entry.
struct Unowned(ValueRef);

impl Unowned {
    /// Ends the node's part in the chain, and that of each node below that this was the last to hold.
    #[inline(never)]
    fn end_chain(self) {
        let mut next = self.unhang();
        while let Some(entry) = next {
            next = ManuallyDrop::new(entry).give_back().and_then(Self::unhang);
        }
    }

    /// Ends the node's part in the chain and returns the count it had of its parent.
    #[inline]
    fn unhang(self) -> Option<Entry> {
        let node = self.0.node();
        // owned from now on, so that a user's `Drop` that unwinds below still gives them back
        let parent = node.replace_parent(None);
        // SAFETY: nobody has an entry
        if let Some(form) = unsafe { node.take_canonical() } {
            drop_canonical(form);
        }
        drop(self.0); // last: a user's `Drop` may run
        parent
    }
}

/// Drops a canonical form. It has a newer one if something in it is over, and so on: as many as there were entries.
#[cold]
#[inline(never)]
fn drop_canonical(first: Entry) {
    let mut next = Some(first);
    while let Some(form) = next {
        let alone = form.as_ref().is_alone();
        // SAFETY: this is the one entry
        next = alone
            .then(|| unsafe { form.as_ref().take_canonical() })
            .flatten();
        drop(form);
    }
}
