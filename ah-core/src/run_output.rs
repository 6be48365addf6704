//! What a closure may return that runs in a context: anything but a future, which would run outside of it.

use std::future::Future;

/// What a closure returns that runs in a context.
///
/// Every type implements it for `M = `[`Value`], and futures once more for another `M`. The compiler can infer `M` for
/// everything but a future, and there its error names the parameter `AFutureWouldLeaveItsContextUseScope`: a future that
/// leaves the closure would run outside the context. Use `scope`; or say `run::<_, async_hooks::Value>(…)` where the future is
/// a handle, such as that of a spawned task.
///
/// A generic function that hands its closure on says so, too, or passes the question on to its callers:
///
/// ```
/// # use ah_core as async_hooks;
/// # let resource = async_hooks::AsyncResource::new("DBQuery");
/// fn in_scope<R, M>(resource: &async_hooks::AsyncResource, f: impl FnOnce() -> R) -> R
/// where
///     R: async_hooks::RunOutput<M>,
/// {
///     resource.run_in_async_scope(f)
/// }
/// assert_eq!(in_scope(&resource, || 7), 7);
/// ```
///
/// The trait is sealed:
///
/// ```compile_fail,E0277
/// # use ah_core as async_hooks;
/// struct Mine;
/// struct ForMine;
/// impl async_hooks::RunOutput<ForMine> for Mine {}
/// ```
pub trait RunOutput<M>: sealed::RunOutput<M> {}

/// Says that a returned future is meant as a plain value: `run::<_, async_hooks::Value>(store, || tokio::spawn(work()))`.
#[derive(Debug, Clone, Copy)]
pub struct Value;

/// A bound on the `M` of a [`RunOutput`] that every type satisfies, and that is ambiguous where `M` is.
///
/// It is there for the compiler's errors: without it, the error of an async block or an async closure names the parameter
/// and says nothing else. With it, the error has a note with the line of the bound, where a comment says what to write.
#[doc(hidden)]
pub trait AValueNotAFuture {}

impl<M: ?Sized> AValueNotAFuture for M {}

/// Out of reach, so that nobody can add to the answers or give the one that lets a future out.
mod sealed {
    use std::future::Future;

    use super::Value;

    /// The second way in which a future is a [`RunOutput`](super::RunOutput), so that there is no only one.
    #[derive(Debug)]
    pub struct AFuture;

    pub trait RunOutput<M> {}

    impl<T> RunOutput<Value> for T {}
    impl<F: Future> RunOutput<AFuture> for F {}
}

impl<T> RunOutput<Value> for T {}
impl<F: Future> RunOutput<sealed::AFuture> for F {}
