//! What nobody should do has a defined answer; what the rules say of it is in their modules.

use std::{pin::pin, sync::Arc};

use ah_testing::test;
use async_hooks::{
    AsyncHook, AsyncHooks, AsyncId, AsyncResource, Hooks, Init, Interest, embedder, prelude::*,
};

use crate::support::{Log, STORE, here, in_env, in_env_exempt, panic_of, poll};

#[test]
fn an_empty_type_is_refused_by_everything_that_takes_one() {
    in_env(|| {
        let log = Log::start();
        let messages = [
            panic_of(|| AsyncResource::new("")),
            panic_of(|| async {}.traced("")),
            panic_of(|| async_hooks::ContextExt::traced(futures::stream::empty::<()>(), "")),
            AsyncResource::builder("").build().unwrap_err().to_string(),
        ];
        for message in messages {
            assert!(message.starts_with("the type of an async resource must not be empty"));
        }
        assert!(log.take().is_empty());
    });
}

#[test]
fn a_number_that_cannot_be_an_id_is_none() {
    let above = AsyncId::MAX.get() + 1;
    assert_eq!(AsyncId::new(above), None);
    assert_eq!(AsyncId::new(above - 1), Some(AsyncId::MAX));
    assert_eq!(AsyncId::try_from(above - 1), Ok(AsyncId::MAX));
    assert_eq!(
        AsyncId::try_from(above).unwrap_err().to_string(),
        "9007199254740992 is above the largest async id, 9007199254740991"
    );
}

#[test]
fn the_largest_trigger_id_is_taken_unverified() {
    in_env_exempt([AsyncId::MAX.get()], || {
        let resource = AsyncResource::builder("A")
            .trigger_async_id(AsyncId::MAX)
            .build();
        assert_eq!(resource.unwrap().trigger_async_id(), AsyncId::MAX);
    });
}

#[test]
fn a_second_destroy_is_an_error() {
    in_env(|| {
        let resource = AsyncResource::new("A");
        assert!(resource.emit_destroy().is_ok());
        assert!(resource.emit_destroy().is_err());
        assert!(resource.emit_destroy().is_err());
    });
}

#[test]
fn of_two_threads_that_destroy_only_one_succeeds() {
    in_env(|| {
        let log = Log::start();
        let resource = AsyncResource::new("A");
        let destroy = || usize::from(resource.emit_destroy().is_ok());
        let successes = std::thread::scope(|scope| {
            let [first, second] = [scope.spawn(destroy), scope.spawn(destroy)];
            first.join().unwrap() + second.join().unwrap()
        });
        assert_eq!(successes, 1);
        assert_eq!(log.take(), ["init A", "destroy A"]);
    });
}

#[test]
fn an_unbalanced_pop_is_an_error_and_the_stack_stays_true() {
    in_env(|| {
        let resource = AsyncResource::new("A");
        resource.run_in_async_scope(|| {
            assert!(embedder::emit_after(77.into()).is_err());
            assert!(embedder::emit_after(AsyncId::ROOT).is_err());
            assert_eq!(here(), "in 2<1, store -");
        });
        assert_eq!(here(), "in 1<0, store -");
    });
}

#[test]
fn a_guard_dropped_out_of_order_ends_its_own_store_and_never_brings_one_back() {
    in_env(|| {
        let first = STORE.with_scope(1);
        let second = STORE.with_scope(2);
        drop(first);
        assert_eq!(STORE.get(), Some(2));
        drop(second);
        assert_eq!(STORE.get(), None);
    });
}

#[test]
fn a_guard_dropped_outside_of_the_scope_in_which_it_was_made_changes_nothing() {
    in_env(|| {
        let resource = AsyncResource::new("A");
        let guard = resource.run_in_async_scope(|| STORE.with_scope(1));
        STORE.run(7, || {
            drop(guard);
            assert_eq!(STORE.get(), Some(7));
        });
        assert_eq!(STORE.get(), None);
    });
}

#[test]
fn a_hook_that_panics_is_disabled_and_nobody_else_is_disturbed() {
    in_env(|| {
        let hook = async_hooks::create_hook(Hooks::builder().before(|_| panic!("before")).build());
        hook.enable();
        let resource = STORE.run(7, || AsyncResource::new("A"));
        assert_eq!(resource.run_in_async_scope(here), "in 2<1, store 7");
        assert!(!hook.is_enabled());
    });
}

/// A hook that does something with its own handle at each init.
fn with_itself(act: impl Fn(&AsyncHook) + Send + Sync + 'static) -> (Log, AsyncHook) {
    let log = Log::new();
    let itself = Arc::new(std::sync::OnceLock::<AsyncHook>::new());
    let (noting, handle) = (log.clone(), itself.clone());
    let hooks = Hooks::builder().init(move |resource| {
        noting.note(resource.resource_type());
        act(handle.get().unwrap());
    });
    let hook = async_hooks::create_hook(hooks.build());
    itself.set(hook.clone()).unwrap();
    hook.enable();
    (log, hook)
}

#[test]
fn a_hook_that_enables_itself_is_called_once_per_event() {
    in_env(|| {
        let (log, _hook) = with_itself(|hook| drop(hook.enable().clone()));
        drop(AsyncResource::new("A"));
        drop(AsyncResource::new("B"));
        assert_eq!(log.take(), ["A", "B"]);
    });
}

#[test]
fn a_hook_that_disables_and_enables_itself_is_called_once_per_event() {
    in_env(|| {
        let (log, _hook) = with_itself(|hook| drop(hook.disable().enable().clone()));
        drop(AsyncResource::new("A"));
        drop(AsyncResource::new("B"));
        assert_eq!(log.take(), ["A", "B"]);
    });
}

#[test]
fn a_hook_that_makes_resources_does_not_hear_them_and_comes_to_an_end() {
    in_env(|| {
        let (log, _hook) = with_itself(|_| {
            let resource = AsyncResource::new("MADE");
            resource.run_in_async_scope(|| drop(AsyncResource::new("CHILD")));
            assert!(poll(pin!(async {}.traced("F"))).is_ready());
        });
        drop(AsyncResource::new("A"));
        assert_eq!(log.take(), ["A"]);
    });
}

struct Unnameable;

impl AsyncHooks for Unnameable {
    fn init(&self, _: &Init<'_>) {
        panic!("init");
    }
    fn interest(&self) -> Interest {
        Interest::new()
    }
    fn name(&self) -> &str {
        panic!("name")
    }
}

#[test]
fn a_hook_that_panics_and_whose_name_panics_disturbs_nobody() {
    in_env(|| {
        let hook = async_hooks::create_hook(Unnameable);
        hook.enable();
        let log = Log::start();
        drop(AsyncResource::new("A"));
        assert_eq!(log.take(), ["init A", "destroy A"]);
        assert!(!hook.is_enabled());
    });
}

#[test]
fn an_embedder_cannot_announce_an_empty_type() {
    in_env(|| {
        let message = panic_of(|| embedder::emit_init(AsyncId::from(7), "", None));
        assert!(message.starts_with("the type of an async resource must not be empty"));
        assert_eq!(here(), "in 1<0, store -");
    });
}
