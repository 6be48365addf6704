//! Functions with attributes, called and polled until they are ready.

use std::{hint::black_box, time::Duration};

use await_tree::InstrumentAwait as _;

use crate::{
    harness::{Row, time},
    hooks, peers,
    stores::ready,
};

/// While nobody listens, on either side.
pub(super) fn off() -> Vec<Row> {
    vec![
        Row::new("traced_off", traced)
            .against("tracing #[instrument], no subscriber", tracing)
            .at_most(1.2)
            .in_processes(),
        Row::new("traced_off_vs_fastrace", traced)
            .against("fastrace #[trace], no parent", fastrace),
        Row::new("traced_off_vs_async_backtrace", traced)
            .against("async-backtrace #[framed]", async_backtrace),
        Row::new("traced_off_vs_await_tree", traced).against("await-tree, no tree", await_tree),
        Row::new("traced_sync_off", |times| time(times, || ours_sync(7)))
            .against("tracing #[instrument], no subscriber", |times| {
                time(times, || tracing_sync(7))
            })
            .at_most(1.0)
            .by_instructions(),
    ]
}

/// While all five phases are counted. Installs tracing's registry as the global one: no row of `off` may follow.
pub(super) fn counting() -> Vec<Row> {
    vec![
        Row::new("traced_counting", traced_counting)
            .against("tracing #[instrument], bare registry", bare_registry)
            .at_most(0.5)
            .in_processes(),
        Row::new("traced_empty", |times| {
            let _hook = hooks::empty();
            traced(times)
        })
        .against("tracing #[instrument], bare registry", bare_registry)
        .at_most(0.4)
        .in_processes(),
        Row::new("traced_counting_vs_layer", traced_counting)
            .against("tracing #[instrument], a layer that counts", |times| {
                peers::with_counting_layer(|| tracing(times))
            }),
        Row::new("traced_counting_vs_fastrace", traced_counting).against(
            "fastrace #[trace], collected",
            |times| {
                let root = peers::fastrace_root();
                let _parent = root.set_local_parent();
                fastrace(times)
            },
        ),
    ]
}

#[async_hooks::traced]
async fn ours(value: u64) -> u64 {
    black_box(value)
}

#[tracing::instrument(skip_all)]
async fn with_tracing(value: u64) -> u64 {
    black_box(value)
}

#[fastrace::trace]
async fn with_fastrace(value: u64) -> u64 {
    black_box(value)
}

#[async_backtrace::framed]
async fn with_async_backtrace(value: u64) -> u64 {
    black_box(value)
}

async fn with_nothing(value: u64) -> u64 {
    black_box(value)
}

#[async_hooks::traced]
fn ours_sync(value: u64) -> u64 {
    black_box(value)
}

#[tracing::instrument(skip_all)]
fn tracing_sync(value: u64) -> u64 {
    black_box(value)
}

fn traced(times: u32) -> Duration {
    time(times, || ready(ours(7)))
}

fn tracing(times: u32) -> Duration {
    time(times, || ready(with_tracing(7)))
}

fn bare_registry(times: u32) -> Duration {
    peers::tracing_registry();
    tracing(times)
}

fn fastrace(times: u32) -> Duration {
    time(times, || ready(with_fastrace(7)))
}

fn async_backtrace(times: u32) -> Duration {
    time(times, || ready(with_async_backtrace(7)))
}

fn await_tree(times: u32) -> Duration {
    time(times, || ready(with_nothing(7).instrument_await("work")))
}

fn traced_counting(times: u32) -> Duration {
    let _hook = hooks::counting(hooks::ALL, 1);
    traced(times)
}
