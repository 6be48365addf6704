//! Worlds of ids and hooks, and the lists of hooks that they publish.

pub(crate) mod hook_list;
mod ids;
pub(crate) mod published;
pub(crate) mod world;
