//! The frame in force on this thread: how one is put in force, and the one before put back.

pub(super) mod guard;
pub(super) mod read;

use std::{
    cell::{Cell, RefCell},
    mem::ManuallyDrop,
    ptr,
    sync::atomic::Ordering::Relaxed,
};

use super::{
    change::Removed,
    entry::{Entry, into_raw},
    index,
    kept::Kept,
    node::{EntryRef, Header, SEAL},
};
use crate::{
    report::{EngineError, report},
    sync::{AtomicU64, thread_local},
};

/// So many guards that went under another frame are remembered. There are more only if guards are held across awaits on
/// one thread, and those are in no other frame.
const MOST_GONE: usize = 64;

/// Which entries of the frame in force were made here: two depths in one word, which stays in a register over a poll.
///
/// One bit says that guards went while this frame was in force, which the frames below may still have.
#[derive(Clone, Copy)]
pub(super) struct Reach(u64);

impl Reach {
    /// At the bottom of the thread: no frame was put in force.
    pub(super) const BOTTOM: Self = Self((u32::MAX as u64) << 32);
    const GUARDS_WENT: u64 = 1 << 31; // of the limit: no frame is as deep

    #[inline]
    pub(super) fn new(limit: u32, floor: u32) -> Self {
        Self(u64::from(floor) << 32 | u64::from(limit))
    }

    /// How many entries there were when the nearest frame from elsewhere was put in force: the scopes above are in
    /// progress around this call.
    #[inline]
    pub(super) fn limit(self) -> u32 {
        (self.0 & !Self::GUARDS_WENT) as u32
    }

    /// How many there were when the innermost frame was put in force.
    fn floor(self) -> u32 {
        (self.0 >> 32) as u32
    }

    /// With other depths, but the same mark.
    fn with(self, limit: u32, floor: u32) -> Self {
        Self(Self::new(limit, floor).0 | self.0 & Self::GUARDS_WENT)
    }

    fn is_bottom(self) -> bool {
        self.0 == Self::BOTTOM.0
    }

    #[inline]
    fn guards_went(self) -> bool {
        self.0 & Self::GUARDS_WENT != 0
    }

    fn with_guards_went(self) -> Self {
        Self(self.0 | Self::GUARDS_WENT)
    }
}

pub(super) struct Thread {
    /// Owns a count.
    current: Cell<*mut Header>,
    /// The frame that the open reads read: see `read.rs`, for the next three too.
    pinned: Cell<*mut Header>,
    reads: Cell<u32>,
    /// Owns a count.
    rescued: Cell<*mut Header>,
    next_serial: Cell<u64>,
    pub(super) reach: Cell<Reach>,
    /// Entries that do not show here though the frame has them: see `never.rs`.
    pub(super) hidden: Cell<Vec<Kept>>,
    /// Guards that went while another frame was in force; their entries go when their frames come back. One list for each
    /// frame of the stack that is marked by [`Reach::guards_went`], the innermost last: frames that are entered later have
    /// no part in it.
    pub(super) any_gone: Cell<bool>,
    gone: RefCell<Vec<Vec<u64>>>,
}

// No `Drop`: reading needs no registration and no check for life, and still answers while the thread ends.
thread_local! {
    static THREAD: ManuallyDrop<Thread> = const {
        ManuallyDrop::new(Thread {
            current: Cell::new(ptr::null_mut()),
            pinned: Cell::new(ptr::null_mut()),
            reads: Cell::new(0),
            rescued: Cell::new(ptr::null_mut()),
            next_serial: Cell::new(0),
            reach: Cell::new(Reach::BOTTOM),
            hidden: Cell::new(Vec::new()),
            any_gone: Cell::new(false),
            gone: RefCell::new(Vec::new()),
        })
    };
}

/// Empties the thread's frame when the thread ends.
struct AtExit;

thread_local! {
    static AT_EXIT: AtExit = const { AtExit };
}

impl Drop for AtExit {
    fn drop(&mut self) {
        with_thread(|thread| {
            drop(thread.replace(None));
            drop(thread.gone.take());
        });
    }
}

/// Runs `f` with the state of this thread.
///
/// The address is taken out of `LocalKey::with`, which is inlined for a closure this small only: a poll costs a third.
#[inline]
pub(super) fn with_thread<R>(f: impl FnOnce(&Thread) -> R) -> R {
    let thread: *const Thread = THREAD.with(|thread| ptr::from_ref(&**thread));
    // SAFETY: it has no `Drop`, so it is there for as long as anything runs on this thread, and `f` is all that sees it
    f(unsafe { &*thread })
}

/// Sees to it that what stays in force at the end of the thread is dropped. False if it is too late for that.
pub(super) fn clean_at_exit() -> bool {
    AT_EXIT.try_with(|_| ()).is_ok()
}

impl Thread {
    /// The frame in force.
    ///
    /// # Safety
    /// It must not be used after `replace` took it out, unless a read is open on it or somebody else counts it.
    #[inline]
    pub(super) unsafe fn current<'a>(&self) -> Option<EntryRef<'a>> {
        // SAFETY: `current` owns a count
        unsafe { EntryRef::from_raw(self.current.get()) }
    }

    /// The frame in force, to be compared.
    #[inline]
    pub(super) fn in_force(&self) -> *mut Header {
        self.current.get()
    }

