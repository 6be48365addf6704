//! The stores of [`async_hooks`](https://docs.rs/async-hooks): typed storages, snapshots and bound closures.
//!
//! Use the facade `async-hooks`, which re-exports this crate.

mod bind;
mod default;
mod guard;
mod snapshot;
mod storage;
mod store;
mod with_context;

pub use ah_core::providers::BOUND_ANONYMOUS_FN;
pub use bind::bind;
pub use guard::ScopeGuard;
pub use snapshot::{Snapshot, SnapshotScope, detached, snapshot};
pub use storage::{AsyncLocalStorage, AsyncLocalStorageBuilder, Inherit};
pub use store::Store;
pub use with_context::{MessageScope, WithContext};

/// What the macros of this crate expand to.
#[doc(hidden)]
pub mod __private {
    pub use crate::bind::{Here, InScope};
}
