//! What is alive: a table of fixed size, written by whatever creates, polls, wakes and drops.
//!
//! 1. An id has a window of slots, from its own number on. Who creates claims a free one ([`BUSY`]), fills it and publishes
//!    it (Release); who ends frees it. What finds no free slot is counted, and not shown.
//! 2. An end frees its slot by itself, and is no message that could be lost: nothing stays that has ended.
//! 3. A reader reads the id, the words, and the id again (a seqlock whose sequence is the id, since none is used twice).
//! 4. The words of a poll are written by the thread that polls. A wake on another thread may come too late and meet another
//!    resource in the slot: it may then show as woken once more than it was.

use std::sync::atomic::{
    AtomicBool, AtomicU64,
    Ordering::{Acquire, Relaxed, Release},
    fence,
};

use crate::event::{self, ELSEWHERE, Names, PROMISE};

const WINDOW: u64 = 8;
/// The id of a slot that is being filled.
const BUSY: u64 = u64::MAX;

/// What a task or future does.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
#[non_exhaustive]
pub enum State {
    /// Created, and not entered or polled yet.
    #[default]
    New,
    /// Between two polls.
    Waiting,
    /// Woken, and not polled since.
    Woken,
    /// Being polled, or running in its scope.
    Polled,
    /// Woken while it is being polled.
    PolledAndWoken,
    /// Ready; something still holds it.
    Finished,
}

impl State {
    const ALL: [Self; 6] = [
        Self::New,
        Self::Waiting,
        Self::Woken,
        Self::Polled,
        Self::PolledAndWoken,
        Self::Finished,
    ];

    fn of(polls: u64) -> Self {
        let state = Self::ALL.get((polls & 255) as usize);
        state.copied().unwrap_or_default()
    }
}

/// Places in a slot.
const TRIGGER: usize = 0;
const NAMES: usize = 1;
const CREATED: usize = 2;
const BUSY_TIME: usize = 3;
const SINCE: usize = 4;
/// `polls << 8 | state`
const POLLS: usize = 5;
const WOKEN_BY: usize = 6;
/// The context in which it was woken last.
const WOKEN_IN: usize = 7;
/// `wakes << 32 | self-wakes`
const WAKES: usize = 8;
/// Ticks from wakes to polls.
const DELAY: usize = 9;
const LONGEST: usize = 10;
const WORDS: usize = 11;

#[derive(Default)]
#[repr(align(128))]
struct Slot {
    id: AtomicU64,
    words: [AtomicU64; WORDS],
}

impl Slot {
    #[inline]
    fn get(&self, word: usize) -> u64 {
        self.words[word].load(Relaxed)
    }

    #[inline]
    fn set(&self, word: usize, value: u64) {
        self.words[word].store(value, Relaxed);
    }

    #[inline]
    fn add(&self, word: usize, value: u64) {
        self.set(word, self.get(word) + value);
    }

    fn read(&self) -> Option<Row> {
        let id = self.id.load(Acquire);
        if id == 0 || id == BUSY {
            return None;
        }
        let words = std::array::from_fn(|word| self.get(word));
        fence(Acquire); // pairs with the Release of `create`: newer words come with a newer id
        (self.id.load(Relaxed) == id).then(|| Row::new(id, words))
    }
}

/// One thing that is alive. Times are ticks.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Row {
    pub(crate) id: u64,
    pub(crate) trigger: u64,
    pub(crate) is_promise: bool,
    pub(crate) is_created_elsewhere: bool,
    pub(crate) names: Names,
    pub(crate) created: u64,
    pub(crate) busy: u64,
    pub(crate) since: u64,
    pub(crate) polls: u64,
    pub(crate) state: State,
    pub(crate) woken_by: u64,
    pub(crate) woken_in: u32,
    pub(crate) wakes: u64,
    pub(crate) self_wakes: u64,
    pub(crate) delay: u64,
    pub(crate) longest: u64,
}

impl Row {
    fn new(id: u64, words: [u64; WORDS]) -> Self {
        Self {
            id,
            trigger: words[TRIGGER] & event::TRIGGER,
            is_created_elsewhere: words[TRIGGER] & ELSEWHERE != 0,
            is_promise: words[TRIGGER] & PROMISE != 0,
            names: Names(words[NAMES]),
            created: words[CREATED],
            busy: words[BUSY_TIME],
            since: words[SINCE],
            polls: words[POLLS] >> 8,
            state: State::of(words[POLLS]),
            woken_by: words[WOKEN_BY],
            woken_in: words[WOKEN_IN] as u32,
            wakes: words[WAKES] >> 32,
            self_wakes: words[WAKES] & 0xffff_ffff,
            delay: words[DELAY],
            longest: words[LONGEST],
        }
    }
}

pub(crate) struct Live {
    slots: Box<[Slot]>,
    not_shown: AtomicU64,
    /// Whether an event may come twice: while a filter replaces another, both hooks receive it.
    may_repeat: AtomicBool,
}

impl Live {
    pub(crate) const BYTES_EACH: usize = size_of::<Slot>();

    pub(crate) fn new(capacity: usize) -> Self {
        let capacity = Self::rounded(capacity);
        Self {
            slots: (0..capacity).map(|_| Slot::default()).collect(),
            not_shown: AtomicU64::new(0),
            may_repeat: AtomicBool::new(false),
        }
    }

    /// The capacity that is given for one that is asked for.
    pub(crate) fn rounded(capacity: usize) -> usize {
        capacity.max(WINDOW as usize).next_power_of_two()
    }

    pub(crate) fn capacity(&self) -> usize {
        self.slots.len()
    }

    /// How many things found no place since the recording began.
    pub(crate) fn not_shown(&self) -> u64 {
        self.not_shown.load(Relaxed)
    }

