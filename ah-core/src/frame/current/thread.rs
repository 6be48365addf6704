//! Where the current frame of a thread is, and how it is replaced and captured.

use std::{
    cell::RefCell,
    mem::{self, ManuallyDrop},
    ptr,
    sync::atomic::Ordering::Relaxed,
};

use crate::{
    bridge::registry::is_any,
    frame::chain::{
        bridged::ON_NOTHING,
        canonical::{self, has_ended_guard, without_ended},
        entry::Entry,
        node::{Header, LEFT_OUT, NodeRef, SCOPE},
        place::Place,
    },
    report::delivery::drop_while_ending,
    sync::{AtomicU64, Cell, thread_local},
};

/// What a thread knows of frames.
///
/// Invariant: `current` is written by [`replace`](Self::replace) alone, which keeps what an open read looks at alive
/// (`read.rs`), and gives spare counts back (`spare.rs`).
pub(crate) struct Thread {
    pub(super) current: Place,
    /// So many counts of the current frame are owned beside that: see `spare.rs`. And whether a bridge installed anything.
    pub(super) spare: Cell<u32>,
    /// The frame that the open reads read: see `read.rs`, for the next two, too.
    pub(super) pinned: Cell<*mut Header>,
    pub(super) reads: Cell<u32>,
    pub(super) rescued: Place,
    next_serial: Cell<u64>,
    /// How many scopes of the current frame are not in progress around this call: its other ones are.
    pub(crate) floor: Cell<u32>,
    /// How many guards of this thread there are.
    pub(super) guards: Cell<u32>,
    /// How many there are of each storage, by its number.
    pub(super) guards_of: RefCell<Vec<u32>>,
}

// No `Drop`: reading needs no registration and no check for life, and still answers while the thread ends.
thread_local! {
    static THREAD: ManuallyDrop<Thread> = const {
        ManuallyDrop::new(Thread {
            current: Place::empty(),
            spare: Cell::new(0),
            pinned: Cell::new(ptr::null_mut()),
            reads: Cell::new(0),
            rescued: Place::empty(),
            next_serial: Cell::new(0),
            floor: Cell::new(0),
            guards: Cell::new(0),
            guards_of: RefCell::new(Vec::new()),
        })
    };
}

/// Empties the thread's frame when the thread ends.
struct AtExit;

thread_local! {
    static AT_EXIT: AtExit = const { AtExit };
}

impl Drop for AtExit {
    /// A panic would abort the process, so the stores are dropped one by one, each contained.
    fn drop(&mut self) {
        with_thread(|thread| {
            drop(thread.guards_of.take());
            let frame = thread.replace(None);
            let nodes = frame.iter().flat_map(|frame| frame.as_ref().chain());
            let stores: Vec<_> = nodes
                .flat_map(|node| match node.map() {
                    Some(map) => map.entries().map(|(_, value)| value.clone()).collect(),
                    None => vec![node.keep()],
                })
                .collect();
            drop(frame);
            stores.into_iter().for_each(drop_while_ending);
        });
    }
}

/// Runs `f` with the state of this thread.
#[inline]
pub(crate) fn with_thread<R>(f: impl FnOnce(&Thread) -> R) -> R {
    f(here())
}

/// The state of this thread.
///
/// The address leaves `LocalKey::with`, which is inlined for a closure this small only: a poll costs a third.
#[inline]
pub(in crate::frame) fn here<'a>() -> &'a Thread {
    let thread: *const Thread = THREAD.with(|thread| ptr::from_ref(&**thread));
    // SAFETY: it has no `Drop`, so it is there for as long as anything runs on this thread, and it is not `Sync`
    unsafe { &*thread }
}

/// Makes sure that the frame that is current at the end of the thread is dropped. Returns `false` if it is too late.
pub(crate) fn clean_at_exit() -> bool {
    AT_EXIT.try_with(|_| ()).is_ok()
}

impl Thread {
    /// The current frame.
    ///
    /// # Safety
    /// It must not be used after [`replace`](Self::replace) took it out, unless a read is open on it or somebody else owns a
    /// count of it.
    #[inline]
    pub(crate) unsafe fn current<'a>(&self) -> Option<NodeRef<'a>> {
        // SAFETY: the caller upholds that it stays, or is counted elsewhere
        unsafe { self.current.get() }
    }

    /// The current frame, to be compared.
    #[inline]
    pub(crate) fn current_raw(&self) -> *mut Header {
        self.current.raw()
    }

    #[inline]
    pub(crate) fn is_current(&self, frame: *mut Header) -> bool {
        self.current.raw() == frame
    }

    /// The current frame for what most likely runs here, but may not: as it is, unless guards may change it meanwhile.
    /// With what is current of other libraries.
    #[inline]
    pub(crate) fn capture_for_here(&self) -> Option<Entry> {
        if self.is_current(ptr::null_mut()) && !is_any() {
            None
        } else {
            self.capture_some_for_here()
        }
    }

    #[inline(never)]
    fn capture_some_for_here(&self) -> Option<Entry> {
        if is_any() {
            return self.noted(self.stores_for_here());
        }
        self.stores_for_here()
    }

    #[inline]
    fn stores_for_here(&self) -> Option<Entry> {
        let here = self.here()?;
        if here.as_ref().guards() == 0 {
            Some(here)
        } else {
            self.capture_among_guards(here)
        }
    }

    #[cold]
    #[inline(never)]
    fn capture_among_guards(&self, here: Entry) -> Option<Entry> {
        self.release(here);
        self.capture_stores()
    }

