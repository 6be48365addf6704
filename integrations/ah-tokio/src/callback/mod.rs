//! Node's callbacks on tokio: timeouts, intervals, immediates and ticks.
//!
//! | what | announces |
//! |---|---|
//! | [`set_timeout`] | `Timeout` when created; entered around the call, then destroyed |
//! | [`set_interval`] | `Timeout` when created; entered around each call; destroyed when it is cleared |
//! | [`set_immediate`] | `Immediate` when created; entered around the call, then destroyed |
//! | [`next_tick`] | `TickObject` when created; entered around the call, then destroyed |
//!
//! A callback runs as spawned work of the runtime, with the stores that were current where it was created. What is
//! cleared before its call is destroyed at once, with the stores it holds. Dropping a handle clears nothing; the end of
//! the runtime clears all.
//!
//! A panic in a callback is like one in a task: it ends that callback alone, for an interval all its calls, and the
//! resource is destroyed.
//!
//! # Order
//!
//! On a runtime of one thread, ticks run in the order in which they were created there, and so do immediates. A tick
//! runs before an immediate that was created in the same turn, which is to say in the same poll of a task or in the
//! same callback. Nothing more is certain: unlike in Node, other tasks run between, and a tick created by an immediate
//! runs after the immediates that were created before it. Timers run when they are due, those that are due at once in
//! any order. With more threads there is no order.

mod once;
#[cfg(feature = "time")]
mod timer;
mod waiting;

pub use once::{CallbackHandle, next_tick, set_immediate};
#[cfg(feature = "time")]
pub use timer::{TimeoutHandle, set_interval, set_timeout};
