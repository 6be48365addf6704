//! A server's socket.

use std::{
    io,
    net::SocketAddr,
    panic::Location,
    task::{Context, Poll},
};

use ah_core::providers::TCPWRAP;

use super::stream::TcpStream;
use crate::observed::{
    announce::{self, Place},
    handle::{from_std, handle, socket},
    net::{ToSocketAddrs, lookup},
};

handle! {
    /// As [`tokio::net::TcpListener`], a resource of type `TCPSERVERWRAP`: entered for each connection that it accepts.
    ///
    /// A connection is triggered by the listener, though it is created in nobody's scope (0), as in Node. It has the
    /// stores that were current where the listener was created, not those of the loop that accepts.
    ///
    /// # Examples
    ///
    /// ```
    /// use async_hooks::prelude::*;
    /// use ah_tokio as tokio;
    /// use tokio::observed::net::{TcpListener, TcpStream};
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
    #[track_caller]
    pub fn bind<A: ToSocketAddrs>(addr: A) -> impl Future<Output = io::Result<Self>> {
        let place = Location::caller();
        async move {
            let addresses = lookup::addresses(place, addr, None).await?;
            let bound = lookup::first(addresses, tokio::net::TcpListener::bind).await;
            bound.map(|inner| Self::made_at(place, inner))
        }
    }

    /// As [`tokio::net::TcpListener::accept`]. The connection is triggered by the listener.
    ///
    /// # Errors
    ///
    /// As tokio's.
    #[track_caller]
    pub fn accept(&self) -> impl Future<Output = io::Result<(TcpStream, SocketAddr)>> {
        let place = Location::caller();
        async move { Ok(self.accepted(place, self.inner.accept().await?)) }
    }

    /// As [`tokio::net::TcpListener::poll_accept`]. The connection is triggered by the listener.
    ///
    /// # Errors
    ///
    /// As tokio's.
    #[track_caller]
    pub fn poll_accept(&self, cx: &mut Context<'_>) -> Poll<io::Result<(TcpStream, SocketAddr)>> {
        let (place, polled) = (Location::caller(), self.inner.poll_accept(cx));
        polled.map_ok(|accepted| self.accepted(place, accepted))
    }

    pub(in crate::observed) fn accepted(
        &self,
        place: Place,
        (stream, address): (tokio::net::TcpStream, SocketAddr),
    ) -> (TcpStream, SocketAddr) {
        let resource = announce::connection(&self.resource, place, TCPWRAP);
        (TcpStream::with(stream, resource), address)
    }
}

from_std! {
    TcpListener: std::net::TcpListener,
}

socket!(TcpListener);
