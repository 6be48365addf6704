//! A socket that is not yet a listener or a stream.

use std::{io, net::SocketAddr, panic::Location};

use super::{listener::TcpListener, stream::TcpStream};
use crate::observed::handle::{is_no_resource, socket};

/// As [`tokio::net::TcpSocket`]. It is no resource before it is a listener or a stream.
///
/// Of a raw descriptor, it is created by way of tokio's.
pub struct TcpSocket {
    inner: tokio::net::TcpSocket,
}

impl TcpSocket {
    /// As [`tokio::net::TcpSocket::new_v4`].
    ///
    /// # Errors
    ///
    /// As tokio's.
    pub fn new_v4() -> io::Result<Self> {
        tokio::net::TcpSocket::new_v4().map(Self::from)
    }

    /// As [`tokio::net::TcpSocket::new_v6`].
    ///
    /// # Errors
    ///
    /// As tokio's.
    pub fn new_v6() -> io::Result<Self> {
        tokio::net::TcpSocket::new_v6().map(Self::from)
    }

    /// As [`tokio::net::TcpSocket::from_std_stream`].
    pub fn from_std_stream(stream: std::net::TcpStream) -> Self {
        Self::from(tokio::net::TcpSocket::from_std_stream(stream))
    }

    /// As [`tokio::net::TcpSocket::connect`]. Announces the stream, then its connect.
    ///
    /// # Errors
    ///
    /// As tokio's.
    #[track_caller]
    pub fn connect(self, addr: SocketAddr) -> impl Future<Output = io::Result<TcpStream>> {
        TcpStream::connect_by(Location::caller(), self.inner.connect(addr))
    }

    /// As [`tokio::net::TcpSocket::listen`]. Announces the listener.
    ///
    /// # Errors
    ///
    /// As tokio's.
    #[track_caller]
    pub fn listen(self, backlog: u32) -> io::Result<TcpListener> {
        Ok(TcpListener::from(self.inner.listen(backlog)?))
    }
}

is_no_resource!(TcpSocket, tokio::net::TcpSocket);
socket!(TcpSocket);
