//! The nodes of frames, and what may be seen of them.
//!
//! `entry.rs` and `kept.rs` say who owns them. Nodes never change while anybody else may look: only who owns the single
//! entry takes a node apart or hangs it elsewhere.

use std::{
    alloc::Layout,
    marker::PhantomData,
    mem::needs_drop,
    ptr::{self, NonNull},
    sync::atomic::Ordering::{Acquire, Relaxed, Release},
};

use super::{
    entry::{Entry, into_raw},
    index::Index,
    kept::Kept,
};
use crate::{
    counters,
    sync::{AtomicPtr, AtomicU8, AtomicU32, AtomicUsize, Cell},
};

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
/// Counted when it was made: see `counters.rs`.
pub(super) const COUNTED: u8 = 1 << 7;

#[repr(C)]
pub(super) struct Header {
    /// How many entries there are; 0 if only the value is kept.
    pub(super) count: AtomicUsize,
    key: u64,
    /// Unique in the process for entries that somebody will leave, 0 for those of `enter_with`.
    serial: u64,
    pub(super) vtable: &'static VTable,
    /// Owns a count; written only by who is alone with the node. Of a value that waits to be dropped: the next one.
    pub(super) parent: Cell<*mut Header>,
    /// The bottom of the environment, kept alive by the chain; null in the global one. Written as `parent` is.
    pub(super) root: Cell<*mut Header>,
    /// Owned; set at most once while there are entries.
    pub(super) index: AtomicPtr<Index>,
    /// How many keep the value, all entries together being one.
    pub(super) kept: AtomicU32,
    /// How many entries there are in the chain, this one included. Written as `parent` is.
    pub(super) depth: Cell<u32>,
    /// Up to this depth, few entries are shadowed: see `thin.rs`.
    pub(super) dense: AtomicU32,
    pub(super) flags: Cell<u8>,
    /// How often a look-up had to walk on from here.
    walks: AtomicU8,
}

#[repr(C)]
struct Node<T> {
    header: Header,
    value: T,
}

pub(super) struct VTable {
    pub(super) drop_value: Option<unsafe fn(*mut Header)>,
    pub(super) layout: Layout,
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
pub(super) struct Hung {
    pub(super) root: *mut Header,
    pub(super) depth: u32,
    pub(super) dense: u32,
    pub(super) flags: u8,
}

impl Hung {
    #[inline]
    pub(super) fn on(below: Option<EntryRef<'_>>, flags: u8) -> Self {
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
pub(super) fn node<T: Send + Sync + 'static>(
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
    let mark = if counters::is_on() { counted() } else { 0 };
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
        flags: Cell::new(flags | mark),
        walks: AtomicU8::new(0),
    };
    NonNull::from(Box::leak(Box::new(Node { header, value }))).cast()
}

#[cold]
fn counted() -> u8 {
    counters::FRAME_ENTRIES.up();
    COUNTED
}

/// A node that somebody owns for at least `'a`.
#[derive(Clone, Copy)]
pub(super) struct EntryRef<'a>(NonNull<Header>, PhantomData<&'a Header>);

impl<'a> EntryRef<'a> {
    #[inline]
    pub(super) fn of(entry: &'a Entry) -> Self {
        Self(entry.0, PhantomData)
    }

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
    pub(super) fn header(self) -> &'a Header {
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
