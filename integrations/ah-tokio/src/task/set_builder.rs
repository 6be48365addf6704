//! Tasks with a name, in a set.

use std::{fmt, future::Future, io};

use ah_core::Task;
use tokio::task::AbortHandle;

use super::{JoinSet, LocalSet, carried};
use crate::{carried::CarriedGuard, runtime::Handle};

/// Spawns tasks with a name on a [`JoinSet`], as [`tokio::task::join_set::Builder`].
#[must_use = "builders do nothing unless used to spawn a task"]
pub struct Builder<'a, T> {
    set: &'a mut JoinSet<T>,
    name: Option<&'a str>,
}

impl<'a, T: 'static> Builder<'a, T> {
    pub(super) fn new(set: &'a mut JoinSet<T>) -> Self {
        Self { set, name: None }
    }

    fn builder(self) -> tokio::task::join_set::Builder<'a, T> {
        let builder = self.set.get_mut().build_task();
        match self.name {
            Some(name) => builder.name(name),
            None => builder,
        }
    }

    /// As [`tokio::task::join_set::Builder::name`].
    pub fn name(self, name: &'a str) -> Self {
        Self {
            name: Some(name),
            ..self
        }
    }

    /// As tokio's method `spawn`.
    ///
    /// # Errors
    ///
    /// As tokio's.
    ///
    /// # Panics
    ///
    /// As tokio's.
    #[track_caller]
    pub fn spawn<F>(self, future: F) -> io::Result<AbortHandle>
    where
        F: Future<Output = T> + Send + 'static,
        T: Send,
    {
        let task = Task::new(future);
        let _carried = CarriedGuard::mark();
        self.builder().spawn(task)
    }

    /// As tokio's method `spawn_on`.
    ///
    /// # Errors
    ///
    /// As tokio's.
    ///
    /// # Panics
    ///
    /// As tokio's.
    #[track_caller]
    pub fn spawn_on<F>(self, future: F, handle: &Handle) -> io::Result<AbortHandle>
    where
        F: Future<Output = T> + Send + 'static,
        T: Send,
    {
        let task = Task::new(future);
        let _carried = CarriedGuard::mark();
        self.builder().spawn_on(task, handle)
    }

    /// As tokio's method `spawn_local`.
    ///
    /// # Errors
    ///
    /// As tokio's.
    ///
    /// # Panics
    ///
    /// As tokio's.
    #[track_caller]
    pub fn spawn_local<F>(self, future: F) -> io::Result<AbortHandle>
    where
        F: Future<Output = T> + 'static,
    {
        let task = Task::new(future);
        let _carried = CarriedGuard::mark();
        self.builder().spawn_local(task)
    }

    /// As tokio's method `spawn_local_on`.
    ///
    /// # Errors
    ///
    /// As tokio's.
    ///
    /// # Panics
    ///
    /// As tokio's.
    #[track_caller]
    pub fn spawn_local_on<F>(self, future: F, local_set: &LocalSet) -> io::Result<AbortHandle>
    where
        F: Future<Output = T> + 'static,
    {
        let task = Task::new(future);
        let _carried = CarriedGuard::mark();
        self.builder().spawn_local_on(task, local_set)
    }

    /// As tokio's method `spawn_blocking`.
    ///
    /// # Errors
    ///
    /// As tokio's.
    ///
    /// # Panics
    ///
    /// As tokio's.
    #[track_caller]
    pub fn spawn_blocking<F>(self, f: F) -> io::Result<AbortHandle>
    where
        F: FnOnce() -> T + Send + 'static,
        T: Send,
    {
        self.builder().spawn_blocking(carried(f))
    }

    /// As tokio's method `spawn_blocking_on`.
    ///
    /// # Errors
    ///
    /// As tokio's.
    ///
    /// # Panics
    ///
    /// As tokio's.
    #[track_caller]
    pub fn spawn_blocking_on<F>(self, f: F, handle: &Handle) -> io::Result<AbortHandle>
    where
        F: FnOnce() -> T + Send + 'static,
        T: Send,
    {
        self.builder().spawn_blocking_on(carried(f), handle)
    }
}

impl<T> fmt::Debug for Builder<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("join_set::Builder")
            .field("joinset", &self.set)
            .field("name", &self.name)
            .finish()
    }
}
