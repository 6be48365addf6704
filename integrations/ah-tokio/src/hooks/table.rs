//! The context of each live task, by its number.
//!
//! A slot is found by the task's number alone: no hash, no lock of the table. Numbers rise, so tasks that live long at the
//! same time seldom want the same slot; one that finds its slot taken looks at the next few, and beyond that goes to a
//! locked map.
//!
//! A slot's `word` says whose it is, and its lowest bit whether somebody has *claimed* it: whoever sets that bit has the
//! context for itself until it clears the bit. A poll claims its task from `before` to `after`; as the next poll may begin
//! on another thread before that, claims wait for each other. What they wait for is the end of tokio's own work after a
//! poll and of the `after` callbacks.

#![expect(
    unsafe_code,
    reason = "a mutex a slot was measured to cost a self-waking poll 12 ns of its 30: two locked instructions more"
)]

use std::{
    cell::UnsafeCell,
    collections::HashMap,
    hint, ptr,
    sync::{
        LazyLock, Mutex, MutexGuard, PoisonError,
        atomic::{
            AtomicU64, AtomicUsize,
            Ordering::{Acquire, Relaxed, Release, SeqCst},
        },
    },
    thread,
};

use ah_core::embedder::TaskContext;

use super::number::Number;

/// How many slots there are: 4 MiB.
const SLOTS: usize = 1 << 16;
/// How many slots a task may be put into.
const WINDOW: u64 = 8;
/// How many of the tasks that ended before they began are remembered.
const TOMBSTONES: usize = 1 << 12;
const SHARDS: u64 = 64;

/// The word of a free slot.
const FREE: u64 = 0;
/// In a slot's word: claimed. Above it is the task's number, or 0 while a task is put in.
const CLAIMED: u64 = 1;
/// So often is a claim tried before the thread gives way.
const SPINS: u32 = 64;

/// The place of one task.
#[repr(align(64))]
struct Slot {
    word: AtomicU64,
    /// Something if the word has a number.
    task: UnsafeCell<Option<TaskContext>>,
}

// SAFETY: `task` is reached through a `Claim` or, in `insert`, by whoever set `CLAIMED`: by one thread at a time, each
// after the one before, as the word is written with Release and read with Acquire. A `TaskContext` is `Send`.
unsafe impl Sync for Slot {}

impl Slot {
    const fn new() -> Self {
        Self {
            word: AtomicU64::new(FREE),
            task: UnsafeCell::new(None),
        }
    }

    #[inline]
    fn word_of(number: Number) -> u64 {
        number.get() << 1
    }

    fn is_of(&self, number: Number) -> bool {
        self.word.load(SeqCst) & !CLAIMED == Self::word_of(number)
    }

