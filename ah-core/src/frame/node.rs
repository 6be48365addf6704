//! Counted, immutable chains of entries.
//!
//! An [`Entry`] owns one count of a node; the node owns one count of its parent. Nodes never change while anybody else
//! may look: only who owns the single count takes a node apart or hangs it elsewhere. There is no weak count, so "am I
//! alone" is one load.

use std::{
    alloc::{Layout, dealloc},
    cell::Cell,
    marker::PhantomData,
    mem::ManuallyDrop,
    ptr::{self, NonNull},
    sync::atomic::{
        AtomicPtr, AtomicU8, AtomicUsize,
        Ordering::{Acquire, Relaxed, Release},
        fence,
    },
};

use super::index::Index;

/// The value of this storage is "none", whatever its default.
pub(super) const EXITED: u8 = 1;
/// The value is in another node, whose count this one holds.
pub(super) const LINK: u8 = 1 << 1;
/// Made by a `run`, `exit` or `scope` that is in progress for as long as the entry is in force.
pub(super) const SCOPE: u8 = 1 << 2;
/// Belongs to a storage that spawned work does not inherit.
pub(super) const NEVER: u8 = 1 << 3;
/// This entry, or one below it, is [`NEVER`].
pub(super) const HAS_NEVER: u8 = 1 << 4;
/// What lies below was captured somewhere else; see `never.rs`.
pub(super) const SEAL: u8 = 1 << 5;
/// The bottom of an environment.
pub(super) const ROOT: u8 = 1 << 6;

#[repr(C)]
pub(super) struct Header {
    count: AtomicUsize,
    pub(super) key: u64,
    /// Unique in the process for entries that somebody will leave, 0 for those of `enter_with`.
    pub(super) serial: u64,
    vtable: &'static VTable,
    /// Owns a count; written only by who is alone with the node.
    parent: Cell<*mut Header>,
    /// The bottom of the environment, kept alive by the chain; null in the global one. Written as `parent` is.
    root: Cell<*mut Header>,
    /// Owned; set at most once.
    index: AtomicPtr<Index>,
    /// How many entries there are, this one included. Written as `parent` is.
    depth: Cell<u32>,
    flags: Cell<u8>,
    /// How often a look-up had to walk on from here.
    walks: AtomicU8,
}

#[repr(C)]
struct Node<T> {
    header: Header,
    value: T,
}

struct VTable {
    drop_value: unsafe fn(*mut Header),
    layout: Layout,
}

struct VTableOf<T>(PhantomData<T>);

impl<T> VTableOf<T> {
    const VTABLE: VTable = VTable {
        drop_value: drop_value::<T>,
        layout: Layout::new::<Node<T>>(),
    };
}

/// # Safety
/// The node holds a `T`, and nobody uses that value any more.
unsafe fn drop_value<T>(node: *mut Header) {
    // SAFETY: see above
    unsafe { ptr::drop_in_place(&raw mut (*node.cast::<Node<T>>()).value) }
}

/// What a new entry is made of, beside its value.
pub(super) struct Make {
    pub(super) key: u64,
    pub(super) serial: u64,
    pub(super) flags: u8,
}

