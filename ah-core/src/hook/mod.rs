//! What receives events: the trait, and what a hook asks for.

pub(crate) mod builder;
pub(crate) mod callbacks;
pub(crate) mod init;
pub(crate) mod interest;
pub(crate) mod listener;
