//! What the inspector costs while it records, and where it does not.

use std::{hint::black_box, sync::LazyLock, time::Duration};

use ah_inspect::{Recorder, Settings};
use async_hooks::{AsyncResource, Task};

use super::http::{Storages, requests};
use crate::{
    harness::{Row, time, time_on},
    hooks,
    stores::{Never, STORE, TASK_LOCAL, poll},
};

/// While nothing is recorded. What else there is to compare with is in the other rows, which run with nothing recorded.
pub(super) fn off() -> Vec<Row> {
    let task_local = |times| time(times, || TASK_LOCAL.try_with(|value| *value).ok());
    let unset = |times| time(times, || STORE.get());
    vec![
        Row::new("inspect_off_read_unset", unset)
            .against("tokio task-local, unset", task_local)
            .at_most(1.0)
            .by_instructions(),
    ]
}

/// While everything is recorded.
pub(super) fn on() -> Vec<Row> {
    let http = || requests(Storages::On);
    vec![
        Row::new("inspect_clock", clock),
        Row::new("inspect_event", recorded(event)).against("an empty hook", hooked(event)),
        Row::new("inspect_resource", recorded(resource)).against("an empty hook", hooked(resource)),
        Row::new("inspect_http", recorded(http()))
            .against("the server, not recorded", http())
            .at_most(1.08),
        Row::new("inspect_ps_100000", alive(ah_inspect::ps)).rounds(11),
        Row::new(
            "inspect_take_100000",
            alive(|| Recorder::attach().map(|recorder| recorder.take())),
        )
        .rounds(11),
    ]
}

/// What each recorded event reads, by itself.
fn clock(times: u32) -> Duration {
    static CLOCK: LazyLock<quanta::Clock> = LazyLock::new(quanta::Clock::new);
    time(times, || CLOCK.raw())
}

fn recorded(mut batch: impl FnMut(u32) -> Duration) -> impl FnMut(u32) -> Duration {
    move |times| {
        let settings = Settings {
            alive: 1 << 18,
            ..Settings::default()
        };
        let recorder = Recorder::start(&settings).expect("nothing else records");
        let took = batch(times);
        drop(recorder.stop());
        took
    }
}

fn hooked(mut batch: impl FnMut(u32) -> Duration) -> impl FnMut(u32) -> Duration {
    move |times| {
        let _hook = hooks::empty();
        batch(times)
    }
}

/// One of `before` and `after`, around a poll of a task.
fn event(times: u32) -> Duration {
    let mut future = Box::pin(Task::new(Never));
    time_on(times, &mut future, |future| poll(future.as_mut())) / 2
}

/// `init` and `destroy`.
fn resource(times: u32) -> Duration {
    time(times, || drop(black_box(AsyncResource::new("RESOURCE"))))
}

/// A look at 100,000 resources that are alive.
fn alive<R>(look: fn() -> R) -> impl FnMut(u32) -> Duration {
    recorded(move |times| {
        let _alive: Vec<_> = (0..100_000)
            .map(|_| AsyncResource::new("RESOURCE"))
            .collect();
        time_on(times, &mut { look }, |look| drop(black_box(look())))
    })
}
