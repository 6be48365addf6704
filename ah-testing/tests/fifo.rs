//! The order in which the executor runs things, and what its clock does.

use std::{cell::RefCell, rc::Rc, time::Duration};

use ah_core as async_hooks;
use ah_testing::{Fifo, checked};

const SECOND: Duration = Duration::from_secs(1);

#[derive(Clone, Default)]
struct Notes(Rc<RefCell<Vec<&'static str>>>);

impl Notes {
    fn note(&self, line: &'static str) -> impl FnMut() + use<> {
        let notes = self.clone();
        move || notes.0.borrow_mut().push(line)
    }

    fn take(&self) -> Vec<&'static str> {
        self.0.take()
    }
}

fn run(test: impl FnOnce(&Fifo, &Notes)) {
    checked(|_| {
        let fifo = Fifo::new();
        test(&fifo, &Notes::default());
        fifo.shutdown();
    });
}

#[test]
fn a_turn_is_ticks_then_tasks_and_microtasks_then_timers_then_immediates() {
    run(|fifo, notes| {
        fifo.immediate(notes.note("immediate"));
        fifo.timeout(Duration::ZERO, notes.note("timeout"));
        let mut note = notes.note("task");
        let _task = fifo.spawn(async move { note() });
        fifo.microtask(notes.note("microtask"));
        fifo.defer(notes.note("tick"));
        fifo.run();
        let expected = ["tick", "task", "microtask", "timeout", "immediate"];
        assert_eq!(notes.take(), expected);
    });
}

#[test]
fn what_is_ready_runs_between_two_immediates() {
    run(|fifo, notes| {
        let (there, mut first) = (fifo.clone(), notes.note("first"));
        let (tick, later) = (notes.note("tick"), notes.note("next turn"));
        fifo.immediate(move || {
            first();
            there.immediate(later);
            there.defer(tick);
        });
        fifo.immediate(notes.note("second"));
        fifo.run();
        assert_eq!(notes.take(), ["first", "tick", "second", "next turn"]);
    });
}

#[test]
fn an_immediate_may_be_cancelled_by_one_before_it() {
    run(|fifo, notes| {
        let cancelled = Rc::new(RefCell::new(None::<ah_testing::Immediate>));
        let there = cancelled.clone();
        fifo.immediate(move || there.take().into_iter().for_each(|other| other.cancel()));
        *cancelled.borrow_mut() = Some(fifo.immediate(notes.note("cancelled")));
        fifo.run();
        assert!(notes.take().is_empty());
    });
}

#[test]
fn timers_fire_in_the_order_in_which_they_are_due_and_were_set() {
    run(|fifo, notes| {
        fifo.timeout(2 * SECOND, notes.note("late"));
        fifo.timeout(SECOND, notes.note("early"));
        fifo.timeout(SECOND, notes.note("early, too"));
        fifo.advance(SECOND);
        assert_eq!(notes.take(), ["early", "early, too"]);
        fifo.advance(SECOND);
        assert_eq!(notes.take(), ["late"]);
    });
}

#[test]
fn an_interval_fires_until_it_is_cancelled() {
    run(|fifo, notes| {
        let timer = fifo.interval(SECOND, notes.note("fired"));
        fifo.advance(3 * SECOND);
        assert_eq!(notes.take().len(), 3);
        timer.cancel();
        fifo.advance(SECOND);
        assert!(notes.take().is_empty());
    });
}

#[test]
fn a_timer_refreshed_while_it_waits_is_due_later() {
    run(|fifo, notes| {
        let timer = fifo.timeout(2 * SECOND, notes.note("fired"));
        fifo.advance(SECOND);
        timer.refresh();
        fifo.advance(SECOND);
        assert!(notes.take().is_empty());
        fifo.advance(SECOND);
        assert_eq!(notes.take(), ["fired"]);
    });
}

#[test]
fn a_sleep_that_is_dropped_cancels_its_timer() {
    checked(|collector| {
        let fifo = Fifo::new();
        let sleep = fifo.sleep(SECOND);
        drop(sleep);
        assert_eq!(
            collector.take_lines(),
            ["init Timeout 2<1", "destroy Timeout 2"]
        );
    });
}

#[test]
fn a_task_waits_for_another_and_gives_its_output() {
    run(|fifo, _| {
        let inner = fifo.spawn({
            let sleep = fifo.sleep(SECOND);
            async {
                sleep.await;
                7
            }
        });
        let outer = fifo.spawn(async { inner.await + 1 });
        fifo.advance(SECOND);
        assert_eq!(outer.take(), Some(8));
    });
}

#[test]
fn an_aborted_task_is_dropped() {
    run(|fifo, notes| {
        let mut note = notes.note("ran");
        let task = fifo.spawn(async move { note() });
        task.abort();
        fifo.run();
        assert!(notes.take().is_empty());
    });
}

#[test]
#[should_panic(expected = "boom")]
fn without_a_handler_a_panic_comes_out_of_run() {
    run(|fifo, _| {
        fifo.defer(|| panic!("boom"));
        fifo.run();
    });
}

#[test]
fn a_handler_hears_of_a_panic_in_the_scope_of_what_panicked() {
    run(|fifo, _| {
        let ids = Rc::new(RefCell::new(Vec::new()));
        let there = ids.clone();
        fifo.on_panic(move |_| there.borrow_mut().push(async_hooks::execution_async_id()));
        let tick = fifo.defer(|| panic!("boom"));
        let _task = fifo.spawn(async { panic!("boom") });
        fifo.run();
        assert_eq!(ids.borrow()[0], tick);
        assert_eq!(ids.borrow().len(), 2);
    });
}
