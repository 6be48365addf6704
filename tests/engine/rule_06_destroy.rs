//! Rule 6: destroy.

use std::{
    cell::RefCell,
    pin::pin,
    sync::{Arc, Mutex},
};

use ah_testing::test;
use async_hooks::{AsyncResource, Hooks, Interest, Phase, Task, embedder, prelude::*};

use crate::support::{Log, STORE, here, in_env, in_env_exempt, in_quiet_env, poll};

/// A log of destroys alone.
fn destroys() -> Log {
    let log = Log::new();
    log.hook(Interest::new().phases([Phase::Init, Phase::Destroy]))
        .enable();
    log
}

/// The lines of the log without those of `init`.
fn take(log: &Log) -> Vec<String> {
    let mut lines = log.take();
    lines.retain(|line| !line.starts_with("init"));
    lines
}

fn resource(ty: &'static str) -> AsyncResource {
    AsyncResource::new(ty)
}

/// The ids of the first two resources of an environment: exempt from the laws where they are manual and never destroyed.
const SCOPE: u64 = 2;
const INNER: u64 = 3;

fn manual(ty: &'static str) -> AsyncResource {
    AsyncResource::builder(ty).manual_destroy().build().unwrap()
}

#[test]
fn drop_destroys() {
    in_env(|| {
        let log = destroys();
        drop(resource("A"));
        assert_eq!(take(&log), ["destroy A"]);
    });
}

#[test]
fn drop_does_not_destroy_a_manual_one() {
    in_env_exempt([2], || {
        let log = destroys();
        drop(manual("A"));
        assert!(take(&log).is_empty());
    });
}

#[test]
fn emit_destroy_destroys_manually() {
    in_env(|| {
        let log = destroys();
        let resource = manual("A");
        assert_eq!(resource.emit_destroy(), Ok(()));
        assert_eq!(take(&log), ["destroy A"]);
    });
}

#[test]
fn a_second_destroy_is_an_error_and_no_event() {
    in_env(|| {
        let log = destroys();
        let resource = manual("A");
        resource.emit_destroy().unwrap();
        let error = resource.emit_destroy().unwrap_err();
        assert_eq!(error.to_string(), "resource 2 was destroyed already");
        assert_eq!(take(&log), ["destroy A"]);
    });
}

#[test]
fn a_resource_destroyed_manually_is_not_destroyed_by_drop_again() {
    in_env(|| {
        let log = destroys();
        let resource = resource("A");
        resource.emit_destroy().unwrap();
        drop(resource);
        assert_eq!(take(&log), ["destroy A"]);
    });
}

#[test]
fn a_resource_destroyed_manually_may_still_be_entered() {
    in_env_exempt([2], || {
        let log = Log::start();
        let resource = STORE.run(7, || manual("A"));
        resource.emit_destroy().unwrap();
        assert_eq!(resource.run_in_async_scope(here), "in 2<1, store 7");
        assert_eq!(log.take(), ["init A", "destroy A", "before A", "after A"]);
    });
}

#[test]
fn in_no_scope_destroys_are_delivered_at_once() {
    in_env(|| {
        let log = destroys();
        drop(resource("A"));
        log.note("next");
        assert_eq!(take(&log), ["destroy A", "next"]);
    });
}

#[test]
fn in_a_scope_destroys_wait_in_order_until_the_outermost_one_is_left_after_its_after() {
    in_env(|| {
        let (outer, inner) = (resource("OUTER"), resource("INNER"));
        let log = Log::start();
        let [a, b, c] = ["A", "B", "C"].map(resource);
        log.take();
        outer.run_in_async_scope(|| {
            drop(b);
            inner.run_in_async_scope(|| drop(a));
            drop(c);
        });
        let expected = [
            "before ?",
            "before ?",
            "after ?",
            "after ?",
            "destroy B",
            "destroy A",
            "destroy C",
        ];
        assert_eq!(log.take(), expected);
    });
}

#[test]
fn the_poll_of_a_future_is_a_scope() {
    in_env(|| {
        let log = Log::start();
        {
            let future = async { drop(AsyncResource::new("A")) };
            assert!(poll(pin!(future.traced("F"))).is_ready());
        }
        let expected = [
            "init F",
            "before F",
            "init A",
            "resolve F",
            "after F",
            "destroy A",
            "destroy F",
        ];
        assert_eq!(log.take(), expected);
    });
}

