//! Futures, streams and sinks that carry a context.

mod end;
pub(crate) mod ext;
pub(crate) mod poll_scope;
pub(crate) mod stream;
pub(crate) mod traced;
