//! What threads may do to each other's tasks, in every interleaving: `docs/reliability.md` says what each model contests.
//!
//! `RUSTFLAGS='--cfg ah_loom --cfg tokio_unstable' cargo test --release -p ah-tokio --lib models`
//!
//! A model's first number bounds its preemptions. A table has two slots here, and a window of both.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering::SeqCst},
};

use ah_core::embedder::BareTask;
use ah_core::sync::of_loom::{model, spawn};
use loom::cell::Cell;

use super::{Kept, Number, Table};

/// A context that loom knows: it finds two threads that use it at once.
struct Task {
    polls: Cell<u32>,
    dropped: Arc<AtomicUsize>,
}

impl Task {
    fn poll(&self) {
        self.polls.set(self.polls.get() + 1);
    }
}

impl Kept for Task {
    fn bare(&self) -> Option<BareTask> {
        None
    }
}

impl Drop for Task {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            self.poll();
            self.dropped.fetch_add(1, SeqCst);
        }
    }
}

#[derive(Clone)]
struct Tasks {
    table: &'static Table<Task>,
    dropped: Arc<AtomicUsize>,
}

impl Tasks {
    fn new() -> Self {
        Self {
            table: Box::leak(Box::new(Table::new(2))),
            dropped: Arc::default(),
        }
    }

    fn insert(&self, number: u64) {
        let task = Task {
            polls: Cell::new(0),
            dropped: self.dropped.clone(),
        };
        self.table.insert(Number::of_test(number), task);
    }

    fn poll(&self, number: u64) -> bool {
        let claim = self.table.claim(Number::of_test(number));
        claim.map(|mut claim| claim.task().poll()).is_some()
    }

    /// A poll in which the task ends.
    fn last_poll(&self, number: u64) -> bool {
        let number = Number::of_test(number);
        let claim = self.table.claim(number);
        claim
            .map(|claim| drop(claim.take(self.table, number)))
            .is_some()
    }

    fn remove(&self, number: u64) -> bool {
        self.table.remove(Number::of_test(number)).is_some()
    }

    fn dropped(&self) -> usize {
        self.dropped.load(SeqCst)
    }
}

/// Two poll one task: the second waits for the first, and sees what it did.
#[test]
fn polls_of_one_task_exclude_each_other() {
    model(3, || {
        let tasks = Tasks::new();
        tasks.insert(2);
        let of_other = tasks.clone();
        let other = spawn(move || of_other.poll(2));
        assert!(tasks.poll(2));
        assert!(other.join().unwrap());
        let task = tasks.table.remove(Number::of_test(2));
        assert_eq!(task.map(|task| task.polls.get()), Some(2));
    });
}

/// One polls a task while its last poll ends on another thread: it waits, and gets the task or nothing.
#[test]
fn who_waits_for_a_task_that_ends_gets_nothing() {
    model(3, || {
        let tasks = Tasks::new();
        tasks.insert(2);
        let of_other = tasks.clone();
        let other = spawn(move || of_other.last_poll(2));
        tasks.poll(2);
        assert!(other.join().unwrap());
        assert_eq!((tasks.dropped(), tasks.table.len()), (1, 0));
    });
}

/// Two poll a task and a third ends it, before, between or after them.
#[test]
fn two_polls_and_an_end_take_turns() {
    model(1, || {
        let tasks = Tasks::new();
        tasks.insert(2);
        let others = [(); 2].map(|()| {
            let tasks = tasks.clone();
            spawn(move || tasks.poll(2))
        });
        assert!(tasks.remove(2));
        for other in others {
            other.join().unwrap();
        }
        assert_eq!((tasks.dropped(), tasks.table.len()), (1, 0));
    });
}

/// A slot is free again: the next task is put in by another thread than the one that took the last out.
#[test]
fn a_slot_is_used_again() {
    model(3, || {
        let tasks = Tasks::new();
        tasks.insert(2);
        let of_other = tasks.clone();
        let other = spawn(move || of_other.remove(2));
        tasks.insert(4); // in the same slot, or the next
        assert!(tasks.poll(4));
        assert!(other.join().unwrap());
        assert!(tasks.remove(4));
        assert_eq!((tasks.dropped(), tasks.table.len()), (2, 0));
    });
}

/// A task is put in by one thread and ended by another, in either order: it is dropped once, and not kept.
#[test]
fn a_task_may_end_before_it_is_put_in() {
    model(4, || {
        let tasks = Tasks::new();
        let of_other = tasks.clone();
        let other = spawn(move || of_other.remove(2));
        tasks.insert(2);
        other.join().unwrap();
        assert_eq!((tasks.dropped(), tasks.table.len()), (1, 0));
    });
}

/// The same for one that finds its slot taken, and goes into the next.
#[test]
fn a_displaced_task_may_end_before_it_is_put_in() {
    model(3, || {
        let tasks = Tasks::new();
        tasks.insert(2);
        let of_other = tasks.clone();
        let other = spawn(move || of_other.remove(4));
        tasks.insert(4);
        other.join().unwrap();
        assert!(tasks.remove(2));
        assert_eq!((tasks.dropped(), tasks.table.len()), (2, 0));
    });
}

/// The same for one that finds both slots taken, and goes into the overflow.
#[test]
fn a_task_in_the_overflow_may_end_before_it_is_put_in() {
    model(3, || {
        let tasks = Tasks::new();
        tasks.insert(2);
        tasks.insert(3);
        let of_other = tasks.clone();
        let other = spawn(move || of_other.remove(4));
        tasks.insert(4);
        other.join().unwrap();
        assert!(tasks.remove(2) && tasks.remove(3));
        assert_eq!((tasks.dropped(), tasks.table.len()), (3, 0));
    });
}

/// A spare slot of the overflow goes from one task to another while somebody still looks for the first.
#[test]
fn a_spare_slot_is_used_again() {
    model(3, || {
        let tasks = Tasks::new();
        tasks.insert(2);
        tasks.insert(3);
        tasks.insert(4);
        let of_other = tasks.clone();
        let other = spawn(move || of_other.poll(4));
        assert!(tasks.remove(4));
        tasks.insert(6);
        other.join().unwrap();
        assert!(tasks.poll(6) && tasks.remove(6));
        assert!(tasks.remove(2) && tasks.remove(3));
        assert_eq!((tasks.dropped(), tasks.table.len()), (4, 0));
    });
}

/// A task of the overflow ends on one thread while another puts one in, which may get its slot.
#[test]
fn a_spare_slot_goes_to_another_thread_when_it_is_free() {
    model(3, || {
        let tasks = Tasks::new();
        tasks.insert(2);
        tasks.insert(3);
        tasks.insert(4);
        let of_other = tasks.clone();
        let other = spawn(move || of_other.remove(4));
        tasks.insert(6);
        assert!(tasks.poll(6), "it is not lost");
        assert!(other.join().unwrap());
        assert!(tasks.remove(6) && tasks.remove(2) && tasks.remove(3));
        assert_eq!((tasks.dropped(), tasks.table.len()), (4, 0));
    });
}
