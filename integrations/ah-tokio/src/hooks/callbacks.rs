//! The user's own callbacks for the runtime's task hooks.

use std::{fmt, sync::Arc};

use tokio::runtime::TaskMeta;

use super::Callback;

/// Your own callbacks for a runtime's four task hooks, which [`instrument`](crate::instrument) would else replace.
///
/// Each is called in the context of the task that it is about: the ids and the stores are the task's. For a task that a
/// wrapper of this crate carries, and for blocking tasks, it is the context of whoever calls.
///
/// What they enter at the spawn of a task, and before a poll, stays in the task. What they enter after a poll, and at the
/// end of a task that is not polled, ends with them: the task's next poll may have begun on another thread.
///
/// # Examples
///
/// ```
/// let callbacks = ah_tokio::TaskCallbacks::new()
///     .on_task_spawn(|task| println!("{} at {}", async_hooks::execution_async_id(), task.spawned_at()))
///     .on_task_terminate(|_| println!("{} is over", async_hooks::execution_async_id()));
/// let mut builder = tokio::runtime::Builder::new_multi_thread();
/// ah_tokio::instrument(&mut builder, callbacks);
/// ```
#[derive(Clone, Default)]
#[must_use = "hand them to `instrument`"]
pub struct TaskCallbacks {
    pub(super) spawn: Callback,
    pub(super) before: Callback,
    pub(super) after: Callback,
    pub(super) terminate: Callback,
}

impl TaskCallbacks {
    /// No callbacks.
    pub fn new() -> Self {
        Self::default()
    }

    /// As [`tokio::runtime::Builder::on_task_spawn`].
    pub fn on_task_spawn(mut self, f: impl Fn(&TaskMeta<'_>) + Send + Sync + 'static) -> Self {
        self.spawn = Some(Arc::new(f));
        self
    }

    /// As [`tokio::runtime::Builder::on_before_task_poll`].
    pub fn on_before_task_poll(
        mut self,
        f: impl Fn(&TaskMeta<'_>) + Send + Sync + 'static,
    ) -> Self {
        self.before = Some(Arc::new(f));
        self
    }

    /// As [`tokio::runtime::Builder::on_after_task_poll`].
    pub fn on_after_task_poll(mut self, f: impl Fn(&TaskMeta<'_>) + Send + Sync + 'static) -> Self {
        self.after = Some(Arc::new(f));
        self
    }

    /// As [`tokio::runtime::Builder::on_task_terminate`].
    pub fn on_task_terminate(mut self, f: impl Fn(&TaskMeta<'_>) + Send + Sync + 'static) -> Self {
        self.terminate = Some(Arc::new(f));
        self
    }
}

impl fmt::Debug for TaskCallbacks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TaskCallbacks").finish_non_exhaustive()
    }
}
