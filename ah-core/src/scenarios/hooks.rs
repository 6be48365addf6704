//! Hooks that several threads have handles of, and environments that end under them.

use std::{
    cell::RefCell,
    collections::HashSet,
    sync::{Arc, Mutex},
};

use super::support::{Counted, Live, on_threads, scenario};
use crate::{
    async_hook::{AsyncHook, create_hook},
    env::Env,
    frame::Frame,
    hook::builder::Hooks,
    id::AsyncId,
    resource::async_resource::AsyncResource,
    sync::of_shuttle::below,
};

/// The ids that a hook received so far.
type Heard = Arc<Mutex<HashSet<AsyncId>>>;

/// A hook that receives each resource once.
fn hears_once(captured: Counted) -> (AsyncHook, Heard) {
    let heard = Heard::default();
    let of_hook = heard.clone();
    let hooks = Hooks::builder().init(move |resource| {
        captured.look();
        let is_new = of_hook.lock().unwrap().insert(resource.async_id());
        assert!(is_new, "it is in the list twice");
    });
    (create_hook(hooks.build()), heard)
}

/// Four have handles of one hook, and enable and disable it as they please, while all of them emit.
#[test]
fn a_hook_that_many_enable_and_disable_is_listed_once_or_not_at_all() {
    scenario(20_000, |live| {
        let env = Env::new();
        let (hook, heard) = env.run(|| hears_once(live.one(1)));
        on_threads(|_| {
            let (env, hook) = (env.clone(), hook.clone());
            move || {
                for _ in 0..3 {
                    match below(3) {
                        0 => drop(hook.enable().clone()),
                        1 => drop(hook.disable().clone()),
                        _ => env.run(|| drop(AsyncResource::new("TEST"))),
                    }
                }
            }
        });
        hook.enable();
        let id = env.run(|| AsyncResource::new("LAST").async_id());
        assert!(heard.lock().unwrap().contains(&id));
        hook.disable();
    });
}

/// The work of one thread in an environment that ends meanwhile: no hook that it enables stays.
fn enable_in(frame: &Frame, live: &Live, number: usize) {
    frame.run(|| {
        let (hook, _) = hears_once(live.one(number));
        hook.enable();
        drop(AsyncResource::new("TEST"));
        if below(2) == 0 {
            hook.disable();
        }
    });
}

/// Four enable hooks in an environment. The handles of two of them are the last ones, and go before, between or after.
#[test]
fn an_environment_ends_while_hooks_are_enabled_in_it() {
    scenario(20_000, |live| {
        let env = Env::new();
        let frame = env.run(Frame::capture);
        let handles = RefCell::new(vec![env.clone(), env]);
        on_threads(|number| {
            let handle = handles.borrow_mut().pop();
            let (frame, live) = (frame.clone(), live.clone());
            move || {
                enable_in(&frame, &live, number);
                drop(handle);
                enable_in(&frame, &live, number + 4);
            }
        });
        let hears = frame.run(crate::async_hook::hooks_enabled);
        assert!(!hears, "it is closed");
    });
}
