//! Counted, immutable chains of entries.
//!
//! An [`Entry`] owns one count of a node; the node owns one count of its parent. Nodes never change while anybody else
//! may look: only who owns the single count takes a node apart or hangs it elsewhere.
//!
//! The value of a node is counted apart: a [`Kept`] keeps the value and its memory, but nothing of the chain. So another
//! node can stand for an entry (a *link*) without keeping what lay below it. The entries themselves have one of these
//! counts together, which the last of them gives back.
//!
//! What users store may itself hold frames, and so may what those hold: where many values are being dropped within one
//! another, the next one waits. Nothing here recurses with the length of a chain.

use std::{
    alloc::{Layout, dealloc},
    cell::Cell,
    marker::PhantomData,
    mem::{ManuallyDrop, needs_drop},
    ptr::{self, NonNull},
    sync::atomic::{
        AtomicPtr, AtomicU8, AtomicU32, AtomicUsize,
        Ordering::{Acquire, Relaxed, Release},
        fence,
    },
};

use super::index::Index;

/// The value of this storage is "none", whatever its default.
pub(super) const EXITED: u8 = 1;
/// The value is in another node, which this one keeps.
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
    /// How many entries there are; 0 if only the value is kept.
    count: AtomicUsize,
    key: u64,
    /// Unique in the process for entries that somebody will leave, 0 for those of `enter_with`.
    serial: u64,
    vtable: &'static VTable,
    /// Owns a count; written only by who is alone with the node. Of a value that waits to be dropped: the next one.
    parent: Cell<*mut Header>,
    /// The bottom of the environment, kept alive by the chain; null in the global one. Written as `parent` is.
    root: Cell<*mut Header>,
    /// Owned; set at most once while there are entries.
    index: AtomicPtr<Index>,
    /// How many keep the value, all entries together being one.
    kept: AtomicU32,
    /// How many entries there are in the chain, this one included. Written as `parent` is.
    depth: Cell<u32>,
    /// Up to this depth, few entries are shadowed: see `thin.rs`.
    dense: AtomicU32,
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
    drop_value: Option<unsafe fn(*mut Header)>,
    layout: Layout,
}

struct VTableOf<T>(PhantomData<T>);

impl<T> VTableOf<T> {
    const VTABLE: VTable = VTable {
        drop_value: if needs_drop::<T>() {
            Some(drop_value::<T>)
        } else {
            None
        },
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

/// What a node has from the one it hangs on.
struct Hung {
    root: *mut Header,
    depth: u32,
    dense: u32,
    flags: u8,
}

impl Hung {
    #[inline]
    fn on(below: Option<EntryRef<'_>>, flags: u8) -> Self {
        let flags = if flags & NEVER != 0 {
            flags | HAS_NEVER
        } else {
            flags
        };
        let Some(below) = below else {
            return Self {
                root: ptr::null_mut(),
                depth: 1,
                dense: 0,
                flags,
            };
        };
        Self {
            root: below.header().root.get(),
            depth: below.depth().saturating_add(1),
            dense: below.dense(),
            flags: flags | below.flags() & HAS_NEVER,
        }
    }
}

/// Makes a node with so many entries.
#[inline]
fn node<T: Send + Sync + 'static>(
    make: &Make,
    value: T,
    parent: Option<Entry>,
    count: usize,
) -> NonNull<Header> {
    let Hung {
        root,
        depth,
        dense,
        flags,
    } = Hung::on(parent.as_ref().map(Entry::as_ref), make.flags);
    let header = Header {
        count: AtomicUsize::new(count),
        key: make.key,
        serial: make.serial,
        vtable: &VTableOf::<T>::VTABLE,
        parent: Cell::new(into_raw(parent)),
        root: Cell::new(root),
        index: AtomicPtr::new(ptr::null_mut()),
        kept: AtomicU32::new(1),
        depth: Cell::new(depth),
        dense: AtomicU32::new(dense),
        flags: Cell::new(flags),
        walks: AtomicU8::new(0),
    };
    NonNull::from(Box::leak(Box::new(Node { header, value }))).cast()
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
    drop(Kept(node));
    parent
}

/// Keeps the value of a node, and nothing of its chain.
pub(super) struct Kept(NonNull<Header>);

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
        self.0 == entry.holder().0
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
    // SAFETY: as above; made by `Box` with this layout
    unsafe {
        let layout = node.as_ref().vtable.layout;
        dealloc(node.as_ptr().cast(), layout);
    }
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

    /// The node that holds the value: a link says where.
    #[inline]
    pub(super) fn holder(self) -> EntryRef<'a> {
        if !self.has(LINK) {
            return self;
        }
        // SAFETY: a node with `LINK` holds a `Kept`, which keeps what is used of the holder: its value
        let kept = unsafe { &*self.value::<Kept>() };
        EntryRef(kept.0, PhantomData)
    }

    /// A count of the value.
    pub(super) fn keep(self) -> Kept {
        let holder = self.holder();
        // Relaxed: who keeps it may let others keep it, as in `std::sync::Arc`
        if holder.header().kept.fetch_add(1, Relaxed) > i32::MAX as u32 {
            std::process::abort();
        }
        Kept(holder.0)
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

    /// Up to which depth few entries are shadowed.
    #[inline]
    pub(super) fn dense(self) -> u32 {
        self.header().dense.load(Relaxed)
    }

    /// Says that few entries of this chain are shadowed. Only a hint: no order.
    pub(super) fn set_dense(self) {
        self.header().dense.store(self.depth(), Relaxed);
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