    /// The canonical form of the current frame, with what is current of other libraries.
    #[inline]
    pub(crate) fn capture(&self) -> Option<Entry> {
        if is_any() {
            return self.capture_noted();
        }
        self.capture_stores()
    }

    #[cold]
    #[inline(never)]
    fn capture_noted(&self) -> Option<Entry> {
        self.noted_form(self.capture_stores())
    }

    /// The canonical form of the current frame.
    #[inline]
    fn capture_stores(&self) -> Option<Entry> {
        let here = self.here()?;
        if canonical::is_known_form(here.as_ref()) {
            Some(here)
        } else {
            self.capture_unknown(here)
        }
    }

    #[cold]
    #[inline(never)]
    fn capture_unknown(&self, here: Entry) -> Option<Entry> {
        if let Some(form) = canonical::known_form(here.as_ref()).map(NodeRef::to_owned) {
            self.release(here);
            return Some(form);
        }
        if !has_ended_guard(here.as_ref()) {
            return Some(canonical::canonical(here.as_ref()));
        }
        self.sweep();
        Some(canonical::canonical(self.here()?.as_ref()))
    }

    /// Replaces the current frame and returns the one that was: the only writer of `current`.
    #[inline]
    pub(crate) fn replace(&self, new: Option<Entry>) -> Option<Entry> {
        if self.spare.get() != 0 {
            let new = new.as_ref().map(|new| new.as_ref().as_raw());
            self.give_spare_back(new.unwrap_or(ptr::null_mut()));
        }
        let old = self.current.replace(new);
        if let Some(old) = &old {
            if self.is_pinned(old.as_ref()) {
                self.rescue(old);
            }
        }
        old
    }

    /// As [`replace`](Self::replace), where none is current.
    #[inline]
    pub(super) fn fill(&self, new: Option<Entry>) {
        debug_assert!(
            self.is_current(ptr::null_mut()) && !self.has_spare(),
            "a frame would be lost"
        );
        mem::forget(self.current.replace(new)); // none
    }

    /// As [`replace`](Self::replace), where neither a read is open nor a count spare.
    #[inline]
    pub(crate) fn replace_plainly(&self, new: Option<Entry>) -> Option<Entry> {
        debug_assert!(self.is_plain(), "what `replace` does besides is due");
        self.current.replace(new)
    }

    /// Returns `true` if neither a read is open, nor a count spare, nor anything installed by a bridge.
    #[inline]
    pub(crate) fn is_plain(&self) -> bool {
        self.pinned.get().is_null() && self.spare.get() == 0
    }

    /// A number that no other entry in the process has. Threads take blocks of them.
    #[inline]
    pub(crate) fn serial(&self) -> u64 {
        let serial = self.next_serial.get();
        if serial & 0xffff == 0 {
            return self.serial_of_next_block();
        }
        self.next_serial.set(serial + 1);
        serial
    }

    #[cold]
    fn serial_of_next_block(&self) -> u64 {
        static BLOCKS: AtomicU64 = AtomicU64::new(1);
        let serial = (BLOCKS.fetch_add(1, Relaxed) << 16) + 1;
        self.next_serial.set(serial + 1);
        serial
    }

    /// The scopes of the current frame that are in progress around this call, the innermost first.
    pub(crate) fn scopes_around<'a>(
        &self,
        current: Option<NodeRef<'a>>,
    ) -> impl Iterator<Item = NodeRef<'a>> {
        let floor = self.floor.get();
        let chain = current.into_iter().flat_map(NodeRef::chain);
        chain
            .take_while(move |node| node.scopes() > floor)
            .filter(|node| node.has(SCOPE))
    }

    /// Finds a captured frame here: it is the current one, or one of the scopes in progress around this call was entered on
    /// it. `None` if neither, `Some(None)` if it is the empty one.
    pub(crate) fn find_captured<'a>(
        &self,
        current: Option<NodeRef<'a>>,
        captured: Option<NodeRef<'_>>,
    ) -> Option<Option<NodeRef<'a>>> {
        let is_it = |frame: Option<NodeRef<'_>>| match (frame, captured) {
            (None, None) => true,
            (None, Some(captured)) => captured.id() == ON_NOTHING,
            (Some(frame), Some(captured)) => is_same(frame, captured),
            _ => false,
        };
        let below_scopes = self.scopes_around(current).map(NodeRef::parent);
        let frames = std::iter::once(current).chain(below_scopes);
        let mut live = frames.map(|frame| frame.and_then(without_ended));
        live.find(|frame| is_it(*frame))
    }

    /// The frame to run in for something captured that is entered from here: with what spawned work does not inherit, where
    /// it was captured here.
    #[inline]
    pub(crate) fn completed_here(&self, captured: Option<Entry>) -> Option<Entry> {
        match captured {
            Some(form) if form.as_ref().has(LEFT_OUT) => self.complete(form),
            captured => captured,
        }
    }

    #[cold]
    #[inline(never)]
    fn complete(&self, form: Entry) -> Option<Entry> {
        let here = self.here();
        let current = here.as_ref().map(Entry::as_ref);
        let found = self.find_captured(current, Some(form.as_ref()));
        let found = found.flatten().map(NodeRef::to_owned);
        match found {
            Some(found) => self.inline_base(Some(form.as_ref()), Some(found)),
            None => Some(form),
        }
    }
}

/// Returns `true` if the two are one frame, or forms of one: no guard has ended in between.
fn is_same(one: NodeRef<'_>, other: NodeRef<'_>) -> bool {
    one.id() == other.id() && one.live_guards() == other.live_guards()
}
