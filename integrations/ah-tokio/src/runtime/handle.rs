//! Handles.

use std::{future::Future, ops::Deref};

use ah_core::{Task, embedder::DriveGuard};
use tokio::{
    runtime::{EnterGuard, Id, RuntimeFlavor, RuntimeMetrics, TryCurrentError},
    task::JoinHandle,
};

use crate::{carried::CarriedGuard, task::carried};

/// A handle to a runtime, as [`tokio::runtime::Handle`], which it derefs to.
///
/// # Examples
///
/// ```
/// use ah_tokio as tokio;
///
/// static REQUEST_ID: async_hooks::AsyncLocalStorage<u64> = async_hooks::AsyncLocalStorage::new();
///
/// # let runtime = tokio::runtime::Runtime::new()?;
/// # runtime.block_on(async {
/// let handle = tokio::runtime::Handle::current();
/// let seen = REQUEST_ID.run::<_, async_hooks::Value>(7, || handle.spawn(async { REQUEST_ID.get() }));
/// assert_eq!(seen.await?, Some(7));
/// # Ok::<_, tokio::task::JoinError>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Handle(tokio::runtime::Handle);

impl Handle {
    /// As [`tokio::runtime::Handle::current`].
    ///
    /// # Panics
    ///
    /// As tokio's.
    #[must_use]
    #[track_caller]
    pub fn current() -> Self {
        Self(tokio::runtime::Handle::current())
    }

    /// As [`tokio::runtime::Handle::try_current`].
    ///
    /// # Errors
    ///
    /// As tokio's.
    pub fn try_current() -> Result<Self, TryCurrentError> {
        tokio::runtime::Handle::try_current().map(Self)
    }

    /// Spawns a task that runs with the stores that are current here, as [`tokio::runtime::Handle::spawn`].
    #[track_caller]
    pub fn spawn<F>(&self, future: F) -> JoinHandle<F::Output>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        let task = Task::new(future);
        let _carried = CarriedGuard::mark();
        self.0.spawn(task)
    }

    /// Runs a closure that may block with the stores that are current here, as [`tokio::runtime::Handle::spawn_blocking`].
    #[track_caller]
    pub fn spawn_blocking<F, R>(&self, func: F) -> JoinHandle<R>
    where
        F: FnOnce() -> R + Send + 'static,
        R: Send + 'static,
    {
        self.0.spawn_blocking(carried(func))
    }

    /// Runs a future to its end, as [`tokio::runtime::Handle::block_on`]: with the ids and stores that are current here.
    ///
    /// # Panics
    ///
    /// As tokio's.
    #[track_caller]
    pub fn block_on<F: Future>(&self, future: F) -> F::Output {
        let guard = DriveGuard::enter();
        self.0.block_on(guard.drive(future))
    }

    /// As [`tokio::runtime::Handle::enter`].
    pub fn enter(&self) -> EnterGuard<'_> {
        self.0.enter()
    }

    /// As [`tokio::runtime::Handle::runtime_flavor`].
    #[must_use]
    pub fn runtime_flavor(&self) -> RuntimeFlavor {
        self.0.runtime_flavor()
    }

    /// As [`tokio::runtime::Handle::id`].
    #[must_use]
    pub fn id(&self) -> Id {
        self.0.id()
    }

    /// As [`tokio::runtime::Handle::name`].
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        self.0.name()
    }

    /// As [`tokio::runtime::Handle::metrics`].
    #[must_use]
    pub fn metrics(&self) -> RuntimeMetrics {
        self.0.metrics()
    }

    /// As [`tokio::runtime::Handle::dump`].
    #[cfg(all(
        tokio_unstable,
        feature = "taskdump",
        target_os = "linux",
        any(
            target_arch = "aarch64",
            target_arch = "x86",
            target_arch = "x86_64",
            target_arch = "s390x"
        )
    ))]
    pub async fn dump(&self) -> super::Dump {
        self.0.dump().await
    }

    /// Returns tokio's.
    #[must_use]
    pub fn get_ref(&self) -> &tokio::runtime::Handle {
        &self.0
    }

    /// Returns tokio's.
    #[must_use]
    pub fn into_inner(self) -> tokio::runtime::Handle {
        self.0
    }
}

impl From<tokio::runtime::Handle> for Handle {
    fn from(handle: tokio::runtime::Handle) -> Self {
        Self(handle)
    }
}

impl AsRef<tokio::runtime::Handle> for Handle {
    fn as_ref(&self) -> &tokio::runtime::Handle {
        &self.0
    }
}

impl Deref for Handle {
    type Target = tokio::runtime::Handle;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}
