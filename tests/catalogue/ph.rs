//! PH: promise hooks, one callback at a time.

use std::sync::{Arc, Mutex};

use async_hooks::{
    prelude::*,
    promise_hooks::{self, Outcome, Stop},
};

use crate::support::{Notes, checked, inits, panics, poll, ready, yield_now};

#[test]
fn ph_02_each_step_of_a_future_and_of_the_one_it_makes_is_told_until_stopped() {
    checked(|_| {
        let notes = Notes::new();
        let note = |what: &'static str| {
            let notes = notes.clone();
            move |promise: &promise_hooks::Promise| {
                notes.add(format!("{what} {}", promise.resource_type()));
            }
        };
        let there = notes.clone();
        let stops = [
            promise_hooks::on_init(move |promise, parent| {
                let parent = parent.map(|id| id.get());
                there.add(format!("init {} {parent:?}", promise.resource_type()));
            }),
            promise_hooks::on_before(note("before")),
            promise_hooks::on_after(note("after")),
            promise_hooks::on_settled({
                let settled = note("settled");
                move |promise, _| settled(promise)
            }),
        ];
        ready(async { async {}.traced("CHILD").await }.traced("PARENT"));
        let expected = [
            "init PARENT None",
            "before PARENT",
            "init CHILD Some(2)",
            "before CHILD",
            "settled CHILD",
            "after CHILD",
            "settled PARENT",
            "after PARENT",
        ];
        assert_eq!(notes.take(), expected);
        stops.into_iter().for_each(Stop::stop);
        ready(async {}.traced("UNHEARD"));
        assert_eq!(notes.take(), Vec::<String>::new());
    });
}

#[test]
fn ph_04_after_is_told_when_the_poll_has_ended() {
    checked(|_| {
        let notes = Notes::new();
        let (after, body) = (notes.on("after"), notes.clone());
        promise_hooks::on_after(move |promise| after(promise.async_id()));
        ready(async move { body.add("body") }.traced("REPORT"));
        assert_eq!(notes.take(), ["body", "after 2"]);
    });
}

#[test]
fn ph_05_before_is_told_when_the_poll_begins_and_not_when_the_future_is_made() {
    checked(|_| {
        let notes = Notes::new();
        let (before, body) = (notes.on("before"), notes.clone());
        promise_hooks::on_before(move |promise| before(promise.async_id()));
        let report = async move { body.add("body") }.traced("REPORT");
        assert_eq!(notes.take(), Vec::<String>::new());
        ready(report);
        assert_eq!(notes.take(), ["before 2", "body"]);
    });
}

#[test]
fn ph_07_settled_is_told_at_once_however_a_future_ends() {
    checked(|_| {
        let outcomes = Arc::new(Mutex::new(Vec::new()));
        let there = outcomes.clone();
        promise_hooks::on_settled(move |_, outcome| there.lock().unwrap().push(outcome));
        let last = || outcomes.lock().unwrap().pop();
        ready(async { Ok::<_, ()>(7) }.traced("OK")).unwrap();
        assert_eq!(last(), Some(Outcome::Ready));
        ready(async { Err::<(), _>(7) }.traced("ERR")).unwrap_err();
        assert_eq!(last(), Some(Outcome::Ready));
        drop(async {}.traced("DROPPED"));
        assert_eq!(last(), Some(Outcome::Cancelled));
        assert!(panics(|| ready(async { panic!("boom") }.traced("PANICS"))));
        assert_eq!((last(), last()), (Some(Outcome::Panicked), None));
    });
}

#[test]
fn ph_08_each_stop_ends_its_own_registration() {
    // Node: a stop removes the first equal callback, whosever it is; here: its own, and it can be called only once.
    checked(|_| {
        let notes = Notes::new();
        let register = |name| {
            let before = notes.on(name);
            promise_hooks::on_before(move |promise| before(promise.async_id()))
        };
        let (_first, second, _third) = (register("first"), register("second"), register("third"));
        second.stop();
        ready(async {}.traced("REPORT"));
        assert_eq!(notes.take(), ["first 2", "third 2"]);
    });
}

#[test]
fn ph_09_a_change_made_while_an_event_is_told_counts_from_the_next() {
    checked(|_| {
        let notes = Notes::new();
        let second: Arc<Mutex<Option<Stop>>> = Arc::default();
        let there = second.clone();
        promise_hooks::on_before(move |_| {
            there
                .lock()
                .unwrap()
                .take()
                .into_iter()
                .for_each(Stop::stop);
        });
        let before = notes.on("second");
        let stop = promise_hooks::on_before(move |promise| before(promise.async_id()));
        *second.lock().unwrap() = Some(stop);
        ready(async {}.traced("FIRST"));
        ready(async {}.traced("SECOND"));
        assert_eq!(notes.take(), ["second 2"]);
    });
}

#[test]
fn ph_11_each_callback_is_registered_by_itself_and_none_is_needed() {
    // Node: a group may be made of any of four, or of none; here: there are no groups.
    checked(|collector| {
        collector.stop();
        let notes = Notes::new();
        let after = notes.on("after");
        let stop = promise_hooks::on_after(move |promise| after(promise.async_id()));
        ready(async {}.traced("REPORT"));
        stop.stop();
        ready(async {}.traced("REPORT"));
        assert_eq!(notes.take(), ["after 2"]);
    });
}

#[test]
fn ph_12_before_and_after_are_told_for_each_poll_and_destroy_never() {
    checked(|collector| {
        let notes = Notes::new();
        let (before, after) = (notes.on("before"), notes.on("after"));
        promise_hooks::on_before(move |promise| before(promise.async_id()));
        promise_hooks::on_after(move |promise| after(promise.async_id()));
        let mut polled = Box::pin(yield_now().traced("POLLED"));
        assert!(poll(polled.as_mut()).is_pending());
        ready(polled);
        assert_eq!(notes.take(), ["before 2", "after 2", "before 2", "after 2"]);
        assert_eq!(inits(collector, "POLLED").len(), 1);
    });
}
