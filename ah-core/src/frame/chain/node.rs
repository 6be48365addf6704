//! The nodes of frames, and what may be seen of them. What counts them is in the files above: `value.rs`, `map.rs`, `entry.rs`.

use std::{
    alloc::Layout,
    marker::PhantomData,
    mem::needs_drop,
    ptr::{self, NonNull},
    sync::atomic::Ordering::{Acquire, Relaxed},
};

use super::{
    keys::{self, bit, generation, is_never, number},
    memory,
};
use crate::{
    counters,
    sync::{AtomicPtr, AtomicU8, AtomicU32, AtomicU64, Cell},
};

/// The storage is exited: it has no value, whatever its default.
pub(crate) const EXITED: u16 = 1;
/// The value is in another node, which this one keeps.
pub(crate) const LINK: u16 = 1 << 1;
/// Of a `run`, `exit` or `scope`, which is in progress for as long as the entry is in the current frame.
pub(crate) const SCOPE: u16 = 1 << 2;
/// Of a guard.
pub(crate) const GUARD: u16 = 1 << 3;
/// Holds a `Map` of many storages, not a value of one.
pub(crate) const MAP: u16 = 1 << 4;
/// The bottom of an environment.
pub(crate) const ROOT: u16 = 1 << 5;
/// Counted when it was created: see `counters.rs`.
pub(super) const COUNTED: u16 = 1 << 6;
/// Of a captured form: it leaves out entries that spawned work does not inherit.
pub(crate) const LEFT_OUT: u16 = 1 << 7;
/// Has what bridges captured: see `bridged.rs`.
pub(crate) const BRIDGED: u16 = 1 << 8;

/// In the counts of a node: an entry of a scope, and one of a guard.
const A_SCOPE: u64 = 1;
const A_GUARD: u64 = 1 << 32;
/// In the counts of a node: it, or one below it, is [`BRIDGED`]. The sign of the number of scopes.
const HAS_BRIDGED: u64 = 1 << 31;

/// A node: a value, and its place in a chain.
///
/// Invariants, kept by this folder alone:
///
/// 1. `entries` is the number of `Entry`s, those counted that are held as raw pointers (a parent, a canonical form, the
///    current frame, a carried one). With the last of them the node's part in the chain ends.
/// 2. `values` is the number of `ValueRef`s; all entries together have one. With the last of them the value is dropped and
///    the memory freed.
/// 3. What is in a `Cell` is written only by the owner of the one entry of the node, while no read is open on it. So a
///    node that somebody else may see never changes. What a `ValueRef` looks at is constant or atomic.
/// 4. A node with a storage's key holds a value of that storage's type, or nothing if [`EXITED`]; one with [`MAP`] holds a
///    `Map`; one with [`LINK`] a `Link`.
#[repr(C)]
pub(crate) struct Header {
    pub(super) entries: AtomicU32,
    pub(super) values: AtomicU32,
    key: u64,
    /// Names the frame that ends here, in the process and for ever; a captured form has the name of its frame. An entry that
    /// will be left is left by it.
    id: Cell<u64>,
    pub(super) vtable: &'static VTable,
    /// A count of the node below, or null.
    pub(super) parent: Cell<*mut Header>,
    /// The bottom of the environment, kept alive by the chain; null in the global one. Of a value that waits to be dropped:
    /// the next one.
    pub(super) root: Cell<*mut Header>,
    /// A count of the canonical form, once there is one. Removed only by the owner of the one entry.
    pub(super) canonical: AtomicPtr<Header>,
    /// What a look-up that began here found below, or null: a value of this chain, so it is there as long as the chain
    /// is what it was. [`describe`](NodeRef::describe) sets it to null.
    found: AtomicPtr<Header>,
    /// The generation (see `keys.rs`) in which this chain was found to be its own canonical form; 0 if it was not. Of the value
    /// of a guard, which no form has: the generation that ended when the guard was dropped.
    checked: AtomicU64,
    /// How many entries of scopes there are in the chain, and above [`A_GUARD`] how many of guards; and
    /// [`HAS_BRIDGED`].
    counts: Cell<u64>,
    /// One bit for each storage of the chain: a bit that is not set is of none.
    mask: Cell<u32>,
    /// The highest number of a storage in the chain.
    highest: Cell<u32>,
    pub(super) flags: u16,
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
    // SAFETY: the caller upholds that the value is a `T` and is not used any more
    unsafe { ptr::drop_in_place(&raw mut (*node.cast::<Node<T>>()).value) }
}

