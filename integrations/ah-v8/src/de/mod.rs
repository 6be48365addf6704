//! Reading through serde.

mod access;
mod bytes;
mod enums;
mod error;
mod key;
mod special;
mod visit;
