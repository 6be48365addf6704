//! A socket that is not yet a listener, a stream or one for datagrams.

use std::{io, panic::Location, path::Path};

use super::{datagrams::UnixDatagram, listener::UnixListener, stream::UnixStream};
use crate::observed::handle::{is_no_resource, socket};

/// As [`tokio::net::UnixSocket`]. It is no resource before it is something else.
///
/// Of a raw descriptor, it is created by way of tokio's.
pub struct UnixSocket {
    inner: tokio::net::UnixSocket,
}

impl UnixSocket {
    /// As [`tokio::net::UnixSocket::new_datagram`].
    ///
    /// # Errors
    ///
    /// As tokio's.
    pub fn new_datagram() -> io::Result<Self> {
        tokio::net::UnixSocket::new_datagram().map(Self::from)
    }

    /// As [`tokio::net::UnixSocket::new_stream`].
    ///
    /// # Errors
    ///
    /// As tokio's.
    pub fn new_stream() -> io::Result<Self> {
        tokio::net::UnixSocket::new_stream().map(Self::from)
    }

    /// As [`tokio::net::UnixSocket::listen`]. Announces the listener.
    ///
    /// # Errors
    ///
    /// As tokio's.
    #[track_caller]
    pub fn listen(self, backlog: u32) -> io::Result<UnixListener> {
        Ok(UnixListener::from(self.inner.listen(backlog)?))
    }

    /// As [`tokio::net::UnixSocket::connect`]. Announces the stream, then its connect.
    ///
    /// # Errors
    ///
    /// As tokio's.
    #[track_caller]
    pub fn connect(self, path: impl AsRef<Path>) -> impl Future<Output = io::Result<UnixStream>> {
        UnixStream::connect_by(Location::caller(), self.inner.connect(path))
    }

    /// As [`tokio::net::UnixSocket::datagram`]. Announces the socket.
    ///
    /// # Errors
    ///
    /// As tokio's.
    #[track_caller]
    pub fn datagram(self) -> io::Result<UnixDatagram> {
        Ok(UnixDatagram::from(self.inner.datagram()?))
    }
}

is_no_resource!(UnixSocket, tokio::net::UnixSocket);
socket!(UnixSocket);
