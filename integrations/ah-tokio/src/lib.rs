#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]

#[cfg(any(
    feature = "fs",
    feature = "net",
    feature = "process",
    feature = "signal",
    feature = "time"
))]
mod announce;
pub mod callback;
#[cfg(any(
    feature = "fs",
    feature = "net",
    feature = "process",
    feature = "signal",
    feature = "time"
))]
mod handle;
pub mod net;
pub mod task;
#[cfg(feature = "time")]
pub mod time;

pub use callback::{next_tick, set_immediate};
#[cfg(feature = "time")]
pub use callback::{set_interval, set_timeout};
pub use task::spawn;
pub use tokio::{io, pin};
#[cfg(feature = "macros")]
pub use tokio::{join, select, try_join};
