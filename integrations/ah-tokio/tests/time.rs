//! Timers: their ids, their events, and when they let their stores go.

mod support;

use std::{pin::pin, sync::Arc, time::Duration};

use ah_tokio as tokio;
use async_hooks::prelude::*;
use support::{checked_and_paused as checked, counts, inits, poll};
use tokio::observed::time::{
    Instant, Interval, MissedTickBehavior, Sleep, interval, interval_at, sleep, sleep_until,
    timeout, timeout_at,
};

const SECOND: Duration = Duration::from_secs(1);

static STORE: async_hooks::AsyncLocalStorage<Arc<u32>> = async_hooks::AsyncLocalStorage::new();

#[test]
fn a_sleep_is_announced_when_made_and_entered_when_it_fires() {
    checked(async |collector| {
        let sleep = sleep(SECOND);
        assert_eq!(collector.take_lines(), ["init Timeout 2<1"]);
        sleep.await;
        let rest = ["before Timeout 2", "after Timeout 2", "destroy Timeout 2"];
        assert_eq!(collector.take_lines(), rest);
    });
}

#[test]
fn a_sleep_that_is_dropped_is_destroyed_and_not_entered() {
    checked(async |collector| {
        let mut sleep = Box::pin(sleep_until(Instant::now() + SECOND));
        assert!(poll(sleep.as_mut()).is_pending());
        let id = sleep.async_id();
        drop(sleep);
        assert_eq!(counts(collector, id), [1, 0, 0, 1]);
    });
}

#[test]
fn a_sleep_keeps_its_id_until_it_fires_and_is_another_when_it_is_set_after_that() {
    checked(async |collector| {
        let mut sleep: std::pin::Pin<&mut Sleep> = pin!(sleep(SECOND));
        let first = sleep.async_id();
        let deadline = Instant::now() + 2 * SECOND;
        sleep.as_mut().reset(deadline);
        assert_eq!((sleep.async_id(), sleep.deadline()), (first, deadline));
        sleep.as_mut().await;
        assert!(sleep.is_elapsed());
        assert_eq!(sleep.async_id(), first);
        assert_eq!(counts(collector, first), [1, 1, 1, 1]);

        sleep.as_mut().reset(Instant::now() + SECOND);
        let second = sleep.async_id();
        assert_ne!(second, first);
        assert_eq!(counts(collector, second), [1, 0, 0, 0]);
        sleep.as_mut().await;
        sleep.as_mut().await; // ready still, and nothing is delivered
        assert_eq!(counts(collector, first), [1, 1, 1, 1]);
        assert_eq!(counts(collector, second), [1, 1, 1, 1]);
    });
}

#[test]
fn what_fired_lets_its_stores_go_though_it_is_kept() {
    checked(async |_| {
        let store = Arc::new(1);
        let made = || (sleep(SECOND), timeout(SECOND, std::future::pending::<()>()));
        let (slept, limited) = STORE.run(store.clone(), made);
        let (mut slept, mut limited) = (pin!(slept), pin!(limited));
        assert!(Arc::strong_count(&store) > 1);
        slept.as_mut().await;
        assert!(limited.as_mut().await.is_err());
        assert_eq!(Arc::strong_count(&store), 1);
    });
}

#[test]
fn a_timeout_that_fires_enters_its_timer_and_not_its_future() {
    checked(async |collector| {
        let mut seen = None;
        let body = async {
            seen = Some(async_hooks::execution_async_id());
            std::future::pending::<()>().await;
        };
        let limited = timeout_at(Instant::now() + SECOND, body);
        let id = limited.async_id();
        assert!(limited.await.is_err());
        assert_eq!(seen, Some(async_hooks::AsyncId::ROOT));
        assert_eq!(counts(collector, id), [1, 1, 1, 1]);
    });
}

#[test]
fn a_timeout_whose_future_is_ready_before_is_destroyed_and_not_entered() {
    checked(async |collector| {
        let mut limited = pin!(timeout(SECOND, async { 7 }));
        assert_eq!(limited.as_mut().await, Ok(7));
        assert_eq!(counts(collector, limited.async_id()), [1, 0, 0, 1]);
    });
}

#[test]
fn a_timeout_gives_its_future_back() {
    checked(async |_| {
        let mut limited = timeout(SECOND, std::future::ready(7));
        assert_eq!(limited.get_ref().clone().await, 7);
        assert_eq!(limited.get_mut().await, 7);
        drop(limited.into_inner());
    });
}

#[test]
fn an_interval_is_entered_for_each_tick_and_keeps_its_id() {
    checked(async |collector| {
        let mut interval = interval(SECOND);
        let id = interval.async_id();
        interval.set_missed_tick_behavior(MissedTickBehavior::Delay);
        assert_eq!(interval.period(), SECOND);
        interval.tick().await;
        assert_eq!(counts(collector, id), [1, 1, 1, 0]);
        interval.reset();
        interval.tick().await;
        assert_eq!(counts(collector, id), [1, 2, 2, 0]);
        drop(interval);
        assert_eq!(counts(collector, id), [1, 2, 2, 1]);
    });
}

#[test]
fn a_tick_that_is_not_due_is_not_heard() {
    checked(async |collector| {
        let mut interval = interval_at(Instant::now() + SECOND, SECOND);
        assert!(poll(pin!(interval.tick())).is_pending());
        assert_eq!(counts(collector, interval.async_id()), [1, 0, 0, 0]);
    });
}

#[test]
fn timers_made_in_the_scope_of_a_resource_are_triggered_by_it() {
    checked(async |collector| {
        let request = async_hooks::AsyncResource::new("REQUEST");
        request.scope(async { sleep(SECOND).await }).await;
        let id = request.async_id();
        assert_eq!(inits(collector, "Timeout")[0].1, id);
    });
}

#[test]
fn a_loop_over_a_sleep_that_is_pinned_works_in_select() {
    checked(async |collector| {
        let beat = sleep(SECOND);
        tokio::pin!(beat);
        let mut beats = 0;
        let all = sleep(5 * SECOND);
        tokio::pin!(all);
        loop {
            tokio::select! {
                biased;
                () = &mut beat => {
                    beats += 1;
                    beat.as_mut().reset(Instant::now() + SECOND);
                }
                () = &mut all => break,
            }
        }
        assert!(beats >= 4);
        assert_eq!(inits(collector, "Timeout").len(), beats + 2);
    });
}

#[test]
fn tokios_own_become_resources_and_are_given_back() {
    checked(async |collector| {
        let sleep = Sleep::from(::tokio::time::sleep(SECOND));
        let id = sleep.async_id();
        let inner = sleep.into_inner();
        assert_eq!(counts(collector, id), [1, 0, 0, 1]);
        inner.await;
        let interval = Interval::from(::tokio::time::interval(SECOND));
        assert_eq!(counts(collector, interval.async_id()), [1, 0, 0, 0]);
        assert_eq!(interval.into_inner().period(), SECOND);
    });
}
