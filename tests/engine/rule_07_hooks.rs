//! Rule 7: hooks.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering::Relaxed},
};

use ah_testing::test;
use async_hooks::{
    AsyncHook, AsyncHooks, AsyncId, AsyncResource, HookError, Hooks, Init, Interest, Phase,
    prelude::*,
};

use crate::support::{Log, in_env, in_quiet_env, panic_of, poll};

/// Creates a resource, enters it and drops it.
fn use_resource(ty: &'static str) {
    AsyncResource::new(ty).run_in_async_scope(|| ());
}

/// Creates a future that is ready at once, polls it and drops it.
fn use_future(ty: &'static str) {
    assert!(poll(std::pin::pin!(async {}.traced(ty))).is_ready());
}

#[test]
fn create_hook_makes_a_disabled_one() {
    in_env(|| {
        let log = Log::new();
        let hook = log.hook(Interest::new());
        use_resource("A");
        assert!(!hook.is_enabled());
        assert!(log.take().is_empty());
    });
}

#[test]
fn all_five_methods_of_the_trait_have_a_default() {
    struct Deaf;
    impl AsyncHooks for Deaf {}
    in_env(|| {
        async_hooks::create_hook(Deaf).enable();
        use_resource("A");
        use_future("F");
    });
}

#[test]
fn a_hook_of_closures_hears_what_one_of_a_type_hears() {
    in_env(|| {
        let log = Log::start();
        let notes = |event: &'static str| {
            let log = log.clone();
            move |_| log.note(event)
        };
        let inits = log.clone();
        let closures = Hooks::builder()
            .init(move |resource| inits.note(format!("closure: {}", resource.resource_type())))
            .before(notes("closure: before"))
            .after(notes("closure: after"))
            .promise_resolve(notes("closure: resolve"))
            .destroy(notes("closure: destroy"));
        async_hooks::create_hook(closures.build()).enable();
        use_future("F");
        let expected = [
            "init F",
            "closure: F",
            "before F",
            "closure: before",
            "resolve F",
            "closure: resolve",
            "after F",
            "closure: after",
            "destroy F",
            "closure: destroy",
        ];
        assert_eq!(log.take(), expected);
    });
}

#[test]
fn a_hook_hears_only_the_phases_it_wants() {
    in_env(|| {
        let log = Log::new();
        let phases = [Phase::Init, Phase::After, Phase::PromiseResolve];
        log.hook(Interest::new().phases(phases)).enable();
        use_future("F");
        use_resource("A");
        let expected = ["init F", "resolve F", "after F", "init A", "after A"];
        assert_eq!(log.take(), expected);
    });
}

/// Counts how often it is asked what it wants.
struct AskedOnce {
    asked: Arc<AtomicUsize>,
    log: Log,
}

impl AsyncHooks for AskedOnce {
    fn init(&self, resource: &Init<'_>) {
        self.log.note(resource.resource_type());
    }
    fn interest(&self) -> Interest {
        match self.asked.fetch_add(1, Relaxed) {
            0 => Interest::new().types(["A"]),
            _ => Interest::new().reentrant(true),
        }
    }
}

#[test]
fn interest_filters_and_reentrance_are_read_once() {
    in_env(|| {
        let (asked, log) = (Arc::new(AtomicUsize::new(0)), Log::new());
        let hook = async_hooks::create_hook(AskedOnce {
            asked: asked.clone(),
            log: log.clone(),
        });
        hook.enable().disable().enable();
        use_resource("A");
        use_resource("B");
        assert_eq!(log.take(), ["A"]);
        assert_eq!(asked.load(Relaxed), 1);
    });
}

#[test]
fn enabling_twice_is_enabling_once() {
    in_env(|| {
        let log = Log::new();
        let hook = log.hook(Interest::new());
        hook.enable();
        hook.enable();
        drop(AsyncResource::new("A"));
        assert_eq!(log.take(), ["init A", "destroy A"]);
    });
}

