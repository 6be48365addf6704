#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]

mod bridge;
mod remote;
mod resources;

pub use bridge::OpenTelemetry;
pub use remote::{context_of, remote_of};
pub use resources::Resources;
