//! The header `traceparent`.

mod error;
mod flags;
mod value;

pub use error::TraceParentError;
pub use flags::Flags;
pub use value::TraceParent;

pub(crate) use error::Reason;
