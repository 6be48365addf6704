//! One list, replaced as a whole, that threads read without counting.
//!
//! A thread that reads stores the list's address into its own *slot*, and reads again whether it is still the one in
//! force. Who replaces a list frees it when no slot names it, or leaves that to the last reader of it. So:
//!
//! 1. A reader sees the list that was in force when its outermost read of this instance on this thread began, and nested
//!    reads see the same one.
//! 2. A replaced list is freed as soon as nobody reads it, by the thread that replaced it or by the one that stops
//!    reading it; no later event is needed.
//! 3. It is freed under no lock of ours: what it owns may have a user's `Drop`.

#![expect(
    unsafe_code,
    reason = "one of the two hot modules: an emission reads the hook list without counting it"
)]

use std::{
    cell::{Cell, RefCell},
    mem::ManuallyDrop,
    ptr,
    sync::{
        PoisonError,
        atomic::Ordering::{Relaxed, SeqCst},
    },
};

use crate::sync::{AtomicPtr, AtomicUsize, Mutex, MutexGuard, thread_local};

pub(crate) struct Published<T> {
    /// Owned; null before the first list.
    current: AtomicPtr<T>,
    /// How many lists are in `retired`.
    waiting: AtomicUsize,
    /// Owned; replaced, but perhaps still read.
    retired: Mutex<Vec<Retired<T>>>,
}

struct Retired<T>(*mut T);

// SAFETY: only a pointer to a `T` that is dropped on whichever thread takes it out
unsafe impl<T: Send> Send for Retired<T> {}

impl<T> Published<T> {
    pub(crate) const fn new() -> Self {
        let current = AtomicPtr::new(ptr::null_mut());
        Self {
            current,
            waiting: AtomicUsize::new(0),
            retired: Mutex::new(Vec::new()),
        }
    }

    fn owner(&self) -> *const () {
        ptr::from_ref(self).cast()
    }

    /// Lends the list in force; nothing before the first one.
    #[inline]
    pub(crate) fn read<R>(&self, f: impl FnOnce(Option<&T>) -> R) -> R {
        // out of `with`, which is inlined for a closure this small only
        let pins: *const Pins = PINS.with(|pins| ptr::from_ref(&**pins));
        // SAFETY: it has no `Drop`, so it is there for as long as anything runs on this thread
        let pins = unsafe { &*pins };
        if let Some(list) = pins.find(self.owner()) {
            // SAFETY: an outer `read` of this very instance pinned it, and is still on the stack
            return f(unsafe { list.cast::<T>().as_ref() });
        }
        let slot = pins.slot();
        let list = self.pin(slot.slot);
        pins.push(self.owner(), list.cast());
        let _unpin = Unpin {
            list: self,
            pins,
            slot,
        };
        // SAFETY: the slot names it, so nobody frees it
        f(unsafe { list.as_ref() })
    }

    /// Names the list in force in the slot.
    #[inline]
    fn pin(&self, slot: Slot) -> *mut T {
        let mut list = self.current.load(Relaxed);
        loop {
            // SeqCst, here and for all that a comment with this word refers to: in the one order of these operations
            // either `collect` sees our slot, or we see the list that `update` put in force before it looked
            slot.0.store(list.cast(), SeqCst);
            let now = self.current.load(SeqCst);
            if now == list {
                return now; // not `list`: that may have been freed, and `now` be another one at its address
            }
            list = now;
        }
    }

    /// Replaces the list by what `change` makes of it. The old one waits for [`collect`](Self::collect).
    ///
    /// `change` runs under our lock: it must not call or drop anything of the user's.
    pub(crate) fn update(&self, change: impl FnOnce(Option<&T>) -> T) {
        let mut retired = lock(&self.retired);
        let old = self.current.load(Relaxed); // writers hold the lock
        // SAFETY: it is freed only after it was retired, which is what comes next, under the lock
        let new = Box::into_raw(Box::new(change(unsafe { old.as_ref() })));
        self.current.store(new, SeqCst); // see `pin`
        if !old.is_null() {
            retired.push(Retired(old));
        }
        self.waiting.store(retired.len(), SeqCst); // see `Unpin`
    }

    /// Frees what nobody reads any more. To be called under no lock.
    #[cold]
    pub(crate) fn collect(&self) {
        let free: Vec<Retired<T>> = {
            let mut retired = lock(&self.retired);
            let named = slots().named();
            let (keep, free) = retired
                .drain(..)
                .partition(|list| named.contains(&list.0.cast()));
            *retired = keep;
            self.waiting.store(retired.len(), Relaxed);
            free
        };
        for list in free {
            // SAFETY: replaced, and no slot names it: nobody reads it or can begin to
            let list = unsafe { Box::from_raw(list.0) };
            #[cfg(ah_loom)]
            let list = crate::sync::of_loom::InPlace::new(list);
            crate::contained::drop_contained(list);
        }
    }
}

impl<T> Drop for Published<T> {
    fn drop(&mut self) {
        let retired = std::mem::take(
            self.retired
                .get_mut()
                .unwrap_or_else(PoisonError::into_inner),
        );
        let current = *self.current.get_mut();
        for list in retired
            .into_iter()
            .map(|list| list.0)
            .chain((!current.is_null()).then_some(current))
        {
            // SAFETY: ours, and nobody reads it: a reader borrows `self`
            crate::contained::drop_contained(unsafe { Box::from_raw(list) });
        }
    }
}

