//! The ids of an environment: those of the global one are handed out in blocks, so that threads do not contend.

use std::{cell::Cell, sync::atomic::Ordering::Relaxed};

use crate::{
    id::AsyncId,
    sync::{AtomicU64, thread_local},
};

/// How an environment hands out ids.
pub(super) enum Ids {
    /// In blocks per thread.
    InBlocks,
    OneByOne(AtomicU64),
}

impl Ids {
    pub(super) fn one_by_one() -> Self {
        Self::OneByOne(AtomicU64::new(AsyncId::FIRST))
    }

    /// Takes the next id.
    #[inline]
    pub(super) fn next(&self) -> AsyncId {
        AsyncId::of(match self {
            Self::InBlocks => next_of_block(),
            Self::OneByOne(next) => next.fetch_add(1, Relaxed),
        })
    }
}

/// A model reaches the end of a block, too.
const BLOCK: u64 = if cfg!(any(ah_loom, ah_shuttle)) {
    2
} else {
    1024
};

thread_local! {
    /// The next id of this thread's block, and the end of the block.
    static NEXT: Cell<(u64, u64)> = const { Cell::new((0, 0)) };
}

#[inline]
fn next_of_block() -> u64 {
    let (next, end) = NEXT.get();
    if next == end {
        return first_of_next_block();
    }
    NEXT.with(|block| block.set((next + 1, end))); // `set` of a thread-local is not inlined
    next
}

#[cold]
fn first_of_next_block() -> u64 {
    static BLOCKS: AtomicU64 = AtomicU64::new(AsyncId::FIRST);
    let first = BLOCKS.fetch_add(BLOCK, Relaxed);
    NEXT.set((first + 1, first + BLOCK));
    first
}