#[test]
fn disabling_once_is_enough_and_twice_is_harmless() {
    in_env(|| {
        let log = Log::new();
        let hook = log.hook(Interest::new());
        hook.enable();
        hook.enable();
        hook.disable();
        hook.disable();
        drop(AsyncResource::new("A"));
        assert!(!hook.is_enabled());
        assert!(log.take().is_empty());
    });
}

#[test]
fn enable_and_disable_chain() {
    in_env(|| {
        let log = Log::new();
        let hook = log.hook(Interest::new());
        assert!(hook.enable().disable().enable().is_enabled());
        drop(AsyncResource::new("A"));
        assert_eq!(log.take(), ["init A", "destroy A"]);
    });
}

#[test]
fn clones_are_handles_to_the_same_hook() {
    in_env(|| {
        let hook = Log::new().hook(Interest::new());
        hook.enable();
        hook.clone().disable();
        assert!(!hook.is_enabled());
    });
}

#[test]
fn dropping_the_handle_does_not_disable() {
    in_env(|| {
        let log = Log::new();
        let hook = log.hook(Interest::new());
        hook.enable();
        drop(hook);
        drop(AsyncResource::new("A"));
        assert_eq!(log.take(), ["init A", "destroy A"]);
    });
}

/// A hook that notes its name at each init.
fn named(log: &Log, name: &'static str) -> AsyncHook {
    let log = log.clone();
    async_hooks::create_hook(Hooks::builder().init(move |_| log.note(name)).build())
}

#[test]
fn callbacks_run_in_the_order_of_enabling() {
    in_env(|| {
        let log = Log::new();
        let (first, second) = (named(&log, "first"), named(&log, "second"));
        second.enable();
        first.enable();
        drop(AsyncResource::new("A"));
        assert_eq!(log.take(), ["second", "first"]);

        second.disable().enable();
        drop(AsyncResource::new("A"));
        assert_eq!(log.take(), ["first", "second"]);
    });
}

#[test]
fn data_is_made_only_if_a_hook_listens_to_init() {
    in_quiet_env(|| {
        let made = Arc::new(AtomicUsize::new(0));
        let make = || {
            let made = made.clone();
            let builder = AsyncResource::builder("A").data(move || made.fetch_add(1, Relaxed));
            drop(builder.build().unwrap());
        };
        make();
        let log = Log::new();
        log.hook(Interest::new().phases([Phase::Destroy])).enable();
        make();
        log.hook(Interest::new().types(["OTHER"])).enable();
        make();
        assert_eq!(made.load(Relaxed), 0);
        log.hook(Interest::new()).enable();
        make();
        assert_eq!(made.load(Relaxed), 1);
    });
}

#[test]
fn init_hands_over_the_data() {
    in_env(|| {
        let log = Log::new();
        let noting = log.clone();
        let hooks = Hooks::builder().init(move |resource| {
            noting.note(format!("{:?}", resource.data::<String>()));
        });
        async_hooks::create_hook(hooks.build()).enable();
        let builder = AsyncResource::builder("A").data(|| String::from("select 1"));
        drop(builder.build().unwrap());
        drop(AsyncResource::new("B"));
        assert_eq!(log.take(), ["Some(\"select 1\")", "None"]);
    });
}

#[test]
fn init_tells_where_the_resource_was_made() {
    in_env(|| {
        let log = Log::new();
        let noting = log.clone();
        let hooks = Hooks::builder().init(move |resource| {
            let location = resource.location().unwrap();
            noting.note(format!("{} {}", location.file(), location.line()));
        });
        async_hooks::create_hook(hooks.build()).enable();
        let line = line!() + 1;
        drop(AsyncResource::new("A"));
        let built = AsyncResource::builder("A").build().unwrap();
        let future = async {}.traced("F");
        let elsewhere = std::panic::Location::caller();
        let told = AsyncResource::builder("A").location(elsewhere).build();
        drop((built, future, told));
        let lines = [line, line + 1, line + 2, elsewhere.line()];
        let expected = lines.map(|line| format!("{} {line}", file!()));
        assert_eq!(log.take(), expected);
    });
}

