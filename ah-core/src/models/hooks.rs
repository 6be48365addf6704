//! Listeners are counted, hooks enabled and disabled, and events emitted, on several threads.

use std::sync::{
    Arc,
    atomic::Ordering::{Acquire, Release},
};

use super::support::{Count, Watched};
use crate::{
    async_hook::create_hook,
    env::Env,
    environment::world::{Environment, Handle},
    event::heard::{is_anything_heard, is_heard},
    event::phase::Phase,
    hook::{builder::Hooks, listener::Hook},
    resource::async_resource::AsyncResource,
    sync::{
        AtomicBool,
        of_loom::{model, spawn},
    },
};

fn a_hook() -> Arc<Hook> {
    Arc::new(Hook::of(Hooks::builder().init(|_| ()).build()))
}

/// One enables and says so, one emits: what begins after `enable` returned is delivered, though the count is read
/// relaxed. 3 preemptions: 7,956 interleavings, 0.8 s.
#[test]
fn a_hook_hears_what_begins_after_it_was_enabled() {
    model(3, || {
        let (env, enabled) = (Env::new(), Arc::new(AtomicBool::new(false)));
        let heard = Count::default();
        let of_other = (env.clone(), enabled.clone(), heard.clone());
        let other = spawn(move || {
            let (env, enabled, heard) = of_other;
            let hooks = Hooks::builder().init(move |_| heard.add()).build();
            let hook = env.run(|| create_hook(hooks).enable().clone());
            enabled.store(true, Release);
            hook
        });
        let must_be_heard = enabled.load(Acquire);
        env.run(|| drop(AsyncResource::new("TEST")));
        assert!(heard.get() == 1 || !must_be_heard);
        env.run(|| drop(other.join().unwrap().disable().clone()));
        assert!(!is_anything_heard(), "nobody is counted any more");
    });
}

/// One emits, one disables: the callback uses what it captured, which is dropped once, soon, and never in use.
/// 3 preemptions: 6,582 interleavings, 0.5 s.
#[test]
fn what_a_hook_captured_goes_with_the_last_emission() {
    model(3, || {
        let (environment, frame) = Environment::create();
        let dropped = Count::default();
        let captured = Watched::new(1, &dropped);
        let hooks = Hooks::builder().init(move |_| _ = captured.look());
        // the list alone has it: loom does not see the order that the counts of an `Arc` establish
        let registration = environment.enable(&Arc::new(Hook::of(hooks.build())));
        let of_emitter = frame.clone();
        let emitter = spawn(move || of_emitter.run(|| drop(AsyncResource::new("TEST"))));
        environment.disable(&registration);
        environment.drop_disabled();
        emitter.join().unwrap();
        assert_eq!(dropped.get(), 1);
        drop(frame);
    });
}

/// Two change the list at once: the phases that are said to have listeners are those of the list.
/// 3 preemptions: 465 interleavings, 0.1 s.
#[test]
fn the_phases_heard_are_those_of_the_current_list() {
    model(3, || {
        let (environment, frame) = Environment::create();
        let of_other = environment.clone();
        let other = spawn(move || {
            let registration = of_other.enable(&a_hook());
            of_other.disable(&registration);
            of_other.drop_disabled();
        });
        let registration = environment.enable(&a_hook());
        other.join().unwrap();
        assert!(environment.hears(Phase::Init) && is_heard(Phase::Init));
        environment.disable(&registration);
        environment.drop_disabled();
        assert!(!environment.hears(Phase::Init) && !is_heard(Phase::Init));
        drop(frame);
    });
}

/// The last handle of an environment is dropped while a hook is enabled in it: the hook does not stay.
/// 3 preemptions: 11,086 interleavings, 1.4 s.
#[test]
fn no_hook_is_left_in_an_environment_that_is_closed() {
    model(3, || {
        let handle = Handle::create();
        let frame = handle.frame().clone();
        let closer = spawn(move || drop(handle));
        Environment::with_root(&frame, |environment| {
            environment.enable(&a_hook());
            environment.drop_disabled();
        });
        closer.join().unwrap();
        Environment::with_root(&frame, |environment| {
            assert!(environment.hooks(|hooks| hooks.is_empty()));
        });
        assert!(!is_anything_heard());
    });
}
