//! The list itself: what is read, replaced and freed.

use std::{
    ptr,
    sync::{
        PoisonError,
        atomic::Ordering::{Acquire, Relaxed, Release},
    },
};

use super::{
    fence,
    slots::{Pins, Slot, give_slot, lock, named, take_slot},
};
use crate::{
    context::contained::drop_contained,
    sync::{AtomicPtr, AtomicUsize, Mutex},
};

pub(crate) struct Published<T> {
    /// Owned; null before the first list.
    current: AtomicPtr<T>,
    /// How many lists are in `retired`.
    waiting: AtomicUsize,
    /// Owned; replaced, but perhaps still read.
    retired: Mutex<Vec<Retired<T>>>,
}

struct Retired<T>(*mut T);

// SAFETY: only a pointer to a `T`, which is dropped on whichever thread collects it
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

    /// Begins to read the current list.
    #[inline(never)]
    pub(crate) fn read(&self) -> Reading<'_, T> {
        let pins = Pins::here();
        if let Some(list) = pins.find(self.owner()) {
            return self.reading(list.cast(), pins, Pin::Within);
        }
        let own = pins.own_slot();
        let slot = own.unwrap_or_else(take_slot);
        let list = self.pin(slot, fence::light);
        if own.is_some() {
            pins.outermost.set(self.owner());
            self.reading(list, pins, Pin::Own(slot))
        } else {
            pins.push(self.owner(), list.cast());
            self.reading(list, pins, Pin::Other(slot))
        }
    }

    fn reading<'a>(&'a self, list: *mut T, pins: &'a Pins, pin: Pin) -> Reading<'a, T> {
        Reading {
            of: self,
            list,
            pins,
            pin,
        }
    }

    /// As [`read`](Self::read), in the usual case: this is the outermost read of the thread, which has read before, and
    /// needs no fence.
    #[inline]
    pub(crate) fn read_quickly(&self) -> Option<QuickReading<'_, T>> {
        let pins = Pins::here();
        let slot = pins.free.get()?;
        if !pins.outermost.get().is_null() {
            return None;
        }
        let list = self.pin(slot, fence::light_if_free);
        pins.outermost.set(self.owner());
        Some(QuickReading {
            of: self,
            list,
            pins,
            slot,
        })
    }

    /// Names the current list in the slot: steps 1 to 4 of a read.
    #[inline]
    fn pin(&self, slot: Slot, light: impl Fn()) -> *mut T {
        let mut list = self.current.load(Relaxed);
        loop {
            slot.0.store(list.cast(), Relaxed);
            light();
            let now = self.current.load(Acquire); // with `update`
            if now == list {
                return now;
            }
            list = now;
        }
    }

    /// Replaces the list by what `change` returns for it. The old one waits for [`collect`](Self::collect).
    ///
    /// `change` runs under our lock: it must not call or drop anything of the user's.
    pub(crate) fn update(&self, change: impl FnOnce(Option<&T>) -> T) {
        let mut retired = lock(&self.retired);
        let old = self.current.load(Relaxed); // writers hold the lock
        // SAFETY: it is freed only after it was retired, which is what comes next, under the lock
        let new = Box::into_raw(Box::new(change(unsafe { old.as_ref() })));
        self.current.store(new, Release); // with `pin`
        if !old.is_null() {
            retired.push(Retired(old));
            self.waiting.store(retired.len(), Relaxed);
        }
    }

    #[inline]
    fn collect_if_waiting(&self) {
        if self.waiting.load(Relaxed) != 0 {
            self.collect();
        }
    }

    /// Frees what nobody reads any more. To be called under no lock.
    #[cold]
    #[inline(never)]
    pub(crate) fn collect(&self) {
        for list in self.take_unread() {
            // SAFETY: replaced, and no slot names it: nobody reads it or can begin to
            let list = unsafe { Box::from_raw(list.0) };
            #[cfg(ah_loom)]
            let list = crate::sync::of_loom::InPlace::new(list);
            drop_contained(list);
        }
    }

    /// The retired lists that no slot names.
    fn take_unread(&self) -> Vec<Retired<T>> {
        let mut retired = lock(&self.retired);
        // after what `update` stored, on whichever thread that was: it held the lock
        if retired.is_empty() || !fence::heavy() {
            return Vec::new();
        }
        let named = named();
        let is_read = |list: &Retired<T>| named.contains(&list.0.cast());
        let (keep, free) = retired.drain(..).partition(is_read);
        *retired = keep;
        self.waiting.store(retired.len(), Relaxed);
        free
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
            drop_contained(unsafe { Box::from_raw(list) });
        }
    }
}

/// A read in progress.
#[must_use = "the read ends when this is dropped"]
pub(crate) struct Reading<'a, T> {
    of: &'a Published<T>,
    list: *mut T,
    pins: &'a Pins,
    pin: Pin,
}

/// What names the list that is read.
#[derive(Clone, Copy)]
enum Pin {
    /// The thread's own slot.
    Own(Slot),
    /// A slot that was taken for this read.
    Other(Slot),
    /// The slot of the read of the same instance around this one.
    Within,
}

impl<T> Reading<'_, T> {
    /// The list; `None` before the first one.
    pub(crate) fn list(&self) -> Option<&T> {
        // SAFETY: a slot names it, that of this read or of the one around it, so nobody frees it
        unsafe { self.list.as_ref() }
    }
}

impl<T> Drop for Reading<'_, T> {
    #[inline(never)]
    fn drop(&mut self) {
        match self.pin {
            Pin::Own(slot) => {
                self.pins.outermost.set(ptr::null());
                unpin(slot, fence::light);
            }
            Pin::Other(slot) => {
                self.pins.pop();
                unpin(slot, fence::light);
                give_slot(slot);
            }
            Pin::Within => return,
        }
        self.of.collect_if_waiting();
    }
}

/// As [`Reading`], of [`read_quickly`](Published::read_quickly). Nothing may unwind before its end.
#[must_use = "the read ends with `end`"]
pub(crate) struct QuickReading<'a, T> {
    of: &'a Published<T>,
    list: *mut T,
    pins: &'a Pins,
    slot: Slot,
}

impl<T> QuickReading<'_, T> {
    /// The list; `None` before the first one.
    #[inline]
    pub(crate) fn list(&self) -> Option<&T> {
        // SAFETY: the slot names it, so nobody frees it
        unsafe { self.list.as_ref() }
    }

    /// Returns `true` if a read that began now would read another list.
    #[inline]
    pub(crate) fn is_outdated(&self) -> bool {
        // the slot names the list all the time, so the current one is no other one at its address
        self.of.current.load(Relaxed) != self.list
    }

    /// Ends the read.
    #[inline]
    pub(crate) fn end(self) {
        self.pins.outermost.set(ptr::null());
        unpin(self.slot, fence::light_if_free);
        self.of.collect_if_waiting();
    }
}

/// Names no list any more: step 5 of a read.
#[inline]
fn unpin(slot: Slot, light: impl Fn()) {
    slot.0.store(ptr::null_mut(), Release); // with `named`: what was read is read
    light();
}
