//! The place of one task, which one thread at a time has for itself.
//!
//! A slot's `word` says whose it is, and its lowest bit whether somebody has *claimed* it: whoever sets that bit has the
//! context for itself until it clears the bit. A poll claims its task until its stores are back; as the next poll may begin
//! on another thread before that, claims wait for each other. What they wait for is the end of tokio's own work after a
//! poll: callbacks and hooks run while nobody claims the task, see `visit.rs`.
//!
//! Polls of tasks without stores do not claim: see `bare.rs`.

#![expect(
    unsafe_code,
    reason = "a claim takes one locked instruction a poll, where a mutex takes two: each is a sixth of a bare poll"
)]

use std::{
    cell::UnsafeCell,
    sync::atomic::Ordering::{Acquire, Relaxed, Release, SeqCst},
};

use ah_core::embedder::{BareTask, TaskContext};

use super::{
    Table,
    bare::Words,
    visit::{Visit, Visits},
};
use crate::hooks::{
    number::Number,
    sync::{AtomicU64, nap, spin_loop, yield_now},
};

/// The word of a free slot. It may be [`DOUBTFUL`].
const FREE: u64 = 0;
/// In a slot's word: claimed.
const CLAIMED: u64 = 1;
/// The task has stores, or is visited: its words are no ids.
const WHOLE: u64 = 2;
/// For good: a poll of a task that was here before may be about to begin. See `bare.rs`.
const DOUBTFUL: u64 = 4;
/// The task is over, and there until the last visit ends: nobody finds it.
const ENDED: u64 = 8;
/// Above these bits is the task's number.
const NUMBER: u32 = 4;
/// So often is a claim tried before the thread yields, and so often before it sleeps.
const SPINS: u32 = 64;
const YIELDS: u32 = 128;

/// What is kept of a task.
pub(in crate::hooks) trait Entry: Send + 'static {
    /// Its identity, if it has no stores.
    fn bare(&self) -> Option<BareTask>;
}

impl Entry for TaskContext {
    #[inline]
    fn bare(&self) -> Option<BareTask> {
        self.bare()
    }
}

/// The place of one task.
#[repr(align(64))]
pub(super) struct Slot<T> {
    word: AtomicU64,
    bare: Words,
    /// Something if the word has a number, but while the task is put in.
    task: UnsafeCell<Option<T>>,
    #[cfg(all(test, ah_loom))]
    freed: std::sync::OnceLock<loom::cell::Cell<bool>>,
}

/// In models, memory is not freed: loom finds a use that does not come before this is noted.
#[cfg(all(test, ah_loom))]
impl<T> Slot<T> {
    pub(super) fn note_made(&self) {
        _ = self.freed.set(loom::cell::Cell::new(false));
    }

    pub(super) fn note_freed(&self) {
        self.freed.get().expect("it was noted").set(true);
    }

    fn assert_is_there(&self) {
        let is_freed = self.freed.get().is_some_and(loom::cell::Cell::get);
        assert!(!is_freed, "it is freed");
    }
}

const _: () = assert!(cfg!(any(ah_loom, ah_shuttle)) || size_of::<Slot<TaskContext>>() == 64);

// SAFETY: `task` is reached through a `Claim` or, in `insert`, by whoever set `CLAIMED`: by one thread at a time, each
// after the one before, as the word is written with Release and read with Acquire. The claim of `claim_ended` is the only
// one, since no other finds a task that has ended, and one alone of those that visit it is the last.
unsafe impl<T: Send> Sync for Slot<T> {}

impl<T: Entry> Slot<T> {
    pub(super) const fn new() -> Self {
        Self {
            word: AtomicU64::new(FREE),
            bare: Words::new(),
            task: UnsafeCell::new(None),
            #[cfg(all(test, ah_loom))]
            freed: std::sync::OnceLock::new(),
        }
    }

    #[inline]
    fn word_of(number: Number) -> u64 {
        number.get() << NUMBER
    }

    /// Returns `true` if this is the word of a slot that has this task.
    #[inline]
    fn has(word: u64, number: Number) -> bool {
        word & !(CLAIMED | WHOLE | DOUBTFUL) == Self::word_of(number)
    }

    pub(super) fn is_of(&self, number: Number) -> bool {
        #[cfg(all(test, ah_loom))]
        self.assert_is_there();
        Self::has(self.word.load(SeqCst), number)
    }

    pub(super) fn is_free(&self) -> bool {
        #[cfg(all(test, ah_loom))]
        self.assert_is_there();
        self.word.load(Relaxed) & !DOUBTFUL == FREE
    }