#[test]
fn destroys_are_delivered_when_the_scope_is_left_by_a_panic() {
    in_env(|| {
        let scope = resource("SCOPE");
        let log = destroys();
        crate::support::panic_of(|| {
            scope.run_in_async_scope(|| {
                drop(resource("A"));
                panic!("body");
            });
        });
        assert_eq!(take(&log), ["destroy A"]);
    });
}

#[test]
fn destroy_callbacks_run_with_ids_0_and_no_stores() {
    in_env(|| {
        let log = Log::start_detailed();
        STORE.run(7, || drop(resource("A")));
        assert_eq!(log.take()[1], "destroy A 2, in 0<0, store -");
        let scope = STORE.run(7, || resource("SCOPE"));
        log.take();
        scope.run_in_async_scope(|| drop(resource("B")));
        assert_eq!(log.take()[3], "destroy B 4, in 0<0, store -");
    });
}

#[test]
fn after_a_drain_the_context_is_as_before() {
    in_env(|| {
        let _log = destroys();
        STORE.run(7, || {
            drop(resource("A"));
            assert_eq!(here(), "in 1<0, store 7");
        });
    });
}

#[test]
fn a_destroy_is_delivered_with_its_type_and_kind() {
    in_env_exempt([SCOPE], || {
        let (only_a, no_promises) = (Log::new(), Log::new());
        only_a.hook(Interest::new().types(["A"])).enable();
        no_promises
            .hook(Interest::new().track_promises(false))
            .enable();
        let scope = manual("SCOPE");
        scope.run_in_async_scope(|| drop((resource("A"), resource("B"), async {}.traced("A"))));
        assert_eq!(take(&only_a), ["destroy A", "destroy A"]);
        assert_eq!(
            take(&no_promises),
            ["before SCOPE", "after SCOPE", "destroy A", "destroy B"]
        );
    });
}

#[test]
fn a_destroy_is_delivered_in_its_environment() {
    let other = async_hooks::Env::new();
    let (log_there, resource_there) = other.run(|| (destroys(), resource("THERE")));
    in_env(|| {
        let log_here = destroys();
        resource("SCOPE").run_in_async_scope(|| drop(resource_there));
        assert_eq!(take(&log_here), ["destroy SCOPE"]);
    });
    assert_eq!(take(&log_there), ["destroy THERE"]);
}

#[test]
fn nothing_is_queued_when_the_environment_has_no_destroy_hook() {
    // another environment's hook, so that there is one in the process
    async_hooks::Env::new().run(|| {
        let _listening = destroys();
        in_quiet_env(|| {
            let log = Log::new();
            resource("SCOPE").run_in_async_scope(|| {
                drop(resource("A"));
                log.hook(Interest::new().phases([Phase::Destroy])).enable();
            });
            assert_eq!(log.take(), ["destroy ?"], "of SCOPE only");
        });
    });
}

#[test]
fn at_a_task_boundary_only_what_was_queued_inside_it_is_delivered() {
    in_env(|| {
        let scope = resource("SCOPE");
        let log = destroys();
        scope.run_in_async_scope(|| {
            drop(resource("OUTSIDE"));
            embedder::run_in_root(|| drop(resource("INSIDE")));
            log.note("left the boundary");
        });
        let expected = ["destroy INSIDE", "left the boundary", "destroy OUTSIDE"];
        assert_eq!(take(&log), expected);
    });
}

#[test]
fn the_poll_of_a_task_is_a_boundary_and_delivers_after_its_after() {
    in_env_exempt([SCOPE], || {
        let scope = manual("SCOPE");
        let log = Log::start();
        scope.run_in_async_scope(|| {
            drop(resource("OUTSIDE"));
            let mut task = pin!(Task::new(async { drop(AsyncResource::new("INSIDE")) }));
            assert!(poll(task.as_mut()).is_ready());
            log.note("polled");
        });
        let expected = [
            "before ?",
            "init OUTSIDE",
            "init TASK",
            "before TASK",
            "init INSIDE",
            "after TASK",
            "destroy INSIDE",
            "polled",
            "after ?",
            "destroy OUTSIDE",
            "destroy TASK",
        ];
        assert_eq!(log.take(), expected);
    });
}

