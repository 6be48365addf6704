#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]

mod carrier;
mod content;
mod error;
mod listed;
mod map;
mod portable;
mod refused;
mod scope;
mod text;

pub use carrier::CarrierError;
pub use error::PortableError;
pub use map::ContextMap;
pub use portable::Portable;
pub use refused::Refused;
pub use scope::ContextScope;
