//! TR: traces, threads and the rest.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering::Relaxed},
};

use ah_testing::Event;
use async_hooks::{
    AsyncId, AsyncLocalStorage, AsyncResource, Hooks, ResourceHandle, Task, prelude::*,
};
use futures::task::SpawnExt as _;

use crate::support::{Fifo, checked, enable, inits, tokio_runtime, two_workers, yield_now};

/// The events that trace viewers understand, of what a collector received.
fn chrome_trace(events: &[Event]) -> Vec<serde_json::Value> {
    let trace = |event: &Event| {
        let ty = event.resource_type?;
        let (name, phase) = match event.phase {
            async_hooks::Phase::Init => (ty.to_string(), "b"),
            async_hooks::Phase::Before => (format!("{ty}_CALLBACK"), "B"),
            async_hooks::Phase::After => (format!("{ty}_CALLBACK"), "E"),
            _ => return None,
        };
        let (execution, trigger) = (event.execution_async_id, event.trigger_async_id);
        Some(serde_json::json!({
            "name": name, "ph": phase, "id": event.async_id.get(),
            "executionAsyncId": execution.get(), "triggerAsyncId": trigger.map(AsyncId::get),
        }))
    };
    events.iter().filter_map(trace).collect()
}

#[test]
fn tr_01_a_trace_can_be_written_of_what_hooks_hear() {
    checked(|collector| {
        AsyncResource::new("DBQuery").run_in_async_scope(|| ());
        let trace = chrome_trace(&collector.events());
        let expected = [
            ("DBQuery", "b"),
            ("DBQuery_CALLBACK", "B"),
            ("DBQuery_CALLBACK", "E"),
        ];
        let told: Vec<_> = trace
            .iter()
            .map(|event| {
                (
                    event["name"].as_str().unwrap(),
                    event["ph"].as_str().unwrap(),
                )
            })
            .collect();
        assert_eq!(told, expected);
        assert_eq!(
            (&trace[0]["executionAsyncId"], &trace[0]["triggerAsyncId"]),
            (&1.into(), &1.into())
        );
    });
}

#[test]
fn tr_04_a_runtime_that_is_dropped_in_mid_task_runs_no_further_statement() {
    checked(|collector| {
        let went_on = Arc::new(AtomicBool::new(false));
        let there = went_on.clone();
        let runtime = tokio_runtime();
        runtime.spawn(Task::new(async move {
            async { futures::future::pending::<()>().await }
                .traced("WAITS")
                .await;
            there.store(true, Relaxed);
        }));
        runtime.block_on(tokio::task::yield_now());
        drop(runtime);
        assert!(!went_on.load(Relaxed));
        assert_eq!(inits(collector, "WAITS").len(), 1);
    });
}

#[test]
fn tr_05_a_resource_can_be_asked_later_for_what_its_owner_tells() {
    // Node: whether it keeps the program alive; here: nothing does that, and an owner reports what it likes.
    struct KeepsAlive(AtomicBool);
    checked(|_| {
        let handle = Arc::new(std::sync::OnceLock::<ResourceHandle>::new());
        let there = handle.clone();
        enable(Hooks::builder().init(move |init| there.set(init.resource()).unwrap()));
        let port = AsyncResource::new(async_hooks::providers::MESSAGEPORT);
        port.handle()
            .extensions()
            .insert(KeepsAlive(AtomicBool::new(true)));
        let told = || {
            let told = handle.get().unwrap().extensions().get::<KeepsAlive>();
            told.map(|told| told.0.load(Relaxed))
        };
        assert_eq!(told(), Some(true));
        let mine = port.handle().extensions().get::<KeepsAlive>();
        mine.unwrap().0.store(false, Relaxed);
        assert_eq!(told(), Some(false));
        drop(port);
        assert_eq!(told(), None);
    });
}

#[test]
fn tr_07_what_is_kept_with_a_resource_lives_as_long_as_it_though_it_refers_to_it() {
    struct Context(ResourceHandle);
    checked(|_| {
        let resource = AsyncResource::new("A");
        resource
            .handle()
            .extensions()
            .insert(Context(resource.handle()));
        let context = resource.handle().extensions().get::<Context>();
        let weak = Arc::downgrade(&context.unwrap());
        let kept = weak.upgrade().map(|context| context.0.async_id());
        assert_eq!(kept, Some(resource.async_id()));
        drop(resource);
        assert!(weak.upgrade().is_none());
    });
}

#[test]
fn tr_09_stores_are_the_same_on_every_executor() {
    // Node: two implementations pass the same suite; here: one implementation on several executors.
    static STORE: AsyncLocalStorage<u32> = AsyncLocalStorage::new();
    async fn work() -> [Option<u32>; 2] {
        let before = STORE.get();
        yield_now().await;
        [before, STORE.get()]
    }
    checked(|_| {
        let expected = [Some(1); 2];
        let task = || STORE.scope(1, work());
        let fifo = Fifo::new();
        let on_fifo = fifo.spawn(task());
        fifo.run();
        assert_eq!(on_fifo.take(), Some(expected));
        let mut pool = futures::executor::LocalPool::new();
        let spawner = async_hooks::Propagating::new(pool.spawner());
        let on_pool = spawner.spawn_with_handle(task()).unwrap();
        assert_eq!(pool.run_until(on_pool), expected);
        let on_tokio = two_workers().block_on(async { tokio::spawn(task()).await.unwrap() });
        assert_eq!(on_tokio, expected);
    });
}