    /// Is this the frame in force?
    #[inline]
    pub(super) fn is_current(&self, frame: *mut Header) -> bool {
        self.current.get() == frame
    }

    /// The nearest entry with this key.
    ///
    /// # Safety
    /// As for [`current`](Self::current).
    #[inline]
    pub(super) unsafe fn find<'a>(&self, key: u64) -> Option<EntryRef<'a>> {
        // SAFETY: passed on
        let top = unsafe { self.current() }?;
        if top.key() == key {
            Some(top)
        } else {
            index::find_below(top, key)
        }
    }

    /// The frame in force, counted.
    #[inline]
    pub(super) fn capture(&self) -> Option<Entry> {
        // SAFETY: counted at once
        unsafe { self.current() }.map(EntryRef::to_owned)
    }

    /// Puts a frame in force and returns the one that was: the only writer of `current`.
    #[inline]
    pub(super) fn replace(&self, new: Option<Entry>) -> Option<Entry> {
        let old = self.current.replace(into_raw(new));
        if !old.is_null() && old == read::untag(self.pinned.get()) {
            self.rescue(old);
        }
        // SAFETY: the count that `current` owned
        unsafe { Entry::from_raw(old) }
    }

    /// Is a read open?
    #[inline]
    pub(super) fn is_read(&self) -> bool {
        !self.pinned.get().is_null()
    }

    /// A number that no other entry in the process has. Threads take blocks of them.
    #[inline]
    pub(super) fn serial(&self) -> u64 {
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

    /// Scopes above this depth are in progress around this call.
    pub(super) fn limit(&self) -> u32 {
        self.reach.get().limit()
    }

    /// Goes on counting from the same entries though some below are taken out: each pair is a depth that was, and the one
    /// that is left up to there.
    pub(super) fn lower_reach(&self, depths: &[(u32, u32)]) {
        let reach = self.reach.get();
        let lowered = |depth: u32| {
            let mut up_to = depths.iter().rev();
            let left = up_to.find(|(was, _)| *was <= depth);
            left.map_or(depth, |(was, now)| now + (depth - was))
        };
        if !reach.is_bottom() {
            self.reach
                .set(reach.with(lowered(reach.limit()), lowered(reach.floor())));
        }
    }

    /// Did this entry come with the frame that was put in force, so that frames below this one may have it, too?
    pub(super) fn is_from_elsewhere(&self, entry: EntryRef<'_>) -> bool {
        let reach = self.reach.get();
        !reach.is_bottom() && entry.depth() <= reach.floor()
    }

    /// Is no frame in force, with this reach, and is nothing noted about it?
    #[inline]
    pub(super) fn is_in_nothing(&self, reach: Reach) -> bool {
        self.is_current(ptr::null_mut()) && !reach.guards_went()
    }

    /// After that was so: is it still?
    #[inline]
    pub(super) fn is_still_in_nothing(&self) -> bool {
        self.is_current(ptr::null_mut()) && !self.any_gone.get()
    }

    /// Goes from a frame whose reach was `left` back to this one, and takes out of it the entries whose guards went
    /// meanwhile.
    #[cold]
    #[inline(never)]
    pub(super) fn bury(&self, left: Reach) {
        if !left.guards_went() {
            return; // they went before that frame was entered
        }
        let mut further = self.gone.borrow_mut().pop().unwrap_or_default();
        further.retain(|serial| self.remove(*serial, false) != Removed::MadeHere);
        self.pass_down(further);
    }

    /// Remembers that these guards went while the frame in force was in force. Below the bottom there is no other.
    fn pass_down(&self, guards: Vec<u64>) {
        if guards.is_empty() {
            return self.any_gone.set(!self.gone.borrow().is_empty());
        }
        let reach = self.reach.get();
        let mut gone = self.gone.borrow_mut();
        if !reach.is_bottom() {
            self.reach.set(reach.with_guards_went());
            match gone.last_mut().filter(|_| reach.guards_went()) {
                Some(here) => here.extend(guards),
                None => gone.push(guards),
            }
        }
        if let Some(here) = gone.last_mut() {
            here.drain(..here.len().saturating_sub(MOST_GONE));
        }
        self.any_gone.set(!gone.is_empty());
    }

    /// Ends the entry of a guard that is not on top.
    #[cold]
    #[inline(never)]
    pub(super) fn leave_below(&self, serial: u64) {
        // SAFETY: used before anything replaces it
        let top = unsafe { self.current() };
        let mut above = top
            .into_iter()
            .flat_map(EntryRef::chain)
            .take_while(|entry| entry.serial() != serial);
        let in_order = above.all(|entry| entry.serial() == 0 || entry.has(SEAL)); // other storages were entered
        let removed = self.remove(serial, false);
        if removed != Removed::MadeHere {
            self.forget_below(serial); // a frame that is out of force for now may have it
        }
        match removed {
            Removed::Nothing => report(&EngineError::GuardElsewhere),
            _ if !in_order => report(&EngineError::GuardOutOfOrder),
            _ => (),
        }
    }

    /// Remembers to take this entry out of the frames that are out of force for now.
    #[cold]
    pub(super) fn forget_below(&self, serial: u64) {
        self.pass_down(vec![serial]);
    }
}
