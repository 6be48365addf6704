//! What keeps a task from being destroyed while code of the user's runs for it, though its context is free for others.
//!
//! A task that is *visited* has, in the first of its two words, how many visits there are, and whether it has ended. These
//! are in one atomic, so that exactly one of those that leave and the one that ends it is the last, and removes it.
//!
//! 1. Whoever has claimed the task begins a visit, and releases the claim: the slot's word says that its words are no
//!    ids, for as long as somebody visits.
//! 2. Whoever ends the task, under a claim, marks it as ended. If nobody visits it, it is removed there; else the
//!    slot's word says that nobody finds it any more.
//! 3. The last one that leaves a task that has ended removes it.

#![expect(
    unsafe_code,
    reason = "a reference to the slot would have to be valid until its function returns, and the slot may be freed before"
)]

#[cfg(all(test, ah_loom))]
mod models;
#[cfg(all(test, ah_shuttle))]
mod scenarios;

use std::sync::atomic::Ordering::{AcqRel, Acquire, Release};

use super::{
    Table,
    slot::{Entry, Slot},
};
use crate::hooks::{number::Number, sync::AtomicU64};

/// Beside the count: the task has ended.
const ENDED: u64 = 1 << 63;

/// How many visit a task with stores or visits.
pub(super) struct Visits<'a>(pub(super) &'a AtomicU64);

impl Visits<'_> {
    /// From now on the word counts. By whoever has claimed the slot.
    #[inline]
    pub(super) fn begin(&self) {
        self.0.store(0, Release); // as in `Words::set`: it may be read as an id still
    }

    /// Returns `true` if it is visited. It is not from then on, for as long as the slot is claimed.
    #[inline]
    pub(super) fn are_any(&self) -> bool {
        self.0.load(Acquire) != 0
    }

    /// By whoever has claimed the slot.
    fn enter(&self) {
        self.0.fetch_add(1, AcqRel);
    }

    /// Marks the task as ended. False if it is not visited, and so is nobody's but the caller's. By whoever has claimed the
    /// slot.
    #[cold]
    pub(super) fn end(&self) -> bool {
        self.0.fetch_add(ENDED, AcqRel) != 0 // a task ends once
    }

    /// Returns `true` if this was the last visit of a task that has ended.
    fn leave(&self) -> bool {
        // AcqRel: whoever is the last comes after all others
        self.0.fetch_sub(1, AcqRel) == ENDED | 1
    }
}

/// A visit, until it is dropped: the task is not destroyed before.
pub(in crate::hooks) struct Visit<T: Entry = ah_core::embedder::TaskContext> {
    table: &'static Table<T>,
    /// As in [`Claim`](super::Claim).
    slot: *const Slot<T>,
    number: Number,
}

// SAFETY: it is used as a `&Slot<T>`, which may be sent
unsafe impl<T: Entry> Send for Visit<T> {}

impl<T: Entry> Visit<T> {
    /// By whoever has claimed the slot, whose words count.
    pub(super) fn new(table: &'static Table<T>, slot: &Slot<T>, number: Number) -> Self {
        slot.visits().enter();
        Self {
            table,
            slot,
            number,
        }
    }
}

impl<T: Entry> Drop for Visit<T> {
    fn drop(&mut self) {
        // SAFETY: the task is in the slot until the last visit takes it out, and this one has not left yet
        if unsafe { &*self.slot }.visits().leave() {
            // SAFETY: it was the last one, so the task is still there
            let claim = unsafe { &*self.slot }.claim_ended();
            drop(claim.take(self.table, self.number));
        }
    }
}
