//! The header `baggage`.

mod error;
mod grammar;
mod member;
mod percent;
mod value;

pub use error::BaggageError;
pub use member::{Member, Property};
pub use value::Baggage;

pub(crate) use error::Reason;
