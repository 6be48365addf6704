//! The place of one task, which one thread at a time has for itself.
//!
//! A slot's `word` says whose it is, and its lowest bit whether somebody has *claimed* it: whoever sets that bit has the
//! context for itself until it clears the bit. A poll claims its task from `before` to `after`; as the next poll may begin
//! on another thread before that, claims wait for each other. What they wait for is the end of tokio's own work after a
//! poll and of the `after` callbacks.

#![expect(
    unsafe_code,
    reason = "a claim takes one locked instruction a poll, where a mutex takes two: each is a sixth of a bare poll"
)]

use std::{
    cell::UnsafeCell,
    sync::atomic::Ordering::{Acquire, Relaxed, Release, SeqCst},
};

use ah_core::embedder::TaskContext;

use super::Table;
use crate::hooks::{
    number::Number,
    sync::{AtomicU64, spin_loop, yield_now},
};

/// The word of a free slot.
const FREE: u64 = 0;
/// In a slot's word: claimed. Above it is the task's number, or 0 while a task is put in.
const CLAIMED: u64 = 1;
/// So often is a claim tried before the thread gives way.
const SPINS: u32 = 64;

/// The place of one task.
#[repr(align(64))]
pub(super) struct Slot<T> {
    word: AtomicU64,
    /// Something if the word has a number.
    task: UnsafeCell<Option<T>>,
}

// SAFETY: `task` is reached through a `Claim` or, in `insert`, by whoever set `CLAIMED`: by one thread at a time, each
// after the one before, as the word is written with Release and read with Acquire.
unsafe impl<T: Send> Sync for Slot<T> {}

impl<T> Slot<T> {
    pub(super) const fn new() -> Self {
        Self {
            word: AtomicU64::new(FREE),
            task: UnsafeCell::new(None),
        }
    }

    #[inline]
    fn word_of(number: Number) -> u64 {
        number.get() << 1
    }

    pub(super) fn is_of(&self, number: Number) -> bool {
        self.word.load(SeqCst) & !CLAIMED == Self::word_of(number)
    }

    pub(super) fn is_free(&self) -> bool {
        self.word.load(Relaxed) == FREE
    }

    /// Puts a task in, or gives it back if the slot is taken.
    pub(super) fn insert(&self, number: Number, task: T) -> Result<(), T> {
        // Acquire: pairs with the Release of whoever freed the slot
        let claimed = self.word.compare_exchange(FREE, CLAIMED, Acquire, Relaxed);
        if claimed.is_err() {
            return Err(task);
        }
        // SAFETY: we have just claimed it
        unsafe { *self.task.get() = Some(task) };
        self.word.store(Self::word_of(number), SeqCst); // see `Tombstones`
        Ok(())
    }

    /// Claims the slot if it is this task's; waits for who has claimed it.
    #[inline]
    pub(super) fn claim(&'static self, number: Number) -> Option<Claim<T>> {
        let word = Self::word_of(number);
        // SeqCst: see `Tombstones`; Acquire is part of it, and pairs with the end of the last claim
        match self
            .word
            .compare_exchange(word, word | CLAIMED, SeqCst, SeqCst)
        {
            Ok(_) => Some(Claim { slot: self }),
            Err(found) if found == word | CLAIMED => self.wait(number),
            Err(_) => None,
        }
    }

    #[cold]
    #[inline(never)]
    fn wait(&'static self, number: Number) -> Option<Claim<T>> {
        let word = Self::word_of(number);
        let mut spins = 0;
        loop {
            match self
                .word
                .compare_exchange(word, word | CLAIMED, SeqCst, SeqCst)
            {
                Ok(_) => return Some(Claim { slot: self }),
                Err(found) if found != word | CLAIMED => return None,
                Err(_) if spins < SPINS => spin_loop(),
                Err(_) => yield_now(),
            }
            spins = spins.saturating_add(1);
        }
    }
}

/// A task's context, for whoever has it to itself.
pub(in crate::hooks) struct Claim<T: 'static = TaskContext> {
    slot: &'static Slot<T>,
}

impl<T> Claim<T> {
    #[inline]
    pub(in crate::hooks) fn task(&mut self) -> &mut T {
        // SAFETY: the slot is claimed for as long as this is here, and lends through `&mut` of it only
        let task = unsafe { &mut *self.slot.task.get() };
        task.as_mut().expect("a slot with a number holds a task")
    }

    /// Takes the task out for good.
    pub(in crate::hooks) fn take(self, table: &Table<T>, number: Number) -> T {
        // SAFETY: as in `task`
        let task = unsafe { (*self.slot.task.get()).take() };
        let spare = table.forget(self.slot, number);
        self.slot.word.store(FREE | CLAIMED, Relaxed); // given back as a free one by `drop`
        drop(self);
        if let Some(spare) = spare {
            table.give_spare(spare); // not before: who gets it next finds it free
        }
        task.expect("a slot with a number holds a task")
    }
}

impl<T> Drop for Claim<T> {
    #[inline]
    fn drop(&mut self) {
        let word = self.slot.word.load(Relaxed); // nobody else writes it now
        self.slot.word.store(word & !CLAIMED, Release);
    }
}
