//! A plain task runs with its spawner's stores, and is one resource.

use ah_testing::Collector;
use async_hooks::{AsyncId, Phase};

use crate::{REQUEST_ID, checked, current_thread, on_both};

fn tasks(collector: &Collector) -> Vec<(AsyncId, AsyncId)> {
    let events = collector.events();
    let inits = events.iter().filter(|event| {
        event.phase == Phase::Init && event.resource_type == Some(async_hooks::TASK)
    });
    inits
        .map(|event| (event.async_id, event.trigger_async_id.unwrap()))
        .collect()
}

#[test]
fn a_plain_task_sees_its_spawners_stores_across_awaits() {
    on_both(|runtime, _| {
        let seen = runtime.block_on(REQUEST_ID.scope(7, async {
            let task = tokio::spawn(async {
                let first = REQUEST_ID.get();
                tokio::task::yield_now().await;
                let child = tokio::spawn(async { REQUEST_ID.get() });
                (first, REQUEST_ID.get(), child.await.unwrap())
            });
            task.await.unwrap()
        }));
        assert_eq!(seen, (Some(7), Some(7), Some(7)));
        let outside = runtime.spawn(async { REQUEST_ID.get() });
        assert_eq!(runtime.block_on(outside).unwrap(), None);
    });
}

#[test]
fn what_a_plain_task_enters_stays_from_poll_to_poll_and_in_the_task() {
    on_both(|runtime, _| {
        runtime.block_on(REQUEST_ID.scope(7, async {
            let task = tokio::spawn(async {
                REQUEST_ID.enter_with(8);
                for _ in 0..100 {
                    tokio::task::yield_now().await;
                    assert_eq!(REQUEST_ID.get(), Some(8));
                }
            });
            task.await.unwrap();
            assert_eq!(REQUEST_ID.get(), Some(7));
        }));
    });
}

#[test]
fn a_plain_task_is_caused_by_the_task_that_spawned_it() {
    on_both(|runtime, collector| {
        let parent = runtime.spawn(async {
            let child = tokio::spawn(async {
                (
                    async_hooks::execution_async_id(),
                    async_hooks::trigger_async_id(),
                )
            });
            (async_hooks::execution_async_id(), child.await.unwrap())
        });
        let (parent, (child, trigger)) = runtime.block_on(parent).unwrap();
        assert_eq!(trigger, parent);
        assert_eq!(tasks(collector), [(parent, AsyncId::ROOT), (child, parent)]);
    });
}

#[test]
fn events_come_in_order() {
    checked(|collector| {
        let runtime = current_thread();
        let task = runtime.spawn(tokio::task::yield_now());
        runtime.block_on(task).unwrap();
        drop(runtime);
        let phases: Vec<_> = collector.events().iter().map(|event| event.phase).collect();
        use Phase::{After, Before, Destroy, Init};
        assert_eq!(phases, [Init, Before, After, Before, After, Destroy]);
    });
}

#[test]
fn a_task_that_a_wrapper_carries_is_one_resource() {
    on_both(|runtime, collector| {
        runtime.block_on(REQUEST_ID.scope(7, async {
            let wrapped = ah_tokio::spawn(async {
                // the mark on the wrapper's spawn is not for this one
                tokio::spawn(async { REQUEST_ID.get() }).await.unwrap()
            });
            assert_eq!(wrapped.await.unwrap(), Some(7));
        }));
        assert_eq!(tasks(collector).len(), 2);
    });
}

#[test]
fn a_runtime_without_hooks_leaves_no_mark_behind() {
    checked(|collector| {
        let plain = tokio::runtime::Builder::new_current_thread()
            .build()
            .unwrap();
        let carried = plain.block_on(async { ah_tokio::spawn(async {}).await });
        carried.unwrap();
        let runtime = current_thread();
        let task = runtime.spawn(async {});
        runtime.block_on(task).unwrap();
        drop((plain, runtime));
        assert_eq!(tasks(collector).len(), 2);
    });
}

#[test]
fn a_store_that_is_not_inherited_is_not_seen_by_a_plain_task() {
    static OPEN_TX: async_hooks::AsyncLocalStorage<u64> = async_hooks::AsyncLocalStorage::builder()
        .inherit(async_hooks::Inherit::Never)
        .build();
    on_both(|runtime, _| {
        let task = OPEN_TX.run::<_, async_hooks::Value>(1, || {
            REQUEST_ID.run::<_, async_hooks::Value>(7, || {
                runtime.spawn(async {
                    let before = (OPEN_TX.get(), REQUEST_ID.get());
                    OPEN_TX.enter_with(2);
                    tokio::task::yield_now().await;
                    (before, OPEN_TX.get())
                })
            })
        });
        let seen = OPEN_TX.run(1, || runtime.block_on(task)).unwrap();
        assert_eq!(seen, ((None, Some(7)), Some(2)));
        assert_eq!(OPEN_TX.get(), None);
    });
}

#[test]
fn a_local_runtime_carries_plain_local_tasks() {
    checked(|_| {
        let mut builder = tokio::runtime::Builder::new_current_thread();
        ah_tokio::instrument(&mut builder, ah_tokio::TaskCallbacks::new());
        let runtime = builder
            .build_local(tokio::runtime::LocalOptions::default())
            .unwrap();
        let not_send = std::rc::Rc::new(());
        let task = REQUEST_ID.run::<_, async_hooks::Value>(7, || {
            runtime.spawn_local(async move {
                tokio::task::yield_now().await;
                drop(not_send);
                REQUEST_ID.get()
            })
        });
        assert_eq!(runtime.block_on(task).unwrap(), Some(7));
    });
}

#[test]
fn a_guard_held_across_an_await_in_a_local_task_stays_in_it() {
    checked(|_| {
        let mut builder = tokio::runtime::Builder::new_current_thread();
        ah_tokio::instrument(&mut builder, ah_tokio::TaskCallbacks::new());
        let runtime = builder
            .build_local(tokio::runtime::LocalOptions::default())
            .unwrap();
        let holder = runtime.spawn_local(async {
            let guard = REQUEST_ID.with_scope(8);
            tokio::task::yield_now().await;
            let inside = REQUEST_ID.get();
            drop(guard);
            (inside, REQUEST_ID.get())
        });
        let other = runtime.spawn_local(async { REQUEST_ID.get() });
        assert_eq!(runtime.block_on(other).unwrap(), None);
        assert_eq!(runtime.block_on(holder).unwrap(), (Some(8), None));
    });
}

#[test]
fn the_thread_is_as_it_was_after_a_task_panicked() {
    on_both(|runtime, _| {
        let task = REQUEST_ID.run::<_, async_hooks::Value>(7, || {
            runtime.spawn(async {
                REQUEST_ID.enter_with(8);
                panic!("a test panics");
            })
        });
        assert!(runtime.block_on(task).unwrap_err().is_panic());
        assert_eq!(REQUEST_ID.get(), None);
        let next = runtime.spawn(async { (REQUEST_ID.get(), async_hooks::trigger_async_id()) });
        assert_eq!(runtime.block_on(next).unwrap(), (None, AsyncId::ROOT));
    });
}