/// What a new node is about.
pub(crate) struct Spec {
    key: u64,
    id: u64,
    flags: u16,
    mask: u32,
    /// The lowest and the highest number of a storage, as far as that is known.
    numbers: (u32, u32),
    /// Whether a captured form may have this node as it is.
    capturable: bool,
}

impl Spec {
    /// An entry of one storage.
    #[inline]
    pub(crate) fn entry(key: u64, id: u64, flags: u16) -> Self {
        Self {
            key,
            id,
            flags,
            mask: bit(key),
            numbers: (number(key), number(key)),
            capturable: !is_never(key) && flags & GUARD == 0,
        }
    }

    /// No captured form may have this node.
    pub(super) fn never_captured(&mut self) {
        self.capturable = false;
    }

    /// What holds values of many storages: the bits of their numbers, and the highest.
    pub(super) fn map(id: u64, flags: u16, mask: u32, highest: u32, capturable: bool) -> Self {
        Self {
            key: keys::MAP_KEY,
            id,
            flags: flags | MAP,
            mask,
            numbers: (0, highest),
            capturable,
        }
    }

    /// A value in no chain.
    pub(super) fn value(key: u64) -> Self {
        Self::root(key, 0, 0)
    }

    /// The bottom of an environment: no look-up asks for it.
    pub(crate) fn root(key: u64, id: u64, flags: u16) -> Self {
        Self {
            key,
            id,
            flags,
            mask: 0,
            numbers: (0, 0),
            capturable: true,
        }
    }
}

/// What a node has in common with the chain that it is on top of.
struct Sum {
    root: *mut Header,
    checked: u64,
    mask: u32,
    highest: u32,
    counts: u64,
}

impl Sum {
    #[inline]
    fn of(below: Option<NodeRef<'_>>, spec: &Spec) -> Self {
        let (lowest, highest) = spec.numbers;
        let counts = match spec.flags & (SCOPE | GUARD) {
            0 => 0,
            SCOPE => A_SCOPE,
            _ => A_GUARD,
        };
        let bridged = if spec.flags & BRIDGED != 0 {
            HAS_BRIDGED
        } else {
            0
        };
        let Some(below) = below else {
            return Self {
                root: ptr::null_mut(),
                checked: if spec.capturable { generation() } else { 0 },
                mask: spec.mask,
                highest,
                counts: counts | bridged,
            };
        };
        // storages are numbered as they are first used, and so, most often, as they are nested
        let below_highest = below.header().highest.get();
        let is_other = spec.mask & below.mask() == 0 || lowest > below_highest;
        let hides_nothing = spec.capturable && is_other;
        Self {
            root: below.header().root.get(),
            checked: if hides_nothing { below.checked() } else { 0 },
            mask: spec.mask | below.mask(),
            highest: highest.max(below_highest),
            counts: (below.header().counts.get() + counts) | bridged,
        }
    }
}