#[test]
fn a_type_filter_lets_only_these_types_pass_in_every_phase() {
    in_env(|| {
        let log = Log::new();
        log.hook(Interest::new().types(["A", "F"])).enable();
        use_resource("A");
        use_resource("B");
        use_future("F");
        use_future("G");
        let expected = [
            "init A",
            "before A",
            "after A",
            "destroy A",
            "init F",
            "before F",
            "resolve F",
            "after F",
            "destroy F",
        ];
        assert_eq!(log.take(), expected);
    });
}

#[test]
fn without_track_promises_futures_are_not_heard() {
    in_env(|| {
        let log = Log::new();
        log.hook(Interest::new().track_promises(false)).enable();
        use_future("F");
        use_resource("A");
        assert_eq!(log.take(), ["init A", "before A", "after A", "destroy A"]);
    });
}

#[test]
fn a_filter_spares_a_future_its_id() {
    in_quiet_env(|| {
        let log = Log::new();
        log.hook(Interest::new().track_promises(false)).enable();
        assert_eq!(async {}.traced("F").async_id(), None);
        log.hook(Interest::new().types(["G"])).enable();
        assert_eq!(async {}.traced("F").async_id(), None);
        assert_eq!(async {}.traced("G").async_id(), Some(AsyncId::from(2)));
    });
}

#[test]
fn a_promise_resolve_callback_without_promises_is_refused() {
    let hooks = Hooks::builder()
        .promise_resolve(|_| ())
        .track_promises(false);
    let message = panic_of(|| hooks.build());
    assert!(message.contains("track_promises(false)"), "{message}");
}

#[test]
fn hooks_enabled_tells_whether_any_hook_of_this_environment_is() {
    in_quiet_env(|| {
        assert!(!async_hooks::hooks_enabled());
        let hook = Log::new().hook(Interest::new());
        hook.enable();
        assert!(async_hooks::hooks_enabled());
        assert!(!in_quiet_env(async_hooks::hooks_enabled));
        hook.disable();
        assert!(!async_hooks::hooks_enabled());
    });
}

/// A hook with this interest, by the trait.
struct Interested(Interest);

impl AsyncHooks for Interested {
    fn interest(&self) -> Interest {
        self.0.clone()
    }
}

#[test]
fn a_hook_that_could_never_receive_what_it_asks_for_is_refused_with_a_typed_error() {
    let untracked = || Interest::new().track_promises(false);
    let refused = |interest| async_hooks::try_create_hook(Interested(interest)).unwrap_err();
    let only_resolve = untracked().phases([Phase::PromiseResolve]);
    assert_eq!(refused(only_resolve.clone()), HookError::PromisesNotTracked);
    let no_types: [&str; 0] = [];
    assert_eq!(refused(Interest::new().types(no_types)), HookError::NoTypes);
    let message = panic_of(|| async_hooks::create_hook(Interested(only_resolve)));
    assert_eq!(message, HookError::PromisesNotTracked.to_string());

    let hooks = || {
        Hooks::builder()
            .promise_resolve(|_| ())
            .track_promises(false)
    };
    let error = hooks().try_build().unwrap_err();
    assert_eq!(error, HookError::PromisesNotTracked);
    let error = hooks().init(|_| ()).try_build().unwrap_err();
    assert_eq!(error, HookError::PromisesNotTracked);
    let error = Hooks::builder().init(|_| ()).types(no_types).try_build();
    assert_eq!(error.unwrap_err(), HookError::NoTypes);
}

#[test]
fn a_hook_that_asks_for_more_or_for_nothing_is_accepted() {
    let accepted = |interest| async_hooks::try_create_hook(Interested(interest)).is_ok();
    assert!(accepted(Interest::new().track_promises(false)));
    assert!(accepted(Interest::new().phases([Phase::PromiseResolve])));
    assert!(accepted(Interest::new().phases([])));
    assert!(Hooks::builder().try_build().is_ok());
}