#[test]
fn the_body_of_a_thread_is_a_boundary() {
    in_env(|| {
        let log = Log::start();
        async_hooks::thread::spawn(|| drop(AsyncResource::new("A")))
            .join()
            .unwrap();
        let expected = [
            "init THREAD",
            "before THREAD",
            "init A",
            "after THREAD",
            "destroy A",
            "destroy THREAD",
        ];
        assert_eq!(log.take(), expected);
    });
}

#[test]
fn env_run_is_a_boundary() {
    in_env(|| {
        let scope = resource("SCOPE");
        scope.run_in_async_scope(|| {
            let env = async_hooks::Env::new();
            let log = env.run(|| {
                let log = destroys();
                drop(resource("A"));
                log
            });
            assert_eq!(take(&log), ["destroy A"]);
        });
    });
}

/// Enables a hook that drops what is in the slot at the init of a `TRIGGER`.
fn drop_in_callback(resource: AsyncResource) {
    let slot = Mutex::new(Some(resource));
    let hooks = Hooks::builder().types(["TRIGGER"]).init(move |_| {
        drop(slot.lock().unwrap().take());
    });
    async_hooks::create_hook(hooks.build()).enable();
}

#[test]
fn what_is_dropped_in_a_callback_is_delivered_after_the_outermost_emission() {
    in_env(|| {
        let a = resource("A");
        drop_in_callback(a);
        let log = Log::start();
        let _trigger = resource("TRIGGER");
        assert_eq!(log.take(), ["init TRIGGER", "destroy ?"]);
    });
}

#[test]
fn flush_destroys_delivers_within_a_scope() {
    in_env(|| {
        let scope = resource("SCOPE");
        let log = destroys();
        scope.run_in_async_scope(|| {
            drop(resource("A"));
            async_hooks::flush_destroys();
            log.note("flushed");
            assert_eq!(here(), "in 2<1, store -");
        });
        assert_eq!(take(&log), ["destroy A", "flushed"]);
    });
}

#[test]
fn flush_destroys_does_nothing_within_an_emission() {
    in_env(|| {
        let scope = resource("SCOPE");
        let log = Log::new();
        let noting = log.clone();
        let hooks = Hooks::builder().types(["TRIGGER"]).init(move |_| {
            async_hooks::flush_destroys();
            noting.note("flushed");
        });
        async_hooks::create_hook(hooks.build()).enable();
        log.hook(Interest::new().types(["A"])).enable();
        scope.run_in_async_scope(|| {
            drop(resource("A"));
            drop(resource("TRIGGER"));
        });
        assert_eq!(log.take(), ["init A", "flushed", "destroy A"]);
    });
}

#[test]
fn what_is_queued_while_draining_is_delivered_in_the_same_drain() {
    in_env_exempt([SCOPE], || {
        let log = Log::new();
        let slot = Arc::new(Mutex::new(None));
        let dropping = slot.clone();
        let hooks = Hooks::builder()
            .types(["A"])
            .destroy(move |_| drop(dropping.lock().unwrap().take()));
        async_hooks::create_hook(hooks.build()).enable();
        let (noting, phases) = (log.clone(), Interest::new());
        let hook = noting.hook(phases.phases([Phase::Init, Phase::Destroy]));
        hook.enable();
        let scope = manual("SCOPE");
        *slot.lock().unwrap() = Some(resource("QUEUED_WHILE_DRAINING"));
        scope.run_in_async_scope(|| {
            drop(resource("A"));
            drop(resource("B"));
        });
        log.note("left");
        let expected = [
            "destroy A",
            "destroy B",
            "destroy QUEUED_WHILE_DRAINING",
            "left",
        ];
        assert_eq!(take(&log), expected);
    });
}

const LONG: usize = 16_384;

/// Queues so many destroys, with no emission and no way into a scope between them.
fn queue_destroys(count: usize) {
    let resources: Vec<_> = (0..count).map(|_| manual("MANY")).collect();
    for resource in &resources {
        resource.emit_destroy().unwrap();
    }
}

