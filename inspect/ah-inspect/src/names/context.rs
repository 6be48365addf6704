//! The contexts that are carried, as text, each for as long as something alive carries it.
//!
//! A context is found by the id of its frame, which no other frame ever has. It is made into text once, where the first
//! thing is created in it: later its values may be gone, and to keep them alive would be a change of the program.
//!
//! 1. A thread remembers the numbers of the last few frames. It counts a use of the slot (see 3), and looks whether the slot
//!    still has that frame. That is all, most often: no lock.
//! 2. Else the text is made, with no lock held, since it runs the `Display` of users. Then the slot is looked up among the
//!    [`WAYS`] where the frame may be, or the oldest one there that nobody uses is taken.
//! 3. A slot is used by each row of the table of what is alive that has its number. It is taken by exchanging no uses for
//!    [`TAKEN`]; whoever counts a use meanwhile finds that, or another frame, and takes the use back.
//! 4. A number has the turn of its slot in it, so that an event whose context is overwritten has none instead of another.

use std::{
    cell::Cell,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{
            AtomicU32, AtomicU64,
            Ordering::{AcqRel, Acquire, Relaxed, Release},
        },
    },
};

use ah_core::frame::{self, Frame, Stored};

use super::registry::{Place, place, place_number};
use crate::text;

const WAYS: usize = 8;
const TAKEN: u32 = 1 << 31;
/// A number is `turn << INDEX | index + 1`.
const INDEX: u32 = 20;
/// More stores than these of one context are not kept.
const MOST_STORES: usize = 16;
/// Longer text is cut.
const MOST_TEXT: usize = 64;

/// A store of a context, as text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Store {
    /// The number of its storage.
    pub(crate) storage: u32,
    pub(crate) name: &'static str,
    pub(crate) type_name: &'static str,
    pub(crate) size: usize,
    /// Tells the value from all others, for as long as it lives.
    pub(crate) value: usize,
    /// The value, if the storage is shown.
    pub(crate) text: Option<Box<str>>,
    /// Where it was set, if that was seen.
    pub(crate) set_at: Option<Place>,
    /// The outermost thing that was polled where it was set, 0 if none was; `None` if that was not seen.
    pub(crate) set_in: Option<u64>,
    /// The storage was exited: nothing is set.
    pub(crate) is_exited: bool,
}

/// The stores of one context.
pub(crate) type Stores = Arc<[Store]>;

#[derive(Default)]
struct Slot {
    frame: AtomicU64,
    uses: AtomicU32,
    turn: AtomicU32,
    /// When it was taken.
    since: AtomicU64,
    stores: Mutex<Stores>,
}

impl Slot {
    /// Counts a use, if the slot has this frame.
    #[inline]
    fn enter(&self, frame: u64) -> bool {
        let uses = self.uses.fetch_add(1, Acquire); // pairs with the Release of `publish`
        let is_it = uses & TAKEN == 0 && self.frame.load(Relaxed) == frame;
        if !is_it {
            self.uses.fetch_sub(1, Relaxed);
        }
        is_it
    }

    fn take(&self) -> bool {
        self.uses
            .compare_exchange(0, TAKEN, AcqRel, Relaxed)
            .is_ok()
    }

    /// Publishes what the slot, which was taken, is about, with one use.
    fn publish(&self, frame: u64, stores: Stores, now: u64) {
        self.frame.store(frame, Relaxed);
        self.turn.fetch_add(1, Relaxed);
        self.since.store(now, Relaxed);
        let old = std::mem::replace(&mut *self.lock(), stores);
        drop(old);
        self.uses.fetch_sub(TAKEN - 1, Release);
    }

    fn lock(&self) -> MutexGuard<'_, Stores> {
        self.stores.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn turn(&self) -> u32 {
        self.turn.load(Relaxed) & 0xff
    }
}

pub(crate) struct Contexts {
    slots: Box<[Slot]>,
}

