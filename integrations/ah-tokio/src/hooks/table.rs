//! The context of each live task, by its number.
//!
//! A slot is found by the task's number alone: no hash, no lock of the table. Numbers rise, so tasks that live at the same
//! time seldom want the same slot; one that finds its slot taken is put into a larger table, whose parts are allocated
//! as they are needed.
//!
//! | file | what it is about |
//! |---|---|
//! | `slot.rs` | the place of one task, and its exclusive use |
//! | `bare.rs` | polls that need no more than the ids |
//! | `segments.rs` | the larger tables, and how their memory is given back |
//! | `visit.rs` | what keeps a task from being destroyed while callbacks run |
//! | `tombstones.rs` | tasks that ended before they were put in |

mod bare;
#[cfg(all(test, ah_loom))]
mod models;
#[cfg(all(test, ah_shuttle))]
mod scenarios;
mod segments;
mod slot;
#[cfg(all(test, not(any(ah_loom, ah_shuttle))))]
mod tests;
mod tombstones;
mod visit;

use std::{
    ptr,
    sync::{LazyLock, atomic::Ordering::SeqCst},
};

use ah_core::embedder::{BareTask, TaskContext};

use segments::Segments;
use slot::Slot;
pub(super) use slot::{Claim, Entry};
use tombstones::Tombstones;
pub(super) use visit::Visit;

use super::{number::Number, sync::AtomicUsize};

/// How many slots there are: 4 MiB.
const SLOTS: usize = 1 << 16;

/// `T` is what is kept of a task: a [`TaskContext`], but in tests of the table alone.
pub(super) struct Table<T: Entry = TaskContext> {
    /// A power of two of them.
    slots: Box<[Slot<T>]>,
    segments: Segments<T>,
    /// How many tasks are not in the slot of their number.
    displaced: AtomicUsize,
    tombstones: Tombstones,
}

impl Table {
    /// The one of this process, in which the numbers of tasks are unique.
    pub(super) fn get() -> &'static Self {
        static TABLE: LazyLock<Table> = LazyLock::new(|| Table::new(SLOTS));
        &TABLE
    }
}

impl<T: Entry> Table<T> {
    fn new(slots: usize) -> Self {
        Self {
            slots: (0..slots).map(|_| Slot::new()).collect(),
            segments: Segments::new(slots),
            displaced: AtomicUsize::new(0),
            tombstones: Tombstones::new(),
        }
    }

    #[inline]
    fn slot(&self, number: u64) -> &Slot<T> {
        &self.slots[number as usize & (self.slots.len() - 1)]
    }

    /// Begins a poll of a task without stores, if it has its context in the slot of its number, and if nobody polls it. To
    /// be followed by [`end_bare`](Self::end_bare), or by [`claim_in_poll`](Self::claim_in_poll).
    #[inline]
    pub(super) fn begin_bare(&self, number: Number) -> Option<BareTask> {
        self.slot(number.get()).begin_bare(number)
    }

    /// Ends a poll that [`begin_bare`](Self::begin_bare) began, of a task that lives on.
    #[inline]
    pub(super) fn end_bare(&self, number: Number) {
        self.slot(number.get()).end_bare();
    }

    /// Claims the context of a task within a poll that [`begin_bare`](Self::begin_bare) began. It may be removed
    /// already: the poll did not happen then.
    pub(super) fn claim_in_poll(&'static self, number: Number) -> Option<Claim<T>> {
        self.slot(number.get()).claim_in_poll(number)
    }

    /// Claims the context of a task, if it has one here.
    #[inline]
    pub(super) fn claim(&'static self, number: Number) -> Option<Claim<T>> {
        let claim = self.slot(number.get()).claim(number);
        // SeqCst: see `Tombstones`
        if claim.is_none() && self.displaced.load(SeqCst) != 0 {
            return self.claim_displaced(number);
        }
        claim
    }

    #[cold]
    #[inline(never)]
    fn claim_displaced(&'static self, number: Number) -> Option<Claim<T>> {
        let reader = self.segments.read(); // until the task is claimed
        let slot = self.segments.find(number, &reader)?;
        slot.claim(number)
    }

    /// Inserts the context of a new task, unless the task has ended already.
    pub(super) fn insert(&'static self, number: Number, task: T) {
        if let Err(task) = self.slot(number.get()).insert(number, task) {
            self.insert_elsewhere(number, task);
        }
        if self.tombstones.has(number) {
            drop(self.remove(number)); // `terminate` came first
        }
    }

    #[cold]
    #[inline(never)]
    fn insert_elsewhere(&'static self, number: Number, task: T) {
        self.displaced.fetch_add(1, SeqCst);
        if let Err(task) = self.segments.insert(number, task) {
            self.displaced.fetch_sub(1, SeqCst);
            drop(task); // it runs without its context
        }
    }

    /// Claims the context of a task that is over, to [end](Claim::end_from_polls) it. If there is none yet, there will be
    /// none.
    pub(super) fn claim_ending(&'static self, number: Number) -> Option<Claim<T>> {
        self.claim(number).or_else(|| {
            self.tombstones.put(number);
            self.claim(number) // the insertion may not have seen the tombstone
        })
    }

    /// Takes the context of a task out that is over, unless somebody visits it.
    fn remove(&'static self, number: Number) -> Option<T> {
        self.claim_ending(number)?.end_from_polls(self, number)
    }

    /// Keeps no account any more of a task whose slot is free by now, and not to be used after this.
    #[inline]
    fn forget(&'static self, slot: *const Slot<T>, number: Number) {
        if !ptr::eq(slot, self.slot(number.get())) {
            self.displaced.fetch_sub(1, SeqCst);
            self.segments.give_back(number, slot);
        }
    }

    /// How many tasks have a context here.
    pub(super) fn len(&self) -> usize {
        let in_slots = self.slots.iter().filter(|slot| !slot.is_free()).count();
        in_slots + self.displaced.load(SeqCst)
    }
}
