//! Work on the threads for what blocks.

use ah_core::{AsyncResource, embedder};
use tokio::task::JoinHandle;

pub use ah_core::providers::BLOCKING;

/// Runs a closure that may block on a thread kept for that, with the stores that are current here, as
/// [`tokio::task::spawn_blocking`].
///
/// # Panics
///
/// As [`tokio::task::spawn_blocking`].
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
///     tokio::task::spawn_blocking(|| REQUEST_ID.get()).await
/// });
/// assert_eq!(seen.await?, Some(7));
/// # Ok::<_, tokio::task::JoinError>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[track_caller]
pub fn spawn_blocking<F, R>(f: F) -> JoinHandle<R>
where
    F: FnOnce() -> R + Send + 'static,
    R: Send + 'static,
{
    tokio::task::spawn_blocking(carried(f))
}

/// The closure as a resource that carries the context of whoever creates it. One that never runs is destroyed, too.
#[track_caller]
pub(crate) fn carried<R>(f: impl FnOnce() -> R) -> impl FnOnce() -> R {
    let resource = AsyncResource::new(BLOCKING);
    move || {
        // nothing of what this thread ran before
        embedder::run_in_worker::<_, ah_core::Value>(|| {
            let result = resource.run_in_async_scope::<_, ah_core::Value>(f);
            drop(resource);
            result
        })
    }
}
