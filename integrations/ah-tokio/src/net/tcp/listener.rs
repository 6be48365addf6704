//! A server's socket.

use std::{
    io,
    net::SocketAddr,
    task::{Context, Poll},
};

use super::stream::TcpStream;
use crate::{
    handle::{from_std, handle, socket},
    net::{ToSocketAddrs, lookup},
};

handle! {
    /// As [`tokio::net::TcpListener`], a resource of type `TCPSERVERWRAP`: entered for each connection that it accepts.
    ///
    /// A connection is made in the listener's scope. So it is triggered by the listener, and has the stores that were in
    /// force where that was made, not those of the loop that accepts.
    ///
    /// # Examples
    ///
    /// ```
    /// use ah::prelude::*;
    /// use ah_tokio as tokio;
    /// use tokio::net::{TcpListener, TcpStream};
    ///
    /// # ::tokio::runtime::Builder::new_current_thread().enable_io().build()?.block_on(async {
    /// let listener = TcpListener::bind("127.0.0.1:0").await?;
    /// let _client = TcpStream::connect(listener.local_addr()?).await?;
    /// let (connection, _) = listener.accept().await?;
    /// assert_eq!(connection.trigger_async_id(), listener.async_id());
    /// # Ok::<(), std::io::Error>(())
    /// # })?;
    /// # Ok::<(), std::io::Error>(())
    /// ```
    TcpListener(tokio::net::TcpListener), TCPSERVERWRAP
}

impl TcpListener {
    /// As [`tokio::net::TcpListener::bind`]. Announces the listener, and before it the look-up of a name.
    ///
    /// # Errors
    ///
    /// As tokio's.
    pub async fn bind<A: ToSocketAddrs>(addr: A) -> io::Result<Self> {
        let addresses = lookup::addresses(addr, None).await?;
        let bound = lookup::first(addresses, tokio::net::TcpListener::bind).await;
        bound.map(Self::from)
    }

    /// As [`tokio::net::TcpListener::accept`]. The connection is made in the listener's scope.
    ///
    /// # Errors
    ///
    /// As tokio's.
    pub async fn accept(&self) -> io::Result<(TcpStream, SocketAddr)> {
        let accepted = self.inner.accept().await?;
        Ok(self.accepted(accepted))
    }

    /// As [`tokio::net::TcpListener::poll_accept`]. The connection is made in the listener's scope.
    ///
    /// # Errors
    ///
    /// As tokio's.
    pub fn poll_accept(&self, cx: &mut Context<'_>) -> Poll<io::Result<(TcpStream, SocketAddr)>> {
        let polled = self.inner.poll_accept(cx);
        polled.map_ok(|accepted| self.accepted(accepted))
    }

    fn accepted(
        &self,
        (stream, address): (tokio::net::TcpStream, SocketAddr),
    ) -> (TcpStream, SocketAddr) {
        let stream = self.resource.run_in_async_scope(|| TcpStream::from(stream));
        (stream, address)
    }
}

from_std! {
    TcpListener: std::net::TcpListener,
}

socket!(TcpListener);
