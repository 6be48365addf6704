#![doc = include_str!("../README.md")]
#![cfg_attr(not(tokio_unstable), forbid(unsafe_code))]
#![cfg_attr(
    not(all(feature = "full", unix)),
    allow(
        rustdoc::broken_intra_doc_links,
        reason = "the documentation is that of all features"
    )
)]

pub mod callback;
mod carried;
#[cfg(tokio_unstable)]
mod hooks;
pub mod observed;
pub mod runtime;
pub mod task;

/// Runs an `async fn main` on a runtime of this crate, with the arguments of [`tokio::main`].
///
/// # Examples
///
/// ```
/// use ah_tokio as tokio;
///
/// static REQUEST_ID: async_hooks::AsyncLocalStorage<u64> = async_hooks::AsyncLocalStorage::new();
///
/// #[tokio::main(flavor = "current_thread")]
/// async fn main() {
///     let task = REQUEST_ID.run::<_, async_hooks::Value>(7, || tokio::spawn(async { REQUEST_ID.get() }));
///     assert_eq!(task.await.ok(), Some(Some(7)));
/// }
/// ```
#[cfg(feature = "macros")]
pub use ah_macros::tokio_main as main;
/// Runs an `async fn` as a test on a runtime of this crate, with the arguments of [`tokio::test`].
///
/// For a test in an environment of its own, use `#[async_hooks::test(tokio)]`.
///
/// # Examples
///
/// ```
/// use ah_tokio as tokio;
///
/// #[tokio::test(start_paused = true)]
/// async fn sleeps() {
///     tokio::time::sleep(std::time::Duration::from_secs(3600)).await;
/// }
/// # fn main() {}
/// ```
#[cfg(feature = "macros")]
pub use ah_macros::tokio_test as test;
pub use callback::{next_tick, set_immediate};
#[cfg(feature = "time")]
pub use callback::{set_interval, set_timeout};
#[cfg(tokio_unstable)]
pub use hooks::{TaskCallbacks, instrument, instrumented_tasks};
pub use task::spawn;
#[cfg(feature = "fs")]
#[doc(no_inline)]
pub use tokio::fs;
#[cfg(feature = "process")]
#[doc(no_inline)]
pub use tokio::process;
#[cfg(feature = "signal")]
#[doc(no_inline)]
pub use tokio::signal;
#[cfg(feature = "sync")]
#[doc(no_inline)]
pub use tokio::sync;
#[cfg(feature = "time")]
#[doc(no_inline)]
pub use tokio::time;
#[doc(no_inline)]
pub use tokio::{io, net, pin, stream, task_local};
#[cfg(feature = "macros")]
#[doc(no_inline)]
pub use tokio::{join, select, try_join};

#[cfg(feature = "macros")]
#[doc(hidden)]
pub use tokio::{macros, select_priv_clean_pattern, select_priv_declare_output_enum};

/// What generated code calls: no part of the public interface.
#[cfg(feature = "macros")]
#[doc(hidden)]
pub mod __private {
    pub use ::tokio;
}
