//! A server's socket.

use std::{
    io,
    path::Path,
    task::{Context, Poll},
};

use tokio::net::unix::SocketAddr;

use super::stream::UnixStream;
use crate::handle::{from_std, handle, socket};

handle! {
    /// As [`tokio::net::UnixListener`], a resource of type `PIPESERVERWRAP`: entered for each connection that it accepts,
    /// which is made in its scope.
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
        tokio::net::UnixListener::bind(path).map(Self::from)
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
        tokio::net::UnixListener::bind_addr(socket_addr).map(Self::from)
    }

    /// As [`tokio::net::UnixListener::accept`]. The connection is made in the listener's scope.
    ///
    /// # Errors
    ///
    /// As tokio's.
    pub async fn accept(&self) -> io::Result<(UnixStream, SocketAddr)> {
        let accepted = self.inner.accept().await?;
        Ok(self.accepted(accepted))
    }

    /// As [`tokio::net::UnixListener::poll_accept`]. The connection is made in the listener's scope.
    ///
    /// # Errors
    ///
    /// As tokio's.
    pub fn poll_accept(&self, cx: &mut Context<'_>) -> Poll<io::Result<(UnixStream, SocketAddr)>> {
        let polled = self.inner.poll_accept(cx);
        polled.map_ok(|accepted| self.accepted(accepted))
    }

    fn accepted(
        &self,
        (stream, address): (tokio::net::UnixStream, SocketAddr),
    ) -> (UnixStream, SocketAddr) {
        let stream = self
            .resource
            .run_in_async_scope(|| UnixStream::from(stream));
        (stream, address)
    }
}

from_std! {
    UnixListener: std::os::unix::net::UnixListener,
}

socket!(UnixListener);
