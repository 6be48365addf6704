//! Four threads poll tasks whose stores come and go, and whose callbacks run meanwhile: see `table/scenarios.rs`.

use std::sync::{
    Arc, LazyLock,
    atomic::{AtomicU64, Ordering::SeqCst},
};

use ah_core::{
    embedder::BareTask,
    sync::of_shuttle::{Mutex, below, explore, spawn, yield_now},
};

use super::{
    super::{Claim, Table},
    Entry, Number, Visit,
};

const THREADS: usize = 4;
const STEPS: usize = 8;

/// A context with so many stores, which is dropped when no callback runs.
struct Task {
    number: u64,
    stores: u64,
    counts: Arc<Counts>,
    callbacks: Arc<AtomicU64>,
}

#[derive(Default)]
struct Counts {
    spawned: AtomicU64,
    dropped: AtomicU64,
}

fn words(number: u64) -> [u64; 2] {
    [number, number + 100]
}

impl Entry for Task {
    fn bare(&self) -> Option<BareTask> {
        (self.stores == 0).then(|| BareTask::from_words(words(self.number)))
    }
}

impl Drop for Task {
    fn drop(&mut self) {
        assert_eq!(self.callbacks.load(SeqCst), 0, "a callback still runs");
        self.counts.dropped.fetch_add(1, SeqCst);
    }
}

/// A task that a worker may poll, and what it has left: a task is polled by one thread at a time, as tokio has it.
struct Idle {
    number: u64,
    stores: u64,
}

/// A poll that has begun.
enum Poll {
    Bare,
    Claimed(Claim<Task>),
}

#[derive(Clone)]
struct Tasks {
    table: &'static Table<Task>,
    counts: Arc<Counts>,
    idle: Arc<Mutex<Vec<Idle>>>,
}

/// User code for a task runs until it is dropped.
struct Callback(
    Arc<AtomicU64>,
    #[expect(dead_code, reason = "it is dropped last")] Visit<Task>,
);

impl Drop for Callback {
    fn drop(&mut self) {
        yield_now();
        self.0.fetch_sub(1, SeqCst);
    }
}

impl Tasks {
    fn new() -> Self {
        // one for all runs: its slots are free at the beginning of each
        static TABLE: LazyLock<Table<Task>> = LazyLock::new(|| Table::new(8));
        Self {
            table: &TABLE,
            counts: Arc::default(),
            idle: Arc::default(),
        }
    }

    fn spawn(&self) {
        let number = self.counts.spawned.fetch_add(1, SeqCst) + 1;
        let stores = below(2) as u64;
        let task = Task {
            number,
            stores,
            counts: self.counts.clone(),
            callbacks: Arc::default(),
        };
        self.table.insert(Number::of_test(number), task);
        self.put(Idle { number, stores });
    }

    fn put(&self, idle: Idle) {
        self.idle.lock().unwrap().push(idle);
    }

    fn take(&self) -> Option<Idle> {
        let mut idle = self.idle.lock().unwrap();
        let at = below(idle.len().max(1));
        (at < idle.len()).then(|| idle.swap_remove(at))
    }

    fn claim(&self, number: u64) -> Claim<Task> {
        let claim = self.table.claim(Number::of_test(number));
        claim.expect("it is there")
    }

    fn callback(&self, claim: &mut Claim<Task>) -> Callback {
        let task = claim.task();
        let (number, callbacks) = (Number::of_test(task.number), task.callbacks.clone());
        callbacks.fetch_add(1, SeqCst);
        Callback(callbacks, claim.visit(self.table, number))
    }

    fn begin(&self, idle: &Idle) -> Poll {
        if let Some(told) = self.table.begin_bare(Number::of_test(idle.number)) {
            assert_eq!((told.to_words(), idle.stores), (words(idle.number), 0));
            return Poll::Bare;
        }
        let mut claim = self.claim(idle.number);
        let task = claim.task();
        assert_eq!((task.number, task.stores), (idle.number, idle.stores));
        if below(2) == 0 {
            let callback = self.callback(&mut claim);
            drop(claim);
            drop(callback);
            claim = self.claim(idle.number);
        }
        Poll::Claimed(claim)
    }

    /// Ends a poll that leaves so many stores; with `over`, the task, too.
    fn end(&self, number: u64, poll: Poll, stores: u64, over: bool) {
        let number = Number::of_test(number);
        let mut claim = match poll {
            Poll::Claimed(claim) => claim,
            Poll::Bare if stores == 0 && !over && below(2) == 0 => {
                return self.table.end_bare(number);
            }
            Poll::Bare => {
                let claim = self.table.claim_in_poll(number);
                claim.expect("nobody ends it while it is polled")
            }
        };
        let is_bare = claim.task().stores == 0;
        claim.task().stores = stores;
        // a poll that did not claim its task ends in a visit, or with the task
        let callback = (is_bare && !over || below(2) == 0).then(|| self.callback(&mut claim));
        if over {
            drop(claim.end(self.table, number));
        } else {
            drop(claim);
        }
        drop(callback);
    }

    fn poll(&self) {
        let Some(idle) = self.take() else { return };
        let poll = self.begin(&idle);
        let (number, stores) = (idle.number, below(2) as u64);
        if below(4) == 0 {
            return self.end(number, poll, stores, true);
        }
        self.put(Idle { number, stores }); // before the end: it may be polled elsewhere
        self.end(number, poll, stores, false);
    }

    fn shut_down(&self) {
        let Some(idle) = self.take() else { return };
        let number = Number::of_test(idle.number);
        let claim = self.table.claim_ending(number);
        let mut claim = claim.expect("it is there");
        let callback = (below(2) == 0).then(|| self.callback(&mut claim));
        drop(claim.end_from_polls(self.table, number));
        assert!(self.table.claim(number).is_none(), "it is over");
        drop(callback);
    }

    fn step(&self) {
        match below(6) {
            0 => self.spawn(),
            1 => self.shut_down(),
            _ => self.poll(),
        }
    }
}

#[test]
fn tasks_whose_stores_come_and_go_while_callbacks_run_keep_their_ids() {
    explore(20_000, || {
        let tasks = Tasks::new();
        (0..2).for_each(|_| tasks.spawn());
        let threads = [(); THREADS].map(|()| {
            let tasks = tasks.clone();
            spawn(move || (0..STEPS).for_each(|_| tasks.step()))
        });
        for thread in threads {
            thread.join().expect("no assertion failed");
        }
        while !tasks.idle.lock().unwrap().is_empty() {
            tasks.shut_down();
        }
        let [spawned, dropped] = [&tasks.counts.spawned, &tasks.counts.dropped];
        assert_eq!(spawned.load(SeqCst), dropped.load(SeqCst));
        assert_eq!(tasks.table.len(), 0);
    });
}