    /// Puts a task in, or gives it back if the slot is taken.
    fn insert(&self, number: Number, task: TaskContext) -> Result<(), TaskContext> {
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
    fn claim(&'static self, number: Number) -> Option<Claim> {
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
    fn wait(&'static self, number: Number) -> Option<Claim> {
        let word = Self::word_of(number);
        let mut spins = 0;
        loop {
            match self
                .word
                .compare_exchange(word, word | CLAIMED, SeqCst, SeqCst)
            {
                Ok(_) => return Some(Claim { slot: self }),
                Err(found) if found != word | CLAIMED => return None,
                Err(_) if spins < SPINS => hint::spin_loop(),
                Err(_) => thread::yield_now(),
            }
            spins = spins.saturating_add(1);
        }
    }
}

/// A task's context, for whoever has it to itself.
pub(super) struct Claim {
    slot: &'static Slot,
}

impl Claim {
    #[inline]
    pub(super) fn task(&mut self) -> &mut TaskContext {
        // SAFETY: the slot is claimed for as long as this is here, and lends through `&mut` of it only
        let task = unsafe { &mut *self.slot.task.get() };
        task.as_mut().expect("a slot with a number holds a task")
    }

    /// Takes the task out for good.
    pub(super) fn take(self, table: &Table, number: Number) -> TaskContext {
        // SAFETY: as in `task`
        let task = unsafe { (*self.slot.task.get()).take() };
        table.forget(self.slot, number);
        self.slot.word.store(FREE | CLAIMED, Relaxed); // given back as a free one by `drop`
        task.expect("a slot with a number holds a task")
    }
}

impl Drop for Claim {
    #[inline]
    fn drop(&mut self) {
        let word = self.slot.word.load(Relaxed); // nobody else writes it now
        self.slot.word.store(word & !CLAIMED, Release);
    }
}

pub(super) struct Table {
    slots: Box<[Slot]>,
    overflow: [Mutex<HashMap<Number, &'static Slot>>; SHARDS as usize],
    /// How many tasks are not in the slot of their number.
    displaced: AtomicUsize,
    tombstones: Tombstones,
}

impl Table {
    /// The one of this process, in which the numbers of tasks are unique.
    pub(super) fn get() -> &'static Self {
        static TABLE: LazyLock<Table> = LazyLock::new(|| Table {
            slots: (0..SLOTS).map(|_| Slot::new()).collect(),
            overflow: std::array::from_fn(|_| Mutex::default()),
            displaced: AtomicUsize::new(0),
            tombstones: Tombstones::new(),
        });
        &TABLE
    }

    #[inline]
    fn slot(&self, number: u64) -> &Slot {
        &self.slots[(number % SLOTS as u64) as usize]
    }

    fn window(&self, number: Number) -> impl Iterator<Item = &Slot> {
        (1..WINDOW).map(move |next| self.slot(number.get().wrapping_add(next)))
    }

    fn shard(&self, number: Number) -> MutexGuard<'_, HashMap<Number, &'static Slot>> {
        let shard = &self.overflow[(number.get() % SHARDS) as usize];
        shard.lock().unwrap_or_else(PoisonError::into_inner) // no panic leaves a map half changed
    }

    /// Claims the context of a task, if it has one here.
    #[inline]
    pub(super) fn claim(&'static self, number: Number) -> Option<Claim> {
        let claim = self.slot(number.get()).claim(number);
        // SeqCst: see `Tombstones`
        if claim.is_none() && self.displaced.load(SeqCst) != 0 {
            return self.claim_displaced(number);
        }
        claim
    }

    #[cold]
    #[inline(never)]
    fn claim_displaced(&'static self, number: Number) -> Option<Claim> {
        let near = self.window(number).find(|slot| slot.is_of(number));
        let slot = near.or_else(|| self.shard(number).get(&number).copied())?;
        slot.claim(number)
    }

    /// Puts the context of a new task in, unless the task is over already.
    pub(super) fn insert(&'static self, number: Number, task: TaskContext) {
        if let Err(task) = self.slot(number.get()).insert(number, task) {
            self.displaced.fetch_add(1, SeqCst);
            self.insert_elsewhere(number, task);
        }
        if self.tombstones.has(number) {
            drop(self.remove(number)); // `terminate` came first
        }
    }

    #[cold]
    fn insert_elsewhere(&self, number: Number, mut task: TaskContext) {
        for slot in self.window(number) {
            match slot.insert(number, task) {
                Ok(()) => return,
                Err(back) => task = back,
            }
        }
        let slot = spare_slot();
        // a spare slot is free and nobody else has it
        drop(slot.insert(number, task));
        self.shard(number).insert(number, slot);
    }

    /// Takes the context of a task out that is over. If there is none yet, there will be none.
    pub(super) fn remove(&'static self, number: Number) -> Option<TaskContext> {
        let claim = self.claim(number).or_else(|| {
            self.tombstones.put(number);
            self.claim(number) // the insertion may not have seen the tombstone
        });
        claim.map(|claim| claim.take(self, number))
    }

    /// Keeps no account any more of a task whose slot is about to be free.
    fn forget(&self, slot: &'static Slot, number: Number) {
        if ptr::eq(slot, self.slot(number.get())) {
            return;
        }
        self.displaced.fetch_sub(1, SeqCst);
        if self.shard(number).remove(&number).is_some() {
            give_spare(slot);
        }
    }

    /// How many tasks have a context here.
    pub(super) fn len(&self) -> usize {
        let taken = |slot: &&Slot| slot.word.load(Relaxed) != FREE;
        let in_slots = self.slots.iter().filter(taken).count();
        let shards = self.overflow.iter().map(|shard| {
            let shard = shard.lock().unwrap_or_else(PoisonError::into_inner);
            shard.len()
        });
        in_slots + shards.sum::<usize>()
    }
}

/// Slots of the overflow that no task has: never freed, since others may look at them.
static SPARE: Mutex<Vec<&'static Slot>> = Mutex::new(Vec::new());

fn spare() -> MutexGuard<'static, Vec<&'static Slot>> {
    SPARE.lock().unwrap_or_else(PoisonError::into_inner)
}

fn spare_slot() -> &'static Slot {
    let spare = spare().pop();
    spare.unwrap_or_else(|| Box::leak(Box::new(Slot::new())))
}

fn give_spare(slot: &'static Slot) {
    spare().push(slot);
}

/// Tasks that ended before their context was put in, as they do on a runtime that is closing: bounded, since blocking
/// tasks, which have none, leave theirs behind as well. The newest of those that share a place is remembered.
///
/// All accesses, and those to words and to `displaced`, are SeqCst: in the one order of these, either `insert` sees the
/// tombstone, or `remove` sees what was inserted.
struct Tombstones(Box<[AtomicU64]>);

impl Tombstones {
    fn new() -> Self {
        Self((0..TOMBSTONES).map(|_| AtomicU64::new(FREE)).collect())
    }

    fn place(&self, number: Number) -> &AtomicU64 {
        &self.0[(number.get() % TOMBSTONES as u64) as usize]
    }

    fn put(&self, number: Number) {
        self.place(number).store(number.get(), SeqCst);
    }

    fn has(&self, number: Number) -> bool {
        self.place(number).load(SeqCst) == number.get()
    }
}
