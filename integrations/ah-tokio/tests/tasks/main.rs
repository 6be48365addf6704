//! Tasks and runtimes of this crate: what carries, what is announced, and what is left at the end.

mod carries;
mod events;
mod paths;
mod stress;

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering::SeqCst},
};

use ah_tokio::runtime::{Builder, Runtime};
use async_hooks::AsyncLocalStorage;

static REQUEST_ID: AsyncLocalStorage<u64> = AsyncLocalStorage::new();

fn current_thread() -> Runtime {
    let runtime = Builder::new_current_thread().enable_all().build();
    runtime.expect("a runtime")
}

fn multi_thread(workers: usize) -> Runtime {
    let mut builder = Builder::new_multi_thread();
    let runtime = builder.worker_threads(workers).enable_all().build();
    runtime.expect("a runtime")
}

/// Runs a test on both kinds of runtime, under the laws: all that it spawned is over by then.
fn on_both(test: impl Fn(&Runtime, &ah_testing::Collector)) {
    for make in [current_thread, || multi_thread(2)] {
        ah_testing::checked(|collector| {
            let runtime = make();
            test(&runtime, collector);
            drop(runtime); // waits for its threads
        });
    }
}

/// Values that are counted while they live.
#[derive(Clone, Default)]
struct Live(Arc<AtomicUsize>);

struct Counted(Live);

impl Live {
    fn value(&self) -> Counted {
        self.0.fetch_add(1, SeqCst);
        Counted(self.clone())
    }

    fn count(&self) -> usize {
        self.0.load(SeqCst)
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.0.fetch_sub(1, SeqCst);
    }
}