/// Allocates a node with so many entries and values.
///
/// # Safety
/// `parent` is null, or a count of an entry, which is the node's from now on.
#[inline]
pub(super) unsafe fn node<T: Send + Sync + 'static>(
    spec: Spec,
    value: T,
    parent: *mut Header,
    entries: u32,
    values: u32,
) -> NonNull<Header> {
    // SAFETY: the caller's count, which is in the node as long as it is looked at
    let below = unsafe { NodeRef::from_raw(parent) };
    let sum = Sum::of(below, &spec);
    let counted = if counters::is_on() { counted() } else { 0 };
    let header = Header {
        entries: AtomicU32::new(entries),
        values: AtomicU32::new(values),
        key: spec.key,
        id: Cell::new(spec.id),
        vtable: &VTableOf::<T>::VTABLE,
        parent: Cell::new(parent),
        root: Cell::new(sum.root),
        canonical: AtomicPtr::new(ptr::null_mut()),
        found: AtomicPtr::new(ptr::null_mut()),
        checked: AtomicU64::new(sum.checked),
        mask: Cell::new(sum.mask),
        highest: Cell::new(sum.highest),
        counts: Cell::new(sum.counts),
        flags: spec.flags | counted,
        walks: AtomicU8::new(0),
    };
    memory::place(Node { header, value }).cast()
}

#[cold]
fn counted() -> u16 {
    counters::FRAME_ENTRIES.up();
    COUNTED
}

/// A node that somebody owns for at least `'a`.
#[derive(Clone, Copy)]
pub(crate) struct NodeRef<'a>(NonNull<Header>, PhantomData<&'a Header>);

impl<'a> NodeRef<'a> {
    /// # Safety
    /// Somebody owns an entry of it or its value during `'a`, and does not change it.
    #[inline]
    pub(super) unsafe fn from_counted(node: NonNull<Header>) -> Self {
        Self(node, PhantomData)
    }

    /// # Safety
    /// `raw` is null, or somebody owns an entry of it during `'a`, and does not change it.
    #[inline]
    pub(crate) unsafe fn from_raw(raw: *mut Header) -> Option<Self> {
        NonNull::new(raw).map(|node| Self(node, PhantomData))
    }

    #[inline]
    pub(crate) fn as_raw(self) -> *mut Header {
        self.0.as_ptr()
    }

    #[inline]
    pub(super) fn as_non_null(self) -> NonNull<Header> {
        self.0
    }

