//! Contexts are right, and no entry of the table and no store is left, whatever is done to a runtime.

use std::{
    future::pending,
    sync::{
        Arc, Barrier, Weak,
        atomic::{AtomicBool, Ordering::SeqCst},
    },
    thread,
};

use crate::{REQUEST_ID, checked, current_thread, multi_thread, on_both};

static STORE: async_hooks::AsyncLocalStorage<Arc<()>> = async_hooks::AsyncLocalStorage::new();

const TASKS: u64 = 500;
const YIELDS: usize = 50;

pub(crate) async fn storm() {
    let spawn = |number: u64| {
        let future = async move {
            let id = async_hooks::execution_async_id();
            for step in 0..YIELDS {
                assert_eq!(
                    (REQUEST_ID.get(), async_hooks::execution_async_id()),
                    (Some(number), id)
                );
                if step == YIELDS / 2 && number % 2 == 0 {
                    REQUEST_ID.enter_with(number); // from here on the frame is another one
                }
                tokio::task::yield_now().await;
            }
            let child = tokio::spawn(async move {
                tokio::task::yield_now().await;
                (REQUEST_ID.get(), async_hooks::trigger_async_id() == id)
            });
            assert_eq!(child.await.unwrap(), (Some(number), true));
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
    checked(|_| multi_thread(4).block_on(storm()));
}

#[test]
fn one_task_that_two_workers_pass_to_and_fro_keeps_what_it_enters() {
    checked(|_| {
        let runtime = multi_thread(2);
        let task = runtime.spawn(async {
            for number in 0..5_000 {
                REQUEST_ID.enter_with(number);
                tokio::task::yield_now().await;
                assert_eq!(REQUEST_ID.get(), Some(number));
            }
        });
        runtime.block_on(task).unwrap();
    });
}

#[test]
fn two_runtimes_at_once_do_not_mix_up_their_contexts() {
    checked(|_| {
        let barrier = Barrier::new(2);
        thread::scope(|scope| {
            for runtime in [multi_thread(2), multi_thread(2)] {
                let barrier = &barrier;
                scope.spawn(async_hooks::bind(move || {
                    barrier.wait();
                    runtime.block_on(storm());
                }));
            }
        });
    });
}

#[test]
fn more_tasks_than_the_table_has_slots_are_all_carried() {
    const MANY: u64 = 70_000;
    let _alone = crate::alone();
    let runtime = current_thread();
    let go = Arc::new(tokio::sync::Semaphore::new(0));
    let tasks: Vec<_> = (0..MANY)
        .map(|number| {
            let go = go.clone();
            let task = async move {
                let _permit = go.acquire().await;
                REQUEST_ID.get() == Some(number)
            };
            REQUEST_ID.run::<_, async_hooks::Value>(number, || runtime.spawn(task))
        })
        .collect();
    assert_eq!(ah_tokio::instrumented_tasks() as u64, MANY);
    let right = runtime.block_on(async {
        tokio::task::yield_now().await; // they begin to wait
        go.add_permits(MANY as usize);
        let mut right = 0;
        for task in tasks {
            right += u64::from(task.await.unwrap());
        }
        right
    });
    drop(runtime);
    assert_eq!((right, ah_tokio::instrumented_tasks()), (MANY, 0));
}

/// A store, and what shows whether anything holds it still.
fn watched() -> (Arc<()>, Weak<()>) {
    let store = Arc::new(());
    let watch = Arc::downgrade(&store);
    (store, watch)
}

#[test]
fn a_runtime_that_shuts_down_with_thousands_pending_leaves_nothing() {
    on_both(|runtime, _| {
        let (store, watch) = watched();
        STORE.run(store, || {
            for number in 0..2_000 {
                drop(runtime.spawn(async move {
                    if number % 2 == 0 {
                        tokio::task::yield_now().await;
                    }
                    pending::<()>().await
                }));
            }
        });
        runtime.block_on(tokio::task::yield_now());
        assert!(watch.upgrade().is_some());
        assert_ne!(ah_tokio::instrumented_tasks(), 0);
    });
}

#[test]
fn spawners_that_race_a_shutdown_leave_nothing() {
    for _ in 0..50 {
        checked(|_| {
            let (store, watch) = watched();
            let runtime = multi_thread(2);
            let start = Barrier::new(3);
            thread::scope(|scope| {
                for _ in 0..2 {
                    let handle = runtime.handle().clone();
                    let (start, store) = (&start, store.clone());
                    scope.spawn(async_hooks::bind(move || {
                        start.wait();
                        STORE.run(store, || {
                            for _ in 0..200 {
                                drop(handle.spawn(pending::<()>()));
                            }
                        });
                    }));
                }
                start.wait();
                drop(runtime);
            });
            drop(store);
            assert!(watch.upgrade().is_none());
        });
    }
}

#[test]
fn blocking_tasks_leave_nothing() {
    on_both(|runtime, _| {
        let blocking: Vec<_> = (0..5_000).map(|_| runtime.spawn_blocking(|| ())).collect();
        runtime.block_on(async {
            for blocking in blocking {
                blocking.await.unwrap();
            }
        });
    });
}

#[test]
fn aborts_at_any_moment_leave_nothing() {
    on_both(|runtime, _| {
        let (store, watch) = watched();
        runtime.block_on(STORE.scope(store, async {
            let mut tasks = Vec::new();
            for number in 0..1_000 {
                tasks.push(tokio::spawn(async move {
                    for _ in 0..number % 5 {
                        tokio::task::yield_now().await;
                    }
                    if number % 3 == 0 {
                        panic!("a test panics");
                    }
                    pending::<()>().await
                }));
                if number % 2 == 0 {
                    tasks.last().unwrap().abort();
                }
            }
            for task in tasks {
                task.abort();
                assert!(task.await.is_err());
            }
        }));
        // the last poll of some may not be left yet
        while watch.upgrade().is_some() {
            thread::yield_now();
        }
    });
}

#[test]
fn a_task_that_blocks_on_another_runtime_is_back_in_its_context_afterwards() {
    checked(|_| {
        let (outer, inner) = (multi_thread(2), Arc::new(current_thread()));
        let task = REQUEST_ID.run::<_, async_hooks::Value>(7, || {
            let inner = inner.clone();
            outer.spawn(async move {
                let id = async_hooks::execution_async_id();
                let nested = tokio::task::block_in_place(|| {
                    inner.block_on(async {
                        let other = REQUEST_ID.run::<_, async_hooks::Value>(8, || {
                            tokio::spawn(async { REQUEST_ID.get() })
                        });
                        (other.await.unwrap(), REQUEST_ID.get())
                    })
                });
                (
                    nested,
                    REQUEST_ID.get(),
                    async_hooks::execution_async_id() == id,
                )
            })
        });
        let seen = outer.block_on(task).unwrap();
        assert_eq!(seen, ((Some(8), Some(7)), Some(7), true));
        drop((outer, inner));
    });
}

#[test]
fn hooks_that_come_and_go_under_load_hear_nothing_wrong() {
    checked(|_| {
        let runtime = multi_thread(2);
        let over = Arc::new(AtomicBool::new(false));
        let toggler = thread::spawn(async_hooks::bind({
            let over = over.clone();
            move || {
                while !over.load(SeqCst) {
                    let hook = async_hooks::create_hook(
                        async_hooks::Hooks::builder().before(|_| ()).build(),
                    );
                    hook.enable();
                    thread::yield_now();
                    hook.disable();
                }
            }
        }));
        runtime.block_on(storm());
        over.store(true, SeqCst);
        toggler.join().unwrap();
        drop(runtime);
    });
}
