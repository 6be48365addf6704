//! Rule 10: panics in hooks are contained. See `tests/error_sink.rs` for the sink, `tests/panic_policy.rs` for the rest.

use std::{
    panic::panic_any,
    pin::pin,
    sync::{Arc, Barrier, Mutex},
};

use ah_testing::test;
use async_hooks::{
    AsyncHook, AsyncLocalStorage, AsyncResource, Hooks, HooksBuilder, Interest, prelude::*,
};

use crate::support::{Log, OnDrop, STORE, here, in_env, poll};

/// Causes all five phases.
fn live() {
    assert!(poll(pin!(async {}.traced("F"))).is_ready());
}

const LIFE: [&str; 5] = ["init F", "before F", "resolve F", "after F", "destroy F"];

/// Enables the hook, which panics in one phase, before another one, and checks that nobody else is disturbed.
fn is_contained(panicking: HooksBuilder) {
    in_env(|| {
        let panicking = async_hooks::create_hook(panicking.build());
        panicking.enable();
        let log = Log::start();
        live();
        assert_eq!(log.take(), LIFE, "later hooks of the emission");
        assert!(!panicking.is_enabled());
        assert_eq!(here(), "in 1<0, store -");
    });
}

#[test]
fn a_panic_in_init_is_contained_and_later_hooks_still_run() {
    is_contained(Hooks::builder().init(|_| panic!("init")));
}

#[test]
fn a_panic_in_before_is_contained_and_later_hooks_still_run() {
    is_contained(Hooks::builder().before(|_| panic!("before")));
}

#[test]
fn a_panic_in_after_is_contained_and_later_hooks_still_run() {
    is_contained(Hooks::builder().after(|_| panic!("after")));
}

#[test]
fn a_panic_in_promise_resolve_is_contained_and_later_hooks_still_run() {
    is_contained(Hooks::builder().promise_resolve(|_| panic!("promise_resolve")));
}

#[test]
fn a_panic_in_destroy_is_contained_and_later_hooks_still_run() {
    is_contained(Hooks::builder().destroy(|_| panic!("destroy")));
}

#[test]
fn a_panic_in_a_promise_hook_is_contained_and_ends_it() {
    in_env(|| {
        let log = Log::start();
        let noting = log.clone();
        async_hooks::promise_hooks::on_settled(move |_, _| {
            noting.note("settled");
            panic!("settled");
        });
        live();
        live();
        let calls = log.take().into_iter().filter(|line| line == "settled");
        assert_eq!(calls.count(), 1);
    });
}

/// A hook that notes that it was called, and then panics.
fn panicking(log: &Log) -> AsyncHook {
    let log = log.clone();
    let hooks = Hooks::builder().init(move |resource| {
        log.note(resource.resource_type());
        panic!("init");
    });
    async_hooks::create_hook(hooks.build())
}

#[test]
fn a_hook_that_panicked_is_not_called_again() {
    in_env(|| {
        let log = Log::new();
        panicking(&log).enable();
        drop(AsyncResource::new("A"));
        drop(AsyncResource::new("B"));
        assert_eq!(log.take(), ["A"]);
    });
}

#[test]
fn enable_makes_a_new_registration_after_a_panic() {
    in_env(|| {
        let log = Log::new();
        let hook = panicking(&log);
        hook.enable();
        drop(AsyncResource::new("A"));
        assert!(hook.enable().is_enabled());
        drop(AsyncResource::new("B"));
        assert_eq!(log.take(), ["A", "B"]);
    });
}

#[test]
fn the_new_registration_comes_after_the_hooks_enabled_meanwhile() {
    in_env(|| {
        let log = Log::new();
        let panics = panicking(&log);
        panics.enable();
        log.hook(Interest::new().phases([async_hooks::Phase::Init]))
            .enable();
        drop(AsyncResource::new("A"));
        panics.enable();
        drop(AsyncResource::new("B"));
        assert_eq!(log.take(), ["A", "init A", "init B", "B"]);
    });
}

