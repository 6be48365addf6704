//! Runs the programs of the guide's cookbook.

#[cfg(doctest)]
#[doc = include_str!("../../../docs/guide/cookbook.md")]
pub mod cookbook {}
