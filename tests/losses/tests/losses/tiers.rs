//! The tiers, each by what it writes for a spawn.

use std::future::Future;

use async_hooks::{AsyncLocalStorage, prelude::*};
use tokio::{
    runtime::{Builder, Runtime},
    task::JoinHandle,
};

pub(crate) static ID: AsyncLocalStorage<u64> = AsyncLocalStorage::builder()
    .name("id")
    .shown()
    .required()
    .build();

/// The id that is seen where this is polled for the second time.
pub(crate) async fn seen() -> Option<u64> {
    tokio::task::yield_now().await;
    ID.get()
}

#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Tier {
    /// A storage, and nothing else.
    Plain,
    /// (a): `ah-tokio` in place of tokio.
    Spawns,
    /// (b): plain tokio, on a runtime that is instrumented.
    Hooks,
    /// (c): plain tokio, with an attribute or a wrapper at the place.
    Wrapped,
}

impl Tier {
    pub(crate) const ALL: [Self; 4] = [Self::Plain, Self::Spawns, Self::Hooks, Self::Wrapped];

    pub(crate) fn runtime(self) -> Option<Runtime> {
        let mut builder = Builder::new_multi_thread();
        builder.worker_threads(2).enable_all();
        if self == Self::Hooks {
            #[cfg(not(tokio_unstable))]
            return None;
            #[cfg(tokio_unstable)]
            ah_tokio::instrument(&mut builder, ah_tokio::TaskCallbacks::new());
        }
        Some(builder.build().expect("a runtime"))
    }

    /// Spawns a task by the tier's means.
    pub(crate) fn spawn<F>(self, future: F) -> JoinHandle<F::Output>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        match self {
            Self::Plain | Self::Hooks => tokio::spawn(future),
            Self::Spawns => ah_tokio::spawn(future),
            Self::Wrapped => tokio::spawn(future.in_current_context()),
        }
    }
}
