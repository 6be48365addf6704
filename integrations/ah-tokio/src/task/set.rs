//! Tasks that are joined together.

use std::{
    fmt,
    future::Future,
    ops::{Deref, DerefMut},
    task::{Context, Poll},
};

use ah_core::Task;
use tokio::task::{AbortHandle, Id, JoinError};

use super::{LocalSet, carried};
use crate::{carried::CarriedGuard, runtime::Handle};

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
    /// As [`tokio::task::JoinSet::new`].
    pub fn new() -> Self {
        Self(tokio::task::JoinSet::new())
    }

    /// As [`tokio::task::JoinSet::len`].
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// As [`tokio::task::JoinSet::is_empty`].
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns tokio's.
    pub fn get_ref(&self) -> &tokio::task::JoinSet<T> {
        &self.0
    }

    /// Returns tokio's. What is spawned on it carries nothing.
    pub fn get_mut(&mut self) -> &mut tokio::task::JoinSet<T> {
        &mut self.0
    }

    /// Returns tokio's.
    pub fn into_inner(self) -> tokio::task::JoinSet<T> {
        self.0
    }
}

/// The methods that spawn: each task carries the context of its spawner.
impl<T: 'static> JoinSet<T> {
    /// As [`tokio::task::JoinSet::spawn`].
    ///
    /// # Panics
    ///
    /// As tokio's.
    #[track_caller]
    pub fn spawn<F>(&mut self, task: F) -> AbortHandle
    where
        F: Future<Output = T> + Send + 'static,
        T: Send,
    {
        let task = Task::new(task);
        let _carried = CarriedGuard::mark();
        self.0.spawn(task)
    }

    /// As [`tokio::task::JoinSet::spawn_on`].
    #[track_caller]
    pub fn spawn_on<F>(&mut self, task: F, handle: &Handle) -> AbortHandle
    where
        F: Future<Output = T> + Send + 'static,
        T: Send,
    {
        let task = Task::new(task);
        let _carried = CarriedGuard::mark();
        self.0.spawn_on(task, handle)
    }

    /// As [`tokio::task::JoinSet::spawn_local`].
    ///
    /// # Panics
    ///
    /// As tokio's.
    #[track_caller]
    pub fn spawn_local<F>(&mut self, task: F) -> AbortHandle
    where
        F: Future<Output = T> + 'static,
    {
        let task = Task::new(task);
        let _carried = CarriedGuard::mark();
        self.0.spawn_local(task)
    }

    /// As [`tokio::task::JoinSet::spawn_local_on`].
    #[track_caller]
    pub fn spawn_local_on<F>(&mut self, task: F, local_set: &LocalSet) -> AbortHandle
    where
        F: Future<Output = T> + 'static,
    {
        let task = Task::new(task);
        let _carried = CarriedGuard::mark();
        self.0.spawn_local_on(task, local_set)
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

    /// As [`tokio::task::JoinSet::build_task`].
    #[cfg(all(tokio_unstable, feature = "tracing"))]
    pub fn build_task(&mut self) -> super::join_set::Builder<'_, T> {
        super::join_set::Builder::new(self)
    }
}

/// tokio's other methods.
impl<T: 'static> JoinSet<T> {
    /// As [`tokio::task::JoinSet::join_next`].
    pub async fn join_next(&mut self) -> Option<Result<T, JoinError>> {
        self.0.join_next().await
    }

    /// As [`tokio::task::JoinSet::join_next_with_id`].
    pub async fn join_next_with_id(&mut self) -> Option<Result<(Id, T), JoinError>> {
        self.0.join_next_with_id().await
    }

    /// As [`tokio::task::JoinSet::try_join_next`].
    pub fn try_join_next(&mut self) -> Option<Result<T, JoinError>> {
        self.0.try_join_next()
    }

    /// As [`tokio::task::JoinSet::try_join_next_with_id`].
    pub fn try_join_next_with_id(&mut self) -> Option<Result<(Id, T), JoinError>> {
        self.0.try_join_next_with_id()
    }

    /// As [`tokio::task::JoinSet::shutdown`].
    pub async fn shutdown(&mut self) {
        self.0.shutdown().await;
    }

    /// As [`tokio::task::JoinSet::join_all`].
    pub async fn join_all(self) -> Vec<T> {
        self.0.join_all().await
    }

    /// As [`tokio::task::JoinSet::abort_all`].
    pub fn abort_all(&mut self) {
        self.0.abort_all();
    }

    /// As [`tokio::task::JoinSet::detach_all`].
    pub fn detach_all(&mut self) {
        self.0.detach_all();
    }

    /// As [`tokio::task::JoinSet::poll_join_next`].
    pub fn poll_join_next(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<T, JoinError>>> {
        self.0.poll_join_next(cx)
    }

    /// As [`tokio::task::JoinSet::poll_join_next_with_id`].
    pub fn poll_join_next_with_id(
        &mut self,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<(Id, T), JoinError>>> {
        self.0.poll_join_next_with_id(cx)
    }
}

impl<T> From<tokio::task::JoinSet<T>> for JoinSet<T> {
    fn from(set: tokio::task::JoinSet<T>) -> Self {
        Self(set)
    }
}

impl<T> AsRef<tokio::task::JoinSet<T>> for JoinSet<T> {
    fn as_ref(&self) -> &tokio::task::JoinSet<T> {
        &self.0
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
