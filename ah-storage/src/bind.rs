//! Closures that run in the context where they were bound.

use std::future::Future;

use ah_core::{
    AValueNotAFuture, AsyncResource, Bound, ResourceScope, RunOutput, providers::BOUND_ANONYMOUS_FN,
};

/// Returns a closure that runs `f` with the stores that are current here. For closures with arguments, or to be called
/// again, use [`bind!`](crate::bind!).
///
/// A closure that returns a future does not compile, because the future would run outside: use
/// `bind!(async move || …)`. If the future is a handle, such as that of a spawned task, say that it is meant:
/// `bind::<_, async_hooks::Value>(|| tokio::spawn(work()))`.
///
/// # Examples
///
/// ```
/// # use ah_storage as async_hooks;
/// # static REQUEST_ID: async_hooks::AsyncLocalStorage<u64> = async_hooks::AsyncLocalStorage::new();
/// let job = REQUEST_ID.run(7, || async_hooks::bind(|| REQUEST_ID.get()));
/// assert_eq!(std::thread::spawn(job).join().unwrap(), Some(7));
/// ```
#[track_caller]
pub fn bind<R, AFutureWouldLeaveItsContextUseBindAsyncMove>(
    f: impl FnOnce() -> R,
) -> impl FnOnce() -> R
where
    R: RunOutput<AFutureWouldLeaveItsContextUseBindAsyncMove>,
    AFutureWouldLeaveItsContextUseBindAsyncMove: AValueNotAFuture, // a future: `bind!(async move || …)`; a handle: `bind::<_, async_hooks::Value>(…)`
{
    let context = Here::new();
    move || context.run(f)
}

