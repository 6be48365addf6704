//! Rule 2: environments.

use std::{future::Future, pin::pin, task::Poll};

use async_hooks::{AsyncResource, Env, Snapshot, Task, embedder, prelude::*};

use crate::support::{Log, STORE, here, ids, in_env, in_quiet_env, panic_of, poll};

/// The id that the next resource of the current environment gets.
fn next_id() -> u64 {
    AsyncResource::new("PROBE").async_id().get()
}

/// Uses up ids, so that the two environments of a test can be distinguished by the next one.
fn use_ids(count: usize) {
    for _ in 0..count {
        next_id();
    }
}

#[test]
fn each_environment_has_its_own_ids() {
    assert_eq!(Env::new().run(next_id), 2);
    assert_eq!(Env::new().run(next_id), 2);
}

#[test]
fn clones_are_handles_to_the_same_environment() {
    let env = Env::new();
    assert_eq!(env.run(next_id), 2);
    assert_eq!(env.clone().run(next_id), 3);
}

#[test]
fn hooks_hear_nothing_of_other_environments() {
    in_env(|| {
        let outer = Log::start();
        in_env(|| {
            let inner = Log::start();
            drop(AsyncResource::new("INNER"));
            assert_eq!(inner.take(), ["init INNER", "destroy INNER"]);
        });
        assert!(outer.take().is_empty());
        drop(AsyncResource::new("OUTER"));
        assert_eq!(outer.take(), ["init OUTER", "destroy OUTER"]);
    });
}

#[test]
fn run_begins_with_an_empty_frame_in_the_root() {
    // the resource outlives it, so the laws do not hold
    let scope = in_quiet_env(|| STORE.run(7, || AsyncResource::new("SCOPE")));
    scope.run_in_async_scope(|| {
        assert_eq!(here(), "in 2<1, store 7");
        assert_eq!(Env::new().run(here), "in 1<0, store -");
        assert_eq!(here(), "in 2<1, store 7");
    });
}

#[test]
fn run_restores_what_was_around_it_after_a_panic_too() {
    in_env(|| {
        let scope = STORE.run(7, || AsyncResource::new("SCOPE"));
        scope.run_in_async_scope(|| {
            panic_of(|| Env::new().run(|| panic!("body")));
            assert_eq!(here(), "in 2<1, store 7");
            assert_eq!(next_id(), 3);
        });
    });
}

#[test]
fn a_future_scope_runs_each_poll_with_an_empty_frame_in_the_root() {
    in_env(|| {
        let scope = STORE.run(7, || AsyncResource::new("SCOPE"));
        scope.run_in_async_scope(|| {
            let mut future = pin!(Env::new().scope(async {
                let first = here();
                crate::support::yield_once().await;
                (first, here())
            }));
            assert!(poll(future.as_mut()).is_pending());
            let root = String::from("in 1<0, store -");
            assert_eq!(poll(future), Poll::Ready((root.clone(), root)));
            assert_eq!(here(), "in 2<1, store 7");
        });
    });
}

#[test]
fn the_future_of_an_environment_is_dropped_in_it() {
    let (env, log) = (Env::new(), Log::new());
    let noting = log.clone();
    in_env(|| {
        let mut future = Box::pin(env.scope(async move {
            let _noted =
                crate::support::OnDrop(|| noting.note(format!("{} {}", here(), next_id())));
            std::future::pending::<()>().await;
        }));
        assert!(poll(future.as_mut()).is_pending());
        use_ids(5);
        AsyncResource::new("SCOPE").run_in_async_scope(|| drop(future));
    });
    assert_eq!(log.take(), ["in 1<0, store - 2"]);
}

/// Creates something in an environment whose next id is 2, or 3 if that took an id, and asks it for the next id while
/// an environment whose next id is 12 is current.
fn carries_its_environment<T>(make: impl FnOnce() -> T, next_id_within: impl FnOnce(T) -> u64) {
    let env = Env::new();
    let made = env.run::<_, async_hooks::Value>(make);
    let next = in_env(|| {
        use_ids(10);
        next_id_within(made)
    });
    assert!(next < 12, "{next} is of the wrong environment");
}

fn ready<T>(future: impl Future<Output = T>) -> T {
    match poll(pin!(future)) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("it should be ready"),
    }
}

#[test]
fn a_resource_carries_its_environment() {
    let make = || AsyncResource::new("A");
    carries_its_environment(make, |resource| resource.run_in_async_scope(next_id));
    carries_its_environment(make, |resource| ready(resource.scope(async { next_id() })));
    carries_its_environment(make, |resource| resource.bind(next_id)());
}

#[test]
fn a_wrapped_future_carries_its_environment() {
    carries_its_environment(|| async { next_id() }.traced("F"), ready);
    carries_its_environment(|| async { next_id() }.in_current_context(), ready);
    carries_its_environment(|| Task::new(async { next_id() }), ready);
    carries_its_environment(|| STORE.scope(7, async { next_id() }), ready);
}

#[test]
fn a_snapshot_and_a_bound_closure_carry_their_environment() {
    carries_its_environment(async_hooks::snapshot, |snapshot| snapshot.run(next_id));
    carries_its_environment(Snapshot::empty, |snapshot| snapshot.run(next_id));
    carries_its_environment(|| async_hooks::bind(next_id), |callback| callback());
    carries_its_environment(
        || async_hooks::bind!(move || next_id()),
        |callback| callback(),
    );
}

#[test]
fn a_thread_carries_its_environment() {
    in_env(|| {
        assert_eq!(async_hooks::thread::spawn(next_id).join().unwrap(), 3);
        let scoped = async_hooks::thread::scope(|scope| scope.spawn(next_id).join().unwrap());
        assert_eq!(scoped, 5);
    });
}

