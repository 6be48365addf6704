//! Tasks that carry the context of whoever spawns them: tokio's module, with the same names.
//!
//! | spawned by | resource | what runs |
//! |---|---|---|
//! | [`spawn`], [`spawn_local`], [`JoinSet`], [`LocalSet`] | [`TASK`](ah_core::TASK) | each poll: `before` and `after` around it |
//! | [`spawn_blocking`] | [`BLOCKING`] | the closure: `before` and `after` around it |
//!
//! Each is announced where it is spawned, runs with the stores that were current there, as a task boundary, and is
//! destroyed when it is over, cancelled or dropped with its runtime. An unfinished future is dropped in its own context.
//! `block_in_place` needs no wrapper: its closure runs on the same thread, in the same context.

mod blocking;
#[cfg(all(tokio_unstable, feature = "tracing"))]
mod builder;
mod local;
mod set;
#[cfg(all(tokio_unstable, feature = "tracing"))]
mod set_builder;
mod spawn;

#[doc(no_inline)]
pub use tokio::task::{
    AbortHandle, Id, JoinError, JoinHandle, LocalEnterGuard, LocalKey, Unconstrained,
    consume_budget, coop, futures, id, try_id, unconstrained, yield_now,
};

#[cfg(feature = "rt-multi-thread")]
#[doc(no_inline)]
pub use tokio::task::block_in_place;

pub(crate) use blocking::carried;
pub use blocking::{BLOCKING, spawn_blocking};
pub use local::{LocalSet, spawn_local};
pub use set::JoinSet;
pub use spawn::spawn;

#[cfg(all(tokio_unstable, feature = "tracing"))]
pub use builder::Builder;

/// The set of tasks, and the builder of its tasks.
#[cfg(tokio_unstable)]
pub mod join_set {
    pub use super::set::JoinSet;
    #[cfg(feature = "tracing")]
    pub use super::set_builder::Builder;
}
