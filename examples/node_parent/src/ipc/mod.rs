//! The channel between a Node parent and its child, as `child_process` speaks it.
//!
//! 1. The child inherits a connected Unix socket; the variable `NODE_CHANNEL_FD` has its number, and
//!    `NODE_CHANNEL_SERIALIZATION_MODE` is `json` or `advanced` (`inherited.rs`).
//! 2. In the mode `json`, a message is a line of JSON. In the mode `advanced`, it is its length, 4 bytes with the highest first,
//!    and as many bytes in V8's format (`frames.rs`).
//! 3. Messages that Node sends for itself have a `cmd` that begins with `NODE_`. None is sent unless a socket or a server is
//!    handed over.
//! 4. The parent closes the channel by `disconnect()`, or by its end.

mod error;
mod frames;
mod inherited;
mod mode;

pub(crate) use error::IpcError;
pub(crate) use frames::{Frames, write};
pub(crate) use inherited::channel_of_parent;
pub(crate) use mode::Mode;
