//! Polls of tasks without stores, which take no locked instruction.
//!
//! Such a poll needs no more than the identity of the task. That is in two atomics of the slot, and a thread that reads
//! them and then finds the slot's word unchanged has read those of the task. Nothing is claimed: the task may be
//! removed meanwhile. If the poll leaves a store, or if a hook listens at its end, it claims the task then.
//!
//! The next poll must wait for that. So a poll marks the words by a plain store, and the next one sees the mark, as tokio
//! orders the polls of one task. But a poll that does not happen, since its task is shut down, may be about to begin
//! while another thread removes the task, and its mark may come when the slot is already another task's. So a slot
//! whose task was removed by anybody but its last poll is *doubtful* from then on, and its tasks are always claimed.

#[cfg(all(test, ah_loom))]
pub(super) mod models;

use std::sync::atomic::Ordering::{Acquire, Relaxed, Release};

use ah_core::{AsyncId, embedder::BareTask};

use super::visit::Visits;
use crate::hooks::sync::AtomicU64;

/// In the second word, which is an id: polled.
const POLLED: u64 = 1 << 63;
const _: () = assert!(AsyncId::MAX.get() < POLLED);

/// The identity of the task of a slot, if it has no stores and nobody visits it. Else the first word is how many do:
/// see `visit.rs`.
pub(super) struct Words([AtomicU64; 2]);

impl Words {
    pub(super) const fn new() -> Self {
        Self([const { AtomicU64::new(0) }; 2])
    }

    /// By whoever has claimed the slot.
    #[inline]
    pub(super) fn set(&self, task: BareTask) {
        let [who, trigger] = task.to_words();
        // Release: whoever sees one of them sees the slot's word as it is now
        self.0[0].store(who, Release);
        self.0[1].store(trigger, Release);
    }

    /// Marks the task as polled and returns it, unless it is polled, or the words are another task's by now.
    #[inline]
    pub(super) fn begin(&self, are_the_same: impl FnOnce() -> bool) -> Option<BareTask> {
        // Acquire: pairs with `set` and `end`
        let who = self.0[0].load(Acquire);
        let trigger = self.0[1].load(Acquire);
        if trigger & POLLED != 0 || !are_the_same() {
            return None;
        }
        self.0[1].store(trigger | POLLED, Relaxed); // tokio orders the next poll after this
        Some(BareTask::from_words([who, trigger]))
    }

    /// Takes the mark away.
    #[inline]
    pub(super) fn end(&self) {
        let polled = self.0[1].load(Relaxed); // nobody else writes it now
        self.0[1].store(polled & !POLLED, Release);
    }

    /// The first word, of a task with stores or visits.
    #[inline]
    pub(super) fn visits(&self) -> Visits<'_> {
        Visits(&self.0[0])
    }

    #[inline]
    pub(super) fn is_polled(&self) -> bool {
        self.0[1].load(Acquire) & POLLED != 0
    }
}
