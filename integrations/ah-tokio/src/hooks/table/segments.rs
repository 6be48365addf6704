//! The place of a task whose own slot is taken: levels of slots, each twice as large as the one before.
//!
//! In each level a task has one slot, by the low bits of its number. It is put into the first that is free, and found by
//! looking at each level in turn: with a million live tasks there are five. A level consists of *segments*, which are
//! allocated when the first task comes and freed when the last one was removed, but for a few that are kept.
//!
//! Whoever looks is a *reader*: it counts itself in, in one of several counters, and out when it has found nothing or has
//! claimed the task. A segment is freed as follows (quiescence, as in read-copy-update):
//!
//! 1. A segment with no task is *closed*: its count of tasks gets a mark, by which no task is put in any more.
//! 2. It is removed from its place: a reader that begins after that does not find it.
//! 3. When each counter of readers has been seen at zero since, nobody knows it any more, and it is freed. If one is not at
//!    zero, the segment waits for the next time: nobody waits for readers.
//!
//! A segment with a task in it is not closed. So whoever has claimed or visits the task may use its slot without being
//! a reader.

#![expect(
    unsafe_code,
    reason = "readers find segments by pointers, which take no locked instruction for each level"
)]

use std::{
    cell::Cell,
    ptr,
    sync::{
        OnceLock, PoisonError,
        atomic::Ordering::{AcqRel, Relaxed, Release, SeqCst},
    },
};

use super::slot::{Entry, Slot};
use crate::hooks::{
    number::Number,
    sync::{AtomicPtr, AtomicUsize, Mutex},
};

/// How many levels there are, beside the slots of the table.
const LEVELS: usize = if cfg!(ah_loom) { 2 } else { 12 };
/// How many slots a segment has: 64 KiB.
const SEGMENT: usize = if cfg!(any(ah_loom, ah_shuttle, test)) {
    2
} else {
    1 << 10
};
/// So many segments without a task are kept.
const KEPT: usize = if cfg!(any(ah_loom, ah_shuttle, test)) {
    1
} else {
    32
};
const COUNTERS: usize = if cfg!(ah_loom) { 1 } else { 16 };

/// In a segment's count of tasks: none is put in any more.
const CLOSED: usize = 1 << (usize::BITS - 1);

pub(super) struct Segments<T: Entry> {
    /// How many slots there are in the table; level `n` has this number shifted by `n + 1`.
    base: usize,
    levels: [OnceLock<Box<[Place<T>]>>; LEVELS],
    readers: [Readers; COUNTERS],
    /// How many segments have no task. Below zero for a moment, where one gets a task at once.
    vacant: AtomicUsize,
    /// Closed and out of their places, but readers may know them.
    retired: Mutex<Vec<Retired<T>>>,
}

/// Where a segment may be: a null pointer, or one from `Box::into_raw`.
struct Place<T>(AtomicPtr<Segment<T>>);

struct Segment<T> {
    /// How many tasks are in it, or are just being put in.
    tasks: AtomicUsize,
    slots: [Slot<T>; SEGMENT],
}

impl<T: Entry> Segment<T> {
    /// With one task.
    fn new() -> Self {
        let segment = Self {
            tasks: AtomicUsize::new(1),
            slots: [const { Slot::new() }; SEGMENT],
        };
        #[cfg(all(test, ah_loom))]
        segment.slots.iter().for_each(Slot::note_made);
        segment
    }
}

struct Retired<T>(*mut Segment<T>);

// SAFETY: a segment may be dropped on any thread, as its tasks may be used on any
unsafe impl<T: Send> Send for Retired<T> {}

/// A counter of readers, alone on its cache line.
#[repr(align(64))]
struct Readers(AtomicUsize);

/// A reader, until it is dropped.
pub(super) struct Reader<'a>(&'a AtomicUsize);

impl Drop for Reader<'_> {
    #[inline]
    fn drop(&mut self) {
        self.0.fetch_sub(1, Release); // pairs with the load in `nobody_reads`
    }
}

