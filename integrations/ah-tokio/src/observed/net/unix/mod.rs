//! Unix sockets and pipes: see [the table](super) of what is announced.

pub(super) mod datagrams;
pub(super) mod listener;
pub mod pipe;
pub(super) mod socket;
mod split;
pub(super) mod stream;

pub use split::{OwnedReadHalf, OwnedWriteHalf, ReadHalf, ReuniteError, WriteHalf};
#[doc(no_inline)]
pub use tokio::net::unix::*;
