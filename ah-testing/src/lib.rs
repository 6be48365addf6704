#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]

mod checked;
mod collector;
mod event;
mod exempt;
mod fifo;
mod job;
mod laws;
mod task;

/// Runs a test in an environment of its own, where the laws are checked: see [`Law`].
///
/// It is `#[async_hooks::test]` with a [`CheckedEnv`], and takes the same options: `tokio`, or `tokio(…)` and the arguments of
/// `#[tokio::test]`; `crate = path` says where this crate is. A file that imports it by `use ah_testing::test` has all of
/// its `#[test]`s checked. A test that does what the laws do not allow says so by [`exempt`](exempt()),
/// which finds the environment of its caller.
///
/// # Examples
///
/// ```
/// # use ah_core as async_hooks;
/// #[ah_testing::test]
/// async fn finds_a_row() {
///     let query = async_hooks::AsyncResource::new("DBQuery");
///     assert_eq!(query.async_id(), 2);
/// }
/// # fn main() {}
/// ```
pub use ah_macros::checked_test as test;
pub use checked::{CheckedEnv, checked, checked_async};
pub use collector::Collector;
pub use event::Event;
pub use exempt::exempt;
pub use fifo::Fifo;
pub use job::{Immediate, Timer};
pub use laws::{Broken, BrokenLaws, Law};
pub use task::JoinHandle;

/// What generated code calls.
#[doc(hidden)]
pub mod __private {
    pub use ah_core::{Value, block_on};

    pub use crate::CheckedEnv as Env;
}
