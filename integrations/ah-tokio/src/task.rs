//! Tasks that carry the context of whoever spawns them: tokio's module, with the same names.

use std::future::Future;

use ah_core::Task;
pub use tokio::task::JoinHandle;

/// Spawns a task that runs with the stores in force here, as [`tokio::spawn`].
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
/// static REQUEST_ID: ah::AsyncLocalStorage<u64> = ah::AsyncLocalStorage::new();
/// # let runtime = ::tokio::runtime::Runtime::new()?;
/// # runtime.block_on(async {
/// let seen = REQUEST_ID.scope(7, async {
///     tokio::spawn(async { REQUEST_ID.get() }).await
/// });
/// assert_eq!(seen.await?, Some(7));
/// # Ok::<_, ::tokio::task::JoinError>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[track_caller]
pub fn spawn<F>(future: F) -> JoinHandle<F::Output>
where
    F: Future + Send + 'static,
    F::Output: Send + 'static,
{
    tokio::spawn(Task::new(future))
}
