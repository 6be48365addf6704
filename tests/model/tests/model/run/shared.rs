//! What the tasks of a program share, and what is global to the process.

use std::{
    panic::{AssertUnwindSafe, catch_unwind, resume_unwind},
    sync::{Arc, Mutex, MutexGuard, Once, PoisonError},
};

use async_hooks::{AsyncId, AsyncLocalStorage, EngineError, Inherit, PanicPolicy};
use tokio::task::{AbortHandle, JoinHandle};

use super::Tasks;
use crate::{
    log::{Logs, Turn},
    program::STORAGES,
};

/// A store that tells whether all of its kind are dropped.
#[derive(Clone)]
pub(super) struct Store {
    pub(super) value: u32,
    pub(super) _alive: Arc<()>,
}

/// What the tasks of a program share.
pub(crate) struct Shared {
    pub(crate) env: async_hooks::Env,
    pub(super) storages: [AsyncLocalStorage<Store>; STORAGES],
    pub(super) alive: Arc<()>,
    pub(super) logs: Mutex<Logs>,
    pub(super) tasks: Tasks,
    turns: Mutex<Vec<Turn>>,
    handles: Mutex<Vec<JoinHandle<()>>>,
    aborts: Mutex<Vec<AbortHandle>>,
}

impl Shared {
    pub(crate) fn new(tasks: Tasks) -> Arc<Self> {
        static GLOBAL: Once = Once::new();
        GLOBAL.call_once(|| {
            async_hooks::set_error_sink(note_error);
            async_hooks::set_panic_policy(PanicPolicy::Contain);
        });
        Arc::new(Self {
            env: async_hooks::Env::new(),
            storages: storages(),
            alive: Arc::new(()),
            logs: Mutex::default(),
            tasks,
            turns: Mutex::default(),
            handles: Mutex::default(),
            aborts: Mutex::default(),
        })
    }

    /// Keeps the handle of a task of tokio.
    pub(crate) fn keep(&self, handle: JoinHandle<()>) {
        self.aborts().push(handle.abort_handle());
        locked(&self.handles).push(handle);
    }

    /// A handle that was kept and not taken out: who spawns is not over before its task is among these.
    pub(crate) fn next_handle(&self) -> Option<JoinHandle<()>> {
        locked(&self.handles).pop()
    }

    pub(super) fn aborts(&self) -> MutexGuard<'_, Vec<AbortHandle>> {
        locked(&self.aborts)
    }

    pub(crate) fn turns(&self) -> MutexGuard<'_, Vec<Turn>> {
        locked(&self.turns)
    }

    /// What the only one logged.
    ///
    /// # Panics
    ///
    /// As [`into_logs`](Self::into_logs).
    pub(crate) fn into_log(self: Arc<Self>) -> Vec<String> {
        let logs = self.into_logs();
        logs.into_values().next().expect("there is one")
    }

    /// What the tasks logged, when all of them are dropped.
    ///
    /// # Panics
    ///
    /// If something was left behind.
    pub(crate) fn into_logs(self: Arc<Self>) -> Logs {
        assert_eq!(async_hooks::execution_async_id(), AsyncId::ROOT);
        let errors = locked(&ERRORS);
        assert!(errors.is_empty(), "reported: {errors:?}");
        drop(errors);
        let shared = Arc::into_inner(self).expect("nothing else keeps it");
        assert_eq!(Arc::strong_count(&shared.alive), 1, "a store is alive");
        let logs = shared.logs.into_inner();
        logs.unwrap_or_else(PoisonError::into_inner)
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn storages() -> [AsyncLocalStorage<Store>; STORAGES] {
    fn default<const VALUE: u32>() -> Store {
        Store {
            value: VALUE,
            _alive: Arc::new(()),
        }
    }
    let never = || AsyncLocalStorage::builder().inherit(Inherit::Never);
    [
        AsyncLocalStorage::new(),
        AsyncLocalStorage::builder().default(default::<100>).build(),
        never().build(),
        never().default(default::<200>).build(),
    ]
}

/// What the error sink received and no program causes.
static ERRORS: Mutex<Vec<String>> = Mutex::new(Vec::new());

/// Guards go in any order, scopes that were entered manually stay open, and hooks panic; nothing else may be reported.
fn note_error(error: &EngineError<'_>) {
    let expected = match error {
        EngineError::GuardOutOfOrder
        | EngineError::GuardElsewhere
        | EngineError::ScopeNotLeft { .. } => true,
        EngineError::HookPanicked(panic) => panic.payload().is::<Thrown>(),
        _ => false,
    };
    if !expected {
        locked(&ERRORS).push(error.to_string());
    }
}

/// What `Op::Panic` unwinds with.
pub(super) struct Thrown;

/// Runs `f` up to a throw. True if it threw.
pub(crate) fn thrown(f: impl FnOnce()) -> bool {
    match catch_unwind(AssertUnwindSafe(f)) {
        Ok(()) => false,
        Err(payload) if payload.is::<Thrown>() => true,
        Err(payload) => resume_unwind(payload),
    }
}
