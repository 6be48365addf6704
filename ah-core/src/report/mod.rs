//! What went wrong where no caller can learn of it.

pub(crate) mod delivery;
pub(crate) mod errors;
pub(crate) mod policy;
