#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]

mod ascii;
mod baggage;
mod current;
mod env;
mod hex;
#[cfg(feature = "http")]
mod http;
mod id;
mod random;
mod refused;
mod remote;
mod trace_parent;
mod trace_state;

pub use baggage::{Baggage, BaggageError, Member, Property};
pub use current::{SetCurrentError, current, set_current};
pub use env::{from_env, to_env};
#[cfg(feature = "http")]
pub use http::{extract, inject};
pub use id::{ParentId, TraceId};
pub use refused::Refused;
pub use remote::Remote;
pub use trace_parent::{Flags, TraceParent, TraceParentError};
pub use trace_state::{TraceState, TraceStateError};
