//! Writing: the smallest parts, and values of them.

mod buffers;
mod output;
mod values;

pub(crate) use output::{Later, Output};
pub(crate) use values::{Identities, write_value};
