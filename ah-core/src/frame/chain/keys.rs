//! The keys of storages, and which of them are over: those of a storage that was disabled since, or is dropped.
//!
//! A key is `number << 32 | epoch`; bit 63 marks a storage that spawned work does not inherit. A number belongs to one
//! storage at a time, and a pair of number and epoch to one only, so nothing that was entered under a key is ever found
//! under another one.
//!
//! 1. A storage takes a number at its first use: one that was given back, else one that is unused.
//! 2. `disable` moves the storage on to the next epoch, and the number's own epoch with it. A storage that is dropped does
//!    the same and gives its number back.
//! 3. Whenever an epoch ends, a *generation* does. What was found in one generation to hold no entry that is over need not
//!    be looked at again in the same one.
//!
//! Nothing here blocks: numbers that were given back form a stack (Treiber's, with a tag against ABA) whose links are never
//! freed, and the table of numbers grows by segments that never move.

use std::sync::{
    OnceLock,
    atomic::Ordering::{AcqRel, Acquire, Relaxed, Release},
};

use crate::sync::{AtomicU32, AtomicU64};

/// Of nodes that hold a map. Number 0 belongs to no storage.
pub(crate) const MAP_KEY: u64 = 1;
const NEVER: u64 = 1 << 63;
/// The epoch of numbers that are given to no storage any more.
const RETIRED: u32 = u32::MAX;

/// What is known of a number.
struct Number {
    epoch: AtomicU32,
    /// While nobody has it: the number that was given back before it, or 0.
    next_free: AtomicU32,
}

const FIRST_SEGMENT: u32 = 32;
/// Each segment is twice as long as the one before.
static SEGMENTS: [OnceLock<Box<[Number]>>; 27] = [const { OnceLock::new() }; 27];
/// The number that was given back last, below a tag that changes with each that is taken.
static FREE: AtomicU64 = AtomicU64::new(0);
static UNUSED: AtomicU32 = AtomicU32::new(1);
static GENERATION: AtomicU64 = AtomicU64::new(1);

fn number_at(number: u32) -> &'static Number {
    let position = number + FIRST_SEGMENT;
    let segment = position.ilog2() - FIRST_SEGMENT.ilog2();
    let len = FIRST_SEGMENT << segment;
    let numbers = SEGMENTS[segment as usize].get_or_init(|| {
        let unused = || Number {
            epoch: AtomicU32::new(0),
            next_free: AtomicU32::new(0),
        };
        std::iter::repeat_with(unused).take(len as usize).collect()
    });
    &numbers[(position - len) as usize]
}

/// The storage of a key, whatever its epoch.
#[inline]
pub(crate) fn number(key: u64) -> u32 {
    ((key & !NEVER) >> 32) as u32
}

/// The bit of a storage in the masks of chains.
#[inline]
pub(crate) fn bit(key: u64) -> u32 {
    1 << (number(key) & 31)
}

/// Returns `true` if spawned work does not inherit the entries of this storage.
#[inline]
pub(crate) fn is_never(key: u64) -> bool {
    key & NEVER != 0
}

/// The present generation; never 0.
#[inline]
pub(crate) fn generation() -> u64 {
    GENERATION.load(Relaxed)
}

/// The present generation, for a look at what is over.
pub(crate) fn settled_generation() -> u64 {
    GENERATION.load(Acquire) // pairs with the Release of `next_generation`
}

/// Ends the present generation, since something is over, and returns it.
pub(crate) fn next_generation() -> u64 {
    GENERATION.fetch_add(1, Release)
}

/// Returns the key of a storage that is used for the first time.
pub(crate) fn fresh(never: bool) -> u64 {
    let number = take_free().unwrap_or_else(take_unused);
    let epoch = number_at(number).epoch.load(Relaxed); // nobody else has the number
    let never = if never { NEVER } else { 0 };
    never | u64::from(number) << 32 | u64::from(epoch)
}

fn take_free() -> Option<u32> {
    let without_last = |free: u64| {
        let last = free as u32;
        let next = || u64::from(number_at(last).next_free.load(Relaxed));
        let tag = (free >> 32).wrapping_add(1) << 32;
        (last != 0).then(|| tag | next())
    };
    // Acquire: pairs with the Release of `give_back`, for `next_free` and the epoch
    let taken = FREE.fetch_update(AcqRel, Acquire, without_last);
    taken.ok().map(|free| free as u32)
}

fn take_unused() -> u32 {
    let taken = UNUSED.fetch_update(Relaxed, Relaxed, |unused| {
        (unused < number(u64::MAX)).then_some(unused + 1)
    });
    taken.expect("no more than 2^31 - 2 storages can be used at a time")
}

/// The key of what bridges captured, which is kept as the store of a storage; 0 before the first.
static OF_BRIDGES: AtomicU64 = AtomicU64::new(0);

/// Returns `true` if this is the key of what bridges captured.
#[inline]
pub(crate) fn is_of_bridges(key: u64) -> bool {
    key == OF_BRIDGES.load(Relaxed)
}

/// The key of what bridges captured. Relaxed: it stands for nothing else.
#[inline]
pub(crate) fn of_bridges() -> u64 {
    match OF_BRIDGES.load(Relaxed) {
        0 => first_of_bridges(),
        key => key,
    }
}

#[cold]
fn first_of_bridges() -> u64 {
    let fresh = fresh(false);
    let ours = OF_BRIDGES.compare_exchange(0, fresh, Relaxed, Relaxed);
    ours.map_or_else(
        |theirs| {
            give_back(fresh);
            theirs
        },
        |_| fresh,
    )
}

/// Returns the key that a storage has after this one.
pub(crate) fn next(key: u64) -> u64 {
    if (key + 1) as u32 == RETIRED {
        fresh(is_never(key))
    } else {
        key + 1
    }
}

/// Ends every entry with this key.
pub(crate) fn end(key: u64) {
    let ended = key as u32 + 1;
    // another thread may have ended the next one already
    let later = |epoch| (epoch < ended).then_some(ended);
    let _is_later = number_at(number(key))
        .epoch
        .fetch_update(Relaxed, Relaxed, later);
    next_generation();
}

/// Ends every entry with this key, which is the last one of its storage.
pub(crate) fn give_back(key: u64) {
    end(key);
    if (key + 1) as u32 == RETIRED {
        return;
    }
    let number = number(key);
    let on_top = |free: u64| {
        number_at(number).next_free.store(free as u32, Relaxed);
        Some(free >> 32 << 32 | u64::from(number))
    };
    let _always = FREE.fetch_update(Release, Relaxed, on_top);
}

/// Returns `true` if no look-up can find an entry with this key any more.
pub(crate) fn is_over(key: u64) -> bool {
    generation() != 1 && number_at(number(key)).epoch.load(Relaxed) != key as u32
}
