//! Every task of a runtime, by its own hooks: the tasks here are spawned by tokio itself.
#![cfg(tokio_unstable)]

mod callbacks;
mod carries;
mod quiet;
mod release;
mod stores;
mod stress;

use std::sync::{Mutex, MutexGuard, PoisonError};

use ah_tokio::{TaskCallbacks, instrument};
use async_hooks::AsyncLocalStorage;
use tokio::runtime::{Builder, Runtime};

static REQUEST_ID: AsyncLocalStorage<u64> = AsyncLocalStorage::new();

fn instrumented(mut builder: Builder) -> Runtime {
    instrument(&mut builder, TaskCallbacks::new());
    builder.enable_all().build().expect("a runtime")
}

fn current_thread() -> Runtime {
    instrumented(Builder::new_current_thread())
}

fn multi_thread(workers: usize) -> Runtime {
    let mut builder = Builder::new_multi_thread();
    builder.worker_threads(workers);
    instrumented(builder)
}

/// Runs a test on both kinds of runtime, under the laws: all that it spawned is over by then, and nothing is left of it.
fn on_both(test: impl Fn(&Runtime, &ah_testing::Collector)) {
    for make in [current_thread, || multi_thread(2)] {
        checked(|collector| {
            let runtime = make();
            test(&runtime, collector);
            drop(runtime); // waits for its threads
        });
    }
}

/// As `ah_testing::checked`; the table of tasks, which the process has one of, must be as empty as before.
fn checked(test: impl FnOnce(&ah_testing::Collector)) {
    let _alone = alone();
    assert_eq!(ah_tokio::instrumented_tasks(), 0);
    ah_testing::checked(test);
    assert_eq!(ah_tokio::instrumented_tasks(), 0);
}

/// Lets one test at a time count the tasks of the process.
fn alone() -> MutexGuard<'static, ()> {
    static ALONE: Mutex<()> = Mutex::new(());
    ALONE.lock().unwrap_or_else(PoisonError::into_inner)
}