thread_local! {
    /// The last frames that this thread saw, with their numbers.
    static SEEN: [Cell<(u64, u32)>; 32] = const { [const { Cell::new((0, 0)) }; 32] };
    /// This thread makes a context into text: what users' code creates there has none.
    static IS_READING: Cell<bool> = const { Cell::new(false) };
}

impl Contexts {
    pub(crate) const BYTES_EACH: usize = size_of::<Slot>()
        + MOST_STORES * (size_of::<Store>() + 2 * MOST_TEXT + size_of::<Stored>());

    pub(crate) fn new(capacity: usize) -> Self {
        Self {
            slots: (0..Self::rounded(capacity))
                .map(|_| Slot::default())
                .collect(),
        }
    }

    /// The capacity that is given for one that is asked for.
    pub(crate) fn rounded(capacity: usize) -> usize {
        capacity.clamp(WAYS, 1 << (INDEX - 1)).next_power_of_two()
    }

    pub(crate) fn capacity(&self) -> usize {
        self.slots.len()
    }

    /// The number of the current context, of which a use is counted; 0 if nothing is stored, or it does not fit.
    #[inline]
    pub(crate) fn enter(&self, now: u64) -> u32 {
        let frame = frame::current_id();
        if frame == 0 {
            return 0;
        }
        let seen = |seen: &[Cell<(u64, u32)>; 32]| seen[(frame & 31) as usize].get();
        let (known, number) = SEEN.with(seen);
        if known == frame && self.slot(number).is_none_or(|slot| slot.enter(frame)) {
            return number;
        }
        self.enter_unseen(frame, now)
    }

    #[inline(never)]
    fn enter_unseen(&self, frame: u64, now: u64) -> u32 {
        let number = self.find(frame).or_else(|| self.create(frame, now));
        let Some(number) = number else { return 0 };
        SEEN.with(|seen| seen[(frame & 31) as usize].set((frame, number)));
        number
    }

    /// The slots where a frame may be.
    fn ways(&self, frame: u64) -> impl Iterator<Item = (usize, &Slot)> {
        let hash = frame.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32;
        let first = hash as usize & (self.slots.len() - 1) & !(WAYS - 1);
        let ways = &self.slots[first..first + WAYS];
        ways.iter()
            .enumerate()
            .map(move |(at, slot)| (first + at, slot))
    }

    fn find(&self, frame: u64) -> Option<u32> {
        let mut ways = self.ways(frame);
        let is_it = |slot: &Slot| slot.frame.load(Relaxed) == frame && slot.enter(frame);
        ways.find(|(_, slot)| is_it(slot))
            .map(|(at, slot)| number(at, slot))
    }

    #[inline(never)]
    fn create(&self, frame: u64, now: u64) -> Option<u32> {
        let stores = read()?;
        if stores.is_empty() {
            return Some(0);
        }
        let Some((at, slot)) = self.take_oldest(frame) else {
            return Some(0); // as good as not remembered, until another frame is
        };
        slot.publish(frame, stores, now);
        Some(number(at, slot))
    }

    /// Takes the oldest slot that nobody uses, of those where a frame may be.
    fn take_oldest(&self, frame: u64) -> Option<(usize, &Slot)> {
        for _ in 0..WAYS {
            let free = self
                .ways(frame)
                .filter(|(_, slot)| slot.uses.load(Relaxed) == 0);
            let oldest = free.min_by_key(|(_, slot)| slot.since.load(Relaxed))?;
            if oldest.1.take() {
                return Some(oldest);
            }
        }
        None // other threads were faster each time
    }

    fn slot(&self, number: u32) -> Option<&Slot> {
        let index = (number & ((1 << INDEX) - 1)).checked_sub(1)?;
        self.slots.get(index as usize)
    }

    /// Takes a use back.
    #[inline]
    pub(crate) fn leave(&self, number: u32) {
        if let Some(slot) = self.slot(number) {
            slot.uses.fetch_sub(1, Release); // pairs with the Acquire of `take`
        }
    }

