//! How cost grows with what is there: storages, resources that are alive, hooks, depth.
//!
//! Each row compares much with little; the plots show what is between.

use std::{hint::black_box, thread, time::Duration};

use async_hooks::AsyncResource;

use super::{read, resource};
use crate::{
    harness::{Batch, Row, time},
    hooks,
    stores::{STORE, ready, with_set},
};

/// Something whose cost depends on a number.
#[derive(Debug)]
pub struct Growth {
    /// What the operation is.
    pub name: &'static str,
    cost_of: fn(usize) -> Batch,
}

impl Growth {
    const fn new(name: &'static str, cost_of: fn(usize) -> Batch) -> Self {
        Self { name, cost_of }
    }

    /// The operation, with so many there.
    pub fn with(&self, how_many: usize) -> Batch {
        (self.cost_of)(how_many)
    }
}

/// What may depend on the number of storages that are set.
pub const STORAGES: &[Growth] = &[
    Growth::new("read the oldest", |set| Box::new(read::ours(set))),
    Growth::new("run", |set| Box::new(super::run::ours(set))),
    Growth::new("new resource", |set| Box::new(resource::new(set))),
    Growth::new("traced call and poll", |set| {
        Box::new(move |times| with_set(set, &mut || traced(times)))
    }),
];

/// What may depend on the number of resources that are alive, all of which a hook has received.
pub const LIVE: &[Growth] = &[
    Growth::new("new resource, counted", |live| {
        among(live, |times| time(times, || AsyncResource::new("RESOURCE")))
    }),
    Growth::new("traced call and poll, counted", |live| among(live, traced)),
    Growth::new("read", |live| {
        among(live, |times| STORE.run(7, || time(times, || STORE.get())))
    }),
];

pub(super) fn rows() -> Vec<Row> {
    let live = |index: usize| move |how_many| LIVE[index].with(how_many);
    vec![
        row("grow_live_resources", live(0), [1, 1_000_000], "one alive"),
        row("grow_live_traced", live(1), [1, 1_000_000], "one alive"),
        row(
            "grow_storages_read",
            |set| Box::new(read::ours(set)),
            [1, 100],
            "one storage",
        ),
        row(
            "grow_storages_resource",
            |set| Box::new(resource::new(set)),
            [1, 100],
            "one storage",
        ),
        row("grow_hooks", hooked, [1, 8], "one hook"),
        row("grow_hooks_64", hooked, [1, 64], "one hook"),
        row("grow_depth", nested, [1, 1000], "depth 1"),
        row("grow_depth_10000", nested_in_thread, [1, 10_000], "depth 1").rounds(31),
    ]
}

fn row(
    name: &str,
    cost_of: impl Fn(usize) -> Batch,
    [little, much]: [usize; 2],
    peer: &'static str,
) -> Row {
    Row::new(name, cost_of(much)).against(peer, cost_of(little))
}

/// With so many resources alive, which are created at the first call.
fn among(live: usize, mut batch: impl FnMut(u32) -> Duration + 'static) -> Batch {
    let mut alive = Vec::new();
    Box::new(move |times| {
        let _hook = hooks::counting(hooks::ALL, 1);
        alive.resize_with(live, || AsyncResource::new("RESOURCE"));
        batch(times)
    })
}

/// With so many hooks.
fn hooked(hooks: usize) -> Batch {
    Box::new(move |times| {
        let _hooks = hooks::counting(hooks::ALL, hooks);
        traced(times)
    })
}

/// Enters a resource within so many others.
fn nested(depth: usize) -> Batch {
    Box::new(move |times| within(depth, times))
}

/// As [`nested`], on a thread that has the stack for it.
fn nested_in_thread(depth: usize) -> Batch {
    Box::new(move |times| {
        let thread = thread::Builder::new().stack_size(256 << 20);
        let spawned = thread.spawn(move || within(depth, times));
        let joined = spawned.map(thread::JoinHandle::join);
        joined.expect("there is memory").expect("it does not panic")
    })
}

fn within(depth: usize, times: u32) -> Duration {
    match depth {
        0 => resource::scope(0)(times),
        1.. => AsyncResource::new("RESOURCE").run_in_async_scope(|| within(depth - 1, times)),
    }
}

#[async_hooks::traced]
async fn asynchronous() -> u64 {
    black_box(1)
}

fn traced(times: u32) -> Duration {
    time(times, || ready(asynchronous()))
}