    /// Inserts a task, or returns it if the slot is taken.
    #[inline]
    pub(super) fn insert(&self, number: Number, task: T) -> Result<(), T> {
        let free = self.word.load(Relaxed);
        let word = Self::word_of(number) | free & DOUBTFUL;
        // Acquire, which is part of SeqCst: pairs with the Release of whoever freed the slot; SeqCst: see `Tombstones`
        if free & !DOUBTFUL != FREE
            || self
                .word
                .compare_exchange(free, word | CLAIMED, SeqCst, Relaxed)
                .is_err()
        {
            return Err(task);
        }
        let bare = task.bare();
        // SAFETY: we have just claimed it
        unsafe { *self.task.get() = Some(task) };
        let word = match bare {
            Some(bare) => {
                self.bare.set(bare);
                word
            }
            None => {
                self.visits().begin();
                word | WHOLE
            }
        };
        self.word.store(word, Release);
        Ok(())
    }

    /// Begins a poll of this task without claiming it, if the slot is the task's and that will do. It may do so though the
    /// task is just being removed.
    #[inline]
    pub(super) fn begin_bare(&self, number: Number) -> Option<BareTask> {
        let word = Self::word_of(number);
        if self.word.load(Acquire) != word {
            return None;
        }
        // read again: only if it is the same are the words those of this task
        self.bare.begin(|| self.word.load(Relaxed) == word)
    }

    /// Lets the next poll of the task begin.
    #[inline]
    pub(super) fn end_bare(&self) {
        self.bare.end();
    }

    /// Claims the slot if it is this task's; waits for whoever has claimed it, and for a poll that did not.
    #[inline]
    pub(super) fn claim(&'static self, number: Number) -> Option<Claim<T>> {
        #[cfg(all(test, ah_loom))]
        self.assert_is_there();
        // SeqCst: see `Tombstones`
        let word = self.word.load(SeqCst);
        if !Self::has(word, number) {
            return None;
        }
        if word & CLAIMED == 0 && !self.is_polled(word) && self.try_claim(word) {
            return Some(Claim::of(self));
        }
        self.wait(number, |word| self.is_polled(word))
    }

    /// As [`claim`](Self::claim), within a poll that did not claim the task.
    #[cold]
    pub(super) fn claim_in_poll(&'static self, number: Number) -> Option<Claim<T>> {
        self.wait(number, |_| false)
    }

    /// Returns `true` if the task is polled by a thread that did not claim it.
    #[inline]
    fn is_polled(&self, word: u64) -> bool {
        word & (WHOLE | DOUBTFUL) == 0 && self.bare.is_polled()
    }

    /// How many visit the task, if its word is [`WHOLE`].
    #[inline]
    pub(super) fn visits(&self) -> Visits<'_> {
        self.bare.visits()
    }

    /// The word of a task that has stores and had none, or the other way round. One that has none is `bare` again as soon
    /// as nobody visits it.
    #[cold]
    #[inline(never)]
    fn changed(&self, word: u64, bare: Option<BareTask>) -> u64 {
        match bare {
            None => {
                self.visits().begin();
                word | WHOLE
            }
            Some(_) if self.visits().are_any() => word,
            Some(bare) => {
                self.bare.set(bare); // else they are those of an earlier task
                word & !WHOLE
            }
        }
    }

    /// Claims the slot of a task that has ended. To be called by the last visit alone.
    #[cold]
    pub(super) fn claim_ended(&'static self) -> Claim<T> {
        let mut patience = Patience::new();
        // Acquire: pairs with the end of the last claim. There is no other: nobody finds the task.
        while self.word.load(Acquire) & CLAIMED != 0 {
            patience.wait();
        }
        Claim::of(self)
    }

    #[inline]
    fn try_claim(&self, word: u64) -> bool {
        // Acquire: pairs with the end of the last claim
        self.word
            .compare_exchange(word, word | CLAIMED, SeqCst, Relaxed)
            .is_ok()
    }

    #[cold]
    #[inline(never)]
    fn wait(&'static self, number: Number, is_polled: impl Fn(u64) -> bool) -> Option<Claim<T>> {
        let mut patience = Patience::new();
        loop {
            let word = self.word.load(SeqCst);
            if !Self::has(word, number) {
                return None;
            }
            if word & CLAIMED == 0 && !is_polled(word) && self.try_claim(word) {
                return Some(Claim::of(self));
            }
            patience.wait();
        }
    }
}

