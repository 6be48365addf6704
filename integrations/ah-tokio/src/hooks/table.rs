//! The context of each live task, by its number.
//!
//! A slot is found by the task's number alone: no hash, no lock of the table. Numbers rise, so tasks that live long at the
//! same time seldom want the same slot; one that finds its slot taken looks at the next few, and beyond that goes to a
//! locked map.
//!
//! | file | what it is about |
//! |---|---|
//! | `slot.rs` | the place of one task, and who has it for itself |
//! | `bare.rs` | polls that need no more than the ids |
//! | `visit.rs` | what keeps a task from being destroyed while callbacks run |
//! | `tombstones.rs` | tasks that ended before they were put in |

mod bare;
#[cfg(all(test, ah_loom))]
mod models;
#[cfg(all(test, ah_shuttle))]
mod scenarios;
mod slot;
#[cfg(all(test, not(any(ah_loom, ah_shuttle))))]
mod tests;
mod tombstones;
mod visit;

use std::{
    collections::HashMap,
    ptr,
    sync::{LazyLock, PoisonError, atomic::Ordering::SeqCst},
};

use ah_core::embedder::{BareTask, TaskContext};

use slot::Slot;
pub(super) use slot::{Claim, Kept};
use tombstones::Tombstones;
pub(super) use visit::Visit;

use super::{
    number::Number,
    sync::{AtomicUsize, Mutex, MutexGuard},
};

/// How many slots there are: 4 MiB.
const SLOTS: usize = 1 << 16;
/// How many slots a task may be put into.
const WINDOW: u64 = if cfg!(ah_loom) { 2 } else { 8 };
const SHARDS: u64 = if cfg!(ah_loom) { 1 } else { 64 };

/// `T` is what is kept of a task: a [`TaskContext`], but in tests of the table alone.
pub(super) struct Table<T: Kept = TaskContext> {
    /// A power of two of them, and no fewer than `WINDOW`.
    slots: Box<[Slot<T>]>,
    overflow: [Mutex<HashMap<Number, &'static Slot<T>>>; SHARDS as usize],
    /// Slots of the overflow that no task has: never freed, since others may look at them.
    spare: Mutex<Vec<&'static Slot<T>>>,
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

impl<T: Kept> Table<T> {
    fn new(slots: usize) -> Self {
        Self {
            slots: (0..slots).map(|_| Slot::new()).collect(),
            overflow: std::array::from_fn(|_| Mutex::default()),
            spare: Mutex::default(),
            displaced: AtomicUsize::new(0),
            tombstones: Tombstones::new(),
        }
    }

    #[inline]
    fn slot(&self, number: u64) -> &Slot<T> {
        &self.slots[number as usize & (self.slots.len() - 1)]
    }

    fn window(&self, number: Number) -> impl Iterator<Item = &Slot<T>> {
        (1..WINDOW).map(move |next| self.slot(number.get().wrapping_add(next)))
    }

    fn shard(&self, number: Number) -> MutexGuard<'_, HashMap<Number, &'static Slot<T>>> {
        let shard = &self.overflow[(number.get() % SHARDS) as usize];
        shard.lock().unwrap_or_else(PoisonError::into_inner) // no panic leaves a map half changed
    }

    /// Begins a poll of a task without stores, if it has its context in the slot of its number, and if nobody polls it. To
    /// be followed by [`end_bare`](Self::end_bare), or by [`claim_in_poll`](Self::claim_in_poll).
    #[inline]
    pub(super) fn begin_bare(&self, number: Number) -> Option<BareTask> {
        self.slot(number.get()).begin_bare(number)
    }

    /// Ends a poll that was begun by [`begin_bare`](Self::begin_bare), of a task that goes on.
    #[inline]
    pub(super) fn end_bare(&self, number: Number) {
        self.slot(number.get()).end_bare();
    }

    /// Claims the context of a task within a poll that was begun by [`begin_bare`](Self::begin_bare). It may be gone: the
    /// poll did not happen then.
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
        let near = self.window(number).find(|slot| slot.is_of(number));
        let slot = near.or_else(|| self.shard(number).get(&number).copied())?;
        slot.claim(number)
    }

    /// Puts the context of a new task in, unless the task is over already.
    pub(super) fn insert(&'static self, number: Number, task: T) {
        if let Err(task) = self.slot(number.get()).insert(number, task) {
            self.displaced.fetch_add(1, SeqCst);
            self.insert_elsewhere(number, task);
        }
        if self.tombstones.has(number) {
            drop(self.remove(number)); // `terminate` came first
        }
    }

    #[cold]
    fn insert_elsewhere(&self, number: Number, mut task: T) {
        for slot in self.window(number) {
            match slot.insert(number, task) {
                Ok(()) => return,
                Err(back) => task = back,
            }
        }
        let slot = self.spare_slot();
        // a spare slot is free and nobody else has it
        drop(slot.insert(number, task));
        self.shard(number).insert(number, slot);
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

    /// Keeps no account any more of a task whose slot is about to be free. Returns the slot if it is one of the overflow.
    fn forget(&self, slot: &'static Slot<T>, number: Number) -> Option<&'static Slot<T>> {
        if ptr::eq(slot, self.slot(number.get())) {
            return None;
        }
        self.displaced.fetch_sub(1, SeqCst);
        self.shard(number).remove(&number)
    }

    fn spare(&self) -> MutexGuard<'_, Vec<&'static Slot<T>>> {
        self.spare.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn spare_slot(&self) -> &'static Slot<T> {
        let spare = self.spare().pop();
        spare.unwrap_or_else(|| Box::leak(Box::new(Slot::new())))
    }

    /// `spare` is free.
    fn give_spare(&self, spare: &'static Slot<T>) {
        self.spare().push(spare);
    }

    /// How many tasks have a context here.
    pub(super) fn len(&self) -> usize {
        let in_slots = self.slots.iter().filter(|slot| !slot.is_free()).count();
        let shards = self.overflow.iter().map(|shard| {
            let shard = shard.lock().unwrap_or_else(PoisonError::into_inner);
            shard.len()
        });
        in_slots + shards.sum::<usize>()
    }
}
