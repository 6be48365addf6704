//! Closures that run in the context where they were bound.

use ah_core::{AsyncResource, Bound};

use crate::snapshot::BOUND_ANONYMOUS_FN;

/// Returns a closure that runs `f` with the stores in force here. For closures with arguments, or to be called again, use
/// [`bind!`](crate::bind!).
///
/// # Examples
///
/// ```
/// # use ah_storage as ah;
/// # static REQUEST_ID: ah::AsyncLocalStorage<u64> = ah::AsyncLocalStorage::new();
/// let job = REQUEST_ID.run(7, || ah::bind(|| REQUEST_ID.get()));
/// assert_eq!(std::thread::spawn(job).join().unwrap(), Some(7));
/// ```
#[track_caller]
pub fn bind<R>(f: impl FnOnce() -> R) -> impl FnOnce() -> R {
    let context = Here::new();
    move || context.run(f)
}

/// Makes a closure that runs in the context where it is made.
///
/// The closure is one of the same kind: as many arguments, `Fn`, `FnMut` or `FnOnce`, `Send` if what it takes along is.
/// It must be written in place, with `move`, since it takes the context along. All stores in force here are in force
/// inside, at each call; storages that are unset here are unset inside.
///
/// It makes a resource of type `bound-anonymous-fn`, in whose scope each call runs, and which is destroyed with the
/// closure. With a resource of yours in front, calls run in the scope of that one, which need not live as long.
///
/// # Examples
///
/// ```
/// # use ah_storage as ah;
/// # static REQUEST_ID: ah::AsyncLocalStorage<u64> = ah::AsyncLocalStorage::new();
/// fn on_rows(mut callback: impl FnMut(&str, usize) -> usize) -> usize {
///     callback("a", 1) + callback("b", 2)
/// }
///
/// let callback = REQUEST_ID.run(7, || {
///     ah::bind!(move |row: &str, n: usize| row.len() + n + REQUEST_ID.get().map_or(0, |id| id as usize))
/// });
/// assert_eq!(on_rows(callback), 19);
/// ```
///
/// In the scope of a resource:
///
/// ```
/// # use ah_storage as ah;
/// let query = ah_core::AsyncResource::new("DBQuery");
/// let on_row = ah::bind!(query, move |row: u32| (row, ah_core::execution_async_id()));
/// assert_eq!(on_row(1), (1, query.async_id()));
/// ```
#[macro_export]
macro_rules! bind {
    (move || $($body:tt)+) => {
        $crate::__bind!(@closure [$crate::__private::Here::new()] [] $($body)+)
    };
    (move | $($rest:tt)+) => {
        $crate::__bind!(@arguments [$crate::__private::Here::new()] [] $($rest)+)
    };
    (|| $($body:tt)+) => { $crate::__bind!(@needs_move) };
    (| $($rest:tt)+) => { $crate::__bind!(@needs_move) };
    (async $($rest:tt)*) => {
        ::core::compile_error!("`bind!` takes no `async` closure: its future would run outside. Keep `let context = ah::snapshot();` and call `context.scope(future)`")
    };
    ($resource:expr, move || $($body:tt)+) => {
        $crate::__bind!(@closure [$crate::__private::bound(&$resource)] [] $($body)+)
    };
    ($resource:expr, move | $($rest:tt)+) => {
        $crate::__bind!(@arguments [$crate::__private::bound(&$resource)] [] $($rest)+)
    };
    ($resource:expr, || $($body:tt)+) => { $crate::__bind!(@needs_move) };
    ($resource:expr, | $($rest:tt)+) => { $crate::__bind!(@needs_move) };
    ($($other:tt)*) => {
        ::core::compile_error!("`bind!` takes a closure that is written in place: `bind!(move |row: Row| …)`")
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __bind {
    (@needs_move) => {
        ::core::compile_error!("`bind!` needs a `move` closure: the context moves into it. Write `bind!(move |…| …)`")
    };
    (@arguments $context:tt [$($arguments:tt)*] | $($body:tt)+) => {
        $crate::__bind!(@closure $context [$($arguments)*] $($body)+)
    };
    (@arguments $context:tt [$($arguments:tt)*] $next:tt $($rest:tt)+) => {
        $crate::__bind!(@arguments $context [$($arguments)* $next] $($rest)+)
    };
    (@arguments $($other:tt)*) => {
        ::core::compile_error!("`bind!` takes a closure that is written in place: `bind!(move |row: Row| …)`")
    };
    (@closure [$context:expr] [$($arguments:tt)*] -> $result:ty $body:block) => {{
        let context = $context;
        move |$($arguments)*| -> $result { context.run(|| -> $result { $body }) }
    }};
    (@closure [$context:expr] [$($arguments:tt)*] $body:expr) => {{
        let context = $context;
        move |$($arguments)*| context.run(|| $body)
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

    pub fn run<R>(&self, f: impl FnOnce() -> R) -> R {
        self.0.run_in_async_scope::<R, ah_core::Value>(f)
    }
}

/// The scope of a resource, as a bound closure takes it along.
#[doc(hidden)]
pub fn bound(resource: &AsyncResource) -> Bound {
    resource.bound()
}