/// Owns one count of a node, and so everything below it.
pub(super) struct Entry(NonNull<Header>);

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
        let (mut root, mut depth, mut flags) = (ptr::null_mut(), 1, make.flags);
        if let Some(parent) = &parent {
            let below = parent.as_ref().header();
            root = below.root.get();
            depth = below.depth.get().saturating_add(1);
            flags |= below.flags.get() & HAS_NEVER;
        }
        if flags & NEVER != 0 {
            flags |= HAS_NEVER;
        }
        let header = Header {
            count: AtomicUsize::new(1),
            key: make.key,
            serial: make.serial,
            vtable: &VTableOf::<T>::VTABLE,
            parent: Cell::new(into_raw(parent)),
            root: Cell::new(root),
            index: AtomicPtr::new(ptr::null_mut()),
            depth: Cell::new(depth),
            flags: Cell::new(flags),
            walks: AtomicU8::new(0),
        };
        let node: NonNull<Header> =
            NonNull::from(Box::leak(Box::new(Node { header, value }))).cast();
        if flags & ROOT != 0 {
            // SAFETY: just made, nobody else knows it
            unsafe { node.as_ref() }.root.set(node.as_ptr());
        }
        Self(node)
    }

    /// Another entry with the value of `of`, on top of `parent`.
    pub(super) fn link(of: EntryRef<'_>, serial: u64, flags: u8, parent: Option<Entry>) -> Self {
        let kept = of.flags() & (EXITED | NEVER);
        let make = Make {
            key: of.key(),
            serial,
            flags: flags | kept | LINK,
        };
        Self::new(make, of.holder().to_owned(), parent)
    }

    #[inline]
    pub(super) fn as_ref(&self) -> EntryRef<'_> {
        EntryRef(self.0, PhantomData)
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
        let (mut root, mut depth, mut flags) =
            (ptr::null_mut(), 1, header.flags.get() & !HAS_NEVER);
        if let Some(parent) = &parent {
            let below = parent.as_ref().header();
            root = below.root.get();
            depth = below.depth.get().saturating_add(1);
            flags |= below.flags.get() & HAS_NEVER;
        }
        if flags & NEVER != 0 {
            flags |= HAS_NEVER;
        }
        header.root.set(root);
        header.depth.set(depth);
        header.flags.set(flags);
        // SAFETY: the count that the node owned
        unsafe { Self::from_raw(header.parent.replace(into_raw(parent))) }
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
            unsafe { free(self.0) }
        }
    }
}

impl Entry {
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

/// Frees a node, and then what it was the last to hold, one after the other: long chains must not use up the stack.
///
/// # Safety
/// The caller owned the last count.
#[cold]
#[inline(never)]
unsafe fn free_chain(mut next: Option<Entry>) {
    while let Some(entry) = next {
        if !entry.give_back() {
            std::mem::forget(entry);
            return;
        }
        let node = ManuallyDrop::new(entry).0;
        // SAFETY: the last count was just given back
        next = unsafe { free_one(node) };
    }
}

/// # Safety
/// The caller owned the last count.
#[inline]
unsafe fn free(node: NonNull<Header>) {
    // SAFETY: as above
    let next = unsafe { free_one(node) };
    if next.is_some() {
        // SAFETY: `next` owns the count that the node owned
        unsafe { free_chain(next) }
    }
}

/// Frees one node and returns the count it had of its parent.
///
/// # Safety
/// The caller owned the last count.
#[inline]
unsafe fn free_one(node: NonNull<Header>) -> Option<Entry> {
    struct Memory(NonNull<Header>, Layout);
    impl Drop for Memory {
        #[inline]
        fn drop(&mut self) {
            // SAFETY: made by `Box` with this layout; the value and the index are gone
            unsafe { dealloc(self.0.as_ptr().cast(), self.1) }
        }
    }
    // SAFETY: the node is alive until `memory` goes
    let header = unsafe { &*node.as_ptr() };
    // owned from here on, so that a user's `Drop` that unwinds below still gives it back
    // SAFETY: the count that the node owned
    let parent = unsafe { Entry::from_raw(header.parent.get()) };
    let drop_value = header.vtable.drop_value;
    let _memory = Memory(node, header.vtable.layout);
    let index = header.index.load(Relaxed);
    if !index.is_null() {
        // SAFETY: set once by `set_index`, from a box
        drop(unsafe { Box::from_raw(index) });
    }
    // SAFETY: the vtable is that of the value's type, and this is the end of it
    unsafe { drop_value(node.as_ptr()) };
    parent
}

#[inline]
pub(super) fn into_raw(entry: Option<Entry>) -> *mut Header {
    entry.map_or(ptr::null_mut(), Entry::into_raw)
}

/// A node that somebody owns for at least `'a`.
#[derive(Clone, Copy)]
pub(super) struct EntryRef<'a>(NonNull<Header>, PhantomData<&'a Header>);

impl<'a> EntryRef<'a> {
    /// # Safety
    /// `raw` is null, or somebody owns a count of it during `'a`, and does not change it.
    #[inline]
    pub(super) unsafe fn from_raw(raw: *mut Header) -> Option<Self> {
        NonNull::new(raw).map(|node| Self(node, PhantomData))
    }

