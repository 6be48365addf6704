//! What users see of whoever has an id, and what they keep with it.

pub(crate) mod extensions;
pub(crate) mod handle;
