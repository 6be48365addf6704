//! The executors that run programs of tasks.

use std::{
    cell::{Cell, RefCell},
    sync::Arc,
};

use ah_testing::Collector;
use futures::{
    executor::{LocalPool, LocalSpawner},
    task::{LocalFutureObj, LocalSpawn, SpawnError},
};
use tokio::runtime::{Builder, Runtime};

use crate::{
    log::{Logs, Turn},
    program::{Alone, AsyncBody},
    run::{
        Boxed, Shared, Tasks, Watch, Watched, on_first_thread, spawn_alone, spawn_together, thrown,
    },
};

/// An executor.
pub(crate) struct Executor {
    spawn: fn(&Arc<Shared>, Boxed, Watch),
    /// Runs a program with it, up to the end of all tasks.
    run: fn(&mut dyn FnMut(), &Shared),
}

/// `LocalPool`, through `Propagating`.
pub(crate) const LOCAL_POOL: Executor = Executor {
    spawn: spawn_on_pool,
    run: run_pool,
};

/// tokio with one thread, through `Task::new`.
pub(crate) const TOKIO_CURRENT_THREAD: Executor = Executor {
    spawn: spawn_on_tokio,
    run: |begin, shared| RUNTIMES.with(|[current, _]| run_tokio(current, begin, shared)),
};

/// tokio with several threads.
pub(crate) const TOKIO_MULTI_THREAD: Executor = Executor {
    spawn: spawn_on_tokio,
    run: |begin, shared| RUNTIMES.with(|[_, multi]| run_tokio(multi, begin, shared)),
};

thread_local! {
    static POOL: RefCell<Option<LocalSpawner>> = const { RefCell::new(None) };
    static RUNTIMES: [Runtime; 2] = [
        Builder::new_current_thread().build().expect("a runtime"),
        Builder::new_multi_thread().worker_threads(4).build().expect("a runtime"),
    ];
}

/// Watches the task that comes next.
struct Watching {
    spawner: LocalSpawner,
    next: Cell<Option<Watch>>,
}

impl LocalSpawn for Watching {
    fn spawn_local_obj(&self, task: LocalFutureObj<'static, ()>) -> Result<(), SpawnError> {
        let watch = self.next.take().expect("one task at a time");
        let watched = Box::pin(Watched::new(task, watch));
        self.spawner.spawn_local_obj(watched.into())
    }
}

fn spawn_on_pool(_: &Arc<Shared>, task: Boxed, watch: Watch) {
    let spawner = POOL.with_borrow(Clone::clone).expect("it is there");
    let next = Cell::new(Some(watch));
    let pool = async_hooks::Propagating::new(Watching { spawner, next });
    let spawned = pool.spawn_local_obj(Box::pin(task).into());
    spawned.expect("it is there");
}

fn run_pool(begin: &mut dyn FnMut(), _: &Shared) {
    let mut pool = LocalPool::new();
    POOL.set(Some(pool.spawner()));
    begin();
    while thrown(|| pool.run()) {}
    POOL.set(None);
}

fn spawn_on_tokio(shared: &Arc<Shared>, task: Boxed, watch: Watch) {
    let task = async_hooks::Task::new(task);
    shared.keep(tokio::spawn(Watched::new(task, watch)));
}

fn run_tokio(runtime: &Runtime, begin: &mut dyn FnMut(), shared: &Shared) {
    let _runtime = runtime.enter();
    begin();
    while let Some(handle) = shared.next_handle() {
        let _panicked = runtime.block_on(handle);
    }
}

/// Runs tasks that share nothing to their end, and checks the laws of events.
pub(crate) fn run_alone(executor: &Executor, program: &Alone) -> Logs {
    let shared = Shared::new(Tasks::Alone(executor.spawn));
    let collector = shared.env.run(Collector::start);
    shared
        .env
        .run(|| (executor.run)(&mut || spawn_alone(&shared, program), &shared));
    let checked = shared.env.run(|| collector.check());
    drop(collector);
    if let Err(broken) = checked {
        panic!("{broken}");
    }
    shared.into_logs()
}

/// Runs tasks that share everything to their end. Returns also which of them had its turn when.
pub(crate) fn run_together(executor: &Executor, body: &AsyncBody) -> (Vec<String>, Vec<Turn>) {
    let shared = Shared::new(Tasks::Together(executor.spawn));
    on_first_thread(|| {
        shared.env.run(|| {
            let mut end = None;
            let mut begin = || end = Some(spawn_together(&shared, body));
            (executor.run)(&mut begin, &shared);
            end.expect("it began")();
        });
    });
    let turns = std::mem::take(&mut *shared.turns());
    (shared.into_log(), turns)
}
