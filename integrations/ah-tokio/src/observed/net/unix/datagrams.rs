//! Datagrams over Unix sockets.

use std::{
    io,
    path::Path,
    task::{Context, Poll},
};

use tokio::{io::ReadBuf, net::unix::SocketAddr};

use crate::observed::{
    announce::delivered,
    handle::{from_std, handle, socket},
    net::datagram::{self, receives},
};

handle! {
    /// As [`tokio::net::UnixDatagram`], a resource of type `PIPEWRAP`: entered for each datagram that it receives, and the
    /// trigger of sends that have to wait (`UDPSENDWRAP`).
    UnixDatagram(tokio::net::UnixDatagram), PIPEWRAP
}

impl UnixDatagram {
    /// As [`tokio::net::UnixDatagram::bind`]. Announces the socket.
    ///
    /// # Errors
    ///
    /// As tokio's.
    ///
    /// # Panics
    ///
    /// As tokio's.
    #[track_caller]
    pub fn bind<P: AsRef<Path>>(path: P) -> io::Result<Self> {
        Ok(Self::from(tokio::net::UnixDatagram::bind(path)?))
    }

    /// As [`tokio::net::UnixDatagram::pair`]. Announces both.
    ///
    /// # Errors
    ///
    /// As tokio's.
    ///
    /// # Panics
    ///
    /// As tokio's.
    #[track_caller]
    pub fn pair() -> io::Result<(Self, Self)> {
        let (one, two) = tokio::net::UnixDatagram::pair()?;
        Ok((Self::from(one), Self::from(two)))
    }

    /// As [`tokio::net::UnixDatagram::unbound`]. Announces the socket.
    ///
    /// # Errors
    ///
    /// As tokio's.
    ///
    /// # Panics
    ///
    /// As tokio's.
    #[track_caller]
    pub fn unbound() -> io::Result<Self> {
        Ok(Self::from(tokio::net::UnixDatagram::unbound()?))
    }

    /// As [`tokio::net::UnixDatagram::send`]. A request if it has to wait.
    ///
    /// # Errors
    ///
    /// As tokio's.
    #[track_caller]
    pub fn send(&self, buf: &[u8]) -> impl Future<Output = io::Result<usize>> {
        datagram::send(&self.resource, self.inner.send(buf))
    }

    /// As [`tokio::net::UnixDatagram::send_to`]. A request if it has to wait.
    ///
    /// # Errors
    ///
    /// As tokio's.
    #[track_caller]
    pub fn send_to<P: AsRef<Path>>(
        &self,
        buf: &[u8],
        target: P,
    ) -> impl Future<Output = io::Result<usize>> {
        datagram::send(&self.resource, self.inner.send_to(buf, target))
    }
}

from_std! {
    UnixDatagram: std::os::unix::net::UnixDatagram,
}

receives!(UnixDatagram, SocketAddr);
socket!(UnixDatagram);
