//! What threads may do to each other's tasks, in every interleaving: `docs/guide/reliability.md` says what each model contests.
//!
//! `RUSTFLAGS='--cfg ah_loom --cfg tokio_unstable' cargo test --release -p ah-tokio --lib models`
//!
//! Each says how many preemptions it allows, how many interleavings these are, and the seconds they took.
//! A table has two slots here, and two levels, of four slots and of eight, in segments of two.

use std::{
    rc::Rc,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
};

use ah_core::embedder::BareTask;
use ah_core::sync::of_loom::{model, spawn};
use loom::cell::Cell;

use super::{Entry, Number, Table};

/// A context that loom knows: it finds two threads that use it at once.
struct Task {
    number: u64,
    polls: Cell<u32>,
    dropped: Arc<AtomicUsize>,
}

impl Task {
    fn poll(&self) {
        self.polls.set(self.polls.get() + 1);
    }
}

impl Entry for Task {
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
    made: Arc<AtomicUsize>,
    dropped: Arc<AtomicUsize>,
    /// Used by whoever has the first slot: loom finds a use that does not come after the one before.
    first_slot: Rc<Cell<u32>>,
}

impl Tasks {
    fn new() -> Self {
        Self {
            table: Box::leak(Box::new(Table::new(2))),
            made: Arc::default(),
            dropped: Arc::default(),
            first_slot: Rc::new(Cell::new(0)),
        }
    }

    fn insert(&self, number: u64) {
        self.made.fetch_add(1, SeqCst);
        let task = Task {
            number,
            polls: Cell::new(0),
            dropped: self.dropped.clone(),
        };
        self.table.insert(Number::of_test(number), task);
    }

    fn poll(&self, number: u64) -> bool {
        let claim = self.table.claim(Number::of_test(number));
        let polled = claim.map(|mut claim| {
            let task = claim.task();
            assert_eq!(task.number, number, "it is that of another task");
            task.poll();
        });
        polled.is_some()
    }

    /// A poll in which the task ends.
    fn last_poll(&self, number: u64) -> bool {
        let number = Number::of_test(number);
        let claim = self.table.claim(number);
        let taken = claim.map(|claim| drop(claim.end(self.table, number)));
        taken.is_some()
    }

    /// Ends a task apart from its polls. How often it was polled, if it was there.
    fn remove(&self, number: u64) -> Option<u32> {
        let task = self.table.remove(Number::of_test(number))?;
        assert_eq!(task.number, number, "it is another task");
        Some(task.polls.get())
    }
}

/// Inserts tasks with these numbers, lets two threads do something to them, and then does the rest by itself: no task
/// is left, and each was dropped once.
fn contest(
    preemptions: usize,
    put_in: &'static [u64],
    theirs: fn(&Tasks),
    ours: fn(&Tasks),
    rest: fn(&Tasks),
) {
    model(preemptions, move || {
        let tasks = Tasks::new();
        put_in.iter().for_each(|number| tasks.insert(*number));
        let of_other = tasks.clone();
        let other = spawn(move || theirs(&of_other));
        ours(&tasks);
        other.join().unwrap();
        rest(&tasks);
        let [made, dropped] = [&tasks.made, &tasks.dropped].map(|count| count.load(SeqCst));
        assert_eq!((dropped, tasks.table.len()), (made, 0));
    });
}

fn end(tasks: &Tasks, numbers: &[u64]) {
    for number in numbers {
        assert!(tasks.remove(*number).is_some(), "{number} is lost");
    }
}

/// Two poll one task: the second waits for the first, and sees what it did.
/// 3 preemptions: 172 interleavings, 0.0 s.
#[test]
fn polls_of_one_task_exclude_each_other() {
    contest(
        3,
        &[2],
        |tasks| assert!(tasks.poll(2)),
        |tasks| assert!(tasks.poll(2)),
        |tasks| assert_eq!(tasks.remove(2), Some(2)),
    );
}

