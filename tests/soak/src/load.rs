//! The clients, and what happens beside them.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering::Relaxed},
    },
    thread,
    time::{Duration, Instant},
};

use ah_tokio::{
    runtime::{Builder, Runtime},
    task::JoinSet,
};

use crate::{hooks, work, worlds};

const WORKERS: usize = 2;
/// So many requests are under way at a time.
const CLIENTS: u64 = 256;
/// What blocks shares these, all of which are there after the warm-up.
const BLOCKING_THREADS: usize = 4;
/// Longer than any soak: so their number stays.
const KEEP_ALIVE: Duration = Duration::from_secs(24 * 3600);
const SECOND: Duration = Duration::from_secs(1);

/// A runtime, and the clients that come to it.
pub(crate) struct Load {
    runtime: Runtime,
    faults: Vec<String>,
}

impl Load {
    pub(crate) fn new() -> Self {
        let mut builder = Builder::new_multi_thread();
        builder
            .worker_threads(WORKERS)
            .max_blocking_threads(BLOCKING_THREADS)
            .thread_keep_alive(KEEP_ALIVE)
            .enable_all();
        Self {
            runtime: builder.build().expect("a runtime"),
            faults: Vec::new(),
        }
    }

    /// Runs the load for so long, and calls `each_second` with the number of requests that are done.
    pub(crate) fn run(&mut self, duration: Duration, mut each_second: impl FnMut(u64)) {
        let stop = Arc::new(AtomicBool::new(false));
        let done = Arc::new(AtomicU64::new(0));
        let beside = [hooks::come_and_go, worlds::come_and_go].map(|come_and_go| {
            let stop = stop.clone();
            thread::spawn(move || come_and_go(&stop))
        });
        let mut clients = JoinSet::new();
        for number in 0..CLIENTS {
            clients.spawn_on(
                client(number, stop.clone(), done.clone()),
                self.runtime.handle(),
            );
        }
        let begun = Instant::now();
        each_second(done.load(Relaxed));
        for second in 1..=duration.as_secs() as u32 {
            thread::sleep((second * SECOND).saturating_sub(begun.elapsed()));
            each_second(done.load(Relaxed));
        }
        stop.store(true, Relaxed);
        let failed = self.runtime.block_on(failures(clients));
        self.faults.extend(failed);
        for thread in beside {
            if thread.join().is_err() {
                self.faults
                    .push("a thread beside the clients panicked".into());
            }
        }
    }

    /// Ends the runtime, and says what went wrong.
    pub(crate) fn end(self) -> Vec<String> {
        drop(self.runtime); // waits for its threads
        self.faults
    }
}

/// Creates one request after the other, each with a number of its own.
async fn client(mut number: u64, stop: Arc<AtomicBool>, done: Arc<AtomicU64>) {
    while !stop.load(Relaxed) {
        work::request(number).await;
        done.fetch_add(1, Relaxed);
        number += CLIENTS + 1; // other work than the last time
    }
}

async fn failures(mut clients: JoinSet<()>) -> Vec<String> {
    let mut failures = Vec::new();
    while let Some(ended) = clients.join_next().await {
        failures.extend(ended.err().map(|error| format!("a client failed: {error}")));
    }
    failures
}
