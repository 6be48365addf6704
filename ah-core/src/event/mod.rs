//! What happens to asynchronous things, and how it ends.

pub(crate) mod heard;
pub(crate) mod outcome;
pub(crate) mod phase;
