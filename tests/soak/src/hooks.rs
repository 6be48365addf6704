//! Hooks that are enabled, disabled, and panic, under the load.

use std::{
    panic::resume_unwind,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed},
    },
    thread,
    time::Duration,
};

use async_hooks::{AsyncHook, AsyncId, AsyncResource, Hooks, HooksBuilder, promise_hooks};

use crate::{work, worlds::hook_value};

/// How long each of them listens.
const LISTENING: Duration = Duration::from_millis(1);

pub(crate) fn come_and_go(stop: &AtomicBool) {
    const KINDS: [fn(); 5] = [
        one_of_everything,
        three_at_once,
        one_that_panics,
        one_that_hears_itself,
        promise_hooks_of_all_kinds,
    ];
    for kind in KINDS.iter().cycle() {
        if stop.load(Relaxed) {
            break;
        }
        kind();
        thread::sleep(LISTENING); // with none
    }
}

/// A callback that counts, and keeps a value.
fn counting(heard: &Arc<AtomicUsize>) -> impl Fn(AsyncId) + Send + Sync + use<> {
    let (heard, value) = (heard.clone(), hook_value());
    move |_| {
        let _kept = &value;
        heard.fetch_add(1, Relaxed);
    }
}

/// A hook for all events that resources have.
fn hooks(heard: &Arc<AtomicUsize>) -> HooksBuilder {
    let init = counting(heard);
    Hooks::builder()
        .init(move |resource| init(resource.async_id()))
        .before(counting(heard))
        .after(counting(heard))
        .destroy(counting(heard))
}

fn listen(hook: &AsyncHook) {
    hook.enable();
    thread::sleep(LISTENING);
    hook.disable();
}

fn one_of_everything() {
    let heard = Arc::default();
    let hooks = hooks(&heard).promise_resolve(counting(&heard));
    let hook = async_hooks::create_hook(hooks.build());
    hook.enable();
    drop(AsyncResource::new("HERE"));
    assert!(heard.load(Relaxed) >= 2, "its init and its destroy");
    listen(&hook);
    hook.enable(); // once more, and the last handle goes after it
    hook.disable();
}

fn three_at_once() {
    let heard = Arc::default();
    let by_type = async_hooks::create_hook(
        hooks(&heard)
            .types([work::QUERY, async_hooks::TASK])
            .build(),
    );
    let no_promises = async_hooks::create_hook(hooks(&heard).track_promises(false).build());
    let only_destroys = async_hooks::create_hook(Hooks::builder().destroy(|_| ()).build());
    by_type.enable();
    no_promises.enable();
    listen(&only_destroys);
    by_type.disable();
    no_promises.disable();
}

/// Dead by its own panic at once, on whatever thread; then alive again, until the next one.
fn one_that_panics() {
    let value = hook_value();
    let panics = Hooks::builder().init(move |_| {
        let _kept = &value;
        resume_unwind(Box::new("a hook panics on purpose"));
    });
    let hook = async_hooks::create_hook(panics.build());
    for _ in 0..3 {
        hook.enable();
        drop(AsyncResource::new("HERE")); // after this it is dead
        hook.enable();
        thread::sleep(LISTENING);
    }
    hook.disable();
}

/// Creates a resource for each of the load's, and receives it.
fn one_that_hears_itself() {
    let hooks = Hooks::builder().reentrant(true).init(|resource| {
        if resource.resource_type() == work::QUERY {
            AsyncResource::new("OF_A_HOOK").run_in_async_scope(work::enter_something);
        }
    });
    listen(&async_hooks::create_hook(hooks.build()));
}

fn promise_hooks_of_all_kinds() {
    let value = hook_value();
    let stops = [
        promise_hooks::on_init(|_, _| ()),
        promise_hooks::on_before(|_| ()),
        promise_hooks::on_after(|_| ()),
        promise_hooks::on_settled(move |_, _| {
            let _kept = &value;
        }),
    ];
    thread::sleep(LISTENING);
    for stop in stops {
        stop.stop();
    }
}
