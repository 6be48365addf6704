//! What a closure may return that is run in a context: anything but a future, which would run outside of it.

use std::future::Future;

/// What a closure returns that runs in a context.
///
/// Every type satisfies it for `M = `[`Value`], and futures once more for another `M`. So the compiler can tell `M` for
/// everything but a future, and there its error names the parameter `AFutureWouldLeaveItsContextUseScope`: a future that
/// leaves the closure would run outside the context. Use `scope`; or say `run::<_, ah::Value>(…)` where the future is
/// a handle, such as that of a spawned task.
///
/// A generic function that hands its closure on says so, too, or passes the question on to its callers:
///
/// ```
/// # use ah_core as ah;
/// # let resource = ah::AsyncResource::new("DBQuery");
/// fn in_scope<R, M>(resource: &ah::AsyncResource, f: impl FnOnce() -> R) -> R
/// where
///     R: ah::RunOutput<M>,
/// {
///     resource.run_in_async_scope(f)
/// }
/// assert_eq!(in_scope(&resource, || 7), 7);
/// ```
pub trait RunOutput<M> {}

/// Says that a returned future is meant as a plain value: `run::<_, ah::Value>(store, || tokio::spawn(work()))`.
#[derive(Debug, Clone, Copy)]
pub struct Value;

/// The second way in which a future is a [`RunOutput`], so that there is no only one.
#[derive(Debug)]
#[doc(hidden)]
pub struct AFuture;

impl<T> RunOutput<Value> for T {}
impl<F: Future> RunOutput<AFuture> for F {}
