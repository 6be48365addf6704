//! Datagrams over UDP.

use std::{
    io,
    net::SocketAddr,
    task::{Context, Poll},
};

use tokio::io::ReadBuf;

use super::{
    ToSocketAddrs,
    datagram::{self, receives},
    lookup,
};
use crate::{
    announce::delivered,
    handle::{from_std, handle, socket},
};

handle! {
    /// As [`tokio::net::UdpSocket`], a resource of type `UDPWRAP`: entered for each datagram that it receives, and the
    /// trigger of sends that have to wait.
    ///
    /// # Examples
    ///
    /// ```
    /// use ah_tokio as tokio;
    /// use tokio::net::UdpSocket;
    ///
    /// # ::tokio::runtime::Builder::new_current_thread().enable_io().build()?.block_on(async {
    /// let (one, two) = (UdpSocket::bind("127.0.0.1:0").await?, UdpSocket::bind("127.0.0.1:0").await?);
    /// one.send_to(b"ping", two.local_addr()?).await?;
    /// assert_eq!(two.recv(&mut [0; 8]).await?, 4); // in the scope of `two`
    /// # Ok::<(), std::io::Error>(())
    /// # })?;
    /// # Ok::<(), std::io::Error>(())
    /// ```
    UdpSocket(tokio::net::UdpSocket), UDPWRAP
}

impl UdpSocket {
    /// As [`tokio::net::UdpSocket::bind`]. Announces the socket, and before it the look-up of a name.
    ///
    /// # Errors
    ///
    /// As tokio's.
    pub async fn bind<A: ToSocketAddrs>(addr: A) -> io::Result<Self> {
        let addresses = lookup::addresses(addr, None).await?;
        let bound = lookup::first(addresses, tokio::net::UdpSocket::bind).await;
        bound.map(Self::from)
    }

    /// As [`tokio::net::UdpSocket::connect`]. Announces the look-up of a name.
    ///
    /// # Errors
    ///
    /// As tokio's.
    pub async fn connect<A: ToSocketAddrs>(&self, addr: A) -> io::Result<()> {
        let addresses = lookup::addresses(addr, Some(self.resource.async_id())).await?;
        lookup::first(addresses, |address| self.inner.connect(address)).await
    }

    /// As [`tokio::net::UdpSocket::send`]. A request if it has to wait.
    ///
    /// # Errors
    ///
    /// As tokio's.
    pub async fn send(&self, buf: &[u8]) -> io::Result<usize> {
        datagram::send(&self.resource, self.inner.send(buf)).await
    }

    /// As [`tokio::net::UdpSocket::send_to`]. A request if it has to wait, and before it the look-up of a name.
    ///
    /// # Errors
    ///
    /// As tokio's.
    pub async fn send_to<A: ToSocketAddrs>(&self, buf: &[u8], addr: A) -> io::Result<usize> {
        let mut addresses = lookup::addresses(addr, Some(self.resource.async_id())).await?;
        let Some(address) = addresses.next() else {
            let none: &[SocketAddr] = &[];
            return self.inner.send_to(buf, none).await; // tokio knows the error
        };
        datagram::send(&self.resource, self.inner.send_to(buf, address)).await
    }
}

from_std! {
    UdpSocket: std::net::UdpSocket,
}

receives!(UdpSocket, SocketAddr);
socket!(UdpSocket);
