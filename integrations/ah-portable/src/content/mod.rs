//! A store as it came, before it is of a type.
//!
//! A value that is not of its type leaves a parser somewhere in its middle. So what comes under a known name is read to its
//! end first, within limits, and becomes a value of the type from there.

mod error;
mod give;
mod key;
mod read;

pub(crate) use error::Error;
pub(crate) use read::{Limit, Read};

/// What formats with names for values have.
#[derive(Debug)]
pub(crate) enum Content {
    Null,
    Bool(bool),
    I64(i64),
    U64(u64),
    I128(i128),
    U128(u128),
    F64(f64),
    Text(String),
    Bytes(Vec<u8>),
    Seq(Vec<Content>),
    Map(Vec<(Content, Content)>),
}

impl Content {
    pub(crate) fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }
}
