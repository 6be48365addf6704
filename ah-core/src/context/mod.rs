//! The context that runs on this thread, and how code of the user's is kept from changing it.
//!
//! A *task boundary* starts a stretch of its own: no default trigger, and in no scope.

pub(crate) mod bare;
pub(crate) mod callback;
pub(crate) mod contained;
pub(crate) mod current;
pub(crate) mod kept;
pub(crate) mod levels;
pub(crate) mod overrides;
pub(crate) mod scope;
pub(crate) mod state;
pub(crate) mod stretch;
pub(crate) mod suppression;
