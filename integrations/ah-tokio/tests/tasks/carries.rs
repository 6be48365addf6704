//! Every way to start work runs it with the stores that were current where it was started.

use std::rc::Rc;

use ah_tokio as tokio;

use crate::{REQUEST_ID, current_thread, multi_thread, on_both};

#[test]
fn a_spawned_task_sees_its_spawners_stores_across_awaits() {
    on_both(|runtime, _| {
        let seen = runtime.block_on(REQUEST_ID.scope(7, async {
            let task = tokio::spawn(async {
                let first = REQUEST_ID.get();
                tokio::task::yield_now().await;
                (first, REQUEST_ID.get())
            });
            task.await.unwrap()
        }));
        assert_eq!(seen, (Some(7), Some(7)));
    });
}

#[test]
fn what_a_task_enters_stays_from_poll_to_poll_and_in_the_task() {
    on_both(|runtime, _| {
        runtime.block_on(REQUEST_ID.scope(7, async {
            let task = tokio::spawn(async {
                REQUEST_ID.enter_with(8);
                tokio::task::yield_now().await;
                REQUEST_ID.get()
            });
            assert_eq!(task.await.unwrap(), Some(8));
            assert_eq!(REQUEST_ID.get(), Some(7));
        }));
    });
}

#[test]
fn blocking_work_sees_its_spawners_stores() {
    on_both(|runtime, _| {
        runtime.block_on(REQUEST_ID.scope(7, async {
            let blocking = tokio::task::spawn_blocking(|| REQUEST_ID.get());
            assert_eq!(blocking.await.unwrap(), Some(7));
            let by_handle = tokio::runtime::Handle::current().spawn_blocking(|| REQUEST_ID.get());
            assert_eq!(by_handle.await.unwrap(), Some(7));
        }));
        let outside = runtime.spawn_blocking(|| REQUEST_ID.get());
        assert_eq!(runtime.block_on(outside).unwrap(), None);
    });
}

#[test]
fn a_join_set_carries_what_it_spawns_in_every_way() {
    on_both(|runtime, _| {
        let local = tokio::task::LocalSet::new();
        let handle = runtime.handle().clone();
        local.block_on(
            runtime,
            REQUEST_ID.scope(7, async {
                let mut set: tokio::task::JoinSet<_> =
                    [async { REQUEST_ID.get() }].into_iter().collect();
                set.spawn(async { REQUEST_ID.get() });
                set.spawn_on(async { REQUEST_ID.get() }, &handle);
                set.spawn_local(async { REQUEST_ID.get() });
                set.spawn_blocking(|| REQUEST_ID.get());
                set.spawn_blocking_on(|| REQUEST_ID.get(), &handle);
                assert_eq!(set.len(), 6);
                assert_eq!(set.join_all().await, [Some(7); 6]);
            }),
        );
    });
}

#[test]
fn local_tasks_carry_what_cannot_be_sent() {
    on_both(|runtime, _| {
        let local = tokio::task::LocalSet::new();
        let by_set = REQUEST_ID.run::<_, async_hooks::Value>(6, || {
            let not_send = Rc::new(());
            local.spawn_local(async move {
                tokio::task::yield_now().await;
                (Rc::strong_count(&not_send), REQUEST_ID.get())
            })
        });
        let (first, second) = local.block_on(
            runtime,
            REQUEST_ID.scope(7, async {
                let inner = tokio::task::spawn_local(async { REQUEST_ID.get() });
                (by_set.await.unwrap(), inner.await.unwrap())
            }),
        );
        assert_eq!((first, second), ((1, Some(6)), Some(7)));
    });
}

#[test]
fn a_local_runtime_carries_its_tasks() {
    ah_testing::checked(|_| {
        let runtime = tokio::runtime::LocalRuntime::new().unwrap();
        let task = REQUEST_ID
            .run::<_, async_hooks::Value>(7, || runtime.spawn_local(async { REQUEST_ID.get() }));
        assert_eq!(runtime.block_on(task).unwrap(), Some(7));
    });
}

