//! Tasks with a name.

use std::{future::Future, io};

use ah_core::Task;
use tokio::task::JoinHandle;

use super::{LocalSet, carried};
use crate::{carried::CarriedGuard, runtime::Handle};

/// Spawns tasks with a name, as [`tokio::task::Builder`]: they run with the stores that are current where they are spawned.
///
/// # Examples
///
/// ```
/// use ah_tokio as tokio;
///
/// static REQUEST_ID: async_hooks::AsyncLocalStorage<u64> = async_hooks::AsyncLocalStorage::new();
///
/// # let runtime = tokio::runtime::Builder::new_current_thread().build()?;
/// # runtime.block_on(REQUEST_ID.scope(7, async {
/// let task = tokio::task::Builder::new().name("worker").spawn(async { REQUEST_ID.get() })?;
/// assert_eq!(task.await?, Some(7));
/// # Ok::<_, Box<dyn std::error::Error>>(())
/// # }))?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Default, Debug)]
#[must_use = "builders do nothing unless used to spawn a task"]
pub struct Builder<'a>(tokio::task::Builder<'a>);

impl<'a> Builder<'a> {
    /// As [`tokio::task::Builder::new`].
    pub fn new() -> Self {
        Self::default()
    }

    /// As [`tokio::task::Builder::name`].
    pub fn name(&self, name: &'a str) -> Self {
        Self(self.0.name(name))
    }

    /// As [`tokio::task::Builder::spawn`].
    ///
    /// # Errors
    ///
    /// As tokio's.
    ///
    /// # Panics
    ///
    /// As tokio's.
    #[track_caller]
    pub fn spawn<Fut>(self, future: Fut) -> io::Result<JoinHandle<Fut::Output>>
    where
        Fut: Future + Send + 'static,
        Fut::Output: Send + 'static,
    {
        let task = Task::new(future);
        let _carried = CarriedGuard::mark();
        self.0.spawn(task)
    }

    /// As [`tokio::task::Builder::spawn_on`].
    ///
    /// # Errors
    ///
    /// As tokio's.
    #[track_caller]
    pub fn spawn_on<Fut>(self, future: Fut, handle: &Handle) -> io::Result<JoinHandle<Fut::Output>>
    where
        Fut: Future + Send + 'static,
        Fut::Output: Send + 'static,
    {
        let task = Task::new(future);
        let _carried = CarriedGuard::mark();
        self.0.spawn_on(task, handle)
    }

    /// As [`tokio::task::Builder::spawn_local`].
    ///
    /// # Errors
    ///
    /// As tokio's.
    ///
    /// # Panics
    ///
    /// As tokio's.
    #[track_caller]
    pub fn spawn_local<Fut>(self, future: Fut) -> io::Result<JoinHandle<Fut::Output>>
    where
        Fut: Future + 'static,
        Fut::Output: 'static,
    {
        let task = Task::new(future);
        let _carried = CarriedGuard::mark();
        self.0.spawn_local(task)
    }

    /// As [`tokio::task::Builder::spawn_local_on`].
    ///
    /// # Errors
    ///
    /// As tokio's.
    #[track_caller]
    pub fn spawn_local_on<Fut>(
        self,
        future: Fut,
        local_set: &LocalSet,
    ) -> io::Result<JoinHandle<Fut::Output>>
    where
        Fut: Future + 'static,
        Fut::Output: 'static,
    {
        let task = Task::new(future);
        let _carried = CarriedGuard::mark();
        self.0.spawn_local_on(task, local_set)
    }

    /// As [`tokio::task::Builder::spawn_blocking`].
    ///
    /// # Errors
    ///
    /// As tokio's.
    ///
    /// # Panics
    ///
    /// As tokio's.
    #[track_caller]
    pub fn spawn_blocking<Function, Output>(
        self,
        function: Function,
    ) -> io::Result<JoinHandle<Output>>
    where
        Function: FnOnce() -> Output + Send + 'static,
        Output: Send + 'static,
    {
        self.0.spawn_blocking(carried(function))
    }

    /// As [`tokio::task::Builder::spawn_blocking_on`].
    ///
    /// # Errors
    ///
    /// As tokio's.
    #[track_caller]
    pub fn spawn_blocking_on<Function, Output>(
        self,
        function: Function,
        handle: &Handle,
    ) -> io::Result<JoinHandle<Output>>
    where
        Function: FnOnce() -> Output + Send + 'static,
        Output: Send + 'static,
    {
        self.0.spawn_blocking_on(carried(function), handle)
    }
}
