//! The slots of all threads, and what this thread reads.

use std::{
    cell::{Cell, RefCell},
    mem::ManuallyDrop,
    ptr,
    sync::{PoisonError, atomic::Ordering::Acquire},
};

use super::fence;
use crate::sync::{AtomicPtr, Mutex, MutexGuard, thread_local};

/// Where a thread names the list that it reads. Never freed, since others look at it; given to the next thread.
#[derive(Clone, Copy)]
pub(super) struct Slot(pub(super) &'static AtomicPtr<()>);

/// Alone on its cache line.
#[repr(align(64))]
struct Line(AtomicPtr<()>);

/// What this thread reads, and its slot.
pub(super) struct Pins {
    /// Whose list the thread's own slot names; null if it names none.
    pub(super) outermost: Cell<*const ()>,
    /// The thread's own slot, once it is known that its readers need no fence.
    pub(super) free: Cell<Option<Slot>>,
    /// The thread's own slot, from its first read to its end.
    own: Cell<Option<Slot>>,
    /// Of other reads within that one, or while the thread ends: whose list, and which.
    others: RefCell<Vec<(*const (), *mut ())>>,
}

thread_local! {
    // no `Drop`: hooks may be called while the thread ends
    static PINS: ManuallyDrop<Pins> = const {
        ManuallyDrop::new(Pins {
            outermost: Cell::new(ptr::null()),
            free: Cell::new(None),
            own: Cell::new(None),
            others: RefCell::new(Vec::new()),
        })
    };
    static AT_EXIT: AtExit = const { AtExit };
}

/// Releases the thread's slot when it ends.
struct AtExit;

impl Drop for AtExit {
    fn drop(&mut self) {
        let pins = Pins::here();
        pins.free.set(None);
        slots().spare.extend(pins.own.take());
        drop(pins.others.take());
    }
}

impl Pins {
    /// Those of this thread.
    ///
    /// The address leaves `LocalKey::with`, which is inlined for a closure this small only.
    #[inline]
    pub(super) fn here<'a>() -> &'a Self {
        let pins: *const Self = PINS.with(|pins| ptr::from_ref(&**pins));
        // SAFETY: it has no `Drop`, so it is there for as long as anything runs on this thread, and it is not `Sync`
        unsafe { &*pins }
    }

    /// The list of this instance that the thread reads already.
    pub(super) fn find(&self, owner: *const ()) -> Option<*mut ()> {
        if self.outermost.get() == owner {
            return self.own.get().map(|slot| slot.0.load(Acquire));
        }
        let others = self.others.borrow();
        let read = others.iter().find(|read| read.0 == owner);
        read.map(|read| read.1)
    }

    /// The thread's own slot, unless it is in use or the thread ends.
    pub(super) fn own_slot(&self) -> Option<Slot> {
        if !self.outermost.get().is_null() {
            return None;
        }
        if self.own.get().is_none() && AT_EXIT.try_with(|_| ()).is_ok() {
            self.own.set(Some(take_slot()));
        }
        if fence::are_readers_free() {
            self.free.set(self.own.get());
        }
        self.own.get()
    }

    pub(super) fn push(&self, owner: *const (), list: *mut ()) {
        self.others.borrow_mut().push((owner, list));
    }

    pub(super) fn pop(&self) {
        let mut others = self.others.borrow_mut();
        others.pop();
        if others.is_empty() && AT_EXIT.try_with(|_| ()).is_err() {
            *others = Vec::new(); // the thread ends, and nobody frees it later
        }
    }
}

pub(super) fn take_slot() -> Slot {
    let mut slots = slots();
    if let Some(spare) = slots.spare.pop() {
        return spare;
    }
    let line: &'static Line = Box::leak(Box::new(Line(AtomicPtr::new(ptr::null_mut()))));
    slots.all.push(Slot(&line.0));
    Slot(&line.0)
}

pub(super) fn give_slot(slot: Slot) {
    slots().spare.push(slot);
}

struct Slots {
    all: Vec<Slot>,
    spare: Vec<Slot>,
}

fn slots() -> MutexGuard<'static, Slots> {
    static SLOTS: Mutex<Slots> = Mutex::new(Slots {
        all: Vec::new(),
        spare: Vec::new(),
    });
    lock(&SLOTS)
}

/// The lists that any thread reads. To be called after the heavy fence.
pub(super) fn named() -> Vec<*mut ()> {
    let slots = slots();
    let names = slots.all.iter().map(|slot| slot.0.load(Acquire)); // with the end of a read
    names.filter(|name| !name.is_null()).collect()
}

/// Takes the slot of this thread, as its first read does.
#[cfg(ah_loom)]
pub(crate) fn take_own_slot() {
    Pins::here().own_slot();
}

/// Each run of a model or a scenario begins with no slots.
#[cfg(any(ah_loom, ah_shuttle))]
pub(crate) fn forget_slots() {
    let mut slots = slots();
    slots.all.clear();
    slots.spare.clear();
}

/// None of our locks guards anything that a panic could leave half done.
pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
