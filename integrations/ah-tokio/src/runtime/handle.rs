//! Handles.

use std::{future::Future, ops::Deref};

use ah_core::{Task, embedder};
use tokio::{runtime::TryCurrentError, task::JoinHandle};

use crate::{carrying, task::carried};

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

    /// Spawns a task that runs with the stores in force here, as [`tokio::runtime::Handle::spawn`].
    #[track_caller]
    pub fn spawn<F>(&self, future: F) -> JoinHandle<F::Output>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        let task = Task::new(future);
        carrying(|| self.0.spawn(task))
    }

    /// Runs a closure that may block with the stores in force here, as [`tokio::runtime::Handle::spawn_blocking`].
    #[track_caller]
    pub fn spawn_blocking<F, R>(&self, f: F) -> JoinHandle<R>
    where
        F: FnOnce() -> R + Send + 'static,
        R: Send + 'static,
    {
        self.0.spawn_blocking(carried(f))
    }

    /// Runs a future to its end, as [`tokio::runtime::Handle::block_on`]: with the ids and stores in force here.
    ///
    /// # Panics
    ///
    /// As tokio's.
    #[track_caller]
    pub fn block_on<F: Future>(&self, future: F) -> F::Output {
        embedder::drive(future, |future| self.0.block_on(future))
    }
}

impl From<tokio::runtime::Handle> for Handle {
    fn from(handle: tokio::runtime::Handle) -> Self {
        Self(handle)
    }
}

impl Deref for Handle {
    type Target = tokio::runtime::Handle;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}
