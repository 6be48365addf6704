//! The executors that run programs of tasks.

use std::{
    cell::RefCell,
    sync::{Arc, PoisonError},
};

use ah_testing::Collector;
use futures::{
    executor::{LocalPool, LocalSpawner},
    task::LocalSpawn as _,
};
use tokio::runtime::{Builder, Runtime};

use crate::{
    log::Logs,
    program::AsyncBody,
    run::{Boxed, Shared, spawn_first, thrown},
};

thread_local! {
    static POOL: RefCell<Option<ah::Propagating<LocalSpawner>>> = const { RefCell::new(None) };
}

/// `LocalPool`, through `Propagating`.
pub(crate) fn on_local_pool(body: &AsyncBody) -> Logs {
    fn spawn(_: &Arc<Shared>, task: Boxed) {
        let pool = POOL.with_borrow(Clone::clone).expect("it is there");
        let spawned = pool.spawn_local_obj(Box::pin(task).into());
        spawned.expect("it is there");
    }
    lawfully(spawn, |shared| {
        let mut pool = LocalPool::new();
        POOL.set(Some(ah::Propagating::new(pool.spawner())));
        spawn_first(shared, body);
        while thrown(|| pool.run()) {}
        POOL.set(None);
    })
}

/// tokio, through `Task::new`.
fn spawn_on_tokio(shared: &Arc<Shared>, task: Boxed) {
    let spawned = tokio::spawn(ah::Task::new(task));
    let mut handles = shared
        .handles
        .lock()
        .unwrap_or_else(PoisonError::into_inner);
    handles.push(spawned);
}

fn on_tokio(runtime: &Runtime, body: &AsyncBody) -> Logs {
    lawfully(spawn_on_tokio, |shared| {
        let _runtime = runtime.enter();
        spawn_first(shared, body);
        // who spawns is not over before its task is among these
        loop {
            let handle = shared
                .handles
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .pop();
            let Some(handle) = handle else { return };
            let _panicked = runtime.block_on(handle);
        }
    })
}

thread_local! {
    static RUNTIMES: [Runtime; 2] = [
        Builder::new_current_thread().build().expect("a runtime"),
        Builder::new_multi_thread().worker_threads(4).build().expect("a runtime"),
    ];
}

pub(crate) fn on_tokio_current_thread(body: &AsyncBody) -> Logs {
    RUNTIMES.with(|[current, _]| on_tokio(current, body))
}

pub(crate) fn on_tokio_multi_thread(body: &AsyncBody) -> Logs {
    RUNTIMES.with(|[_, multi]| on_tokio(multi, body))
}

/// Runs tasks to their end, and checks the laws of events.
fn lawfully(spawn: fn(&Arc<Shared>, Boxed), run: impl FnOnce(&Arc<Shared>)) -> Logs {
    let shared = Shared::new(spawn);
    let collector = shared.env.run(Collector::start);
    shared.env.run(|| run(&shared));
    let checked = shared.env.run(|| collector.check());
    drop(collector);
    if let Err(broken) = checked {
        panic!("{broken}");
    }
    shared.into_logs()
}
