//! One poll of a wrapped future that is not ready.

use std::{future::Future, pin::Pin, time::Duration};

use crate::{
    harness::{Row, time_on},
    hooks, peers,
    stores::{Never, STORE, TASK_LOCAL, Value, poll},
};

/// While nobody listens, on either side.
pub(super) fn off() -> Vec<Row> {
    vec![
        Row::new("poll_scope", scope())
            .against("tokio task-local scope", task_local())
            .at_most(0.4),
        Row::new("poll_scope_vs_opentelemetry", scope())
            .against("OpenTelemetry with_context", opentelemetry()),
        Row::new("poll_scope_vs_dcontext", scope()).against("dcontext fork", dcontext),
        Row::new("poll_traced_off", traced()).against("tracing, no subscriber", tracing()),
        Row::new("poll_traced_off_vs_fastrace", traced())
            .against("fastrace, no parent", fastrace()),
        Row::new("poll_traced_off_vs_async_backtrace", traced())
            .against("async-backtrace", async_backtrace()),
        Row::new("poll_traced_off_vs_await_tree", traced())
            .against("await-tree, no tree", await_tree()),
    ]
}

/// While `before` and `after` are counted. Installs tracing's registry as the global one: no row of `off` may follow.
pub(super) fn counting() -> Vec<Row> {
    let mut traced = traced();
    let ours = move |times| {
        let _hook = hooks::counting(hooks::ALL, 1);
        traced(times)
    };
    let theirs = |times| {
        peers::tracing_registry();
        tracing()(times)
    };
    vec![Row::new("poll_traced_counting", ours).against("tracing, bare registry", theirs)]
}

fn polls<F: Future<Output = ()>>(future: F) -> impl FnMut(u32) -> Duration {
    let mut future: Pin<Box<F>> = Box::pin(future);
    move |times| time_on(times, &mut future, |future| poll(future.as_mut()))
}

fn scope() -> impl FnMut(u32) -> Duration {
    polls(STORE.scope(7, Never))
}

fn traced() -> impl FnMut(u32) -> Duration {
    use async_hooks::prelude::*;
    polls(Never.traced("NEVER"))
}

fn task_local() -> impl FnMut(u32) -> Duration {
    polls(TASK_LOCAL.scope(7, Never))
}

fn opentelemetry() -> impl FnMut(u32) -> Duration {
    use opentelemetry::{Context, context::FutureExt as _};
    polls(Never.with_context(Context::current_with_value(Value(7))))
}

fn dcontext(times: u32) -> Duration {
    use dcontext::ContextFutureExt as _;
    let _scope = peers::dcontext_scope();
    polls(Never.fork())(times)
}

fn tracing() -> impl FnMut(u32) -> Duration {
    use tracing::Instrument as _;
    polls(Never.instrument(tracing::info_span!("never")))
}

fn fastrace() -> impl FnMut(u32) -> Duration {
    use fastrace::future::FutureExt as _;
    polls(Never.in_span(fastrace::Span::enter_with_local_parent("never")))
}

fn async_backtrace() -> impl FnMut(u32) -> Duration {
    polls(async_backtrace::location!().frame(Never))
}

fn await_tree() -> impl FnMut(u32) -> Duration {
    use await_tree::InstrumentAwait as _;
    polls(Never.instrument_await("never"))
}
