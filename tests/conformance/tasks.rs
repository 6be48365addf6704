//! Programs of concurrent tasks: what each task sees in its storages.

use std::{
    collections::{BTreeMap, HashMap},
    future::Future,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use ah_testing::checked;
use ah_tokio::{runtime::Builder, task::JoinHandle};
use async_hooks::{Propagating, Snapshot};
use futures::{
    FutureExt as _, StreamExt as _,
    channel::mpsc,
    executor::LocalPool,
    future::{BoxFuture, FutureObj, RemoteHandle, Shared},
    task::{LocalSpawnExt as _, Spawn, SpawnError, SpawnExt as _},
};

use crate::program::{Body, Op, Storages, TaskProgram, storages, stores};

pub(crate) type Logs = BTreeMap<u64, Vec<String>>;

pub(crate) fn on_local_pool(program: TaskProgram) -> (Logs, Logs) {
    checked(|_| {
        let mut pool = LocalPool::new();
        let local = pool.spawner();
        let (sender, mut spawned) = mpsc::unbounded();
        let spawn_all = async move {
            while let Some(future) = spawned.next().await {
                local.spawn_obj(future).expect("the pool runs");
            }
        };
        pool.spawner()
            .spawn_local(spawn_all)
            .expect("the pool runs");
        pool.run_until(replay(program, Propagating::new(ToPool(sender)), async {}))
    })
}

/// The pool's own spawner cannot be sent, and these programs are.
#[derive(Clone)]
struct ToPool(mpsc::UnboundedSender<FutureObj<'static, ()>>);

impl Spawn for ToPool {
    fn spawn_obj(&self, future: FutureObj<'static, ()>) -> Result<(), SpawnError> {
        self.0
            .unbounded_send(future)
            .map_err(|_| SpawnError::shutdown())
    }
}

pub(crate) fn on_tokio_current_thread(program: TaskProgram) -> (Logs, Logs) {
    on_tokio(&mut Builder::new_current_thread(), program)
}

pub(crate) fn on_tokio_multi_thread(program: TaskProgram) -> (Logs, Logs) {
    on_tokio(Builder::new_multi_thread().worker_threads(4), program)
}

/// Through the wrappers of `ah-tokio`.
fn on_tokio(builder: &mut Builder, program: TaskProgram) -> (Logs, Logs) {
    checked(|_| {
        let runtime = builder.build().expect("a runtime");
        let handle = runtime.handle().clone();
        let spawner = Tokio::new(move |future| handle.spawn(future));
        let all_ended = spawner.clone().all_ended();
        runtime.block_on(replay(program, spawner, all_ended))
    })
}

/// Through tokio itself, by the hooks of its runtime.
#[cfg(tokio_unstable)]
pub(crate) fn by_hooks(
    builder: &mut tokio::runtime::Builder,
    program: TaskProgram,
) -> (Logs, Logs) {
    checked(|_| {
        ah_tokio::instrument(builder, ah_tokio::TaskCallbacks::new());
        let runtime = builder.build().expect("a runtime");
        let handle = runtime.handle().clone();
        let spawner = Tokio::new(move |future| handle.spawn(future));
        let all_ended = spawner.clone().all_ended();
        runtime.block_on(replay(program, spawner, all_ended))
    })
}

type SpawnIt = Arc<dyn Fn(FutureObj<'static, ()>) -> JoinHandle<()> + Send + Sync>;

#[derive(Clone)]
struct Tokio {
    spawn: SpawnIt,
    tasks: Arc<Mutex<Vec<JoinHandle<()>>>>,
}

impl Tokio {
    fn new(
        spawn: impl Fn(FutureObj<'static, ()>) -> JoinHandle<()> + Send + Sync + 'static,
    ) -> Self {
        Self {
            spawn: Arc::new(spawn),
            tasks: Arc::default(),
        }
    }

    /// A task may still be about to be dropped when its result is there.
    async fn all_ended(self) {
        let tasks = || self.tasks.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            let task = tasks().pop();
            match task {
                Some(task) => task.await.expect("no task panics"),
                None => return,
            }
        }
    }
}

impl Spawn for Tokio {
    fn spawn_obj(&self, future: FutureObj<'static, ()>) -> Result<(), SpawnError> {
        let task = (self.spawn)(future);
        self.tasks
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(task);
        Ok(())
    }
}

async fn replay<S: Spawn + Clone + Send + Sync + 'static>(
    program: TaskProgram,
    spawner: S,
    all_ended: impl Future<Output = ()>,
) -> (Logs, Logs) {
    let replayer = Arc::new(Replayer {
        storages: storages(program.storages),
        spawner,
        state: Mutex::default(),
    });
    let main = Run {
        replayer: replayer.clone(),
        task: 0,
    };
    main.run(program.ops).await;
    while let Some(task) = replayer.next_task() {
        task.await;
    }
    all_ended.await;
    // what the program made goes before its executor
    let state = std::mem::take(&mut *replayer.state());
    (state.logs, program.logs)
}

struct Replayer<S> {
    storages: Storages,
    spawner: S,
    state: Mutex<State>,
}

type Task = Shared<RemoteHandle<()>>;
/// Runs in its own context, and logs to the task that calls it.
type Function = Arc<dyn Fn(u64) + Send + Sync>;

#[derive(Default)]
struct State {
    logs: Logs,
    tasks: HashMap<u64, Task>,
    unfinished: Vec<Task>,
    functions: HashMap<u64, Function>,
    snapshots: HashMap<u64, Arc<Snapshot>>,
}

impl<S> Replayer<S> {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn next_task(&self) -> Option<Task> {
        self.state().unfinished.pop()
    }
}

/// A task that runs.
struct Run<S> {
    replayer: Arc<Replayer<S>>,
    task: u64,
}

impl<S> Clone for Run<S> {
    fn clone(&self) -> Self {
        Self {
            replayer: self.replayer.clone(),
            task: self.task,
        }
    }
}

impl<S: Spawn + Clone + Send + Sync + 'static> Run<S> {
    fn run(&self, body: Body) -> BoxFuture<'static, ()> {
        let this = self.clone();
        async move {
            for op in body.iter() {
                this.step(op).await;
            }
        }
        .boxed()
    }

    async fn step(&self, op: &Op) {
        match op {
            Op::StorageRun {
                storage,
                value,
                body,
            } => {
                self.replayer.storages[*storage]
                    .scope(*value, self.after_a_turn(body))
                    .await;
            }
            Op::StorageExit { storage, body } => {
                self.replayer.storages[*storage]
                    .exit_scope(self.after_a_turn(body))
                    .await;
            }
            Op::Task { name, body } => self.spawn(*name, body),
            Op::Yield => yield_now().await,
            Op::Join { name } => {
                let task = self.replayer.state().tasks.get(name).cloned();
                if let Some(task) = task {
                    task.await;
                }
            }
            Op::Sync { body } => self.run_sync(body),
            other => self.step_sync(other),
        }
    }

    fn after_a_turn(&self, body: &Body) -> impl Future<Output = ()> + Send + use<S> {
        let (this, body) = (self.clone(), body.clone());
        async move {
            yield_now().await;
            this.run(body).await;
        }
    }

    fn spawn(&self, name: u64, body: &Body) {
        let run = Self {
            replayer: self.replayer.clone(),
            task: name,
        };
        self.replayer.state().logs.entry(name).or_default();
        let task = self
            .replayer
            .spawner
            .spawn_with_handle(run.after_a_turn(body));
        let task = task.expect("the executor runs").shared();
        let mut state = self.replayer.state();
        state.tasks.insert(name, task.clone());
        state.unfinished.push(task);
    }

    fn run_sync(&self, body: &Body) {
        body.iter().for_each(|op| self.step_sync(op));
    }

    fn step_sync(&self, op: &Op) {
        let replayer = &self.replayer;
        match op {
            Op::Look => {
                let stores = stores(&replayer.storages);
                replayer
                    .state()
                    .logs
                    .entry(self.task)
                    .or_default()
                    .push(stores);
            }
            Op::EnterWith { storage, value } => replayer.storages[*storage].enter_with(*value),
            Op::StorageRun {
                storage,
                value,
                body,
            } => {
                replayer.storages[*storage].run(*value, || self.run_sync(body));
            }
            Op::StorageExit { storage, body } => {
                replayer.storages[*storage].exit(|| self.run_sync(body))
            }
            Op::Bind { name, body } => {
                let (weak, body) = (Arc::downgrade(replayer), body.clone());
                let function = async_hooks::bind!(move |task: u64| {
                    if let Some(replayer) = weak.upgrade() {
                        Self { replayer, task }.run_sync(&body);
                    }
                });
                replayer.state().functions.insert(*name, Arc::new(function));
            }
            Op::Call { name } => {
                let function = replayer.state().functions.get(name).cloned();
                if let Some(function) = function {
                    function(self.task);
                }
            }
            Op::Snapshot { name } => {
                let snapshot = Arc::new(async_hooks::snapshot());
                replayer.state().snapshots.insert(*name, snapshot);
            }
            Op::Restore { name, body } => {
                let snapshot = replayer.state().snapshots.get(name).cloned();
                if let Some(snapshot) = snapshot {
                    snapshot.run(|| self.run_sync(body));
                }
            }
            _ => panic!("not an op of a synchronous body"),
        }
    }
}

async fn yield_now() {
    let mut yielded = false;
    futures::future::poll_fn(|cx| {
        if std::mem::replace(&mut yielded, true) {
            return std::task::Poll::Ready(());
        }
        cx.waker().wake_by_ref();
        std::task::Poll::Pending
    })
    .await;
}
