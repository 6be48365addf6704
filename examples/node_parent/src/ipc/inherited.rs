//! The descriptor that the parent left open for its child.

use std::{
    env,
    os::{
        fd::{AsFd, RawFd},
        unix::net,
    },
};

use filedescriptor::FileDescriptor;
use tokio::net::UnixStream;

use super::{IpcError, Mode};

/// Returns the channel to the parent, and what its messages are. It is called once, at the start of the program.
pub(crate) fn channel_of_parent() -> Result<(UnixStream, Mode), IpcError> {
    let number = env::var("NODE_CHANNEL_FD").map_err(|_| IpcError::NoParent("is not set"))?;
    let number: RawFd = number
        .parse()
        .map_err(|_| IpcError::NoParent("is no number"))?;
    let mode = match env::var("NODE_CHANNEL_SERIALIZATION_MODE").as_deref() {
        Ok("advanced") => Mode::Advanced,
        Ok("json") | Err(env::VarError::NotPresent) => Mode::Json,
        _ => return Err(IpcError::Mode),
    };
    // a descriptor of our own: it is closed when it is dropped, and in programs that this one starts
    let inherited =
        FileDescriptor::dup(&number).map_err(|_| IpcError::NoParent("is no open descriptor"))?;
    let channel = net::UnixStream::from(inherited.as_fd().try_clone_to_owned()?);
    channel
        .peer_addr()
        .map_err(|_| IpcError::NoParent("is no socket of a parent"))?;
    channel.set_nonblocking(true)?;
    Ok((UnixStream::from_std(channel)?, mode))
}
