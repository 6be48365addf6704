//! The stores of [`ah`](https://docs.rs/ah): typed storages, snapshots and bound closures.
//!
//! Use the facade `ah`, which re-exports this crate.

mod bind;
mod guard;
mod snapshot;
mod storage;
mod store;

pub use bind::bind;
pub use guard::ScopeGuard;
pub use snapshot::{BOUND_ANONYMOUS_FN, Snapshot, detached, snapshot};
pub use storage::{AsyncLocalStorage, AsyncLocalStorageBuilder, Inherit};
pub use store::Store;

/// What the macros of this crate expand to.
#[doc(hidden)]
pub mod __private {
    pub use crate::bind::{Here, bound};
}