#[test]
fn block_on_runs_its_future_where_it_is_called() {
    on_both(|runtime, _| {
        let server = async_hooks::AsyncResource::new("SERVER");
        let seen = REQUEST_ID.run(7, || {
            server.run_in_async_scope(|| {
                REQUEST_ID.enter_with(8);
                let seen = runtime.block_on(async {
                    let before = (REQUEST_ID.get(), async_hooks::execution_async_id());
                    tokio::task::yield_now().await;
                    REQUEST_ID.enter_with(9);
                    (
                        before,
                        (REQUEST_ID.get(), async_hooks::execution_async_id()),
                    )
                });
                assert_eq!(REQUEST_ID.get(), Some(9), "as without a runtime");
                seen
            })
        });
        let id = server.async_id();
        assert_eq!(seen, ((Some(8), id), (Some(9), id)));
        assert_eq!(REQUEST_ID.get(), None);
    });
}

#[test]
fn a_plain_task_polled_by_block_on_sees_nothing_of_who_blocks() {
    let runtime = current_thread();
    // without hooks a plain task is not carried, but it must not take the blocker's stores for its own
    #[cfg(not(tokio_unstable))]
    let expected = (None, 0);
    #[cfg(tokio_unstable)]
    let expected = (Some(7), 1);
    let seen = REQUEST_ID.run(7, || {
        runtime.block_on(async {
            let plain = ::tokio::spawn(async {
                (
                    REQUEST_ID.get(),
                    async_hooks::execution_async_id().get().min(1),
                )
            });
            plain.await.unwrap()
        })
    });
    assert_eq!(seen, expected);
}

#[test]
fn a_transaction_is_seen_by_the_future_that_block_on_runs_but_not_by_tasks() {
    static OPEN_TX: async_hooks::AsyncLocalStorage<u64> = async_hooks::AsyncLocalStorage::builder()
        .inherit(async_hooks::Inherit::Never)
        .build();
    on_both(|runtime, _| {
        let seen = OPEN_TX.run(1, || {
            runtime.block_on(async {
                let task = tokio::spawn(async { OPEN_TX.get() });
                (OPEN_TX.get(), task.await.unwrap(), OPEN_TX.get())
            })
        });
        assert_eq!(seen, (Some(1), None, Some(1)));
    });
}

#[test]
fn block_in_place_stays_in_the_context_of_its_task() {
    ah_testing::checked(|_| {
        let runtime = multi_thread(2);
        let seen = runtime.block_on(REQUEST_ID.scope(7, async {
            let task = tokio::spawn(async {
                let id = async_hooks::execution_async_id();
                let inside = tokio::task::block_in_place(|| {
                    let nested = tokio::runtime::Handle::current().block_on(async {
                        tokio::task::yield_now().await;
                        tokio::spawn(async { REQUEST_ID.get() }).await.unwrap()
                    });
                    (
                        nested,
                        REQUEST_ID.get(),
                        async_hooks::execution_async_id() == id,
                    )
                });
                (inside, async_hooks::execution_async_id() == id)
            });
            task.await.unwrap()
        }));
        assert_eq!(seen, ((Some(7), Some(7), true), true));
    });
}

#[test]
fn worker_threads_are_in_no_scope() {
    let ids = std::sync::Arc::new(std::sync::Mutex::new(Vec::new()));
    let noted = ids.clone();
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    builder.worker_threads(2).on_thread_start(move || {
        noted
            .lock()
            .unwrap()
            .push(async_hooks::execution_async_id())
    });
    let runtime = builder.build().unwrap();
    let blocking = runtime.spawn_blocking(async_hooks::execution_async_id);
    assert_ne!(
        runtime.block_on(blocking).unwrap(),
        async_hooks::AsyncId::NONE
    );
    drop(runtime);
    let ids = ids.lock().unwrap();
    assert!(
        ids.len() >= 2 && ids.iter().all(|id| *id == async_hooks::AsyncId::NONE),
        "{ids:?}"
    );
}

#[::ah_tokio::main(flavor = "current_thread")]
async fn by_attribute() -> Option<u64> {
    REQUEST_ID
        .scope(7, async {
            tokio::spawn(async { REQUEST_ID.get() }).await.unwrap()
        })
        .await
}

#[test]
fn main_runs_on_a_runtime_of_ours() {
    assert_eq!(by_attribute(), Some(7));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_test_attribute_takes_tokios_arguments() {
    assert_eq!(tokio::runtime::Handle::current().metrics().num_workers(), 2);
    let seen = REQUEST_ID.scope(7, async { tokio::spawn(async { REQUEST_ID.get() }).await });
    assert_eq!(seen.await.unwrap(), Some(7));
}
