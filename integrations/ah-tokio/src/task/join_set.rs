//! Tasks that are joined together.

use std::{
    fmt,
    future::Future,
    ops::{Deref, DerefMut},
};

use ah_core::Task;
use tokio::task::AbortHandle;

use super::{LocalSet, blocking::carried};
use crate::{carrying, runtime::Handle};

/// A collection of tasks that carry the context of whoever spawns them, as [`tokio::task::JoinSet`], which it derefs to.
///
/// # Examples
///
/// ```
/// use ah_tokio as tokio;
///
/// static REQUEST_ID: async_hooks::AsyncLocalStorage<u64> = async_hooks::AsyncLocalStorage::new();
///
/// # let runtime = tokio::runtime::Runtime::new()?;
/// # runtime.block_on(REQUEST_ID.scope(7, async {
/// let mut tasks = tokio::task::JoinSet::new();
/// tasks.spawn(async { REQUEST_ID.get() });
/// while let Some(seen) = tasks.join_next().await {
///     assert_eq!(seen?, Some(7));
/// }
/// # Ok::<_, tokio::task::JoinError>(())
/// # }))?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct JoinSet<T>(tokio::task::JoinSet<T>);

impl<T> JoinSet<T> {
    /// Makes an empty one.
    #[must_use]
    pub fn new() -> Self {
        Self(tokio::task::JoinSet::new())
    }

    /// Returns tokio's.
    pub fn into_inner(self) -> tokio::task::JoinSet<T> {
        self.0
    }
}

impl<T: 'static> JoinSet<T> {
    /// As [`tokio::task::JoinSet::spawn`].
    ///
    /// # Panics
    ///
    /// As tokio's.
    #[track_caller]
    pub fn spawn<F>(&mut self, future: F) -> AbortHandle
    where
        F: Future<Output = T> + Send + 'static,
        T: Send,
    {
        let task = Task::new(future);
        carrying(|| self.0.spawn(task))
    }

    /// As [`tokio::task::JoinSet::spawn_on`].
    #[track_caller]
    pub fn spawn_on<F>(&mut self, future: F, handle: &Handle) -> AbortHandle
    where
        F: Future<Output = T> + Send + 'static,
        T: Send,
    {
        let task = Task::new(future);
        carrying(|| self.0.spawn_on(task, handle))
    }

    /// As [`tokio::task::JoinSet::spawn_local`].
    ///
    /// # Panics
    ///
    /// As tokio's.
    #[track_caller]
    pub fn spawn_local<F>(&mut self, future: F) -> AbortHandle
    where
        F: Future<Output = T> + 'static,
    {
        let task = Task::new(future);
        carrying(|| self.0.spawn_local(task))
    }

    /// As [`tokio::task::JoinSet::spawn_local_on`].
    #[track_caller]
    pub fn spawn_local_on<F>(&mut self, future: F, local_set: &LocalSet) -> AbortHandle
    where
        F: Future<Output = T> + 'static,
    {
        let task = Task::new(future);
        carrying(|| self.0.spawn_local_on(task, local_set.get_ref()))
    }

    /// As [`tokio::task::JoinSet::spawn_blocking`].
    ///
    /// # Panics
    ///
    /// As tokio's.
    #[track_caller]
    pub fn spawn_blocking<F>(&mut self, f: F) -> AbortHandle
    where
        F: FnOnce() -> T + Send + 'static,
        T: Send,
    {
        self.0.spawn_blocking(carried(f))
    }

    /// As [`tokio::task::JoinSet::spawn_blocking_on`].
    #[track_caller]
    pub fn spawn_blocking_on<F>(&mut self, f: F, handle: &Handle) -> AbortHandle
    where
        F: FnOnce() -> T + Send + 'static,
        T: Send,
    {
        self.0.spawn_blocking_on(carried(f), handle)
    }

    /// As [`tokio::task::JoinSet::join_all`].
    pub async fn join_all(self) -> Vec<T> {
        self.0.join_all().await
    }
}

impl<T> Deref for JoinSet<T> {
    type Target = tokio::task::JoinSet<T>;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl<T> DerefMut for JoinSet<T> {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.0
    }
}

impl<T> Default for JoinSet<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T> fmt::Debug for JoinSet<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl<T, F> FromIterator<F> for JoinSet<T>
where
    F: Future<Output = T> + Send + 'static,
    T: Send + 'static,
{
    fn from_iter<I: IntoIterator<Item = F>>(futures: I) -> Self {
        let mut set = Self::new();
        set.extend(futures);
        set
    }
}

impl<T, F> Extend<F> for JoinSet<T>
where
    F: Future<Output = T> + Send + 'static,
    T: Send + 'static,
{
    fn extend<I: IntoIterator<Item = F>>(&mut self, futures: I) {
        for future in futures {
            self.spawn(future);
        }
    }
}
