//! Critical paths of small programs, step by step.

use super::{
    check,
    script::{Script, request},
};
use crate::river::{River, path::What};

/// The steps of a path: lane, begin, what.
fn path(river: &River) -> Vec<(&str, u64, What)> {
    check(river);
    let steps = river.path.iter();
    steps
        .map(|step| (step.name.as_str(), step.from / 1000, step.what))
        .collect()
}

use What::{Ready, Waiting, Working};

#[test]
fn it_goes_through_the_child_that_ended_last() {
    let mut script = Script::new(100, 1);
    script.task(2, 1, 0, "parent");
    script.task(3, 2, 5, "quick");
    script.task(4, 2, 6, "slow");
    script.poll(2, 0, 10, 1);
    for (id, end) in [(3, 20), (4, 60)] {
        script.poll(id, 12, 14, 2);
        script.wake(id, end - 2, 0);
        script.poll(id, end - 1, end, 2);
        script.end(id);
        script.wake(2, end, id);
        script.poll(2, end + 2, end + 4, 1);
    }
    script.end(2);
    let river = River::of(&script.recording, 2_u64).unwrap();
    assert_eq!(
        path(&river),
        [
            ("parent", 0, Working),
            ("slow", 6, Ready),
            ("slow", 12, Working),
            ("slow", 14, Waiting),
            ("slow", 58, Ready),
            ("slow", 59, Working),
            ("parent", 60, Ready),
            ("parent", 62, Working),
        ]
    );
    assert_eq!(river.id(), 2);
}

/// Of what others did, only what was done while this one waited for them counts.
#[test]
fn it_goes_through_others_only_while_they_are_waited_for() {
    let mut script = Script::new(100, 1);
    script.task(2, 1, 0, "first").stores = request(1, "acme");
    script.task(3, 1, 0, "second").stores = request(2, "acme");
    script.poll(2, 0, 8, 1);
    script.wake(2, 40, 0);
    script.poll(2, 41, 50, 1);
    script.poll(3, 10, 12, 2);
    script.wake(3, 45, 2);
    script.poll(3, 46, 60, 2);
    script.end(2);
    script.end(3);
    let river = River::of(&script.recording, 3_u64).unwrap();
    assert_eq!(
        path(&river),
        [
            ("second", 0, Ready),
            ("second", 10, Working),
            ("first", 12, Waiting),
            ("first", 40, Ready),
            ("first", 41, Working),
            ("second", 45, Ready),
            ("second", 46, Working),
        ]
    );
    assert!(
        river.headline().contains("55 % waiting for request=1"),
        "{}",
        river.headline()
    );
    assert!(
        river.text(80).contains("request=1(2)"),
        "{}",
        river.text(80)
    );
}

#[test]
fn the_id_of_anything_within_leads_to_its_request() {
    let mut script = Script::new(100, 1);
    script.task(2, 1, 0, "accept");
    script.task(3, 2, 1, "connection");
    for id in [4, 6] {
        let stores = request(id, "acme");
        script.within(id, 3, 10 * id, "handler").stores = stores.clone();
        script.task(id + 1, id, 10 * id + 1, "child").stores = stores;
        script.poll(id, 10 * id, 10 * id + 5, 1);
        script.poll(3, 10 * id, 10 * id + 5, 1);
        script.end(id);
    }
    let id = |id: u64| River::of(&script.recording, id).map(|river| river.id());
    assert_eq!([id(4), id(5), id(6), id(7)], [Ok(4), Ok(4), Ok(6), Ok(6)]);
    assert_eq!(
        (id(2), id(3)),
        (Ok(2), Ok(3)),
        "what is of no request is its own"
    );
    let unknown = id(99).unwrap_err();
    assert!(
        unknown.to_string().starts_with("99 is not recorded"),
        "{unknown}"
    );
}

#[test]
fn a_request_that_only_waits_has_waited() {
    let mut script = Script::new(100, 1);
    script.task(2, 1, 0, "waits");
    script.poll(2, 0, 10, 1);
    let river = River::of(&script.recording, 2_u64).unwrap();
    assert_eq!(
        path(&river),
        [("waits", 0, Working), ("waits", 10, Waiting)]
    );
    assert_eq!(
        river.headline(),
        "100 µs so far: 90 % in waits, 10 % working."
    );
}

/// A handler that nothing tracks spawns a task, and sends a job when that is done.
#[test]
fn what_is_between_the_parts_of_a_request_is_untracked() {
    let mut script = Script::new(100, 1);
    for (id, created, function) in [(2, 0, "charge"), (3, 30, "pack")] {
        script.task(id, 1, created, function).stores = request(7, "acme");
        script.poll(id, created + 5, created + 20, 1);
        script.end(id);
    }
    script.task(4, 1, 90_000, "later").stores = request(7, "acme");
    let river = River::of(&script.recording, 3_u64).unwrap();
    assert_eq!(river.id(), 2);
    assert_eq!(
        path(&river),
        [
            ("charge", 0, Ready),
            ("charge", 5, Working),
            ("charge", 20, Waiting),
            ("pack", 30, Ready),
            ("pack", 35, Working),
        ]
    );
    assert_eq!(
        river.headline(),
        "50 µs: 60 % working, 20 % ready, but not polled, 20 % in untracked code."
    );
}

/// The runtime wakes whoever joins a task, and nobody is known to: it is known by what has just ended on that thread.
#[test]
fn it_goes_through_a_child_whose_end_woke_its_parent() {
    let mut script = Script::new(100, 1);
    script.task(2, 1, 0, "parent");
    script.task(3, 2, 5, "child");
    script.task(4, 2, 6, "other");
    script.poll(2, 0, 10, 1);
    script.poll(4, 12, 13, 1);
    script.poll(3, 12, 60, 2);
    script.end(3);
    script.end(4);
    script.wake(2, 61, 0);
    script.get(2).wakes[0].thread = 2;
    script.poll(2, 70, 80, 1);
    script.end(2);
    let river = River::of(&script.recording, 2_u64).unwrap();
    assert_eq!(
        path(&river),
        [
            ("parent", 0, Working),
            ("child", 5, Ready),
            ("child", 12, Working),
            ("child", 60, Waiting),
            ("parent", 61, Ready),
            ("parent", 70, Working),
        ]
    );
}

/// Of tasks under the hooks of a runtime no wake is known, nor what they poll.
#[test]
fn where_no_wakes_are_known_it_goes_through_the_child_that_ended_before() {
    let mut script = Script::new(100, 1);
    for (id, trigger, created) in [(2, 1, 0), (3, 2, 5), (4, 2, 6)] {
        script.task(id, trigger, created, "x").future = "".into();
    }
    script.poll(2, 0, 10, 1);
    script.poll(3, 12, 20, 1);
    script.poll(4, 12, 60, 2);
    script.end(3);
    script.end(4);
    script.poll(2, 70, 80, 1);
    script.end(2);
    let river = River::of(&script.recording, 2_u64).unwrap();
    check(&river);
    let lanes: Vec<u64> = river.path.iter().map(|step| step.from / 1000).collect();
    assert_eq!(lanes, [0, 6, 12, 60, 70], "{}", river.text(100));
    assert_eq!(
        river.headline(),
        "80 µs: 80 % working, 20 % ready, but not polled."
    );
    assert!(
        river.text(80).contains("TASK shop.rs:31(2)"),
        "{}",
        river.text(80)
    );
}
