//! The extension traits, to be imported under no name.

pub use crate::{future::ext::ContextExt as _, resource::field::Resource as _};
