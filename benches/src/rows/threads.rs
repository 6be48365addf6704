//! What two threads do at once, against the same on one.
//!
//! A figure is what one operation takes on the clock, over all threads: half as much on two is the best there is.

use std::{
    hint::black_box,
    sync::{Arc, Barrier},
    thread,
    time::{Duration, Instant},
};

use ah::{AsyncResource, Snapshot};

use crate::{harness::Row, stores::STORE};

pub(super) fn rows() -> Vec<Row> {
    let row = |name, make: fn() -> Operation| {
        Row::new(name, move |times| on(2, times, make()))
            .against("one thread", move |times| on(1, times, make()))
    };
    vec![
        row("threads_2", || resources_in(Snapshot::empty())),
        row("threads_2_store", || resources_in(a_frame())),
        Row::new("threads_2_store_vs_arc", |times| {
            on(2, times, resources_in(a_frame()))
        })
        .against("an Arc cloned by two threads", |times| {
            on(2, times, clones_of(Arc::new(7)))
        }),
    ]
}

/// Does something so many times.
type Operation = Arc<dyn Fn(u32) + Send + Sync>;

/// A frame with one store.
fn a_frame() -> Snapshot {
    STORE.run(7, ah::snapshot)
}

/// Makes and drops resources in a frame that the threads share.
fn resources_in(frame: Snapshot) -> Operation {
    Arc::new(move |times| {
        frame.run(|| {
            for _ in 0..times {
                black_box(AsyncResource::new("RESOURCE").async_id());
            }
        })
    })
}

fn clones_of(shared: Arc<u64>) -> Operation {
    Arc::new(move |times| {
        for _ in 0..times {
            drop(black_box(shared.clone()));
        }
    })
}

/// Divides the work among so many threads, which begin together.
fn on(threads: u32, times: u32, operation: Operation) -> Duration {
    let begin = Arc::new(Barrier::new(threads as usize));
    let each = times.div_ceil(threads);
    let spawn = |_| {
        let (begin, operation) = (begin.clone(), operation.clone());
        thread::spawn(move || {
            begin.wait();
            let start = Instant::now();
            operation(each);
            start.elapsed()
        })
    };
    let spawned: Vec<_> = (0..threads).map(spawn).collect();
    let joined = spawned.into_iter().map(|thread| thread.join());
    let took = joined.map(|took| took.expect("it does not panic"));
    took.max().unwrap_or_default()
}
