//! The table by itself, on several threads: without tokio, so that Miri and the sanitizers run over it.

use std::{
    sync::{
        Arc, Barrier, Mutex,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
    thread,
};

use super::{Number, Table};

/// How many tasks go through the table in a test.
const TASKS: u64 = if cfg!(miri) { 40 } else { 20_000 };
const THREADS: u64 = 4;

/// On the heap, and counted when it is dropped.
struct Task {
    polls: Vec<u64>,
    dropped: Arc<AtomicUsize>,
}

impl Task {
    fn new(number: u64, dropped: &Arc<AtomicUsize>) -> Self {
        Self {
            polls: vec![number],
            dropped: dropped.clone(),
        }
    }
}

impl Drop for Task {
    fn drop(&mut self) {
        self.dropped.fetch_add(1, SeqCst);
    }
}

/// A table with so few slots that tasks are displaced; it is never freed, as the real one.
fn table() -> &'static Table<Task> {
    static TABLES: Mutex<Vec<&Table<Task>>> = Mutex::new(Vec::new()); // no leak in the eyes of Miri
    let table = Box::leak(Box::new(Table::new(8)));
    TABLES.lock().expect("no test panics in here").push(table);
    table
}

fn number(number: u64) -> Number {
    Number::of_test(number)
}

/// Runs `f` on each of several threads, which begin at once.
fn on_threads(f: impl Fn(u64) + Sync) {
    let together = Barrier::new(THREADS as usize);
    thread::scope(|scope| {
        for thread in 0..THREADS {
            let (f, together) = (&f, &together);
            scope.spawn(move || {
                together.wait();
                f(thread);
            });
        }
    });
}

#[test]
fn what_is_put_in_is_claimed_and_taken_out() {
    let (table, dropped) = (table(), Arc::default());
    table.insert(number(7), Task::new(7, &dropped));
    assert_eq!(table.len(), 1);
    assert!(table.claim(number(15)).is_none(), "the slot is of 7");
    let mut claim = table.claim(number(7)).expect("it is there");
    claim.task().polls.push(1);
    drop(claim);
    let task = table.remove(number(7)).expect("it is there");
    assert_eq!(task.polls, [7, 1]);
    assert!(table.claim(number(7)).is_none());
    assert_eq!((table.len(), dropped.load(SeqCst)), (0, 0));
}

#[test]
fn a_task_that_ended_before_it_was_put_in_is_not_kept() {
    let (table, dropped) = (table(), Arc::default());
    assert!(table.remove(number(7)).is_none());
    table.insert(number(7), Task::new(7, &dropped));
    assert_eq!((table.len(), dropped.load(SeqCst)), (0, 1));
}

#[test]
fn tasks_that_want_one_slot_are_all_found() {
    let (table, dropped) = (table(), Arc::default());
    let numbers = || (1..=20).map(|number| number * 8);
    for n in numbers() {
        table.insert(number(n), Task::new(n, &dropped));
    }
    assert_eq!(table.len(), 20);
    for n in numbers() {
        let mut claim = table.claim(number(n)).expect("it is there");
        assert_eq!(claim.task().polls, [n]);
    }
    for n in numbers() {
        assert_eq!(table.remove(number(n)).expect("it is there").polls, [n]);
    }
    assert_eq!(table.len(), 0);
}

#[test]
fn polls_of_one_task_exclude_each_other() {
    let (table, dropped) = (table(), Arc::default());
    table.insert(number(7), Task::new(7, &dropped));
    on_threads(|thread| {
        for _ in 0..TASKS / THREADS {
            let mut claim = table.claim(number(7)).expect("it is there");
            claim.task().polls.push(thread);
        }
    });
    let task = table.remove(number(7)).expect("it is there");
    let polls = TASKS / THREADS * THREADS + 1;
    assert_eq!(task.polls.len() as u64, polls);
}

#[test]
fn who_waits_for_a_task_that_ends_gets_nothing() {
    let (table, dropped) = (table(), Arc::default());
    for n in 1..=TASKS / 4 {
        table.insert(number(n), Task::new(n, &dropped));
        let claims = AtomicUsize::new(0);
        on_threads(|_| {
            if let Some(mut claim) = table.claim(number(n)) {
                assert_eq!(claim.task().polls, [n]);
                claims.fetch_add(1, SeqCst);
                drop(claim.take(table, number(n)));
            }
        });
        assert_eq!(claims.into_inner(), 1);
    }
    assert_eq!(dropped.load(SeqCst) as u64, TASKS / 4);
    assert_eq!(table.len(), 0);
}

#[test]
fn each_task_is_dropped_once_though_its_end_may_come_first() {
    let (table, dropped) = (table(), Arc::default());
    let pairs = [(); 2].map(|()| Barrier::new(2));
    on_threads(|thread| {
        // pairs of threads have the same tasks: one spawns and polls them, one ends them
        for n in 1..=TASKS {
            if n % 64 == 0 {
                pairs[thread as usize / 2].wait(); // not more are over than are remembered
            }
            let task = number(2 * n + thread / 2);
            if thread % 2 == 0 {
                table.insert(task, Task::new(n, &dropped));
                if let Some(mut claim) = table.claim(task) {
                    claim.task().polls.push(n);
                }
            } else {
                drop(table.remove(task));
            }
        }
    });
    assert_eq!(dropped.load(SeqCst) as u64, 2 * TASKS);
    assert_eq!(table.len(), 0);
}

#[test]
fn tasks_of_the_overflow_are_not_lost() {
    let (table, dropped) = (table(), Arc::default());
    for n in 1..=8 {
        table.insert(number(n), Task::new(n, &dropped)); // no slot is left
    }
    on_threads(|thread| {
        for n in 1..=TASKS {
            let task = number(8 + THREADS * n + thread);
            table.insert(task, Task::new(n, &dropped));
            let mut claim = table.claim(task).expect("it was put in");
            assert_eq!(claim.task().polls, [n]);
            drop(claim.take(table, task));
        }
    });
    assert_eq!(dropped.load(SeqCst) as u64, THREADS * TASKS);
    assert_eq!(table.len(), 8);
}
