//! Contexts are right, and nothing is left, whatever is done to a runtime.

use std::{
    future::pending,
    sync::{Arc, Barrier},
    thread,
};

use ah_tokio::{self as tokio, runtime::Runtime};

use crate::{Live, REQUEST_ID, current_thread, multi_thread};

static COUNTED: async_hooks::AsyncLocalStorage<Arc<crate::Counted>> =
    async_hooks::AsyncLocalStorage::new();

const TASKS: u64 = 500;
const YIELDS: usize = 50;

/// Spawns tasks that check their context after each of many yields, each with children that do so, too.
async fn storm() {
    let spawn = |number: u64| {
        let future = async move {
            for _ in 0..YIELDS {
                assert_eq!(REQUEST_ID.get(), Some(number));
                tokio::task::yield_now().await;
            }
            let id = async_hooks::execution_async_id();
            let child = tokio::spawn(async move {
                tokio::task::yield_now().await;
                (REQUEST_ID.get(), async_hooks::trigger_async_id() == id)
            });
            assert_eq!(child.await.unwrap(), (Some(number), true));
            assert_eq!(
                (REQUEST_ID.get(), async_hooks::execution_async_id()),
                (Some(number), id)
            );
        };
        REQUEST_ID.run::<_, async_hooks::Value>(number, || tokio::spawn(future))
    };
    let mut tasks = Vec::new();
    tasks.extend((0..TASKS).map(spawn));
    for task in tasks {
        task.await.unwrap();
    }
}

#[test]
fn every_worker_gives_the_same_answer_after_many_yields_with_work_stealing() {
    ah_testing::checked(|_| multi_thread(4).block_on(storm()));
}

#[test]
fn two_runtimes_at_once_do_not_mix_up_their_contexts() {
    let barrier = Barrier::new(2);
    thread::scope(|scope| {
        for runtime in [multi_thread(2), multi_thread(2)] {
            let barrier = &barrier;
            scope.spawn(move || {
                barrier.wait();
                ah_testing::checked(|_| runtime.block_on(storm()));
                drop(runtime);
            });
        }
    });
}

/// Shuts a runtime down while thousands of tasks are pending, each with a store that is counted.
fn shut_down_with_pending(runtime: Runtime, shut_down: impl FnOnce(Runtime)) {
    let live = Live::default();
    for number in 0..2_000 {
        let store = Arc::new(live.value());
        COUNTED.run(store, || {
            drop(runtime.spawn(async move {
                if number % 2 == 0 {
                    tokio::task::yield_now().await;
                }
                pending::<()>().await
            }));
        });
    }
    runtime.block_on(tokio::task::yield_now());
    assert_ne!(live.count(), 0);
    shut_down(runtime);
    assert_eq!(live.count(), 0);
}

#[test]
fn a_runtime_that_shuts_down_with_thousands_pending_leaves_no_store() {
    for make in [current_thread, || multi_thread(2)] {
        ah_testing::checked(|_| shut_down_with_pending(make(), drop));
    }
}

#[test]
fn spawners_that_race_a_shutdown_leave_nothing() {
    for _ in 0..30 {
        ah_testing::checked(|_| {
            let live = Live::default();
            let runtime = multi_thread(1);
            let start = Barrier::new(2);
            thread::scope(|scope| {
                let handle = runtime.handle().clone();
                let (live, start) = (live.clone(), &start);
                scope.spawn(async_hooks::bind(move || {
                    start.wait();
                    for _ in 0..200 {
                        let store = Arc::new(live.value());
                        COUNTED.run(store, || drop(handle.spawn(pending::<()>())));
                    }
                }));
                start.wait();
                drop(runtime);
            });
            assert_eq!(live.count(), 0);
        });
    }
}

#[test]
fn aborts_at_any_moment_leave_nothing() {
    ah_testing::checked(|_| {
        let live = Live::default();
        let runtime = multi_thread(2);
        runtime.block_on(async {
            let mut tasks = Vec::new();
            for number in 0..1_000 {
                let store = Arc::new(live.value());
                tasks.push(COUNTED.run::<_, async_hooks::Value>(store, || {
                    tokio::spawn(async move {
                        for _ in 0..number % 5 {
                            tokio::task::yield_now().await;
                        }
                        if number % 3 == 0 {
                            panic!("a test panics");
                        }
                        pending::<()>().await
                    })
                }));
                if number % 2 == 0 {
                    tasks.last().unwrap().abort(); // perhaps before its first poll
                }
            }
            for task in &tasks {
                task.abort();
            }
            for task in tasks {
                assert!(task.await.is_err());
            }
        });
        drop(runtime);
        assert_eq!(live.count(), 0);
    });
}

#[test]
fn a_runtime_in_a_blocking_task_of_another_one_carries_on() {
    ah_testing::checked(|_| {
        let outer = multi_thread(2);
        let seen = outer.block_on(REQUEST_ID.scope(7, async {
            let blocking = tokio::task::spawn_blocking(|| {
                let inner = current_thread();
                let task = inner.spawn(async { REQUEST_ID.get() });
                let seen = inner.block_on(async { (task.await.unwrap(), REQUEST_ID.get()) });
                let outside =
                    tokio::runtime::Handle::current().block_on(async { REQUEST_ID.get() });
                (seen, outside, REQUEST_ID.get())
            });
            blocking.await.unwrap()
        }));
        assert_eq!(seen, ((Some(7), Some(7)), Some(7), Some(7)));
        drop(outer);
    });
}

#[test]
fn worker_threads_that_come_and_go_keep_contexts_right() {
    ah_testing::checked(|_| {
        let mut builder = tokio::runtime::Builder::new_multi_thread();
        builder
            .worker_threads(2)
            .thread_keep_alive(std::time::Duration::ZERO);
        let runtime = builder.build().unwrap();
        runtime.block_on(async {
            for number in 0..100 {
                let task = REQUEST_ID.run::<_, async_hooks::Value>(number, || {
                    tokio::spawn(async {
                        let inside = tokio::task::block_in_place(|| REQUEST_ID.get());
                        let blocking = tokio::task::spawn_blocking(|| REQUEST_ID.get());
                        (inside, blocking.await.unwrap(), REQUEST_ID.get())
                    })
                });
                assert_eq!(
                    task.await.unwrap(),
                    (Some(number), Some(number), Some(number))
                );
            }
        });
        drop(runtime);
    });
}
