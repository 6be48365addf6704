//! Rule 15: causality is by id.

use std::sync::Arc;

use ah_testing::test;
use async_hooks::{AsyncLocalStorage, AsyncResource, Task, prelude::*};

use crate::support::{Log, STORE, in_env};

static SHARED: AsyncLocalStorage<Arc<()>> = AsyncLocalStorage::new();

#[test]
fn a_child_does_not_keep_its_parent_alive() {
    in_env(|| {
        let log = Log::start();
        let parent = AsyncResource::new("PARENT");
        let child = parent.run_in_async_scope(|| AsyncResource::new("CHILD"));
        log.take();
        drop(parent);
        assert_eq!(log.take(), ["destroy PARENT"]);
        assert_eq!(child.trigger_async_id(), 2);
    });
}

#[test]
fn a_child_does_not_keep_what_its_parent_captured() {
    in_env(|| {
        let store = Arc::new(());
        let parent = SHARED.run(store.clone(), || AsyncResource::new("PARENT"));
        let trigger = parent.async_id();
        let _child = AsyncResource::builder("CHILD")
            .trigger_async_id(trigger)
            .build();
        drop(parent);
        assert_eq!(Arc::strong_count(&store), 1);
    });
}

#[test]
fn a_handle_does_not_keep_its_resource_alive() {
    in_env(|| {
        let log = Log::start();
        let resource = AsyncResource::new("A");
        let _handle = resource.run_in_async_scope(async_hooks::execution_async_resource);
        log.take();
        drop(resource);
        assert_eq!(log.take(), ["destroy A"]);
    });
}

#[test]
fn a_child_future_or_task_does_not_keep_its_parent_alive() {
    in_env(|| {
        let log = Log::start();
        let parent = AsyncResource::new("PARENT");
        let _children = parent.run_in_async_scope::<_, async_hooks::Value>(|| {
            (async {}.traced("F"), Task::new(async {}))
        });
        log.take();
        drop(parent);
        assert_eq!(log.take(), ["destroy PARENT"]);
    });
}

const DEEP: u32 = 100_000;

/// Runs `f` with a stack that a recursion over something `DEEP` would overflow.
fn on_a_small_stack(f: impl FnOnce() + Send + 'static) {
    let thread = std::thread::Builder::new().stack_size(128 * 1024);
    thread.spawn(f).unwrap().join().unwrap();
}

#[test]
fn a_deep_frame_is_dropped_without_recursion() {
    on_a_small_stack(|| {
        let (snapshot, guards) = async_hooks::detached(|| {
            let guards: Vec<_> = (0..DEEP).map(|store| STORE.with_scope(store)).collect();
            (async_hooks::snapshot(), guards) // the frame is dropped here
        });
        assert_eq!(snapshot.run(|| STORE.get()), Some(DEEP - 1));
        drop(snapshot);
        drop(guards);
    });
}

#[test]
fn a_deep_chain_of_resources_is_dropped_without_recursion() {
    on_a_small_stack(|| {
        let mut last = AsyncResource::new("A");
        for store in 0..DEEP {
            last = last.run_in_async_scope(|| {
                STORE.enter_with(store);
                AsyncResource::new("A")
            });
        }
        assert_eq!(last.run_in_async_scope(|| STORE.get()), Some(DEEP - 1));
    });
}
