//! Tasks that stay on their thread.

use std::{
    fmt,
    future::Future,
    ops::Deref,
    pin::Pin,
    task::{Context, Poll},
};

use ah_core::Task;
use tokio::task::{JoinHandle, LocalEnterGuard};

use crate::{carried::CarriedGuard, runtime::Runtime};

/// Spawns a task that stays on this thread and runs with the stores that are current here, as [`tokio::task::spawn_local`].
///
/// # Panics
///
/// As [`tokio::task::spawn_local`].
#[track_caller]
pub fn spawn_local<F>(future: F) -> JoinHandle<F::Output>
where
    F: Future + 'static,
    F::Output: 'static,
{
    let task = Task::new(future);
    let _carried = CarriedGuard::mark();
    tokio::task::spawn_local(task)
}

pin_project_lite::pin_project! {
    /// A set of tasks that stay on one thread, as [`tokio::task::LocalSet`], which it derefs to.
    ///
    /// # Examples
    ///
    /// ```
    /// use ah_tokio as tokio;
    ///
    /// static REQUEST_ID: async_hooks::AsyncLocalStorage<u64> = async_hooks::AsyncLocalStorage::new();
    ///
    /// # let runtime = tokio::runtime::Runtime::new()?;
    /// let local = tokio::task::LocalSet::new();
    /// let seen = REQUEST_ID.run::<_, async_hooks::Value>(7, || local.spawn_local(async { REQUEST_ID.get() }));
    /// assert_eq!(local.block_on(&runtime, seen)?, Some(7));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[derive(Default)]
    pub struct LocalSet {
        #[pin]
        set: tokio::task::LocalSet,
    }
}

impl LocalSet {
    /// Creates an empty one.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// As [`tokio::task::LocalSet::spawn_local`].
    #[track_caller]
    pub fn spawn_local<F>(&self, future: F) -> JoinHandle<F::Output>
    where
        F: Future + 'static,
        F::Output: 'static,
    {
        let task = Task::new(future);
        let _carried = CarriedGuard::mark();
        self.set.spawn_local(task)
    }

    /// As [`tokio::task::LocalSet::enter`].
    pub fn enter(&self) -> LocalEnterGuard {
        self.set.enter()
    }

    /// As [`tokio::task::LocalSet::id`].
    #[cfg(tokio_unstable)]
    #[must_use]
    pub fn id(&self) -> tokio::runtime::Id {
        self.set.id()
    }

    /// As [`tokio::task::LocalSet::unhandled_panic`].
    ///
    /// # Panics
    ///
    /// As tokio's.
    #[cfg(tokio_unstable)]
    #[track_caller]
    pub fn unhandled_panic(&mut self, behavior: tokio::runtime::UnhandledPanic) -> &mut Self {
        self.set.unhandled_panic(behavior);
        self
    }

    /// As [`tokio::task::LocalSet::block_on`].
    ///
    /// # Panics
    ///
    /// As tokio's.
    #[track_caller]
    pub fn block_on<F>(&self, rt: &Runtime, future: F) -> F::Output
    where
        F: Future,
    {
        rt.block_on(self.set.run_until(future))
    }

    /// As [`tokio::task::LocalSet::run_until`].
    pub async fn run_until<F>(&self, future: F) -> F::Output
    where
        F: Future,
    {
        self.set.run_until(future).await
    }

    /// Returns tokio's.
    #[must_use]
    pub fn get_ref(&self) -> &tokio::task::LocalSet {
        &self.set
    }

    /// Returns tokio's.
    #[must_use]
    pub fn into_inner(self) -> tokio::task::LocalSet {
        self.set
    }
}

impl Future for LocalSet {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        self.project().set.poll(cx)
    }
}

impl Deref for LocalSet {
    type Target = tokio::task::LocalSet;

    fn deref(&self) -> &Self::Target {
        &self.set
    }
}

impl From<tokio::task::LocalSet> for LocalSet {
    fn from(set: tokio::task::LocalSet) -> Self {
        Self { set }
    }
}

impl AsRef<tokio::task::LocalSet> for LocalSet {
    fn as_ref(&self) -> &tokio::task::LocalSet {
        &self.set
    }
}

impl fmt::Debug for LocalSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.set.fmt(f)
    }
}
