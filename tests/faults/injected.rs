//! A panic injected at every place where the engine calls code of the user's: every callback, closure, future and `Drop`.
//!
//! Each scenario is run once to see which places it passes, and then once for each of them, with a panic there. After each
//! the thread must be as it was, nothing may be left over, and the laws of events must hold.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::atomic::{AtomicBool, Ordering::SeqCst},
};

use ah_testing::Collector;
use async_hooks::{AsyncId, AsyncResource, Env, Phase};

use crate::{
    fuse::{alive, with_panic_at},
    scenarios::{COUNTED, SCENARIOS, STORE, Scenario, listen},
};

static SINK_PANICS: AtomicBool = AtomicBool::new(false);

/// Runs a scenario in the midst of a scope, with a panic at one place, and checks everything. Returns the places.
fn run(scenario: Scenario, target: usize, payload_panics: bool) -> Vec<&'static str> {
    let env = Env::new();
    let (places, collector) = env.run(|| {
        let collector = Collector::start();
        listen();
        let scope = STORE.run(7, || AsyncResource::new("SCOPE"));
        collector.exempt(50.into());
        collector.exempt(60.into());
        let places = scope.run_in_async_scope(|| {
            async_hooks::default_trigger_async_id_scope(50, || {
                let places = with_panic_at(target, payload_panics, scenario.1);
                check_as_before(&scope, &collector);
                places
            })
        });
        assert_eq!(async_hooks::execution_async_id(), AsyncId::ROOT);
        assert_eq!(STORE.get(), None);
        (places, collector)
    });
    env.run(|| {
        collector
            .check()
            .unwrap_or_else(|broken| panic!("{broken}"));
        drop(collector);
    });
    drop(env);
    assert_eq!(alive(), 0, "values are left");
    places
}

/// The thread is as it was, and continues to work.
fn check_as_before(scope: &AsyncResource, collector: &Collector) {
    assert_eq!(async_hooks::execution_async_id(), scope.async_id());
    assert_eq!(async_hooks::trigger_async_id(), scope.trigger_async_id());
    assert_eq!(STORE.get(), Some(7));
    assert!(COUNTED.with(|store| store.is_none()), "a store is current");
    let resource = AsyncResource::new("CHECK");
    assert_eq!(resource.trigger_async_id(), 50, "the default trigger");
    let id = resource.async_id();
    resource.run_in_async_scope(|| assert_eq!(async_hooks::execution_async_id(), id));
    drop(resource);
    assert_eq!(
        collector.count(Phase::Destroy, id),
        0,
        "it waits, in a scope"
    );
    async_hooks::flush_destroys();
    for phase in [Phase::Init, Phase::Before, Phase::After, Phase::Destroy] {
        assert_eq!(collector.count(phase, id), 1, "{phase}");
    }
}

fn run_at_each_place(payload_panics: bool) -> usize {
    let mut injected = 0;
    for scenario in SCENARIOS {
        let places = run(*scenario, usize::MAX, payload_panics);
        assert!(!places.is_empty(), "{}", scenario.0);
        for (target, place) in places.iter().enumerate() {
            let attempt = || run(*scenario, target, payload_panics);
            let passed = catch_unwind(AssertUnwindSafe(attempt)).unwrap_or_else(|payload| {
                eprintln!(
                    "scenario `{}`, panic at place {target}, `{place}`",
                    scenario.0
                );
                std::panic::resume_unwind(payload)
            });
            assert_eq!(passed.get(target), Some(place), "scenario `{}`", scenario.0);
            injected += 1;
        }
    }
    injected
}

#[test]
fn a_panic_at_any_place_leaves_the_thread_as_it_was() {
    async_hooks::set_error_sink(|_| {
        if SINK_PANICS.load(SeqCst) {
            std::panic::resume_unwind(Box::new(()));
        }
    });
    for payload_panics in [false, true] {
        for sink_panics in [false, true] {
            SINK_PANICS.store(sink_panics, SeqCst);
            let injected = run_at_each_place(payload_panics);
            assert!(injected > 400, "only {injected} places");
        }
    }
}