    /// The stores of a context; none if it is overwritten.
    pub(crate) fn stores(&self, number: u32) -> Stores {
        let turn = number >> INDEX;
        let slot = self.slot(number).map(|slot| (slot.lock(), slot.turn()));
        match slot {
            Some((stores, now)) if now == turn => Arc::clone(&stores),
            _ => Arc::default(),
        }
    }

    pub(crate) fn bytes(&self) -> usize {
        let texts = |slot: &Slot| {
            let stores = slot.lock();
            let text = |store: &Store| store.text.as_ref().map_or(0, |text| text.len() + 16);
            stores
                .iter()
                .map(|store| size_of::<Store>() + text(store))
                .sum::<usize>()
        };
        self.slots
            .iter()
            .map(|slot| size_of::<Slot>() + texts(slot))
            .sum()
    }
}

fn number(index: usize, slot: &Slot) -> u32 {
    slot.turn() << INDEX | (index as u32 + 1)
}

/// The current stores, as text. `None` within itself: a `Display` may create something.
fn read() -> Option<Stores> {
    struct Leave;
    impl Drop for Leave {
        fn drop(&mut self) {
            IS_READING.set(false);
        }
    }
    if IS_READING.replace(true) {
        return None;
    }
    let _leave = Leave;
    // a `Display` that panics is the user's, and none of the program's business
    let stores = catch_unwind(AssertUnwindSafe(|| Frame::capture().stores()));
    let stores = stores.unwrap_or_default();
    Some(stores.into_iter().take(MOST_STORES).map(store).collect())
}

fn store(stored: Stored) -> Store {
    Store {
        storage: stored.storage,
        name: stored.name,
        type_name: stored.type_name,
        size: stored.size,
        value: stored.value,
        text: stored
            .text
            .map(|value| text::cleaned(value, MOST_TEXT).into()),
        set_at: place_of_store(stored.value),
        set_in: setter_of_store(stored.value),
        is_exited: stored.is_exited,
    }
}

/// Where the last stores were set: the address of the value and the number of the place, in one word, so that none is torn.
/// A value that is alive may be overwritten by another, and then has no place.
static SET_AT: [AtomicU64; 4096] = [const { AtomicU64::new(0) }; 4096];
const PLACE_BITS: u32 = 20;
/// In which outermost thing each was set: the id, and what tells the value from most others, in one word too.
static SET_IN: [AtomicU64; 4096] = [const { AtomicU64::new(0) }; 4096];
const ID_BITS: u32 = 48;

#[inline]
fn set_at(value: usize) -> (usize, u64) {
    let value = (value as u64 >> 4) << PLACE_BITS; // allocations are aligned, and addresses have 48 bits
    let hash = value.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 52;
    (hash as usize, value)
}

/// The same value in the upper bits of the word in [`SET_IN`], and never nothing.
fn tag(value: u64) -> u64 {
    (value >> PLACE_BITS | 1) << ID_BITS
}

#[inline]
pub(crate) fn note_place_of_store(value: usize, at: Place, setter: u64) {
    let (slot, value) = set_at(value);
    SET_AT[slot].store(value | u64::from(place_number(Some(at))), Relaxed);
    SET_IN[slot].store(tag(value) | setter & ((1 << ID_BITS) - 1), Relaxed);
}

fn setter_of_store(value: usize) -> Option<u64> {
    place_of_store(value)?;
    let (slot, value) = set_at(value);
    let word = SET_IN[slot].load(Relaxed);
    let id = word & ((1 << ID_BITS) - 1);
    (word - id == tag(value)).then_some(id)
}

fn place_of_store(value: usize) -> Option<Place> {
    let (slot, value) = set_at(value);
    let word = SET_AT[slot].load(Relaxed);
    let mask = (1 << PLACE_BITS) - 1;
    (word & !mask == value)
        .then(|| place((word & mask) as u32))
        .flatten()
}

pub(crate) fn forget_places_of_stores() {
    for slot in SET_AT.iter().chain(&SET_IN) {
        slot.store(0, Relaxed);
    }
}