/// Ends the outermost read of one instance.
struct Unpin<'a, T> {
    list: &'a Published<T>,
    pins: &'a Pins,
    slot: Lent,
}

impl<T> Drop for Unpin<'_, T> {
    #[inline]
    fn drop(&mut self) {
        self.pins.pop(self.list.owner());
        // SeqCst: in the one order of these operations either `collect` sees our slot empty, or we see that it left
        // something waiting
        self.slot.slot.0.store(ptr::null_mut(), SeqCst);
        if self.slot.once {
            give_slot(self.slot.slot);
        }
        if self.list.waiting.load(SeqCst) != 0 {
            self.list.collect();
        }
    }
}

/// What this thread reads, and its slot.
struct Pins {
    /// The outermost read: of which instance, and which list.
    first: Cell<(*const (), *mut ())>,
    /// Reads of other instances inside it: a callback that enters another environment.
    more: RefCell<Vec<(*const (), *mut ())>>,
    /// This thread's slot, from its first read to its end.
    slot: Cell<Option<Slot>>,
}

/// A slot for one read.
#[derive(Clone, Copy)]
struct Lent {
    slot: Slot,
    /// Not this thread's own: given back afterwards.
    once: bool,
}

thread_local! {
    // no `Drop`: hooks may be called while the thread ends
    static PINS: ManuallyDrop<Pins> = const {
        ManuallyDrop::new(Pins {
            first: Cell::new((ptr::null(), ptr::null_mut())),
            more: RefCell::new(Vec::new()),
            slot: Cell::new(None),
        })
    };
    static AT_EXIT: AtExit = const { AtExit };
}

/// Gives the thread's slot back when it ends.
struct AtExit;

impl Drop for AtExit {
    fn drop(&mut self) {
        PINS.with(|pins| {
            slots().free.extend(pins.slot.take());
            drop(pins.more.take());
        });
    }
}

impl Pins {
    #[inline]
    fn find(&self, owner: *const ()) -> Option<*mut ()> {
        let (first, list) = self.first.get();
        if first == owner {
            Some(list)
        } else if first.is_null() {
            None
        } else {
            self.find_more(owner)
        }
    }

    #[cold]
    fn find_more(&self, owner: *const ()) -> Option<*mut ()> {
        self.more
            .borrow()
            .iter()
            .find(|read| read.0 == owner)
            .map(|read| read.1)
    }

    #[inline]
    fn push(&self, owner: *const (), list: *mut ()) {
        if self.first.get().0.is_null() {
            self.first.set((owner, list));
        } else {
            self.more.borrow_mut().push((owner, list));
        }
    }

    #[inline]
    fn pop(&self, owner: *const ()) {
        if self.first.get().0 == owner {
            self.first.set((ptr::null(), ptr::null_mut()));
        } else {
            self.more.borrow_mut().pop();
        }
    }

    /// A slot for a read that is about to begin.
    #[inline]
    fn slot(&self) -> Lent {
        match self.slot.get() {
            Some(slot) if self.first.get().0.is_null() => Lent { slot, once: false },
            _ => self.another_slot(),
        }
    }

    /// For the first read of the thread, one within another, or one while the thread ends.
    #[cold]
    #[inline(never)]
    fn another_slot(&self) -> Lent {
        let slot = take_slot();
        let once = self.slot.get().is_some() || AT_EXIT.try_with(|_| ()).is_err();
        if !once {
            self.slot.set(Some(slot));
        }
        Lent { slot, once }
    }
}

/// Where a thread names the list that it reads. Never freed, since others look at it; given to the next thread.
#[derive(Clone, Copy)]
struct Slot(&'static AtomicPtr<()>);

/// Alone on its cache line.
#[repr(align(64))]
struct Line(AtomicPtr<()>);

#[cold]
fn take_slot() -> Slot {
    let mut slots = slots();
    if let Some(free) = slots.free.pop() {
        return free;
    }
    let line: &'static Line = Box::leak(Box::new(Line(AtomicPtr::new(ptr::null_mut()))));
    slots.all.push(Slot(&line.0));
    Slot(&line.0)
}

#[cold]
fn give_slot(slot: Slot) {
    slots().free.push(slot);
}

struct Slots {
    all: Vec<Slot>,
    free: Vec<Slot>,
}

fn slots() -> MutexGuard<'static, Slots> {
    static SLOTS: Mutex<Slots> = Mutex::new(Slots {
        all: Vec::new(),
        free: Vec::new(),
    });
    lock(&SLOTS)
}

impl Slots {
    fn named(&self) -> Vec<*mut ()> {
        self.all.iter().map(|slot| slot.0.load(SeqCst)).collect() // see `pin` and `Unpin`
    }
}

/// Each run of a model or a scenario begins with no slots.
#[cfg(any(ah_loom, ah_shuttle))]
pub(crate) fn forget_slots() {
    let mut slots = slots();
    slots.all.clear();
    slots.free.clear();
}

/// None of our locks guards anything that a panic could leave half done.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
