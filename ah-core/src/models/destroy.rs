//! Resources are destroyed on several threads.

use std::sync::Arc;

use super::support::Count;
use crate::{
    async_hook::{AsyncHook, create_hook},
    env::Env,
    environment::world::Environment,
    execution::execution_async_id,
    hook::{builder::Hooks, listener::Hook},
    resource::async_resource::AsyncResource,
    sync::of_loom::{model, spawn},
};

/// Counts the destroys of an environment.
fn count_destroys(env: &Env) -> (AsyncHook, Count) {
    let destroyed = Count::default();
    let of_hook = destroyed.clone();
    let hooks = Hooks::builder().destroy(move |_| {
        assert_eq!(execution_async_id(), 0);
        of_hook.add();
    });
    let hook = env.run(|| create_hook(hooks.build()).enable().clone());
    (hook, destroyed)
}

/// Two destroy one resource manually: one of them does.
/// 3 preemptions: 4 interleavings, 0.0 s.
#[test]
fn a_resource_that_two_destroy_is_destroyed_once() {
    model(3, || {
        let env = Env::new();
        let (hook, destroyed) = count_destroys(&env);
        let resource = Arc::new(env.run(|| AsyncResource::new("TEST")));
        let of_other = resource.clone();
        let other = spawn(move || of_other.emit_destroy().is_ok());
        let own = resource.emit_destroy().is_ok();
        assert_ne!(other.join().unwrap(), own);
        drop(resource);
        assert_eq!(destroyed.get(), 1);
        env.run(|| drop(hook.disable().clone()));
    });
}

/// A queue is drained on its thread, at the end of its scope, while the hook is disabled from another: each destroy is
/// delivered or not, and all of them are if `disable` came later.
/// 2 preemptions: 31,960 interleavings, 5.2 s.
#[test]
fn a_queue_drains_while_its_hook_is_disabled() {
    model(2, || {
        let env = Env::new();
        let (hook, destroyed) = count_destroys(&env);
        let (of_other, of_hook) = (env.clone(), destroyed.clone());
        let other = spawn(move || {
            of_other.run(|| {
                let outer = AsyncResource::new("OUTER");
                outer.run_in_async_scope(|| {
                    drop(AsyncResource::new("INNER"));
                    assert_eq!(of_hook.get(), 0, "it waits for the end of the scope");
                });
            });
        });
        env.run(|| drop(hook.disable().clone()));
        let heard = destroyed.get();
        other.join().unwrap();
        assert!(destroyed.get() <= 2 && destroyed.get() >= heard);
        assert!(!crate::event::heard::is_anything_heard());
    });
}

/// Two drop a resource each, and with it a count of their environment: each destroy is delivered at once where it
/// happens, and nothing keeps the environment.
/// 2 preemptions: 473 interleavings, 0.0 s.
#[test]
fn destroys_of_one_environment_are_told_on_the_threads_where_they_happen() {
    model(2, || {
        let (environment, frame) = Environment::create();
        let destroyed = Count::default();
        let of_hook = destroyed.clone();
        let hooks = Hooks::builder().destroy(move |_| of_hook.add());
        let registration = environment.enable(&Arc::new(Hook::of(hooks.build())));
        let [one, two] = [(); 2].map(|()| frame.run(|| AsyncResource::new("TEST")));
        drop(frame);
        let other = spawn(move || drop(one));
        drop(two);
        assert_ne!(destroyed.get(), 0, "it waits for nobody");
        other.join().unwrap();
        assert_eq!((destroyed.get(), Arc::strong_count(&environment)), (2, 1));
        environment.disable(&registration);
        environment.drop_disabled();
    });
}