impl<T: Entry> Segments<T> {
    pub(super) fn new(base: usize) -> Self {
        Self {
            base,
            levels: [const { OnceLock::new() }; LEVELS],
            readers: [const { Readers(AtomicUsize::new(0)) }; COUNTERS],
            vacant: AtomicUsize::new(0),
            retired: Mutex::default(),
        }
    }

    /// Begins to look.
    #[inline]
    pub(super) fn read(&self) -> Reader<'_> {
        thread_local! {
            static MINE: Cell<usize> = const { Cell::new(usize::MAX) };
        }
        static THREADS: std::sync::atomic::AtomicUsize = std::sync::atomic::AtomicUsize::new(0);
        if MINE.get() == usize::MAX {
            MINE.set(THREADS.fetch_add(1, Relaxed) % COUNTERS);
        }
        let readers = &self.readers[MINE.get()].0;
        readers.fetch_add(1, SeqCst); // before any pointer is read: see `nobody_reads`
        Reader(readers)
    }

    /// The slot that has this task, if there is one. It may be used for as long as the reader is there, or the task in it.
    #[inline]
    pub(super) fn find(
        &'static self,
        number: Number,
        reader: &Reader<'_>,
    ) -> Option<&'static Slot<T>> {
        let slots = self.slots_of(number, reader);
        slots.map(|(_, slot)| slot).find(|slot| slot.is_of(number))
    }

    /// The slots that the task may be in, each with its segment.
    #[inline]
    fn slots_of<'r>(
        &'static self,
        number: Number,
        _reader: &'r Reader<'_>,
    ) -> impl Iterator<Item = (&'static Segment<T>, &'static Slot<T>)> + use<'r, T> {
        let levels = self.levels.iter().map_while(OnceLock::get);
        levels.filter_map(move |places| {
            let (place, at) = locate(places, number);
            let segment = place.0.load(SeqCst);
            // SAFETY: the pointer was found by a reader, which is there for as long as the iterator; whoever uses the
            // reference after that does so since the task is in the slot, as this module's head says
            let segment = unsafe { segment.as_ref() }?;
            Some((segment, &segment.slots[at]))
        })
    }

    /// Inserts a task into the first level whose slot is free. It is returned if there is none: two live tasks that
    /// agree in this slot differ by the number of slots of the last level at least, which is beyond what a process
    /// spawns.
    pub(super) fn insert(&'static self, number: Number, mut task: T) -> Result<(), T> {
        let reader = self.read();
        for level in 0..LEVELS {
            let places = self.levels[level].get_or_init(|| self.places(level));
            let (place, at) = locate(places, number);
            let Some(segment) = self.open(place, at, &reader) else {
                continue;
            };
            match segment.slots[at].insert(number, task) {
                Ok(()) => return Ok(()),
                Err(back) => task = back,
            }
            self.leave(&segment.tasks);
        }
        Err(task)
    }

    fn places(&self, level: usize) -> Box<[Place<T>]> {
        let places = (self.base << (level + 1)) / SEGMENT;
        let empty = |_| Place(AtomicPtr::new(ptr::null_mut()));
        (0..places.max(1)).map(empty).collect()
    }

    /// The segment of a place, with one more task, if this slot of it seems to be free.
    fn open(
        &self,
        place: &Place<T>,
        at: usize,
        _reader: &Reader<'_>,
    ) -> Option<&'static Segment<T>> {
        let found = place.0.load(SeqCst);
        // SAFETY: the caller's reader is there while `enter` looks; a segment that `enter` returns has a task, of ours
        let Some(segment) = (unsafe { found.as_ref() }) else {
            return self.open_new(place, at);
        };
        self.enter(segment, at)
    }

    fn enter(&self, segment: &'static Segment<T>, at: usize) -> Option<&'static Segment<T>> {
        if !segment.slots[at].is_free() {
            return None;
        }
        let tasks = segment.tasks.fetch_add(1, AcqRel);
        if tasks & CLOSED != 0 {
            segment.tasks.fetch_sub(1, Relaxed);
            return None;
        }
        if tasks == 0 {
            self.vacant.fetch_sub(1, Relaxed);
        }
        Some(segment)
    }

    #[cold]
    fn open_new(&self, place: &Place<T>, at: usize) -> Option<&'static Segment<T>> {
        let new = Box::into_raw(Box::new(Segment::new()));
        // SeqCst: whoever reads the slots of this number finds it, see `Tombstones`
        let old = place
            .0
            .compare_exchange(ptr::null_mut(), new, SeqCst, SeqCst);
        let Err(others) = old else {
            // SAFETY: it has a task, of ours
            return Some(unsafe { &*new });
        };
        // SAFETY: it was created here, and nobody has seen it
        drop(unsafe { Box::from_raw(new) });
        // SAFETY: the caller's reader is there while `enter` looks; a segment that `enter` returns has a task, of ours
        self.enter(unsafe { &*others }, at)
    }

    /// Releases the slot of a task, which is free again.
    pub(super) fn give_back(&'static self, number: Number, slot: *const Slot<T>) {
        let reader = self.read();
        let (segment, _) = self
            .slots_of(number, &reader)
            .find(|(_, other)| ptr::eq(*other, slot))
            .expect("the task is still counted in its segment");
        drop(reader); // else nothing is freed here
        self.leave(&segment.tasks);
    }

    /// One task less in the segment with this count, which is not to be used after that.
    fn leave(&self, tasks: &AtomicUsize) {
        if tasks.fetch_sub(1, AcqRel) == 1 {
            let vacant = self.vacant.fetch_add(1, Relaxed).wrapping_add(1);
            if (KEPT + 1..CLOSED).contains(&vacant) {
                self.free_vacant();
            }
        }
    }

    #[cold]
    fn free_vacant(&self) {
        let mut retired = self.retired.lock().unwrap_or_else(PoisonError::into_inner);
        let places = self.levels.iter().filter_map(OnceLock::get).flatten();
        let closed = places.filter_map(|place| self.close(place));
        retired.extend(closed);
        if self.nobody_reads() {
            for Retired(segment) in retired.drain(..) {
                // SAFETY: it came from a box, it was removed from its place, and nobody that found it before reads
                // still
                let segment = unsafe { Box::from_raw(segment) };
                #[cfg(all(test, ah_loom))]
                Box::leak(segment).slots.iter().for_each(Slot::note_freed);
                #[cfg(not(all(test, ah_loom)))]
                drop(segment);
            }
        }
    }

    /// Closes a segment without tasks, and takes it out of its place. Under the lock of `retired`.
    fn close(&self, place: &Place<T>) -> Option<Retired<T>> {
        let segment = place.0.load(SeqCst);
        // SAFETY: what is in a place is only freed under the lock
        let tasks = unsafe { &segment.as_ref()?.tasks };
        tasks.compare_exchange(0, CLOSED, AcqRel, Relaxed).ok()?;
        self.vacant.fetch_sub(1, Relaxed);
        place.0.store(ptr::null_mut(), SeqCst);
        Some(Retired(segment))
    }

    /// Returns `true` if each counter has been at zero since this was called. In the one order of SeqCst, a reader that is
    /// counted later finds null where a pointer was removed before.
    fn nobody_reads(&self) -> bool {
        self.readers
            .iter()
            .all(|readers| readers.0.load(SeqCst) == 0)
    }
}

#[cfg(all(test, not(ah_shuttle)))]
impl<T: Entry> Segments<T> {
    /// How many segments are in their places.
    pub(super) fn len(&self) -> usize {
        let places = self.levels.iter().filter_map(OnceLock::get).flatten();
        places
            .filter(|place| !place.0.load(SeqCst).is_null())
            .count()
    }
}

/// The place of a number in a level, and its slot there.
#[inline]
fn locate<T>(places: &[Place<T>], number: Number) -> (&Place<T>, usize) {
    let slot = number.get() as usize;
    let place = (slot / SEGMENT) & (places.len() - 1);
    (&places[place], slot % SEGMENT)
}