/// One polls a task while its last poll ends on another thread: it waits, and gets the task or nothing.
/// 3 preemptions: 266 interleavings, 0.0 s.
#[test]
fn who_waits_for_a_task_that_ends_gets_nothing() {
    contest(
        3,
        &[2],
        |tasks| assert!(tasks.last_poll(2)),
        |tasks| _ = tasks.poll(2),
        |tasks| assert!(!tasks.poll(2)),
    );
}

/// Two poll a task and a third ends it, before, between or after them.
/// 1 preemption: 568 interleavings, 0.1 s.
#[test]
fn two_polls_and_an_end_take_turns() {
    contest(
        1,
        &[2],
        |tasks| _ = tasks.poll(2),
        |tasks| {
            let of_third = tasks.clone();
            let third = spawn(move || of_third.poll(2));
            end(tasks, &[2]);
            third.join().unwrap();
        },
        |_| (),
    );
}

/// A slot is free again: the next task is put in by another thread than the one that took the last out, and after it.
/// 3 preemptions: 4,238 interleavings, 0.5 s.
#[test]
fn a_slot_is_used_again() {
    contest(
        3,
        &[2],
        |tasks| {
            let number = Number::of_test(2);
            let claim = tasks.table.claim(number).expect("it is there");
            tasks.first_slot.set(2);
            drop(claim.end(tasks.table, number));
        },
        |tasks| {
            tasks.insert(4); // in the same slot, or in a segment
            let number = Number::of_test(4);
            let _claim = tasks.table.claim(number).expect("it is there");
            if tasks.table.slots[0].is_of(number) {
                tasks.first_slot.set(4);
            }
        },
        |tasks| end(tasks, &[4]),
    );
}

/// A task is put in by one thread and ended by another, in either order: it is dropped once, and not kept.
/// 4 preemptions: 9,450 interleavings, 0.8 s.
#[test]
fn a_task_may_end_before_it_is_put_in() {
    contest(
        4,
        &[],
        |tasks| _ = tasks.remove(2),
        |tasks| tasks.insert(2),
        |_| (),
    );
}

/// The same for one that finds its slot taken, and is put into a segment.
/// 3 preemptions: 9,542 interleavings, 1.0 s.
#[test]
fn a_displaced_task_may_end_before_it_is_put_in() {
    contest(
        3,
        &[2],
        |tasks| _ = tasks.remove(4),
        |tasks| tasks.insert(4),
        |tasks| end(tasks, &[2]),
    );
}

/// The same for one that finds its slot of the first level taken, too.
/// 3 preemptions: 13,794 interleavings, 1.8 s.
#[test]
fn a_task_of_a_further_level_may_end_before_it_is_put_in() {
    contest(
        3,
        &[2, 4],
        |tasks| _ = tasks.remove(8),
        |tasks| tasks.insert(8),
        |tasks| end(tasks, &[2, 4]),
    );
}

/// Two segments lose their tasks, and are freed, while somebody still looks for one of these.
/// 3 preemptions: 17,332 interleavings, 2.0 s.
#[test]
fn a_segment_is_freed_when_nobody_looks() {
    contest(
        3,
        &[2, 4, 6],
        |tasks| _ = tasks.poll(4),
        |tasks| end(tasks, &[4, 6]),
        |tasks| end(tasks, &[2]),
    );
}

/// The same while another task is put into one of the segments.
/// 3 preemptions: 53,482 interleavings, 7.4 s.
#[test]
fn a_task_goes_into_a_segment_or_not_before_it_is_freed() {
    contest(
        3,
        &[2, 4, 6],
        |tasks| {
            tasks.insert(8);
            assert!(tasks.poll(8), "it is not lost");
        },
        |tasks| end(tasks, &[4, 6]),
        |tasks| end(tasks, &[8, 2]),
    );
}

/// Two tasks create the same segment.
/// 3 preemptions: 1,425 interleavings, 0.2 s.
#[test]
fn one_segment_is_made_for_two_tasks() {
    contest(
        3,
        &[2, 3],
        |tasks| tasks.insert(4),
        |tasks| tasks.insert(5),
        |tasks| {
            assert!(tasks.poll(4) && tasks.poll(5));
            assert_eq!(tasks.table.segments.len(), 1);
            end(tasks, &[4, 5, 2, 3]);
        },
    );
}
