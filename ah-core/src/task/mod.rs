//! Tasks: those that are spawned here, and what runtimes need for theirs.

pub(crate) mod bare_task;
pub(crate) mod block_on;
pub(crate) mod context;
pub(crate) mod driver;
pub(crate) mod scope;
pub(crate) mod spawned;