    #[inline]
    pub(super) fn header(self) -> &'a Header {
        // SAFETY: alive during `'a`, by `from_raw` or `from_counted`
        unsafe { &*self.0.as_ptr() }
    }

    /// Returns `true` if there is only one entry.
    #[inline]
    pub(crate) fn is_alone(self) -> bool {
        // Acquire: pairs with the Release of `Entry::give_back` in other threads, whose use of the node has ended
        self.header().entries.load(Acquire) == 1
    }

    #[inline]
    pub(crate) fn key(self) -> u64 {
        self.header().key
    }

    /// Names the frame that ends here.
    #[inline]
    pub(crate) fn id(self) -> u64 {
        self.header().id.get()
    }

    /// Returns `true` if this is an entry with this key that holds its value itself, and whose guard, if any, need not
    /// be asked.
    #[inline]
    pub(crate) fn is_plain(self, key: u64) -> bool {
        self.key() == key && !self.has(EXITED | LINK | GUARD)
    }

    #[inline]
    pub(crate) fn has(self, flags: u16) -> bool {
        self.header().flags & flags != 0
    }

    pub(super) fn flags(self) -> u16 {
        self.header().flags
    }

    #[inline]
    pub(crate) fn mask(self) -> u32 {
        self.header().mask.get()
    }

    #[inline]
    pub(crate) fn scopes(self) -> u32 {
        self.signed_scopes() & !(HAS_BRIDGED as u32)
    }

    /// As [`scopes`](Self::scopes), with the highest bit set if the chain [is bridged](Self::is_bridged).
    #[inline]
    pub(crate) fn signed_scopes(self) -> u32 {
        self.header().counts.get() as u32
    }

    /// Returns `true` if the chain has what bridges captured.
    #[inline]
    pub(crate) fn is_bridged(self) -> bool {
        self.header().counts.get() & HAS_BRIDGED != 0
    }

    #[inline]
    pub(crate) fn guards(self) -> u32 {
        (self.header().counts.get() / A_GUARD) as u32
    }

    #[inline]
    pub(crate) fn parent(self) -> Option<NodeRef<'a>> {
        // SAFETY: this node is alive and unchanged during `'a`, so the entry of the parent stays there
        unsafe { Self::from_raw(self.header().parent.get()) }
    }

    #[inline]
    pub(crate) fn root(self) -> Option<NodeRef<'a>> {
        // SAFETY: the root lies in the chain below this node
        unsafe { Self::from_raw(self.header().root.get()) }
    }

    /// This node and those below it.
    pub(crate) fn chain(self) -> impl Iterator<Item = NodeRef<'a>> {
        std::iter::successors(Some(self), |node| node.parent())
    }

    /// Where a value of type `T` would be.
    #[inline]
    pub(crate) fn value<T>(self) -> *const T {
        let node: *mut Node<T> = self.0.as_ptr().cast();
        // SAFETY: only an address within the node's allocation is computed
        unsafe { &raw const (*node).value }
    }

    /// The entries of guards in the chain, the newest first.
    pub(crate) fn all_guards(self) -> impl Iterator<Item = NodeRef<'a>> {
        let with_guards = self.chain().take_while(|node| node.guards() > 0);
        with_guards.filter(|node| node.has(GUARD))
    }

    /// In which generation this chain was found to be its own canonical form.
    #[inline]
    pub(crate) fn checked(self) -> u64 {
        self.header().checked.load(Relaxed)
    }

    /// Relaxed: what the chain holds does not change with this.
    pub(super) fn set_checked(self, generation: u64) {
        self.header().checked.store(generation, Relaxed);
    }

    /// The canonical form, if it was created.
    #[inline]
    pub(crate) fn canonical(self) -> Option<NodeRef<'a>> {
        // SAFETY: a count is there, and stays while this node is unchanged
        // Acquire: pairs with the Release of `set_canonical`
        unsafe { Self::from_raw(self.header().canonical.load(Acquire)) }
    }

    /// What was found from here under this key, if that was noted.
    #[inline]
    pub(crate) fn found(self, key: u64) -> Option<NodeRef<'a>> {
        // SAFETY: a value of this chain, which is unchanged during `'a`
        // Relaxed: whoever sees the chain sees what is in it
        let found = unsafe { Self::from_raw(self.header().found.load(Relaxed)) }?;
        (found.key() == key).then_some(found)
    }

    /// Notes a value that was found from here: the last one, or the first if others look from here at the same time. Not
    /// where a guard may end it.
    #[inline]
    pub(super) fn note_found(self, value: NodeRef<'a>) {
        let place = &self.header().found;
        let may_write = place.load(Relaxed).is_null() || self.is_alone();
        if may_write && self.guards() == 0 && !value.has(EXITED) {
            place.store(value.as_raw(), Relaxed);
        }
    }

    /// Counts a walk that began here, and returns how many did before. Only a hint: it may miss some.
    pub(super) fn note_walk(self) -> u8 {
        let walks = self.header().walks.load(Relaxed);
        self.header().walks.store(walks.saturating_add(1), Relaxed);
        walks
    }

    /// Has the node be about this from now on.
    ///
    /// # Safety
    /// The caller has the one entry of the node, and no read is open on it.
    pub(super) unsafe fn describe(self, spec: &Spec) {
        let header = self.header();
        let sum = Sum::of(self.parent(), spec);
        header.found.store(ptr::null_mut(), Relaxed);
        header.id.set(spec.id);
        header.root.set(sum.root);
        header.mask.set(sum.mask);
        header.highest.set(sum.highest);
        header.counts.set(sum.counts);
        // what it held was found to show in an earlier generation, if in any
        self.set_checked(sum.checked.min(self.checked()));
    }

    /// Makes this the bottom of its chain's environment.
    ///
    /// # Safety
    /// The caller has just created it.
    pub(super) unsafe fn set_root_to_self(self) {
        self.header().root.set(self.as_raw());
    }
}

impl PartialEq for NodeRef<'_> {
    #[inline]
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}
