//! Reading a store: the oldest of those that are set.

use std::time::Duration;

use opentelemetry::Context;

use crate::{
    harness::{Row, time},
    peers,
    stores::{STORE, TASK_LOCAL, Value, with_set},
};

pub(super) fn rows() -> Vec<Row> {
    let against_tokio =
        |name, set| Row::new(name, ours(set)).against("tokio task-local", task_local);
    vec![
        against_tokio("read_1", 1).at_most(1.0).by_instructions(),
        against_tokio("read_8", 8).at_most(3.0),
        against_tokio("read_100", 100).at_most(3.0),
        Row::new("read_1_vs_opentelemetry", ours(1)).against("OpenTelemetry", opentelemetry),
        Row::new("read_1_vs_dcontext", ours(1)).against("dcontext, cached", dcontext),
    ]
}

pub(crate) fn ours(set: usize) -> impl FnMut(u32) -> Duration {
    move |times| with_set(set, &mut || time(times, || STORE.get()))
}

fn task_local(times: u32) -> Duration {
    TASK_LOCAL.sync_scope(7, || time(times, || TASK_LOCAL.with(|value| *value)))
}

fn opentelemetry(times: u32) -> Duration {
    let _guard = Context::current_with_value(Value(7)).attach();
    time(times, || {
        Context::map_current(|context| context.get::<Value>().map(|value| value.0))
    })
}

fn dcontext(times: u32) -> Duration {
    let _scope = peers::dcontext_scope();
    time(times, || {
        dcontext::get_context_variable::<u64>(peers::DCONTEXT)
    })
}