#[test]
fn work_without_stores_stays_in_the_environment() {
    in_env(|| STORE.run(7, || assert_eq!(async_hooks::detached(next_id), 2)));
}

/// Where something is that was created in another environment and has no id: in the root of that one.
fn is_in_its_root<T>(make: impl FnOnce() -> T, ids_within: impl FnOnce(T) -> (u64, u64)) {
    let made = Env::new().run::<_, async_hooks::Value>(make);
    in_env(|| {
        use_ids(10);
        AsyncResource::new("SCOPE").run_in_async_scope(|| {
            assert_eq!(ids_within(made), (1, 0));
            assert_eq!(ids(), (12, 1));
        });
    });
}

#[test]
fn a_future_without_an_id_enters_its_environment_in_the_root() {
    is_in_its_root(|| async { ids() }.in_current_context(), ready);
}

#[test]
fn a_storage_scope_without_an_id_enters_its_environment_in_the_root() {
    is_in_its_root(|| STORE.scope(7, async { ids() }), ready);
}

#[test]
fn an_unannounced_future_enters_its_environment_in_the_root() {
    is_in_its_root(|| async { ids() }.traced("F"), ready);
}

#[test]
fn an_empty_snapshot_enters_its_environment_in_the_root() {
    is_in_its_root(Snapshot::empty, |snapshot| snapshot.run(ids));
}

#[test]
fn events_go_to_the_environment_of_the_resource() {
    let env = Env::new();
    let (log, resource) = env.run(|| (Log::start(), AsyncResource::new("A")));
    in_env(|| {
        let elsewhere = Log::start();
        resource.run_in_async_scope(|| ());
        drop(resource);
        assert!(elsewhere.take().is_empty());
    });
    assert_eq!(log.take(), ["init A", "before A", "after A", "destroy A"]);
}

#[test]
fn what_is_made_in_the_scope_of_a_resource_belongs_to_the_resources_environment() {
    let env = Env::new();
    let (log, resource) = env.run(|| (Log::start(), AsyncResource::new("A")));
    in_env(|| resource.run_in_async_scope(|| drop(AsyncResource::new("CHILD"))));
    let expected = [
        "init A",
        "before A",
        "init CHILD",
        "after A",
        "destroy CHILD",
    ];
    assert_eq!(log.take(), expected);
}

#[test]
fn a_hook_belongs_to_the_environment_in_which_it_was_created() {
    let (env, log) = (Env::new(), Log::new());
    let hook = env.run(|| log.hook(async_hooks::Interest::new()));
    in_env(|| {
        hook.enable();
        drop(AsyncResource::new("ELSEWHERE"));
    });
    env.run(|| drop(AsyncResource::new("A")));
    assert_eq!(log.take(), ["init A", "destroy A"]);
}

#[test]
fn when_the_last_handle_goes_the_hooks_are_disabled_and_resources_live_on_in_silence() {
    let env = Env::new();
    let log = Log::new();
    let (hook, resource) = env.run(|| {
        let hook = log.hook(async_hooks::Interest::new());
        hook.enable();
        (hook, STORE.run(7, || AsyncResource::new("A")))
    });
    let last = env.clone();
    drop(env);
    assert!(hook.is_enabled());
    drop(last);
    assert!(!hook.is_enabled());
    log.take();
    assert_eq!(resource.run_in_async_scope(here), "in 2<1, store 7");
    assert_eq!(resource.run_in_async_scope(next_id), 3);
    drop(resource);
    assert!(log.take().is_empty());
}

#[test]
fn a_hook_that_was_enabled_in_the_emission_in_which_the_last_handle_goes_is_disabled() {
    use std::sync::{Arc, Mutex};
    let last = Arc::new(Mutex::new(Some(Env::new())));
    let env = last.lock().unwrap().clone().unwrap();
    let log = Log::new();
    let (hook, inside) = env.run(|| {
        let hook = log.hook(async_hooks::Interest::new());
        let (enabled, handle) = (hook.clone(), last.clone());
        let goes = async_hooks::Hooks::builder().init(move |_| {
            enabled.enable();
            drop(handle.lock().unwrap().take());
        });
        async_hooks::create_hook(goes.build()).enable();
        (hook, Snapshot::empty())
    });
    drop(env);
    inside.run(|| drop(AsyncResource::new("A")));
    assert!(last.lock().unwrap().is_none());
    assert!(!hook.is_enabled());
}

#[test]
fn a_hook_cannot_be_enabled_in_an_environment_whose_handles_are_gone() {
    let log = Log::new();
    // the resource outlives it, so the laws do not hold
    let (hook, resource) = in_quiet_env(|| {
        (
            log.hook(async_hooks::Interest::new()),
            AsyncResource::new("A"),
        )
    });
    assert!(!hook.enable().is_enabled());
    resource.run_in_async_scope(|| ());
    assert!(log.take().is_empty());
}

#[test]
fn the_future_of_an_environment_keeps_it() {
    let log = Log::new();
    let mut future = {
        let env = Env::new();
        env.run(|| log.hook(async_hooks::Interest::new()).enable().clone());
        Box::pin(env.scope(async { drop(AsyncResource::new("A")) }))
    };
    assert!(poll(future.as_mut()).is_ready());
    assert_eq!(log.take(), ["init A", "destroy A"]);
}

#[test]
fn an_environment_can_be_entered_in_the_scope_of_another_one() {
    let (first, second) = (Env::new(), Env::new());
    first.run(|| {
        use_ids(10);
        second.run(|| {
            assert_eq!(next_id(), 2);
            first.run(|| assert_eq!(next_id(), 12));
            assert_eq!(next_id(), 3);
        });
        embedder::run_in_root(|| assert_eq!(next_id(), 13));
    });
}