/// Counts the destroys of `MANY`.
fn counter_of_many() -> impl Fn() -> usize {
    let log = Log::new();
    let noting = log.clone();
    let hooks = Hooks::builder()
        .types(["MANY", "SCOPE"])
        .destroy(move |_| noting.note(""));
    async_hooks::create_hook(hooks.build()).enable();
    move || log.take().len()
}

#[test]
fn a_long_queue_is_delivered_at_the_next_scope_entry() {
    in_env_exempt([SCOPE, INNER], || {
        let (scope, inner, count) = (manual("SCOPE"), manual("INNER"), counter_of_many());
        scope.run_in_async_scope(|| {
            queue_destroys(LONG);
            assert_eq!(count(), 0);
            inner.run_in_async_scope(|| assert_eq!(count(), LONG));
        });
    });
}

#[test]
fn a_long_queue_is_delivered_at_the_next_emission() {
    // the last is NEXT
    in_env_exempt([SCOPE, SCOPE + LONG as u64 + 1], || {
        let (scope, count) = (manual("SCOPE"), counter_of_many());
        scope.run_in_async_scope(|| {
            queue_destroys(LONG);
            let _next = manual("NEXT");
            assert_eq!(count(), LONG);
        });
    });
}

#[test]
fn a_shorter_queue_waits() {
    in_env_exempt([SCOPE, INNER], || {
        let (scope, inner, count) = (manual("SCOPE"), manual("INNER"), counter_of_many());
        scope.run_in_async_scope(|| {
            queue_destroys(LONG - 1);
            inner.run_in_async_scope(|| assert_eq!(count(), 0));
        });
        assert_eq!(count(), LONG - 1);
    });
}

#[test]
fn a_long_queue_spares_ids_that_are_still_on_the_stack() {
    in_env_exempt([SCOPE, INNER], || {
        let (scope, inner, count) = (manual("SCOPE"), manual("INNER"), counter_of_many());
        scope.run_in_async_scope(|| {
            scope.emit_destroy().unwrap();
            queue_destroys(LONG);
            inner.run_in_async_scope(|| assert_eq!(count(), LONG));
            async_hooks::flush_destroys();
        });
        assert_eq!(count(), 1);
    });
}

#[test]
fn what_waits_when_the_thread_ends_is_delivered() {
    in_env_exempt([99], || {
        let log = destroys();
        let thread = async_hooks::bind(|| {
            embedder::emit_before(99.into(), 1.into());
            drop(resource("A"));
        });
        let inside = log.clone();
        std::thread::spawn(move || {
            // a scope that is never left
            std::mem::forget(embedder::CallbackScope::enter(98.into(), 1.into()));
            thread();
            inside.note("body ends");
        })
        .join()
        .unwrap();
        let expected = ["body ends", "destroy A", "destroy bound-anonymous-fn"];
        assert_eq!(take(&log), expected);
    });
}

thread_local! {
    static UNTIL_THE_END: RefCell<Vec<AsyncResource>> = const { RefCell::new(Vec::new()) };
    static UNTIL_THE_END_TOO: RefCell<Vec<AsyncResource>> = const { RefCell::new(Vec::new()) };
}

#[test]
fn what_is_dropped_while_the_thread_ends_is_delivered_before_the_engine_is_gone_and_after() {
    in_env(|| {
        let log = destroys();
        let body = async_hooks::bind(|| {
            // one of these is registered before the engine's own thread-locals, the other after them
            UNTIL_THE_END.with_borrow_mut(|kept| kept.push(resource("A")));
            resource("SCOPE").run_in_async_scope(|| drop(resource("B")));
            UNTIL_THE_END_TOO.with_borrow_mut(|kept| kept.push(resource("C")));
        });
        std::thread::spawn(move || {
            UNTIL_THE_END.with_borrow(Vec::len);
            body();
        })
        .join()
        .unwrap();
        let mut ended = take(&log);
        ended.sort();
        let expected = [
            "destroy A",
            "destroy B",
            "destroy C",
            "destroy SCOPE",
            "destroy bound-anonymous-fn",
        ];
        assert_eq!(ended, expected);
    });
}
