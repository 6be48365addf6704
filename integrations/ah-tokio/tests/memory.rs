//! Beyond what the table of tasks holds by itself it grows, in parts, and gives them back. Alone in its binary: it counts
//! what the process has allocated.
#![cfg(tokio_unstable)]
#![expect(
    unsafe_code,
    reason = "an allocator that counts cannot be written without"
)]

use std::{
    alloc::{GlobalAlloc, Layout, System},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
};

use ah_tokio::{TaskCallbacks, instrument, instrumented_tasks};
use async_hooks::AsyncLocalStorage;
use tokio::{
    runtime::Builder,
    sync::{Notify, futures::OwnedNotified},
    task::JoinHandle,
};

struct Counting;

static ALLOCATED: AtomicUsize = AtomicUsize::new(0);

// SAFETY: every call is the system allocator's, under the contract of the caller
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATED.fetch_add(layout.size(), Relaxed);
        // SAFETY: the caller upholds the same contract
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        ALLOCATED.fetch_sub(layout.size(), Relaxed);
        // SAFETY: the caller upholds the same contract, and `alloc` got it from there
        unsafe { System.dealloc(memory, layout) }
    }
}

#[global_allocator]
static COUNTING: Counting = Counting;

const MIB: usize = 1 << 20;
/// Many times the 65,536 that the table holds by itself.
const TASKS: u64 = 200_000;

static STORE: AsyncLocalStorage<u64> = AsyncLocalStorage::new();

/// A task with a store of its own, in which it ends, too.
fn waits(number: u64, end: OwnedNotified) -> JoinHandle<bool> {
    STORE.run::<_, async_hooks::Value>(number, || {
        tokio::spawn(async move {
            end.await;
            STORE.get() == Some(number)
        })
    })
}

#[test]
fn the_table_grows_with_the_tasks_and_its_memory_is_given_back() {
    let mut builder = Builder::new_multi_thread();
    instrument(builder.worker_threads(2), TaskCallbacks::new());
    let runtime = builder.build().expect("a runtime");
    let all_live_and_end = |tasks| {
        runtime.block_on(async {
            let end = Arc::new(Notify::new());
            let tasks: Vec<_> = (0..tasks)
                .map(|number| waits(number, end.clone().notified_owned()))
                .collect();
            assert_eq!(instrumented_tasks(), tasks.len());
            end.notify_waiters();
            for task in tasks {
                assert!(
                    task.await.expect("it does not panic"),
                    "it has the store of another"
                );
            }
        });
    };
    all_live_and_end(1_000);
    let before = ALLOCATED.load(Relaxed);
    for _ in 0..2 {
        all_live_and_end(TASKS);
        let kept = ALLOCATED.load(Relaxed).saturating_sub(before);
        assert!(kept < 8 * MIB, "{} MiB are kept", kept / MIB);
    }
    drop(runtime);
    assert_eq!(instrumented_tasks(), 0);
}
