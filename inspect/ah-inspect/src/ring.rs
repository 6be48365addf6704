//! The last events of all threads, in a pool of chunks.
//!
//! 1. A thread fills a chunk of its own, and then takes another one: a new one while there are fewer than the pool may have,
//!    else the oldest that nobody fills. So memory does not grow with what happens, and what is left of all threads goes
//!    back about as far.
//! 2. A slot is written once while anybody may read it: first its words, then the length of the chunk (Release), which a
//!    reader reads first (Acquire). There is no lock where events are written, and no torn event.
//! 3. A chunk that a reader still has is not written again: the pool forgets it, and takes a new one in its place.

use std::{
    collections::VecDeque,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{
            AtomicBool, AtomicU64, AtomicUsize,
            Ordering::{Acquire, Relaxed, Release},
        },
    },
    thread,
};

use crate::event::Words;

/// Events of one chunk: 8 KiB. Under Miri, so few that a short program goes through all chunks.
pub(crate) const CHUNK: usize = if cfg!(miri) { 8 } else { 256 };
/// The names of so many threads are kept.
const THREADS: usize = 4096;

struct Chunk {
    slots: [[AtomicU64; 4]; CHUNK],
    /// How many are written.
    len: AtomicUsize,
    is_filled: AtomicBool,
    thread: usize,
}

impl Chunk {
    fn new(thread: usize) -> Arc<Self> {
        Arc::new(Self {
            slots: [const { [const { AtomicU64::new(0) }; 4] }; CHUNK],
            len: AtomicUsize::new(0),
            is_filled: AtomicBool::new(true),
            thread,
        })
    }

    fn events(&self) -> impl Iterator<Item = Words> {
        let written = &self.slots[..self.len.load(Acquire)]; // pairs with the Release of `push`
        written
            .iter()
            .map(|slot| std::array::from_fn(|word| slot[word].load(Relaxed)))
    }
}

#[derive(Default)]
struct Chunks {
    queue: VecDeque<Arc<Chunk>>,
    most: usize,
    overwritten: u64,
    /// Up to here, something may be missing.
    whole_from: u64,
    threads: Vec<String>,
}

/// What all threads write to.
#[derive(Default)]
pub(crate) struct Ring(Mutex<Chunks>);

/// The chunk that a thread fills.
pub(crate) struct Filling {
    chunk: Arc<Chunk>,
}

/// A copy of all that is there.
pub(crate) struct Copied {
    /// Each with the number of its thread.
    pub(crate) events: Vec<(usize, Words)>,
    pub(crate) overwritten: u64,
    pub(crate) whole_from: u64,
    pub(crate) threads: Vec<String>,
}

impl Filling {
    /// Returns `false` if the chunk is full.
    #[inline]
    pub(crate) fn push(&self, words: Words) -> bool {
        let len = self.chunk.len.load(Relaxed); // of this thread alone
        let Some(slot) = self.chunk.slots.get(len) else {
            return false;
        };
        for (word, new) in slot.iter().zip(words) {
            word.store(new, Relaxed);
        }
        self.chunk.len.store(len + 1, Release); // pairs with the Acquire of `events`
        true
    }
}

impl Drop for Filling {
    fn drop(&mut self) {
        self.chunk.is_filled.store(false, Relaxed); // whoever takes it has it alone: `Arc::get_mut`
    }
}

impl Ring {
    fn lock(&self) -> MutexGuard<'_, Chunks> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Forgets all, and keeps so many events from now on, and those of the chunks that threads fill.
    pub(crate) fn restart(&self, events: usize, now: u64) {
        let mut chunks = self.lock();
        chunks.most = events.div_ceil(CHUNK).max(1);
        chunks.overwritten = 0;
        chunks.whole_from = now;
        chunks.queue.retain(|chunk| chunk.is_filled.load(Relaxed));
    }

    /// A chunk to go on with, in the place of the one that is full.
    pub(crate) fn next(&self, full: Option<Filling>) -> Filling {
        let thread = full.as_ref().map(|full| full.chunk.thread);
        drop(full);
        let mut chunks = self.lock();
        let thread = thread.unwrap_or_else(|| chunks.name_thread());
        let chunk = chunks.recycle(thread).unwrap_or_else(|| Chunk::new(thread));
        chunks.queue.push_back(Arc::clone(&chunk));
        Filling { chunk }
    }

    /// A copy of all that is there.
    pub(crate) fn copy(&self) -> Copied {
        let (queue, mut copied) = {
            let chunks = self.lock();
            let copied = Copied {
                events: Vec::new(),
                overwritten: chunks.overwritten,
                whole_from: chunks.whole_from,
                threads: chunks.threads.clone(),
            };
            (chunks.queue.clone(), copied)
        };
        copied.events.reserve(queue.len() * CHUNK);
        for chunk in &queue {
            let events = chunk.events().map(|words| (chunk.thread, words));
            copied.events.extend(events);
        }
        copied
    }

    pub(crate) fn bytes(&self) -> usize {
        self.lock().queue.len() * size_of::<Chunk>()
    }
}

impl Chunks {
    fn name_thread(&mut self) -> usize {
        if self.threads.len() == THREADS {
            return THREADS - 1;
        }
        let current = thread::current();
        let name = current.name().map(str::to_owned);
        let name = name.unwrap_or_else(|| format!("{:?}", current.id()));
        self.threads.push(name);
        self.threads.len() - 1
    }

    /// Takes the oldest chunk that nobody fills, if there are as many as there may be. `None` if a reader has it, too.
    fn recycle(&mut self, thread: usize) -> Option<Arc<Chunk>> {
        if self.queue.len() < self.most {
            return None;
        }
        let is_free = |chunk: &Arc<Chunk>| !chunk.is_filled.load(Relaxed);
        let oldest = self.queue.iter().position(is_free)?;
        let mut oldest = self.queue.remove(oldest)?;
        let len = oldest.len.load(Acquire);
        self.overwritten += len as u64;
        if let Some(last) = oldest.slots[..len].last() {
            self.whole_from = self.whole_from.max(last[0].load(Relaxed));
        }
        let chunk = Arc::get_mut(&mut oldest)?;
        *chunk.len.get_mut() = 0;
        *chunk.is_filled.get_mut() = true;
        chunk.thread = thread;
        Some(oldest)
    }
}
