//! Tasks whose callbacks run while others poll and end them, and tasks that lose their stores, in every interleaving: see
//! `table/models.rs`.

use std::{rc::Rc, sync::atomic::Ordering::SeqCst};

use ah_core::sync::of_loom::{model, spawn};
use loom::cell::Cell;

use super::super::{
    Claim, Visit,
    bare::models::{Task, Tasks, number},
};

/// A poll that claims the task and leaves so many stores. The visit of its callbacks is returned.
fn poll(tasks: &Tasks, of: u64, stores: u32) -> Option<Visit<Task>> {
    let mut claim = tasks.table.claim(number(of))?;
    claim.task().stores.set(stores);
    Some(claim.visit(tasks.table, number(of)))
}

/// As [`poll`], where no callback runs.
fn poll_quietly(tasks: &Tasks, of: u64, stores: u32) {
    let claim: Option<Claim<Task>> = tasks.table.claim(number(of));
    claim.expect("it is there").task().stores.set(stores);
}

/// As [`poll`], and the task ends in it.
fn last_poll(tasks: &Tasks, of: u64) -> Visit<Task> {
    let mut claim = tasks.table.claim(number(of)).expect("it is there");
    let visit = claim.visit(tasks.table, number(of));
    assert!(
        claim.end(tasks.table, number(of)).is_none(),
        "it is visited"
    );
    visit
}

/// Polls the task, without a claim if that will do: the identity that it gets is the task's.
fn poll_any(tasks: &Tasks, of: u64) {
    assert_eq!(tasks.stores(of), Some(0));
}

/// The next poll begins and ends before the callbacks of this one do.
/// 3 preemptions: 2,316 interleavings, 0.2 s.
#[test]
fn a_task_is_polled_while_it_is_visited() {
    model(3, || {
        let tasks = Tasks::new();
        tasks.insert_with(2, 1);
        let of_other = tasks.clone();
        let other = spawn(move || of_other.stores(2)); // at any time
        let visit = poll(&tasks, 2, 1);
        assert_eq!(tasks.stores(2), Some(1));
        assert_eq!(other.join().unwrap(), Some(1)); // it does not wait for what follows
        drop(visit);
        assert!(tasks.remove(2) && tasks.is_empty());
    });
}

/// Of the callbacks of two polls, and the end in one of these, the last to be over takes the task out, after all the others.
/// 3 preemptions: 8 interleavings, 0.0 s.
#[test]
fn the_last_visit_takes_out_what_has_ended() {
    model(3, || {
        let tasks = Tasks::new();
        tasks.insert_with(2, 1);
        let visit = poll(&tasks, 2, 1);
        let seen = Rc::new([Cell::new(0), Cell::new(0)]);
        let (of_other, seen_by_other) = (tasks.clone(), seen.clone());
        let other = spawn(move || {
            let visit = last_poll(&of_other, 2);
            seen_by_other[1].set(1);
            drop(visit);
            if of_other.dropped.load(SeqCst) == 1 {
                assert_eq!(seen_by_other[0].get(), 1, "its callbacks ran before");
            }
        });
        seen[0].set(1);
        assert_eq!(tasks.dropped.load(SeqCst), 0);
        drop(visit);
        other.join().unwrap();
        assert_eq!(tasks.dropped.load(SeqCst), 1);
        assert!(tasks.is_empty());
    });
}

/// A task is shut down while callbacks before its poll run: nobody finds it any more, and it is dropped once.
/// 3 preemptions: 1,038 interleavings, 0.1 s.
#[test]
fn what_is_shut_down_while_it_is_visited_is_found_by_nobody() {
    model(3, || {
        let tasks = Tasks::new();
        tasks.insert_with(2, 1);
        let visit = poll(&tasks, 2, 1);
        let of_other = tasks.clone();
        let other = spawn(move || {
            of_other.remove(2);
            assert_eq!(of_other.stores(2), None, "it is over");
        });
        // the poll continues, or does not happen
        let claim = tasks.table.claim(number(2));
        drop(claim);
        drop(visit);
        other.join().unwrap();
        tasks.insert_with(4, 0); // its slot is free
        assert_eq!(tasks.stores(4), Some(0));
        assert_eq!(tasks.dropped.load(SeqCst), 1);
        assert!(tasks.remove(4) && tasks.is_empty());
    });
}

