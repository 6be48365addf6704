use std::{future::Future, ops::Deref, time::Duration};

use ah_core::embedder::DriveGuard;
use tokio::{
    runtime::{EnterGuard, RuntimeMetrics},
    task::JoinHandle,
};

use super::Handle;

/// A runtime, as [`tokio::runtime::Runtime`].
///
/// # Examples
///
/// ```
/// use ah_tokio as tokio;
///
/// static REQUEST_ID: async_hooks::AsyncLocalStorage<u64> = async_hooks::AsyncLocalStorage::new();
///
/// let runtime = tokio::runtime::Runtime::new()?;
/// let task = REQUEST_ID.run::<_, async_hooks::Value>(7, || runtime.spawn(async { REQUEST_ID.get() }));
/// assert_eq!(runtime.block_on(task)?, Some(7));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Runtime {
    runtime: tokio::runtime::Runtime,
    handle: Handle,
}

impl Runtime {
    /// As [`tokio::runtime::Runtime::new`].
    ///
    /// # Errors
    ///
    /// As tokio's.
    #[cfg(feature = "rt-multi-thread")]
    pub fn new() -> std::io::Result<Self> {
        super::Builder::new_multi_thread().enable_all().build()
    }

    /// Wraps tokio's. What its builder did not do is not done: its threads are taken for roots, and its tasks are only
    /// carried if they are spawned by this crate.
    #[must_use]
    pub fn from_tokio(runtime: tokio::runtime::Runtime) -> Self {
        let handle = Handle::from(runtime.handle().clone());
        Self { runtime, handle }
    }

    /// Returns a handle to it.
    #[must_use]
    pub fn handle(&self) -> &Handle {
        &self.handle
    }

    /// Spawns a task that runs with the stores that are current here, as [`tokio::runtime::Runtime::spawn`].
    #[track_caller]
    pub fn spawn<F>(&self, future: F) -> JoinHandle<F::Output>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        self.handle.spawn(future)
    }

    /// Runs a closure that may block with the stores that are current here, as [`tokio::runtime::Runtime::spawn_blocking`].
    #[track_caller]
    pub fn spawn_blocking<F, R>(&self, func: F) -> JoinHandle<R>
    where
        F: FnOnce() -> R + Send + 'static,
        R: Send + 'static,
    {
        self.handle.spawn_blocking(func)
    }

    /// Runs a future to its end, as [`tokio::runtime::Runtime::block_on`].
    ///
    /// It runs with the ids and stores that are current here, and is no resource of its own. Tasks that this thread polls
    /// meanwhile see nothing of that.
    ///
    /// # Panics
    ///
    /// As tokio's.
    #[track_caller]
    pub fn block_on<F: Future>(&self, future: F) -> F::Output {
        let guard = DriveGuard::enter();
        self.runtime.block_on(guard.drive(future))
    }

    /// As [`tokio::runtime::Runtime::enter`].
    pub fn enter(&self) -> EnterGuard<'_> {
        self.runtime.enter()
    }

    /// As [`tokio::runtime::Runtime::metrics`].
    #[must_use]
    pub fn metrics(&self) -> RuntimeMetrics {
        self.runtime.metrics()
    }

    /// As [`tokio::runtime::Runtime::shutdown_timeout`].
    pub fn shutdown_timeout(self, duration: Duration) {
        self.runtime.shutdown_timeout(duration);
    }

    /// As [`tokio::runtime::Runtime::shutdown_background`].
    pub fn shutdown_background(self) {
        self.runtime.shutdown_background();
    }

    /// Returns tokio's.
    #[must_use]
    pub fn get_ref(&self) -> &tokio::runtime::Runtime {
        &self.runtime
    }

    /// Returns tokio's.
    #[must_use]
    pub fn into_inner(self) -> tokio::runtime::Runtime {
        self.runtime
    }
}

impl From<tokio::runtime::Runtime> for Runtime {
    fn from(runtime: tokio::runtime::Runtime) -> Self {
        Self::from_tokio(runtime)
    }
}

impl AsRef<tokio::runtime::Runtime> for Runtime {
    fn as_ref(&self) -> &tokio::runtime::Runtime {
        &self.runtime
    }
}

impl Deref for Runtime {
    type Target = tokio::runtime::Runtime;

    fn deref(&self) -> &Self::Target {
        &self.runtime
    }
}
