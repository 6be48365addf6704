//! What scenarios watch, and how threads hand things to each other.

use std::{
    collections::VecDeque,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
};

use crate::{
    counters,
    sync::{
        Mutex,
        of_shuttle::{below, explore, spawn},
    },
};

pub(super) const THREADS: usize = 4;

/// Runs `f` so many times: nothing of the engine's is left after it, and no hook has panicked.
pub(super) fn scenario(runs: usize, f: impl Fn(&Live) + Send + Sync + 'static) {
    let panics = counters::HOOK_PANICS.get();
    explore(runs, move || {
        let live = Live::default();
        f(&live);
        assert_eq!(live.count(), 0, "all that was kept is dropped");
        assert!(!crate::event::heard::is_anything_heard());
        assert!(!crate::subject::extensions::any());
        assert_eq!(counters::HOOK_PANICS.get(), panics);
    });
}

/// Runs what `thread` returns for a number on each of four threads, and waits for all of them.
pub(super) fn on_threads<F: FnOnce() + Send + 'static>(thread: impl Fn(usize) -> F) {
    let threads: Vec<_> = (1..=THREADS).map(|number| spawn(thread(number))).collect();
    for thread in threads {
        thread.join().expect("no assertion failed");
    }
}

/// How many of something there are, unseen by shuttle.
#[derive(Clone, Default)]
pub(super) struct Live(Arc<AtomicUsize>);

/// Counted from its creation to its drop.
pub(super) struct Counted {
    number: usize,
    live: Live,
}

impl Live {
    pub(super) fn one(&self, number: usize) -> Counted {
        self.0.fetch_add(1, SeqCst);
        Counted {
            number,
            live: self.clone(),
        }
    }

    pub(super) fn count(&self) -> usize {
        self.0.load(SeqCst)
    }
}

impl Counted {
    pub(super) fn look(&self) -> usize {
        assert_ne!(self.number, 0, "it is dropped");
        self.number
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.number = 0;
        self.live.0.fetch_sub(1, SeqCst);
    }
}

/// Things on their way from thread to thread.
pub(super) struct HandOver<T>(Arc<Mutex<VecDeque<T>>>);

impl<T> Clone for HandOver<T> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<T> HandOver<T> {
    pub(super) fn new() -> Self {
        Self(Arc::new(Mutex::new(VecDeque::new())))
    }

    pub(super) fn put(&self, thing: T) {
        self.0.lock().expect("no panic").push_back(thing);
    }

    /// Any of them.
    pub(super) fn take(&self) -> Option<T> {
        let mut things = self.0.lock().expect("no panic");
        let any = below(things.len().max(1));
        things.swap_remove_back(any)
    }

    pub(super) fn clear(&self) {
        while self.take().is_some() {}
    }
}