    #[inline]
    pub(super) fn as_raw(self) -> *mut Header {
        self.0.as_ptr()
    }

    #[inline]
    fn header(self) -> &'a Header {
        // SAFETY: alive during `'a`, by `from_raw` or by the `Entry` that this was borrowed from
        unsafe { &*self.0.as_ptr() }
    }

    #[inline]
    pub(super) fn to_owned(self) -> Entry {
        // Relaxed: who has a count may make another, as in `std::sync::Arc`
        if self.header().count.fetch_add(1, Relaxed) > isize::MAX as usize {
            std::process::abort();
        }
        Entry(self.0)
    }

    /// Is there only one count?
    #[inline]
    pub(super) fn is_alone(self) -> bool {
        // Acquire: pairs with the Release of `give_back` in other threads, whose use of the node is over
        self.header().count.load(Acquire) == 1
    }

    /// Takes the parent out, if there is only one count of this node, which is about to go; else counts it once more.
    #[inline]
    pub(super) fn take_parent(self) -> Option<Entry> {
        if !self.is_alone() {
            return self.parent().map(EntryRef::to_owned);
        }
        // SAFETY: the count that the node owned; alone, so nobody reads `parent` at the same time
        unsafe { Entry::from_raw(self.header().parent.replace(ptr::null_mut())) }
    }

    #[inline]
    pub(super) fn key(self) -> u64 {
        self.header().key
    }

    #[inline]
    pub(super) fn serial(self) -> u64 {
        self.header().serial
    }

    #[inline]
    pub(super) fn flags(self) -> u8 {
        self.header().flags.get()
    }

    #[inline]
    pub(super) fn has(self, flags: u8) -> bool {
        self.flags() & flags != 0
    }

    #[inline]
    pub(super) fn depth(self) -> u32 {
        self.header().depth.get()
    }

    #[inline]
    pub(super) fn parent(self) -> Option<EntryRef<'a>> {
        // SAFETY: this node owns a count of its parent and is itself alive and unchanged during `'a`
        unsafe { Self::from_raw(self.header().parent.get()) }
    }

    #[inline]
    pub(super) fn root(self) -> Option<EntryRef<'a>> {
        // SAFETY: the root lies in the chain below this node
        unsafe { Self::from_raw(self.header().root.get()) }
    }

    /// The node that holds the value.
    #[inline]
    pub(super) fn holder(self) -> EntryRef<'a> {
        if !self.has(LINK) {
            return self;
        }
        // SAFETY: a node with `LINK` holds an `Entry` (`Entry::link`)
        let held = unsafe { &*self.value::<Entry>() };
        EntryRef(held.0, PhantomData)
    }

    /// Where a value of type `T` would be.
    #[inline]
    pub(super) fn value<T>(self) -> *const T {
        let node: *mut Node<T> = self.0.as_ptr().cast();
        // SAFETY: only an address within the node's allocation is computed
        unsafe { &raw const (*node).value }
    }

    pub(super) fn index(self) -> Option<&'a Index> {
        // Acquire: pairs with the Release of `set_index`
        // SAFETY: the index lives as long as the node
        unsafe { self.header().index.load(Acquire).as_ref() }
    }

    pub(super) fn set_index(self, index: Index) {
        let new = Box::into_raw(Box::new(index));
        if self
            .header()
            .index
            .compare_exchange(ptr::null_mut(), new, Release, Relaxed)
            .is_err()
        {
            // SAFETY: it stayed ours
            drop(unsafe { Box::from_raw(new) });
        }
    }

    /// Counts a walk that began here, and returns how many did before. Only a hint: no order, and it may miss some.
    pub(super) fn note_walk(self) -> u8 {
        let walks = self.header().walks.load(Relaxed);
        self.header().walks.store(walks.saturating_add(1), Relaxed);
        walks
    }

    /// This entry and those below it.
    pub(super) fn chain(self) -> impl Iterator<Item = EntryRef<'a>> {
        std::iter::successors(Some(self), |entry| entry.parent())
    }
}

impl PartialEq for EntryRef<'_> {
    #[inline]
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}
