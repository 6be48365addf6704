//! Contexts of other libraries, carried with the stores.
//!
//! Other libraries keep what is current in thread-locals of their own: a span, a tracing context, a hub. A [`Bridge`]
//! says how one of them is read, installed and restored. Once it is [registered](register), what is current where work
//! is started is current again where it runs: in futures, tasks, resources, bound closures, snapshots and threads.
//!
//! # Rules
//!
//! - A capture (of a spawn, a resource, a wrapped future) notes what is current, if that is not what was installed
//!   here.
//! - Entering a frame installs what was captured with it, and leaving restores what was there before. Where that is
//!   current already, nothing is installed.
//! - What is nearer wins: where a wrapped future is polled for the first time inside a context that something else made
//!   current around the poll, as `f().instrument(span)` does, that context stays, for this poll and the later ones.
//! - [`detached`](https://docs.rs/async-hooks/latest/async_hooks/fn.detached.html) and `Snapshot::empty` run with
//!   nothing current. Elsewhere, what was not installed by a bridge stays where nothing was captured: it is its
//!   owner's.
//! - Bridges are installed in the order of their registration, after the stores are current, and restored in the
//!   opposite order, before the stores are exited: a listener of theirs reads the stores of the work.
//! - A panic of a bridge is contained and reported to the [error sink](crate::set_error_sink); work and stores are
//!   unharmed.
//!
//! # Limits
//!
//! - A context that is made current inside work and not restored before the work yields, such as a guard that is kept
//!   across an `.await`, is its owner's: it stays on the thread, or is left by its own rules.
//! - What a future makes current between its polls is not noted. What is captured is what is current at the capture.
//! - A future that is wrapped, first polled inside a nearer context, and later polled without it, runs without any
//!   context there: that nearer one is not ours to carry.
//! - A task of a plain `tokio::spawn` with no wrapper and no runtime hooks carries nothing, as it carries no stores.
//! - A bridge is registered for good. What was captured before does not have its values.
//! - Nothing is installed in destructors of thread-locals at the end of a thread, once what bridges save is destroyed.
//!
//! # Cost
//!
//! Without a registered bridge, a capture costs one relaxed load more, and a poll nothing or one instruction. With
//! bridges, a poll costs a few nanoseconds and what the callbacks cost; a capture calls [`Bridge::is_current`].
//!
//! # Examples
//!
//! A thread-local of the program's own:
//!
//! ```
//! # use ah_core as async_hooks;
//! use std::cell::Cell;
//!
//! use async_hooks::{bridge::Bridge, prelude::*};
//!
//! thread_local! {
//!     static LOCALE: Cell<Option<&'static str>> = const { Cell::new(None) };
//! }
//!
//! struct Locale;
//!
//! impl Bridge for Locale {
//!     type Value = &'static str;
//!     type Saved = Option<&'static str>;
//!
//!     fn capture(&self) -> Option<&'static str> {
//!         LOCALE.get()
//!     }
//!     fn is_current(&self, value: Option<&&'static str>) -> bool {
//!         LOCALE.get() == value.copied()
//!     }
//!     fn install(&self, value: Option<&&'static str>) -> Option<&'static str> {
//!         LOCALE.replace(value.copied())
//!     }
//!     fn restore(&self, _value: Option<&&'static str>, saved: Option<&'static str>) {
//!         LOCALE.set(saved);
//!     }
//! }
//!
//! async_hooks::bridge::register(Locale)?;
//! LOCALE.set(Some("fr"));
//! let report = async { LOCALE.get() }.in_current_context();
//! LOCALE.set(None);
//! assert_eq!(futures::executor::block_on(report), Some("fr"));
//! assert_eq!(LOCALE.get(), None);
//! # Ok::<(), async_hooks::bridge::RegisterError>(())
//! ```

pub(crate) mod captured;
mod contract;
mod erased;
pub(crate) mod registry;
pub(crate) mod saved;

pub use contract::Bridge;
pub use registry::{MAX_BRIDGES, RegisterError, register};
