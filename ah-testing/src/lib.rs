#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]

mod collector;
mod event;
mod fifo;
mod job;
mod laws;
mod task;

pub use collector::{Collector, checked, checked_async};
pub use event::Event;
pub use fifo::Fifo;
pub use job::{Immediate, Timer};
pub use laws::{Broken, BrokenLaws, Law};
pub use task::JoinHandle;
