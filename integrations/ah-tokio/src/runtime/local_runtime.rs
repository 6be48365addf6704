//! Runtimes whose tasks stay on their thread.

use std::{future::Future, io, ops::Deref, time::Duration};

use ah_core::{Task, embedder::DriveGuard};
use tokio::{
    runtime::{EnterGuard, RuntimeMetrics},
    task::JoinHandle,
};

use super::{Builder, Handle};
use crate::carried::CarriedGuard;

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

    /// Wraps tokio's: see [`Runtime::from_tokio`](super::Runtime::from_tokio).
    #[must_use]
    pub fn from_tokio(runtime: tokio::runtime::LocalRuntime) -> Self {
        let handle = Handle::from(runtime.handle().clone());
        Self { runtime, handle }
    }

    /// Returns a handle to it.
    #[must_use]
    pub fn handle(&self) -> &Handle {
        &self.handle
    }

    /// Spawns a task that runs with the stores that are current here, as [`tokio::runtime::LocalRuntime::spawn_local`].
    #[track_caller]
    pub fn spawn_local<F>(&self, future: F) -> JoinHandle<F::Output>
    where
        F: Future + 'static,
        F::Output: 'static,
    {
        let task = Task::new(future);
        let _carried = CarriedGuard::mark();
        self.runtime.spawn_local(task)
    }

    /// Runs a closure that may block with the stores that are current here, as [`tokio::runtime::LocalRuntime::spawn_blocking`].
    #[track_caller]
    pub fn spawn_blocking<F, R>(&self, func: F) -> JoinHandle<R>
    where
        F: FnOnce() -> R + Send + 'static,
        R: Send + 'static,
    {
        self.handle.spawn_blocking(func)
    }

    /// Runs a future to its end: see [`Runtime::block_on`](super::Runtime::block_on).
    ///
    /// # Panics
    ///
    /// As [`tokio::runtime::LocalRuntime::block_on`].
    #[track_caller]
    pub fn block_on<F: Future>(&self, future: F) -> F::Output {
        let guard = DriveGuard::enter();
        self.runtime.block_on(guard.drive(future))
    }

    /// As [`tokio::runtime::LocalRuntime::enter`].
    pub fn enter(&self) -> EnterGuard<'_> {
        self.runtime.enter()
    }

    /// As [`tokio::runtime::LocalRuntime::metrics`].
    #[must_use]
    pub fn metrics(&self) -> RuntimeMetrics {
        self.runtime.metrics()
    }

    /// As [`tokio::runtime::LocalRuntime::shutdown_timeout`].
    pub fn shutdown_timeout(self, duration: Duration) {
        self.runtime.shutdown_timeout(duration);
    }

    /// As [`tokio::runtime::LocalRuntime::shutdown_background`].
    pub fn shutdown_background(self) {
        self.runtime.shutdown_background();
    }

    /// Returns tokio's.
    #[must_use]
    pub fn get_ref(&self) -> &tokio::runtime::LocalRuntime {
        &self.runtime
    }

    /// Returns tokio's.
    #[must_use]
    pub fn into_inner(self) -> tokio::runtime::LocalRuntime {
        self.runtime
    }
}

impl From<tokio::runtime::LocalRuntime> for LocalRuntime {
    fn from(runtime: tokio::runtime::LocalRuntime) -> Self {
        Self::from_tokio(runtime)
    }
}

impl AsRef<tokio::runtime::LocalRuntime> for LocalRuntime {
    fn as_ref(&self) -> &tokio::runtime::LocalRuntime {
        &self.runtime
    }
}

impl Deref for LocalRuntime {
    type Target = tokio::runtime::LocalRuntime;

    fn deref(&self) -> &Self::Target {
        &self.runtime
    }
}
