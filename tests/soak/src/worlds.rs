//! Environments and runtimes that are created and dropped under the load, with hooks, resources and tasks still in
//! them.

use std::{
    future::pending,
    sync::{
        Arc, LazyLock,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    thread,
    time::Duration,
};

use ah_tokio::runtime::Builder;
use async_hooks::{AsyncLocalStorage, AsyncResource, Env, Hooks, prelude::*};
use futures::executor::block_on;

/// A runtime is created so many times more seldom than an environment: it starts threads.
const SELDOM: u32 = 50;
const PAUSE: Duration = Duration::from_millis(2);

static VALUE: LazyLock<Arc<()>> = LazyLock::new(Arc::default);
static WORLD: AsyncLocalStorage<u32> = AsyncLocalStorage::new();

/// A value for a hook to keep.
pub(crate) fn hook_value() -> Arc<()> {
    VALUE.clone()
}

/// How many are kept.
pub(crate) fn hook_values() -> usize {
    Arc::strong_count(&VALUE) - 1
}

pub(crate) fn come_and_go(stop: &AtomicBool) {
    for number in 0.. {
        if stop.load(Relaxed) {
            break;
        }
        an_environment(number);
        if number % SELDOM == 0 {
            a_runtime_with_pending_tasks(number);
        }
        thread::sleep(PAUSE);
    }
}

/// Its hook is enabled to the end, and a resource of it lives on for a while.
fn an_environment(number: u32) {
    let env = Env::new();
    let outlives = env.run(|| {
        let value = hook_value();
        let hooks = Hooks::builder().init(move |_| {
            let _kept = &value;
        });
        async_hooks::create_hook(hooks.destroy(|_| ()).build()).enable();
        let resource = WORLD.run(number, || AsyncResource::new("WORLD"));
        assert_eq!(resource.async_id(), 2, "ids start anew");
        let seen = resource.run_in_async_scope(|| WORLD.get());
        assert_eq!(seen, Some(number));
        resource
    });
    let body = async { drop(AsyncResource::new("WORLD")) };
    block_on(env.scope(body.traced("WORLD_FUTURE")));
    let elsewhere = env.run(|| async_hooks::thread::spawn(|| drop(AsyncResource::new("WORLD"))));
    elsewhere.join().expect("it does not panic");
    drop(env);
    outlives.run_in_async_scope(|| assert_eq!(WORLD.get(), Some(number)));
}

/// It shuts down while its tasks wait, some of which were never polled.
fn a_runtime_with_pending_tasks(number: u32) {
    let runtime = Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .expect("a runtime");
    WORLD.run(number, || {
        for _ in 0..20 {
            drop(runtime.spawn(pending::<()>().traced("PENDING")));
        }
    });
    runtime.block_on(ah_tokio::task::yield_now());
}