/// Creates a closure that runs in the context where it is created.
///
/// The closure is one of the same kind: as many arguments, `Fn`, `FnMut` or `FnOnce`, `Send` if what it takes along is.
/// It must be written in place, with `move`, since it takes the context along. All stores that are current here are
/// current inside, at each call; storages that are unset here are unset inside.
///
/// It creates a resource of type `bound-anonymous-fn`, in whose scope each call runs, and which is destroyed with the
/// closure. With a resource of yours in front, calls run in the scope of that one, which need not live as long.
///
/// # Futures
///
/// A closure that returns a future does not compile, because the future would run outside. An `async move` closure does:
/// each poll of the future that it returns runs in the bound context. It is an `AsyncFn`, `AsyncFnMut` or `AsyncFnOnce`,
/// and the future borrows the closure, as it does of any `async` closure that owns what it uses. For futures that outlive
/// the closure, wrap each one: `let context = async_hooks::snapshot(); move |row| context.scope(save(row))`.
///
/// A handle, such as that of a spawned task, is a future, too. Return it inside something else, such as `Some(handle)`, or
/// use [`bind`]`::<_, async_hooks::Value>`.
///
/// # Examples
///
/// ```
/// # use ah_storage as async_hooks;
/// # static REQUEST_ID: async_hooks::AsyncLocalStorage<u64> = async_hooks::AsyncLocalStorage::new();
/// fn on_rows(mut callback: impl FnMut(&str, usize) -> usize) -> usize {
///     callback("a", 1) + callback("b", 2)
/// }
///
/// let callback = REQUEST_ID.run(7, || {
///     async_hooks::bind!(move |row: &str, n: usize| row.len() + n + REQUEST_ID.get().map_or(0, |id| id as usize))
/// });
/// assert_eq!(on_rows(callback), 19);
/// ```
///
/// With a future:
///
/// ```
/// # use ah_storage as async_hooks;
/// # static REQUEST_ID: async_hooks::AsyncLocalStorage<u64> = async_hooks::AsyncLocalStorage::new();
/// # futures::executor::block_on(async {
/// let on_row = REQUEST_ID.run(7, || async_hooks::bind!(async move |row: u32| (row, REQUEST_ID.get())));
/// assert_eq!(on_row(1).await, (1, Some(7)));
/// # });
/// ```
///
/// In the scope of a resource:
///
/// ```
/// # use ah_storage as async_hooks;
/// let query = ah_core::AsyncResource::new("DBQuery");
/// let on_row = async_hooks::bind!(query, move |row: u32| (row, ah_core::execution_async_id()));
/// assert_eq!(on_row(1), (1, query.async_id()));
/// ```
#[macro_export]
macro_rules! bind {
    (async move || $($body:tt)+) => {
        $crate::__bind!(@closure [async] [$crate::__private::Here::new()] [] $($body)+)
    };
    (async move | $($rest:tt)+) => {
        $crate::__bind!(@arguments [async] [$crate::__private::Here::new()] [] $($rest)+)
    };
    (move || $($body:tt)+) => {
        $crate::__bind!(@closure [] [$crate::__private::Here::new()] [] $($body)+)
    };
    (move | $($rest:tt)+) => {
        $crate::__bind!(@arguments [] [$crate::__private::Here::new()] [] $($rest)+)
    };
    (|| $($body:tt)+) => { $crate::__bind!(@needs_move) };
    (| $($rest:tt)+) => { $crate::__bind!(@needs_move) };
    (async || $($body:tt)+) => { $crate::__bind!(@needs_async_move) };
    (async | $($rest:tt)+) => { $crate::__bind!(@needs_async_move) };
    (async $($block:tt)*) => { $crate::__bind!(@needs_closure) };
    ($resource:expr, async move || $($body:tt)+) => {
        $crate::__bind!(@closure [async] [$crate::__private::InScope::of(&$resource)] [] $($body)+)
    };
    ($resource:expr, async move | $($rest:tt)+) => {
        $crate::__bind!(@arguments [async] [$crate::__private::InScope::of(&$resource)] [] $($rest)+)
    };
    ($resource:expr, move || $($body:tt)+) => {
        $crate::__bind!(@closure [] [$crate::__private::InScope::of(&$resource)] [] $($body)+)
    };
    ($resource:expr, move | $($rest:tt)+) => {
        $crate::__bind!(@arguments [] [$crate::__private::InScope::of(&$resource)] [] $($rest)+)
    };
    ($resource:expr, || $($body:tt)+) => { $crate::__bind!(@needs_move) };
    ($resource:expr, | $($rest:tt)+) => { $crate::__bind!(@needs_move) };
    ($resource:expr, async || $($body:tt)+) => { $crate::__bind!(@needs_async_move) };
    ($resource:expr, async | $($rest:tt)+) => { $crate::__bind!(@needs_async_move) };
    ($($other:tt)*) => { $crate::__bind!(@needs_closure) };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __bind {
    (@needs_move) => {
        ::core::compile_error!("`bind!` needs a `move` closure: the context moves into it. Write `bind!(move |…| …)`")
    };
    (@needs_async_move) => {
        ::core::compile_error!("`bind!` needs a `move` closure: the context moves into it. Write `bind!(async move |…| …)`")
    };
    (@needs_closure) => {
        ::core::compile_error!("`bind!` takes a closure that is written in place: `bind!(move |row: Row| …)`")
    };
    (@arguments $kind:tt $context:tt [$($arguments:tt)*] | $($body:tt)+) => {
        $crate::__bind!(@closure $kind $context [$($arguments)*] $($body)+)
    };
    (@arguments $kind:tt $context:tt [$($arguments:tt)*] $next:tt $($rest:tt)+) => {
        $crate::__bind!(@arguments $kind $context [$($arguments)* $next] $($rest)+)
    };
    (@arguments $($other:tt)*) => { $crate::__bind!(@needs_closure) };
    (@closure [] [$context:expr] [$($arguments:tt)*] -> $result:ty $body:block) => {{
        let context = $context;
        move |$($arguments)*| -> $result { context.run(|| -> $result { $body }) }
    }};
    (@closure [] [$context:expr] [$($arguments:tt)*] $body:expr) => {{
        let context = $context;
        move |$($arguments)*| context.run(|| $body)
    }};
    (@closure [async] [$context:expr] [$($arguments:tt)*] -> $result:ty $body:block) => {{
        let context = $context;
        async move |$($arguments)*| -> $result { context.scope::<$result, _>(async { $body }).await }
    }};
    (@closure [async] [$context:expr] [$($arguments:tt)*] $body:expr) => {{
        let context = $context;
        async move |$($arguments)*| context.scope(async { $body }).await
    }};
}

/// The context of this moment, as a bound closure takes it along.
#[derive(Debug)]
#[doc(hidden)]
pub struct Here(AsyncResource);

impl Here {
    #[track_caller]
    #[expect(clippy::new_without_default, reason = "called by `bind!` only")]
    pub fn new() -> Self {
        Self(AsyncResource::new(BOUND_ANONYMOUS_FN))
    }

    pub fn run<R, AFutureWouldLeaveItsContextUseBindAsyncMove>(&self, f: impl FnOnce() -> R) -> R
    where
        R: RunOutput<AFutureWouldLeaveItsContextUseBindAsyncMove>,
        AFutureWouldLeaveItsContextUseBindAsyncMove: AValueNotAFuture, // a future: `bind!(async move |…| …)`; a handle: return `Some(handle)`
    {
        self.0.run_in_async_scope(f)
    }

    pub fn scope<R, F: Future<Output = R>>(&self, future: F) -> ResourceScope<F> {
        self.0.scope_exactly(future)
    }
}

/// The scope of a resource, as a bound closure takes it along.
#[derive(Debug)]
#[doc(hidden)]
pub struct InScope(Bound);

impl InScope {
    pub fn of(resource: &AsyncResource) -> Self {
        Self(resource.bound())
    }

    pub fn run<R, AFutureWouldLeaveItsContextUseBindAsyncMove>(&self, f: impl FnOnce() -> R) -> R
    where
        R: RunOutput<AFutureWouldLeaveItsContextUseBindAsyncMove>,
        AFutureWouldLeaveItsContextUseBindAsyncMove: AValueNotAFuture, // a future: `bind!(…, async move |…| …)`; a handle: return `Some(handle)`
    {
        self.0.run(f)
    }

    pub fn scope<R, F: Future<Output = R>>(&self, future: F) -> ResourceScope<F> {
        self.0.scope_exactly(future)
    }
}
