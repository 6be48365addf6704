//! Tasks that ended before their context was put in.

use std::sync::atomic::Ordering::SeqCst;

use crate::hooks::{number::Number, sync::AtomicU64};

/// How many of them are remembered.
const TOMBSTONES: usize = if cfg!(ah_loom) { 2 } else { 1 << 12 };
/// The number of no task.
const NOBODY: u64 = 0;

/// Tasks that ended before their context was put in, as they do on a runtime that is closing: bounded, since blocking
/// tasks, which have none, leave theirs behind as well. The newest of those that share a place is remembered.
///
/// All accesses, and those to words and to `displaced`, are SeqCst: in the one order of these, either `insert` sees the
/// tombstone, or `remove` sees what was inserted.
pub(super) struct Tombstones(Box<[AtomicU64]>);

impl Tombstones {
    pub(super) fn new() -> Self {
        Self((0..TOMBSTONES).map(|_| AtomicU64::new(NOBODY)).collect())
    }

    fn place(&self, number: Number) -> &AtomicU64 {
        &self.0[(number.get() % TOMBSTONES as u64) as usize]
    }

    pub(super) fn put(&self, number: Number) {
        self.place(number).store(number.get(), SeqCst);
    }

    pub(super) fn has(&self, number: Number) -> bool {
        self.place(number).load(SeqCst) == number.get()
    }
}
