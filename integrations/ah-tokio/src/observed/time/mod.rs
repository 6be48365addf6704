//! Timers that are resources: tokio's module, with the same names.
//!
//! | what | announces |
//! |---|---|
//! | [`sleep`], [`sleep_until`] | `Timeout` when created; entered when it fires, then destroyed; a new one if it is [reset](Sleep::reset) after that |
//! | [`timeout`], [`timeout_at`] | `Timeout` when created; entered if it fires, destroyed when it does or when the future is ready before |
//! | [`interval`], [`interval_at`] | `Timeout` when created; entered for each tick |
//!
//! A timer that is dropped before it fires is destroyed and not entered. Fired ones hold no stores any more, though they
//! are kept.

mod interval;
mod sleep;
mod timeout;

pub use interval::{Interval, interval, interval_at};
pub use sleep::{Sleep, sleep, sleep_until};
pub use timeout::{Timeout, timeout, timeout_at};
#[doc(no_inline)]
pub use tokio::time::*;