/// Waits a little, and for longer after a while. What is waited for is a few instructions of another thread, never code of
/// the user's; but that thread may not run, and under a real-time scheduler a yield lets none of a lower priority run.
struct Patience {
    tries: u32,
}

impl Patience {
    fn new() -> Self {
        Self { tries: 0 }
    }

    fn wait(&mut self) {
        if self.tries < SPINS {
            spin_loop();
        } else if self.tries < YIELDS {
            yield_now();
        } else {
            nap();
        }
        self.tries = self.tries.saturating_add(1);
    }
}

/// A task's context, for whoever has it to itself.
pub(in crate::hooks) struct Claim<T: Entry = TaskContext> {
    /// A pointer and no reference, since the slot may be freed as soon as the task is removed from it.
    slot: *const Slot<T>,
}

impl<T: Entry> Claim<T> {
    #[inline]
    fn of(slot: &Slot<T>) -> Self {
        Self { slot }
    }

    #[inline]
    fn slot(&self) -> &Slot<T> {
        // SAFETY: a slot with a task in it is not freed, see `segments.rs`; nobody else removes the task
        let slot = unsafe { &*self.slot };
        #[cfg(all(test, ah_loom))]
        slot.assert_is_there();
        slot
    }

    #[inline]
    pub(in crate::hooks) fn task(&mut self) -> &mut T {
        // SAFETY: the slot is claimed for as long as this is here, and lends through `&mut` of it only
        let task = unsafe { &mut *self.slot().task.get() };
        task.as_mut().expect("a slot with a number holds a task")
    }

    /// Keeps the task from being destroyed until what is returned is dropped. Where a poll did not claim it, the next one
    /// may begin when this claim is released.
    pub(in crate::hooks) fn visit(&mut self, table: &'static Table<T>, number: Number) -> Visit<T> {
        let word = self.slot().word.load(Relaxed); // nobody else writes it now
        if word & WHOLE == 0 {
            self.slot().visits().begin();
            self.slot().word.store(word | WHOLE, Relaxed);
        }
        Visit::new(table, self.slot(), number)
    }

    /// Ends the task, in its last poll. It is removed, unless somebody visits it: the last visit does that then.
    pub(in crate::hooks) fn end(self, table: &'static Table<T>, number: Number) -> Option<T> {
        self.end_as(table, number, FREE)
    }

    /// As [`end`](Self::end), while a poll of the task may be about to begin on another thread.
    pub(in crate::hooks) fn end_from_polls(
        self,
        table: &'static Table<T>,
        number: Number,
    ) -> Option<T> {
        self.end_as(table, number, FREE | DOUBTFUL)
    }

    #[inline]
    fn end_as(self, table: &'static Table<T>, number: Number, free: u64) -> Option<T> {
        let word = self.slot().word.load(Relaxed); // nobody else writes it now
        if word & WHOLE != 0 && self.slot().visits().are_any() && self.slot().visits().end() {
            let word = word | ENDED | free;
            self.slot().word.store(word, Relaxed); // released by `drop`
            return None;
        }
        Some(self.take_out(table, number, free | word & DOUBTFUL))
    }

    /// Removes a task that has ended.
    pub(super) fn take(self, table: &'static Table<T>, number: Number) -> T {
        let word = self.slot().word.load(Relaxed); // nobody else writes it now
        self.take_out(table, number, FREE | word & DOUBTFUL)
    }

    #[inline]
    fn take_out(self, table: &'static Table<T>, number: Number, free: u64) -> T {
        // SAFETY: the slot is claimed for as long as this is here, and nothing that `task` lent is left
        let task = unsafe { (*self.slot().task.get()).take() };
        let slot = self.slot;
        self.slot().word.store(free | CLAIMED, Relaxed); // released as a free one by `drop`
        drop(self);
        table.forget(slot, number); // not before: the slot may be freed then
        task.expect("a slot with a number holds a task")
    }
}

impl<T: Entry> Drop for Claim<T> {
    #[inline]
    fn drop(&mut self) {
        let slot = self.slot();
        // SAFETY: the slot is claimed for as long as this is here, and nothing that `task` lent is left
        let task = unsafe { &*slot.task.get() };
        let is_whole = task.as_ref().is_some_and(|task| task.bare().is_none());
        let mut word = slot.word.load(Relaxed) & !CLAIMED; // nobody else writes it now
        if is_whole != (word & WHOLE != 0) {
            word = slot.changed(word, task.as_ref().and_then(Entry::bare));
        }
        slot.word.store(word, Release);
    }
}