#[test]
fn a_dead_registration_is_not_called_by_emissions_under_way() {
    in_env(|| {
        let log = Log::new();
        // this one's nested resource makes the other one panic, which then has its turn for A
        let makes_nested = Hooks::builder().types(["A"]).init(|_| {
            drop(AsyncResource::new("NESTED"));
        });
        async_hooks::create_hook(makes_nested.build()).enable();
        let noting = log.clone();
        let panics = Hooks::builder().reentrant(true).init(move |resource| {
            noting.note(resource.resource_type());
            panic!("init");
        });
        async_hooks::create_hook(panics.build()).enable();
        drop(AsyncResource::new("A"));
        assert_eq!(log.take(), ["NESTED"]);
    });
}

#[test]
fn a_dead_registration_is_not_called_by_emissions_under_way_on_other_threads() {
    in_env(|| {
        let (log, barrier) = (Log::new(), Arc::new(Barrier::new(2)));
        let there = barrier.clone();
        let waits = Hooks::builder().types(["OTHER"]).init(move |_| {
            there.wait();
            there.wait();
        });
        async_hooks::create_hook(waits.build()).enable();
        panicking(&log).enable();
        let other = std::thread::spawn(async_hooks::bind(|| drop(AsyncResource::new("OTHER"))));
        barrier.wait();
        drop(AsyncResource::new("HERE"));
        barrier.wait();
        other.join().unwrap();
        // `bind` makes a resource, too
        assert_eq!(log.take(), ["bound-anonymous-fn"]);
    });
}

#[test]
fn the_panic_of_a_callback_undoes_what_the_callback_entered() {
    in_env(|| {
        let hooks = Hooks::builder().init(|_| {
            STORE.enter_with(99);
            async_hooks::embedder::emit_before(99.into(), 98.into());
            panic!("init");
        });
        async_hooks::create_hook(hooks.build()).enable();
        STORE.run(7, || {
            drop(AsyncResource::new("A"));
            assert_eq!(here(), "in 1<0, store 7");
        });
    });
}

#[test]
fn a_panic_of_the_body_goes_through_although_a_hook_panics_too() {
    in_env(|| {
        let hooks = Hooks::builder().before(|_| panic!("before"));
        async_hooks::create_hook(hooks.build()).enable();
        let resource = AsyncResource::new("A");
        let message = crate::support::panic_of(|| resource.run_in_async_scope(|| panic!("body")));
        assert_eq!(message, "body");
    });
}

#[test]
fn a_panic_in_after_while_the_body_unwinds_is_contained() {
    in_env(|| {
        let hooks = Hooks::builder().after(|_| panic!("after"));
        async_hooks::create_hook(hooks.build()).enable();
        let resource = AsyncResource::new("A");
        let message = crate::support::panic_of(|| resource.run_in_async_scope(|| panic!("body")));
        assert_eq!(message, "body");
    });
}

/// A value whose drop panics.
fn bomb() -> OnDrop<impl FnMut() + Send + Sync> {
    OnDrop(|| panic!("drop"))
}

#[test]
fn a_payload_whose_own_drop_panics_is_contained() {
    is_contained(Hooks::builder().init(|_| panic_any(bomb())));
}

#[test]
fn a_captured_value_whose_own_drop_panics_is_contained() {
    in_env(|| {
        let captured = bomb();
        let hooks = Hooks::builder().init(move |_| {
            let _captured = &captured;
        });
        let hook = async_hooks::create_hook(hooks.build());
        hook.enable();
        let handle = Arc::new(Mutex::new(Some(hook)));
        // the last handle goes in a callback, so the values go at the end of the emission
        let disables = Hooks::builder().init(move |_| {
            if let Some(hook) = handle.lock().unwrap().take() {
                hook.disable();
            }
        });
        async_hooks::create_hook(disables.build()).enable();
        let log = Log::start();
        live();
        assert_eq!(log.take(), LIFE);
    });
}

struct Bomb(#[expect(dead_code, reason = "dropped")] OnDrop<fn()>);

static BOMBS: AsyncLocalStorage<Bomb> = AsyncLocalStorage::new();

#[test]
fn a_store_entered_in_a_callback_whose_own_drop_panics_is_contained() {
    in_env(|| {
        let hooks = Hooks::builder().init(|_| BOMBS.enter_with(Bomb(OnDrop(|| panic!("store")))));
        async_hooks::create_hook(hooks.build()).enable();
        let log = Log::start();
        live();
        assert_eq!(log.take(), LIFE);
        assert!(BOMBS.with(|store| store.is_none()));
    });
}
