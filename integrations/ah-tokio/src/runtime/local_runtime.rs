//! Runtimes whose tasks stay on their thread.

use std::{future::Future, io, ops::Deref, time::Duration};

use ah_core::{Task, embedder};
use tokio::{runtime::EnterGuard, task::JoinHandle};

use super::{Builder, Handle};
use crate::carrying;

/// A runtime whose tasks stay on its thread, as [`tokio::runtime::LocalRuntime`].
///
/// # Examples
///
/// ```
/// use ah_tokio as tokio;
///
/// static REQUEST_ID: async_hooks::AsyncLocalStorage<u64> = async_hooks::AsyncLocalStorage::new();
///
/// let runtime = tokio::runtime::LocalRuntime::new()?;
/// let task = REQUEST_ID.run::<_, async_hooks::Value>(7, || runtime.spawn_local(async { REQUEST_ID.get() }));
/// assert_eq!(runtime.block_on(task)?, Some(7));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct LocalRuntime {
    runtime: tokio::runtime::LocalRuntime,
    handle: Handle,
}

impl LocalRuntime {
    /// As [`tokio::runtime::LocalRuntime::new`].
    ///
    /// # Errors
    ///
    /// As tokio's.
    pub fn new() -> io::Result<Self> {
        Builder::new_current_thread()
            .enable_all()
            .build_local(tokio::runtime::LocalOptions::default())
    }

    pub(super) fn from_tokio(runtime: tokio::runtime::LocalRuntime) -> Self {
        let handle = Handle::from(runtime.handle().clone());
        Self { runtime, handle }
    }

    /// Returns a handle to it.
    #[must_use]
    pub fn handle(&self) -> &Handle {
        &self.handle
    }

    /// Spawns a task that runs with the stores in force here, as [`tokio::runtime::LocalRuntime::spawn_local`].
    #[track_caller]
    pub fn spawn_local<F>(&self, future: F) -> JoinHandle<F::Output>
    where
        F: Future + 'static,
        F::Output: 'static,
    {
        let task = Task::new(future);
        carrying(|| self.runtime.spawn_local(task))
    }

    /// Runs a closure that may block with the stores in force here, as [`tokio::runtime::LocalRuntime::spawn_blocking`].
    #[track_caller]
    pub fn spawn_blocking<F, R>(&self, f: F) -> JoinHandle<R>
    where
        F: FnOnce() -> R + Send + 'static,
        R: Send + 'static,
    {
        self.handle.spawn_blocking(f)
    }

    /// Runs a future to its end: see [`Runtime::block_on`](super::Runtime::block_on).
    ///
    /// # Panics
    ///
    /// As [`tokio::runtime::LocalRuntime::block_on`].
    #[track_caller]
    pub fn block_on<F: Future>(&self, future: F) -> F::Output {
        embedder::drive(future, |future| self.runtime.block_on(future))
    }

    /// As [`tokio::runtime::LocalRuntime::enter`].
    pub fn enter(&self) -> EnterGuard<'_> {
        self.runtime.enter()
    }

    /// As [`tokio::runtime::LocalRuntime::shutdown_timeout`].
    pub fn shutdown_timeout(self, duration: Duration) {
        self.runtime.shutdown_timeout(duration);
    }

    /// As [`tokio::runtime::LocalRuntime::shutdown_background`].
    pub fn shutdown_background(self) {
        self.runtime.shutdown_background();
    }
}

impl Deref for LocalRuntime {
    type Target = tokio::runtime::LocalRuntime;

    fn deref(&self) -> &Self::Target {
        &self.runtime
    }
}
