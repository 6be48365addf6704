//! Random numbers for ids: SipHash of a counter, under keys that the operating system gave.
//!
//! 1. The first use on a thread takes a pair of keys from `RandomState`, which the standard library seeds from the operating
//!    system.
//! 2. Each number is the keyed hash of the next value of the thread's counter.
//!
//! So ids cannot be guessed without the keys, and no lock or system call is needed for one. They are not meant for secrets.
//! A process that forks without `exec` has the same keys and the same counter on both sides.

use std::{
    cell::Cell,
    hash::{BuildHasher as _, RandomState},
};

thread_local! {
    // neither has drop glue, so both work to the very end of the thread
    static KEYS: RandomState = RandomState::new();
    static COUNTER: Cell<u64> = const { Cell::new(0) };
}

/// Draws a number that is not zero.
pub(crate) fn number() -> u64 {
    let count = COUNTER.get();
    COUNTER.set(count.wrapping_add(1));
    KEYS.with(|keys| keys.hash_one(count)).max(1)
}
