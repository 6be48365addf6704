//! What several threads do at once, against the same on one.
//!
//! A figure of `threads_…` is what one operation takes on the clock, over all threads: half as much on two is the best there
//! is. One of `shared_frame_…` is the time of processors that one operation takes: as much on four threads as on one is the
//! best.

use std::{
    fs,
    hint::black_box,
    sync::{Arc, Barrier, LazyLock},
    thread,
    time::{Duration, Instant},
};

use async_hooks::{AsyncResource, Snapshot};

use crate::{
    harness::{Row, at_least},
    stores::STORE,
};

pub(super) fn rows() -> Vec<Row> {
    let row = |name, make: fn() -> Operation| {
        Row::new(name, on(2, make)).against("one thread", on(1, make))
    };
    vec![
        row("threads_2", || resources_in(Snapshot::empty())),
        row("threads_2_store", || resources_in(a_frame())),
        Row::new("threads_2_store_vs_arc", on(2, || resources_in(a_frame()))).against(
            "an Arc cloned by two threads",
            on(2, || clones_of(Arc::new(7))),
        ),
        Row::new("threads_4", on(4, || resources_in(Snapshot::empty())))
            .against("one thread", on(1, || resources_in(Snapshot::empty()))),
        shared_frame("shared_frame_2", 2),
        shared_frame("shared_frame_4", 4).at_most(1.1),
    ]
}

/// Creates and drops resources in one frame on so many threads.
fn shared_frame(name: &str, threads: u32) -> Row {
    let resources = || resources_in(a_frame());
    Row::new(name, busy(threads, resources)).against("one thread", busy(1, resources))
}

/// So many that the threads run at the same time for most of it.
const AT_LEAST: u32 = 200_000;

/// Does something so many times.
type Operation = Arc<dyn Fn(u32) + Send + Sync>;

/// A frame with one store.
fn a_frame() -> Snapshot {
    STORE.run(7, async_hooks::snapshot)
}

/// Creates and drops resources in a frame that the threads share.
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
fn on(threads: u32, make: fn() -> Operation) -> impl FnMut(u32) -> Duration {
    at_least(AT_LEAST, move |times| {
        let (begin, operation) = (Arc::new(Barrier::new(threads as usize)), make());
        let spawn = |_| {
            let (begin, operation) = (begin.clone(), operation.clone());
            thread::spawn(move || {
                begin.wait();
                let start = Instant::now();
                operation(times / threads);
                (start, Instant::now())
            })
        };
        let spawned: Vec<_> = (0..threads).map(spawn).collect();
        took(
            spawned
                .into_iter()
                .map(|thread| thread.join().expect("it does not panic")),
        )
    })
}

/// As [`on`], but in the time that the threads were on a processor.
fn busy(threads: u32, make: fn() -> Operation) -> impl FnMut(u32) -> Duration {
    at_least(AT_LEAST, move |times| {
        let (begin, operation) = (Arc::new(Barrier::new(threads as usize)), make());
        let spawn = |_| {
            let (begin, operation) = (begin.clone(), operation.clone());
            thread::spawn(move || {
                begin.wait();
                let start = time_on_processor();
                operation(times / threads);
                time_on_processor().saturating_sub(start)
            })
        };
        let spawned: Vec<_> = (0..threads).map(spawn).collect();
        let times = spawned.into_iter().map(thread::JoinHandle::join);
        times.map(|time| time.expect("it does not panic")).sum()
    })
}

/// How long this thread was on a processor: the first number of `schedstat`, in ns, which Linux counts up when a thread yields.
/// Elsewhere it is the time on the clock.
fn time_on_processor() -> Duration {
    static BEGIN: LazyLock<Instant> = LazyLock::new(Instant::now);
    thread::yield_now();
    let stat = fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let first = stat.split(' ').next().and_then(|ns| ns.parse().ok());
    first.map_or_else(|| BEGIN.elapsed(), Duration::from_nanos)
}

/// From the first start to the last end.
fn took(threads: impl Iterator<Item = (Instant, Instant)>) -> Duration {
    let (starts, ends): (Vec<_>, Vec<_>) = threads.unzip();
    let first = starts.into_iter().min();
    first.map_or(Duration::ZERO, |first| {
        ends.into_iter()
            .map(|end| end - first)
            .max()
            .unwrap_or_default()
    })
}
