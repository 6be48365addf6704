//! The header `tracestate`.

mod error;
mod list;
mod value;

pub use error::TraceStateError;
pub use value::TraceState;

pub(crate) use error::Reason;
