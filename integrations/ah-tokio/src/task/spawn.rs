//! Spawning on the current runtime.

use std::future::Future;

use ah_core::Task;
use tokio::task::JoinHandle;

use crate::carried::CarriedGuard;

/// Spawns a task that runs with the stores that are current here, as [`tokio::spawn`].
///
/// # Panics
///
/// As [`tokio::spawn`].
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
/// let seen = REQUEST_ID.scope(7, async {
///     tokio::spawn(async { REQUEST_ID.get() }).await
/// });
/// assert_eq!(seen.await?, Some(7));
/// # Ok::<_, tokio::task::JoinError>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[track_caller]
pub fn spawn<F>(future: F) -> JoinHandle<F::Output>
where
    F: Future + Send + 'static,
    F::Output: Send + 'static,
{
    let task = Task::new(future);
    let _carried = CarriedGuard::mark();
    tokio::spawn(task)
}
