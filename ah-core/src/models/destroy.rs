//! Resources are destroyed on several threads.

use std::sync::Arc;

use super::support::Count;
use crate::{
    AsyncHook, AsyncResource, Env, Hooks, create_hook, execution_async_id,
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

/// Two destroy one resource by hand: one of them does.
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
/// heard or not, and all of them are if `disable` came later.
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
        assert!(!crate::environment::is_anything_heard());
    });
}

/// A resource is dropped on one thread, and one that keeps its environment on another: nothing is left.
#[test]
fn destroys_of_one_environment_are_told_on_the_threads_where_they_happen() {
    model(2, || {
        let env = Env::new();
        let (hook, destroyed) = count_destroys(&env);
        let [one, two] = [(); 2].map(|()| env.run(|| AsyncResource::new("TEST")));
        let other = spawn(move || drop(one));
        drop(two);
        other.join().unwrap();
        assert_eq!(destroyed.get(), 2);
        env.run(|| drop(hook.disable().clone()));
    });
}
