//! The table by itself, on several threads: without tokio, so that Miri and the sanitizers run over it.

use std::{
    sync::{
        Arc, Barrier, Mutex,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
    thread,
};

use ah_core::embedder::BareTask;

use super::{Entry, Number, Table};

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

impl Entry for Task {
    fn bare(&self) -> Option<BareTask> {
        None
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
fn segments_are_freed_when_their_tasks_have_ended() {
    let (table, dropped) = (table(), Arc::default());
    for _ in 0..3 {
        for n in 1..=64 {
            table.insert(number(n), Task::new(n, &dropped));
        }
        assert!(table.segments.len() >= (64 - 8) / 2);
        for n in 1..=64 {
            assert!(table.remove(number(n)).is_some());
        }
        assert!(
            table.segments.len() <= 1,
            "{} are kept",
            table.segments.len()
        );
    }
}

#[test]
fn segments_come_and_go_on_several_threads() {
    let (table, dropped) = (table(), Arc::default());
    on_threads(|thread| {
        for round in 0..TASKS / THREADS / 40 {
            let numbers = || (1..=40).map(|n| n * THREADS + thread + round * 40 * THREADS);
            for n in numbers() {
                table.insert(number(n), Task::new(n, &dropped));
            }
            for n in numbers() {
                let mut claim = table.claim(number(n)).expect("it is there");
                assert_eq!(claim.task().polls, [n]);
                drop(claim);
                assert!(table.remove(number(n)).is_some());
            }
        }
    });
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
                drop(claim.end(table, number(n)));
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
            drop(claim.end(table, task));
        }
    });
    assert_eq!(dropped.load(SeqCst) as u64, THREADS * TASKS);
    assert_eq!(table.len(), 8);
}

#[test]
fn the_last_visit_takes_a_task_out_that_has_ended() {
    let (table, dropped) = (table(), Arc::default());
    for n in 1..=TASKS / 4 {
        table.insert(number(n), Task::new(n, &dropped));
        let visits = [(); THREADS as usize].map(|()| {
            let mut claim = table.claim(number(n)).expect("it is there");
            Mutex::new(Some(claim.visit(table, number(n))))
        });
        on_threads(|thread| {
            if thread == 0 {
                let removed = table.remove(number(n));
                assert!(removed.is_none_or(|task| task.polls == [n]));
                assert!(table.claim(number(n)).is_none(), "it is over");
            }
            let visit = visits[thread as usize]
                .lock()
                .expect("nobody panics")
                .take();
            drop(visit);
        });
        assert_eq!((table.len(), dropped.load(SeqCst) as u64), (0, n));
    }
}

/// A task without stores, for the table.
struct Bare(u64);

impl Entry for Bare {
    fn bare(&self) -> Option<BareTask> {
        Some(BareTask::from_words([self.0, 1]))
    }
}

fn bare_table() -> &'static Table<Bare> {
    static TABLES: Mutex<Vec<&Table<Bare>>> = Mutex::new(Vec::new()); // no leak in the eyes of Miri
    let table = Box::leak(Box::new(Table::new(8)));
    TABLES.lock().expect("no test panics in here").push(table);
    table
}

/// The identity that a poll without a claim gets.
fn polled(table: &Table<Bare>, n: u64) -> Option<u64> {
    let task = table.begin_bare(number(n))?;
    table.end_bare(number(n));
    Some(task.to_words()[0])
}

#[test]
fn a_task_without_stores_is_polled_without_a_claim_by_one_at_a_time() {
    let table = bare_table();
    table.insert(number(7), Bare(7));
    assert_eq!((polled(table, 7), polled(table, 15)), (Some(7), None));
    assert!(table.begin_bare(number(7)).is_some());
    assert!(table.begin_bare(number(7)).is_none(), "it is polled");
    let mut claim = table.claim_in_poll(number(7)).expect("it is there");
    assert!(table.begin_bare(number(7)).is_none(), "it is claimed");
    let visit = claim.visit(table, number(7));
    drop(claim);
    assert_eq!(polled(table, 7), None, "it is visited");
    drop(visit);
    assert!(table.claim(number(7)).is_some());
    assert_eq!(polled(table, 7), Some(7));
}

#[test]
fn a_slot_is_polled_without_a_claim_if_its_tasks_ended_in_their_polls() {
    let table = bare_table();
    table.insert(number(7), Bare(7));
    let claim = table.claim(number(7)).expect("it is there");
    assert_eq!(claim.end(table, number(7)).expect("nobody visits it").0, 7);
    table.insert(number(15), Bare(15));
    assert_eq!(polled(table, 15), Some(15));
    assert!(table.remove(number(15)).is_some()); // a poll may be about to begin
    table.insert(number(23), Bare(23));
    assert_eq!(polled(table, 23), None);
    assert!(table.claim(number(23)).is_some());
}

#[test]
fn a_task_is_polled_as_itself_or_not_at_all_while_others_come_and_go() {
    let table = bare_table();
    on_threads(|thread| {
        for n in 1..=TASKS {
            let own = THREADS * n + thread;
            if thread % 2 == 0 {
                table.insert(number(own), Bare(own));
                assert!(table.remove(number(own)).is_some());
            } else {
                let other = own - 1;
                let told = table.begin_bare(number(other));
                assert!(told.is_none_or(|task| task.to_words()[0] == other));
            }
        }
    });
    assert_eq!(table.len(), 0);
}
