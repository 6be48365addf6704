//! Runs a program against the real thing.

mod attributes;
mod channel;
mod env;
mod future;
mod hook;
mod manual;
mod shared;
mod step;
mod task;

use std::{
    cell::RefCell,
    pin::Pin,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU32, Ordering::SeqCst},
    },
};

use async_hooks::{
    AsyncHook, AsyncId, Env, ScopeGuard, Snapshot, embedder::TaskContext, promise_hooks::Stop,
};

use crate::{
    log::{Labels, Path, look, look_around},
    program::{Body, FUEL, SLOTS},
};
use attributes::AnyResource;
use channel::Slot;
use hook::CALLBACKS;
use shared::Store;

pub(crate) use shared::{Shared, thrown};
pub(crate) use task::{Tasks, Watch, Watched, spawn_alone, spawn_together};

pub(crate) type Boxed = Pin<Box<dyn Future<Output = ()> + Send>>;

enum Closure {
    Once(Box<dyn FnOnce() + Send>),
    Often(Arc<dyn Fn() + Send + Sync>),
}

#[derive(Default)]
struct State {
    log: Vec<String>,
    labels: Labels,
    children: usize,
    hooks_made: usize,
    resources: [Option<AnyResource>; SLOTS],
    snapshots: [Option<Arc<Snapshot>>; SLOTS],
    closures: [Option<Closure>; SLOTS],
    hooks: [Option<AsyncHook>; SLOTS],
    promise_hooks: [Option<Stop>; SLOTS],
    futures: [Option<Slot>; SLOTS],
    envs: [Option<Env>; SLOTS],
    /// Ids with their triggers.
    ids: [Option<(AsyncId, AsyncId)>; SLOTS],
    manual_tasks: [Option<TaskContext>; SLOTS],
}

/// One program, or one task that shares nothing.
pub(crate) struct Runner {
    shared: Arc<Shared>,
    path: Path,
    fuel: AtomicU32,
    state: Mutex<State>,
}

thread_local! {
    /// The guards, on the first thread of a program.
    static GUARDS: RefCell<Option<[Option<ScopeGuard>; SLOTS]>> = const { RefCell::new(None) };
}

/// Runs a program and returns what it logs.
///
/// # Panics
///
/// If it left anything behind: a store, or a context.
pub(crate) fn run(program: &Body) -> Vec<String> {
    let shared = Shared::new(Tasks::None);
    on_first_thread(|| {
        shared.env.run(|| {
            let runner = Runner::new(&shared, Path::new(), Labels::none());
            if thrown(|| runner.run(program)) {
                runner.log("panicked");
            }
            runner.end();
        });
    });
    shared.into_log()
}

/// Runs `f` where programs have guards.
pub(crate) fn on_first_thread(f: impl FnOnce()) {
    GUARDS.set(Some(Default::default()));
    f();
    GUARDS.set(None);
}

fn is_first_thread() -> bool {
    GUARDS.with_borrow(Option::is_some)
}

/// Runs `f` with the guards, if this thread has them.
fn with_guards<R>(f: impl FnOnce(&mut [Option<ScopeGuard>; SLOTS]) -> Option<R>) -> Option<R> {
    GUARDS.with_borrow_mut(|guards| guards.as_mut().and_then(f))
}

impl Runner {
    fn new(shared: &Arc<Shared>, path: Path, labels: Labels) -> Arc<Self> {
        Arc::new(Self {
            shared: shared.clone(),
            path,
            fuel: AtomicU32::new(FUEL),
            state: Mutex::new(State {
                labels,
                ..State::default()
            }),
        })
    }

    fn end(&self) {
        self.look("end");
        self.drop_all();
        self.look("all dropped");
        self.hand_in_log();
    }

    fn hand_in_log(&self) {
        let log = std::mem::take(&mut self.state().log);
        let mut logs = self
            .shared
            .logs
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        logs.insert(self.path.clone(), log);
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn log(&self, line: impl Into<String>) {
        self.state().log.push(line.into());
    }

    fn label(&self, id: AsyncId) -> u64 {
        self.state().labels.of(id.get())
    }

    fn store(&self, value: u32) -> Store {
        Store {
            value,
            _alive: self.shared.alive.clone(),
        }
    }

    fn look(&self, what: &str) {
        let ids = [
            async_hooks::execution_async_id(),
            async_hooks::trigger_async_id(),
        ];
        let storages = &self.shared.storages;
        let stores = storages
            .each_ref()
            .map(|storage| Some(storage.get()?.value));
        let mut state = self.state();
        let ids = ids.map(|id| state.labels.of(id.get()));
        state.log.push(look(what, ids, stores));
    }

    /// A look at everything.
    fn look_around(&self) {
        self.look("look");
        let here = async_hooks::execution_async_resource();
        assert_eq!(here.async_id(), async_hooks::execution_async_id());
        assert_eq!(here.trigger_async_id(), async_hooks::trigger_async_id());
        let extension = here.extensions().get().map(|value| *value);
        self.log(look_around(extension, async_hooks::hooks_enabled()));
    }

    fn drop_all(&self) {
        self.fuel.store(0, SeqCst); // no hook makes anything again
        for slot in 0..SLOTS {
            self.drop_slot(slot);
        }
        for slot in 0..SLOTS {
            let gone = self.state().resources[slot].take();
            drop(gone);
            let gone = self.state().snapshots[slot].take();
            drop(gone);
            let gone = self.state().closures[slot].take();
            drop(gone);
            let gone = self.state().manual_tasks[slot].take();
            drop(gone);
            let gone = self.state().envs[slot].take();
            drop(gone);
            let gone = self.state().hooks[slot].take();
            drop(gone);
            let gone = with_guards(|guards| guards[slot].take());
            drop(gone);
        }
    }

    fn spend(&self) -> bool {
        self.fuel
            .try_update(SeqCst, SeqCst, |left| left.checked_sub(1))
            .is_ok()
    }
}
