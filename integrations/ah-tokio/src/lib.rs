#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]
#![cfg_attr(
    not(all(feature = "full", unix)),
    allow(
        rustdoc::broken_intra_doc_links,
        reason = "the documentation is that of all features"
    )
)]

mod announce;
pub mod callback;
#[cfg(feature = "fs")]
pub mod fs;
mod handle;
pub mod net;
#[cfg(feature = "process")]
pub mod process;
#[cfg(feature = "signal")]
pub mod signal;
#[cfg(feature = "sync")]
pub mod sync;
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
