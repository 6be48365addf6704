//! Resources created manually, and captured contexts.

use std::{hint::black_box, time::Duration};

use async_hooks::AsyncResource;
use opentelemetry::Context;

use super::node::beside;
use crate::{
    harness::{Row, time, time_on},
    node::{SharedNode, batch},
    peers,
    stores::{STORE, Value, with_set},
};

pub(super) fn rows(node: Option<&SharedNode>) -> Vec<Row> {
    let new_0 = Row::new("resource_new_0", new(0));
    vec![
        match node {
            Some(node) => new_0.against("Node", batch(node, "resource_new".into())),
            None => new_0,
        },
        Row::new("resource_new_100", new(100))
            .against("the same, no storage set", new(0))
            .at_most(1.1),
        beside(node, "resource_scope", scope(0)),
        Row::new("snapshot_capture", capture)
            .against("OpenTelemetry current", |times| {
                let _guard = Context::current_with_value(Value(7)).attach();
                time(times, Context::current)
            })
            .at_most(0.8),
        Row::new("snapshot_capture_vs_dcontext", capture).against("dcontext capture", |times| {
            let _scope = peers::dcontext_scope();
            time(times, dcontext::capture)
        }),
        Row::new("capture_hiding", |times| time(times, run_in_run))
            .against("of a frame that hides nothing", capture_in_run)
            .at_most(4.0),
        Row::new("capture_guarded", |times| time(times, under_guard))
            .against("of a frame that hides nothing", capture_in_run)
            .at_most(4.0),
        Row::new("snapshot_run", snapshot_run).against("OpenTelemetry attach", |times| {
            let mut context = Context::current_with_value(Value(7));
            time_on(times, &mut context, |context| {
                let _guard = context.clone().attach();
                black_box(1)
            })
        }),
        Row::new("snapshot_run_vs_dcontext", snapshot_run).against("dcontext attach", |times| {
            let mut snapshot = {
                let _scope = peers::dcontext_scope();
                dcontext::capture()
            };
            time_on(times, &mut snapshot, |snapshot| {
                let _guard = dcontext::attach_snapshot(snapshot.clone());
                black_box(1)
            })
        }),
    ]
}

/// Creates a resource and drops it.
pub(crate) fn new(set: usize) -> impl FnMut(u32) -> Duration {
    move |times| with_set(set, &mut || time(times, || AsyncResource::new("RESOURCE")))
}

/// Creates a resource, runs a closure in its scope, and drops it.
pub(crate) fn scope(set: usize) -> impl FnMut(u32) -> Duration {
    move |times| with_set(set, &mut || time(times, enter_and_leave))
}

fn enter_and_leave() -> u64 {
    AsyncResource::new("RESOURCE").run_in_async_scope(|| black_box(1))
}

pub(super) fn capture(times: u32) -> Duration {
    with_set(1, &mut || time(times, async_hooks::snapshot))
}

/// Creates a frame, and captures it for the first time.
fn capture_in_run(times: u32) -> Duration {
    time(times, || STORE.run(7, || drop(async_hooks::snapshot())))
}

fn run_in_run() {
    STORE.run(7, || STORE.run(8, || drop(async_hooks::snapshot())));
}

fn under_guard() {
    let _guard = STORE.with_scope(7);
    drop(async_hooks::snapshot());
}

pub(super) fn snapshot_run(times: u32) -> Duration {
    let mut snapshot = None;
    with_set(1, &mut || {
        snapshot = Some(async_hooks::snapshot());
        Duration::ZERO
    });
    time_on(times, &mut snapshot, |snapshot| {
        snapshot
            .as_ref()
            .map(|snapshot| snapshot.run(|| black_box(1)))
    })
}
