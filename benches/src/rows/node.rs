//! Node's own axes: nested scopes, storages, hooks. Node's figure stands beside ours where Node is on the machine.

use std::{hint::black_box, time::Duration};

use async_hooks::{AsyncResource, Phase};

use super::{read, resource, run};
use crate::{
    harness::{Row, time},
    hooks,
    node::{SharedNode, batch},
    stores::{STORE, ready, with_set},
};

pub(super) fn rows(node: Option<&SharedNode>) -> Vec<Row> {
    let mut rows = Vec::new();
    for depth in [10, 100, 1000] {
        rows.push(beside(node, format!("nested_{depth}"), nested(depth)));
    }
    for set in [0, 1, 10, 100] {
        let (resource, awaited) = (resource::scope(set), awaited(set));
        rows.push(beside(node, format!("resource_storages_{set}"), resource));
        rows.push(beside(node, format!("await_storages_{set}"), awaited));
    }
    for (name, phases) in HOOKS {
        let (resource, awaited) = (
            with_hook(phases, resource::scope(0)),
            with_hook(phases, awaited(0)),
        );
        rows.push(beside(node, format!("resource_hooks_{name}"), resource));
        rows.push(beside(node, format!("await_hooks_{name}"), awaited));
    }
    rows.extend(node.into_iter().flat_map(beside_other_rows));
    rows
}

/// What hooks listen to.
const HOOKS: [(&str, &[Phase]); 4] = [
    ("none", &[]),
    ("init", &[Phase::Init]),
    ("before_after", &[Phase::Before, Phase::After]),
    ("all", hooks::ALL),
];

/// Rows that have another peer, once more with Node.
fn beside_other_rows(node: &SharedNode) -> Vec<Row> {
    let named = |name| batch(node, String::from(name));
    vec![
        Row::new("read_1_vs_node", read::ours(1)).against("Node getStore", named("get_store")),
        Row::new("run_1_vs_node", run::ours(1)).against("Node run", named("run")),
        Row::new("snapshot_capture_vs_node", resource::capture)
            .against("Node snapshot", named("snapshot_capture")),
        Row::new("snapshot_run_vs_node", resource::snapshot_run)
            .against("Node, in a snapshot", named("snapshot_run")),
    ]
}

/// A row whose peer is Node, if it is here: the operation of the same name.
pub(super) fn beside(
    node: Option<&SharedNode>,
    name: impl Into<String>,
    ours: impl FnMut(u32) -> Duration + 'static,
) -> Row {
    let name = name.into();
    match node {
        Some(node) => Row::new(name.clone(), ours).against("Node", batch(node, name)),
        None => Row::new(name, ours),
    }
}

/// Reads a store within so many scopes of resources.
fn nested(depth: usize) -> impl FnMut(u32) -> Duration {
    move |times| with_set(1, &mut || within(depth, times))
}

fn within(depth: usize, times: u32) -> Duration {
    match depth {
        0 => time(times, || STORE.get()),
        1.. => AsyncResource::new("RESOURCE").run_in_async_scope(|| within(depth - 1, times)),
    }
}

/// Calls a function and awaits it.
fn awaited(set: usize) -> impl FnMut(u32) -> Duration {
    #[async_hooks::traced]
    async fn asynchronous() -> u64 {
        black_box(1)
    }
    move |times| with_set(set, &mut || time(times, || ready(asynchronous())))
}

fn with_hook(
    phases: &'static [Phase],
    mut batch: impl FnMut(u32) -> Duration,
) -> impl FnMut(u32) -> Duration {
    move |times| {
        let _hook = (!phases.is_empty()).then(|| hooks::counting(phases, 1));
        batch(times)
    }
}