    /// From now on, an event may come twice.
    pub(crate) fn expect_repeats(&self) {
        self.may_repeat.store(true, Relaxed);
    }

    #[inline]
    fn window(&self, id: u64) -> impl Iterator<Item = &Slot> {
        let mask = self.slots.len() as u64 - 1;
        (0..WINDOW).map(move |step| &self.slots[((id + step) & mask) as usize])
    }

    #[inline]
    fn find(&self, id: u64) -> Option<&Slot> {
        // Acquire: pairs with the Release of `create`
        self.window(id).find(|slot| slot.id.load(Acquire) == id)
    }

    /// Returns `false` if there is no place for it, or if it is there: see `may_repeat`.
    #[inline]
    pub(crate) fn create(&self, id: u64, trigger: u64, names: Names, now: u64) -> bool {
        if self.may_repeat.load(Relaxed) && self.find(id).is_some() {
            return false;
        }
        let claim = |slot: &&Slot| {
            let is_free = slot.id.load(Relaxed) == 0;
            // Acquire: pairs with the Release of `free`
            is_free && slot.id.compare_exchange(0, BUSY, Acquire, Relaxed).is_ok()
        };
        let Some(slot) = self.window(id).find(claim) else {
            self.not_shown.fetch_add(1, Relaxed);
            return false;
        };
        fence(Release); // pairs with the fence of `read`: whoever sees a word below sees that the id has changed
        let words = [trigger, names.0, now, 0, now, 0, 0, 0, 0, 0, 0];
        for (word, value) in words.into_iter().enumerate() {
            slot.set(word, value);
        }
        slot.id.store(id, Release);
        true
    }

    #[inline]
    pub(crate) fn before(&self, id: u64, now: u64) {
        let Some(slot) = self.find(id) else { return };
        let polls = slot.get(POLLS);
        if State::of(polls) == State::Woken {
            slot.add(DELAY, now.saturating_sub(slot.get(SINCE)));
        }
        slot.set(SINCE, now);
        slot.set(POLLS, polls & !255 | State::Polled as u64);
    }

    /// Returns the names of what is left.
    #[inline]
    pub(crate) fn after(&self, id: u64, now: u64) -> Option<Names> {
        let slot = self.find(id)?;
        let polls = slot.get(POLLS);
        let state = match State::of(polls) {
            State::PolledAndWoken => State::Woken,
            State::Polled => State::Waiting,
            State::Finished => State::Finished,
            _ => return None, // it came before
        };
        let polled = now.saturating_sub(slot.get(SINCE));
        slot.add(BUSY_TIME, polled);
        slot.set(LONGEST, slot.get(LONGEST).max(polled));
        slot.set(SINCE, now);
        slot.set(POLLS, ((polls >> 8) + 1) << 8 | state as u64);
        Some(Names(slot.get(NAMES)))
    }

    pub(crate) fn wake(&self, id: u64, by: u64, context: u32, now: u64) {
        let Some(slot) = self.find(id) else { return };
        let polls = slot.get(POLLS);
        let state = match State::of(polls) {
            State::Polled | State::PolledAndWoken => State::PolledAndWoken,
            State::Finished => return,
            _ => {
                slot.set(SINCE, now);
                State::Woken
            }
        };
        slot.set(WOKEN_BY, by);
        slot.set(WOKEN_IN, context.into());
        slot.words[WAKES].fetch_add(1 << 32 | u64::from(by == id), Relaxed);
        // a poll that begins or ends meanwhile may win: the state is then the poll's
        let new = polls & !255 | state as u64;
        let _raced = slot.words[POLLS].compare_exchange(polls, new, Relaxed, Relaxed);
    }

    pub(crate) fn finish(&self, id: u64) {
        let Some(slot) = self.find(id) else { return };
        slot.set(POLLS, slot.get(POLLS) & !255 | State::Finished as u64);
    }

    /// Frees the slot, and returns the names that were in it.
    #[inline]
    pub(crate) fn end(&self, id: u64) -> Option<Names> {
        self.find(id).and_then(|slot| free(slot, id))
    }

    pub(crate) fn has(&self, id: u64) -> bool {
        self.find(id).is_some()
    }

    pub(crate) fn row(&self, id: u64) -> Option<Row> {
        self.find(id).and_then(Slot::read)
    }

    /// Every row, once, in the order of the table: nearly by id.
    pub(crate) fn each(&self) -> impl Iterator<Item = Row> + '_ {
        self.slots.iter().filter_map(Slot::read)
    }

    /// Every row, once, by id: of what lives from before this call until after it, none is missed.
    pub(crate) fn rows(&self) -> Vec<Row> {
        let mut rows: Vec<Row> = self.each().collect();
        rows.sort_by_key(|row| row.id); // nearly in order: one pass, where an unstable sort moves them around
        rows
    }

    /// Frees all slots of which `stays` is not true, and calls `ended` with the names in each.
    pub(crate) fn retain(&self, stays: impl Fn(&Row) -> bool, mut ended: impl FnMut(Names)) {
        for slot in &self.slots {
            let leaves = slot.read().filter(|row| !stays(row));
            if let Some(names) = leaves.and_then(|row| free(slot, row.id)) {
                ended(names);
            }
        }
    }

    pub(crate) fn forget_not_shown(&self) {
        self.not_shown.store(0, Relaxed);
    }
}

/// Frees a slot, if this id still has it: it ends once.
#[inline]
fn free(slot: &Slot, id: u64) -> Option<Names> {
    let names = Names(slot.get(NAMES));
    // Release: pairs with the Acquire of `create`
    let freed = slot.id.compare_exchange(id, 0, Release, Relaxed);
    freed.is_ok().then_some(names)
}
