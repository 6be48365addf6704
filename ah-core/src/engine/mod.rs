//! How events are delivered, and when.

pub(crate) mod announce;
pub(crate) mod boundary;
pub(crate) mod bracket;
pub(crate) mod destroy_queue;
pub(crate) mod emission;
pub(crate) mod kept_scope;
pub(crate) mod life;
