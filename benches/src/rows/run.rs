//! Setting a store for the time of a closure.

use std::{hint::black_box, time::Duration};

use opentelemetry::Context;

use crate::{
    harness::{Row, time},
    peers,
    stores::{STORE, TASK_LOCAL, Value, with_set},
};

pub(super) fn rows() -> Vec<Row> {
    let against_opentelemetry =
        |name, set| Row::new(name, ours(set)).against("OpenTelemetry attach", opentelemetry);
    vec![
        against_opentelemetry("run_1", 1).at_most(0.18),
        against_opentelemetry("run_8", 8).at_most(0.18),
        against_opentelemetry("run_100", 100).at_most(0.18),
        Row::new("run_1_vs_tokio", ours(1)).against("tokio sync_scope", task_local),
        Row::new("run_1_vs_dcontext", ours(1)).against("dcontext scope and set", dcontext),
    ]
}

pub(super) fn ours(set: usize) -> impl FnMut(u32) -> Duration {
    move |times| with_set(set, &mut || time(times, || STORE.run(8, || black_box(1))))
}

fn opentelemetry(times: u32) -> Duration {
    let _guard = Context::current_with_value(Value(7)).attach();
    time(times, || {
        let _guard = Context::current_with_value(Value(8)).attach();
        black_box(1)
    })
}

fn task_local(times: u32) -> Duration {
    TASK_LOCAL.sync_scope(7, || {
        time(times, || TASK_LOCAL.sync_scope(8, || black_box(1)))
    })
}

fn dcontext(times: u32) -> Duration {
    let _scope = peers::dcontext_scope();
    time(times, || {
        let _scope = dcontext::push_scope("scope");
        dcontext::set_context_variable(peers::DCONTEXT, 8_u64);
        black_box(1)
    })
}
