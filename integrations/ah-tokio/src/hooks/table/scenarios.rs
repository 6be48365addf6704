//! Four threads spawn, poll and end tasks at random, in some of the interleavings: for what is too large for `models`.
//!
//! `RUSTFLAGS='--cfg ah_shuttle --cfg tokio_unstable' cargo test --release -p ah-tokio --lib scenarios`
//!
//! A scenario's first number is how often it runs. `docs/guide/reliability.md` says how a run that failed is repeated.

use std::sync::{
    Arc, LazyLock,
    atomic::{AtomicU64, Ordering::SeqCst},
};

use ah_core::{
    embedder::BareTask,
    sync::of_shuttle::{self, Mutex, below, explore, spawn},
};

use super::{Entry, Number, Table};

const THREADS: usize = 4;
const STEPS: usize = 10;
const SLOTS: u64 = 8;

/// A context that sees whether two threads use it at once.
struct Task {
    number: u64,
    in_use: of_shuttle::AtomicBool,
    dropped: Arc<AtomicU64>,
}

impl Task {
    fn poll(&mut self, number: u64) {
        assert_eq!(self.number, number, "it is that of another task");
        assert!(!self.in_use.swap(true, SeqCst), "another thread uses it");
        self.in_use.store(false, SeqCst);
    }
}

impl Entry for Task {
    /// Polls of one task are in an order in tokio, and in none here: so each claims it. The others are in `bare/models.rs`.
    fn bare(&self) -> Option<BareTask> {
        None
    }
}

impl Drop for Task {
    fn drop(&mut self) {
        self.dropped.fetch_add(1, SeqCst);
    }
}

/// Tasks in a table that has two slots left: the others are taken, by the tasks with the first numbers.
#[derive(Clone)]
struct Tasks {
    table: &'static Table<Task>,
    spawned: Arc<AtomicU64>,
    dropped: Arc<AtomicU64>,
    /// Those that were not ended, even though they may not be put in yet.
    live: Arc<Mutex<Vec<u64>>>,
}

impl Tasks {
    fn new() -> Self {
        // one for all runs: its slots are free at the beginning of each
        static TABLE: LazyLock<Table<Task>> = LazyLock::new(|| Table::new(SLOTS as usize));
        let tasks = Self {
            table: &TABLE,
            spawned: Arc::default(),
            dropped: Arc::default(),
            live: Arc::default(),
        };
        (0..SLOTS - 2).for_each(|_| tasks.spawn());
        tasks
    }

    /// Others may poll or end the task before it is put in.
    fn spawn(&self) {
        let number = self.spawned.fetch_add(1, SeqCst) + 1;
        self.live.lock().unwrap().push(number);
        let task = Task {
            number,
            in_use: of_shuttle::AtomicBool::new(false),
            dropped: self.dropped.clone(),
        };
        self.table.insert(Number::of_test(number), task);
    }

    /// Any of those that live.
    fn any(&self) -> Option<u64> {
        let live = self.live.lock().unwrap();
        live.get(below(live.len().max(1))).copied()
    }

    fn poll(&self, number: u64) {
        if let Some(mut claim) = self.table.claim(Number::of_test(number)) {
            claim.task().poll(number);
        }
    }

    /// A task is ended by one thread, in a poll or apart from any.
    fn end(&self, number: u64) {
        {
            let mut live = self.live.lock().unwrap();
            let Some(at) = live.iter().position(|other| *other == number) else {
                return; // another thread ends it
            };
            live.swap_remove(at);
        }
        let number = Number::of_test(number);
        match self.table.claim(number) {
            Some(mut claim) if below(2) == 0 => {
                claim.task().poll(number.get());
                drop(claim.end(self.table, number));
            }
            claim => {
                drop(claim);
                drop(self.table.remove(number));
            }
        }
    }

    fn step(&self) {
        match below(4) {
            0 => self.spawn(),
            1 | 2 => drop(self.any().map(|number| self.poll(number))),
            _ => drop(self.any().map(|number| self.end(number))),
        }
    }
}

#[test]
fn four_threads_that_spawn_poll_and_end_tasks_lose_none() {
    explore(20_000, || {
        let tasks = Tasks::new();
        let threads = [(); THREADS].map(|()| {
            let tasks = tasks.clone();
            spawn(move || (0..STEPS).for_each(|_| tasks.step()))
        });
        for thread in threads {
            thread.join().expect("no assertion failed");
        }
        let left = tasks.table.len();
        assert_eq!(left, tasks.live.lock().unwrap().len());
        while let Some(number) = tasks.any() {
            tasks.end(number);
        }
        let counts = [&tasks.spawned, &tasks.dropped].map(|count| count.load(SeqCst));
        assert_eq!(counts[0], counts[1], "each is dropped once");
        assert_eq!(tasks.table.len(), 0);
    });
}
