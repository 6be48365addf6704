//! A server's socket.

use std::{
    io,
    panic::Location,
    path::Path,
    task::{Context, Poll},
};

use ah_core::providers::PIPEWRAP;
use tokio::net::unix::SocketAddr;

use super::stream::UnixStream;
use crate::observed::{
    announce::{self, Place},
    handle::{from_std, handle, socket},
};

handle! {
    /// As [`tokio::net::UnixListener`], a resource of type `PIPESERVERWRAP`: entered for each connection that it accepts,
    /// which it triggers.
    UnixListener(tokio::net::UnixListener), PIPESERVERWRAP
}

impl UnixListener {
    /// As [`tokio::net::UnixListener::bind`]. Announces the listener.
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
        Ok(Self::from(tokio::net::UnixListener::bind(path)?))
    }

    /// As [`tokio::net::UnixListener::bind_addr`]. Announces the listener.
    ///
    /// # Errors
    ///
    /// As tokio's.
    ///
    /// # Panics
    ///
    /// As tokio's.
    #[track_caller]
    pub fn bind_addr(socket_addr: &SocketAddr) -> io::Result<Self> {
        Ok(Self::from(tokio::net::UnixListener::bind_addr(
            socket_addr,
        )?))
    }

    /// As [`tokio::net::UnixListener::accept`]. The connection is triggered by the listener.
    ///
    /// # Errors
    ///
    /// As tokio's.
    #[track_caller]
    pub fn accept(&self) -> impl Future<Output = io::Result<(UnixStream, SocketAddr)>> {
        let place = Location::caller();
        async move { Ok(self.accepted(place, self.inner.accept().await?)) }
    }

    /// As [`tokio::net::UnixListener::poll_accept`]. The connection is triggered by the listener.
    ///
    /// # Errors
    ///
    /// As tokio's.
    #[track_caller]
    pub fn poll_accept(&self, cx: &mut Context<'_>) -> Poll<io::Result<(UnixStream, SocketAddr)>> {
        let (place, polled) = (Location::caller(), self.inner.poll_accept(cx));
        polled.map_ok(|accepted| self.accepted(place, accepted))
    }

    pub(in crate::observed) fn accepted(
        &self,
        place: Place,
        (stream, address): (tokio::net::UnixStream, SocketAddr),
    ) -> (UnixStream, SocketAddr) {
        let resource = announce::connection(&self.resource, place, PIPEWRAP);
        (UnixStream::with(stream, resource), address)
    }
}

from_std! {
    UnixListener: std::os::unix::net::UnixListener,
}

socket!(UnixListener);
