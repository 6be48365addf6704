//! Channels whose messages know the context of their sender: tokio's module, with the same names.
//!
//! Nothing here announces anything, and a receiver keeps its own context. But each message takes the stores of its sender
//! along, by one pointer, and whoever receives it may ask for them:
//!
//! | channel | a message and the [`Context`] in which it was sent |
//! |---|---|
//! | [`mpsc`] | `recv_with_context`, `try_recv_with_context`, `blocking_recv_with_context`, `poll_recv_with_context` |
//! | [`oneshot`] | `with_context().await`, `try_recv_with_context`, `blocking_recv_with_context` |
//! | [`broadcast`] | `recv_with_context`, `try_recv_with_context`, `blocking_recv_with_context` |
//! | [`watch`] | `context` of the borrowed value |
//!
//! Locks, semaphores, cells and notifications are tokio's own.
//!
//! # Examples
//!
//! ```
//! use ah_tokio as tokio;
//! use tokio::sync::mpsc;
//!
//! static REQUEST_ID: async_hooks::AsyncLocalStorage<u64> = async_hooks::AsyncLocalStorage::new();
//!
//! # ::tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
//! let (sender, mut receiver) = mpsc::channel(8);
//! REQUEST_ID.scope(7, sender.send("write a row")).await?;
//!
//! let (job, context) = receiver.recv_with_context().await.expect("it was sent");
//! assert_eq!(REQUEST_ID.get(), None); // here
//! context.run(|| assert_eq!(REQUEST_ID.get(), Some(7))); // there
//! # let _ = job;
//! # Ok::<(), mpsc::error::SendError<&str>>(())
//! # })?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub mod broadcast;
mod context;
pub mod mpsc;
pub mod oneshot;
pub mod watch;

pub use context::Context;
#[doc(no_inline)]
pub use tokio::sync::*;

/// What only asks tokio's value.
macro_rules! asks {
    ($name:ident: $($method:ident -> $output:ty),*) => {
        impl<T> $name<T> {$(
            #[doc = concat!("As tokio's method `", stringify!($method), "`.")]
            pub fn $method(&self) -> $output {
                self.0.$method()
            }
        )*}
    };
}

/// Debugging as tokio's value, though `T` cannot be.
macro_rules! debugs {
    ($($name:ty),*) => {$(
        impl<T> std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }
    )*};
}

pub(crate) use {asks, debugs};