/// A task that was inserted with a store, where another one was, loses it: the next poll gets its identity.
/// 3 preemptions: 14 interleavings, 0.0 s.
#[test]
fn a_task_that_loses_its_last_store_is_polled_as_itself() {
    model(3, || {
        let tasks = Tasks::new();
        tasks.insert_with(4, 0);
        let claim = tasks.table.claim(number(4)).expect("it is there");
        drop(claim.end(tasks.table, number(4)));
        tasks.insert_with(2, 1);
        let of_other = tasks.clone();
        let begun = tasks.table.claim(number(2)).expect("it is there");
        let other = spawn(move || poll_any(&of_other, 2)); // waits for this one
        let mut begun = begun;
        begun.task().stores.set(0);
        drop(begun);
        other.join().unwrap();
        assert!(tasks.begin(2), "no claim is needed");
        tasks.table.end_bare(number(2));
        assert!(tasks.remove(2) && tasks.is_empty());
    });
}

/// The same while callbacks of its last poll run: it is polled without a claim once they have run, and not before.
/// 3 preemptions: 10 interleavings, 0.0 s.
#[test]
fn a_visited_task_without_stores_is_polled_as_itself() {
    model(3, || {
        let tasks = Tasks::new();
        tasks.insert_with(2, 1);
        let visit = poll(&tasks, 2, 0);
        let of_other = tasks.clone();
        let other = spawn(move || {
            poll_any(&of_other, 2);
            poll_any(&of_other, 2);
        });
        drop(visit);
        other.join().unwrap();
        poll_any(&tasks, 2);
        assert!(tasks.begin(2), "no claim is needed");
        tasks.table.end_bare(number(2));
        assert!(tasks.remove(2) && tasks.is_empty());
    });
}

/// A poll without a claim ends with callbacks, and leaves no store, or one that the next poll loses again.
/// 3 preemptions: 5,655 interleavings, 0.4 s.
#[test]
fn a_task_gets_a_store_and_loses_it_while_it_is_visited() {
    model(3, || {
        let tasks = Tasks::new();
        tasks.insert_with(2, 0);
        assert!(tasks.begin(2));
        let of_other = tasks.clone();
        let other = spawn(move || {
            assert_eq!(of_other.stores(2), Some(1));
            poll_quietly(&of_other, 2, 0);
            poll_any(&of_other, 2);
        });
        let mut claim = tasks.table.claim_in_poll(number(2)).expect("it is there");
        claim.task().stores.set(1);
        let visit = claim.visit(tasks.table, number(2));
        drop(claim);
        drop(visit);
        other.join().unwrap();
        poll_any(&tasks, 2);
        assert!(tasks.remove(2) && tasks.is_empty());
    });
}

/// A poll that claims a task without stores leaves one, while another thread shuts the task down: it is dropped once.
/// 3 preemptions: 9 interleavings, 0.0 s.
#[test]
fn a_task_gets_a_store_in_a_poll_that_claims_it() {
    model(3, || {
        let tasks = Tasks::new();
        tasks.insert_with(2, 0);
        let of_other = tasks.clone();
        let claim = tasks.table.claim(number(2));
        let other = spawn(move || assert!(of_other.remove(2), "nobody visits it"));
        claim.expect("it is there").task().stores.set(1);
        other.join().unwrap();
        assert_eq!(tasks.dropped.load(SeqCst), 1);
        assert!(tasks.is_empty());
    });
}

/// As `a_late_mark_does_not_stand_for_the_next_task`, where the task is visited when it is shut down.
/// 3 preemptions: 8,116 interleavings, 0.7 s.
#[test]
fn a_late_mark_does_not_stand_for_the_task_after_a_visited_one() {
    model(3, || {
        let tasks = Tasks::new();
        tasks.insert_with(2, 0);
        let of_other = tasks.clone();
        let other = spawn(move || {
            if of_other.begin(2) {
                of_other.table.end_bare(number(2));
            }
        });
        let mut claim = tasks.table.claim_ending(number(2)).expect("it is there");
        let visit = claim.visit(tasks.table, number(2));
        assert!(claim.end_from_polls(tasks.table, number(2)).is_none());
        drop(visit);
        tasks.insert_with(4, 0);
        assert!(!tasks.begin(4), "it is to be claimed");
        assert_eq!(tasks.stores(4), Some(0));
        other.join().unwrap();
        assert!(tasks.remove(4) && tasks.is_empty());
    });
}
