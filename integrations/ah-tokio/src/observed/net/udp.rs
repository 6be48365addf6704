//! Datagrams over UDP.

use std::{
    io,
    net::SocketAddr,
    panic::Location,
    task::{Context, Poll},
};

use tokio::io::ReadBuf;

use super::{
    ToSocketAddrs,
    datagram::{self, receives},
    lookup,
};
use crate::observed::{
    announce::{Place, delivered},
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
    /// use tokio::observed::net::UdpSocket;
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
    #[track_caller]
    pub fn bind<A: ToSocketAddrs>(addr: A) -> impl Future<Output = io::Result<Self>> {
        let place = Location::caller();
        async move {
            let addresses = lookup::addresses(place, addr, None).await?;
            let bound = lookup::first(addresses, tokio::net::UdpSocket::bind).await;
            bound.map(|inner| Self::made_at(place, inner))
        }
    }

    /// As [`tokio::net::UdpSocket::connect`]. Announces the look-up of a name.
    ///
    /// # Errors
    ///
    /// As tokio's.
    #[track_caller]
    pub fn connect<A: ToSocketAddrs>(&self, addr: A) -> impl Future<Output = io::Result<()>> {
        let place = Location::caller();
        async move {
            let addresses = self.addresses(place, addr).await?;
            lookup::first(addresses, |address| self.inner.connect(address)).await
        }
    }

    /// As [`tokio::net::UdpSocket::send`]. A request if it has to wait.
    ///
    /// # Errors
    ///
    /// As tokio's.
    #[track_caller]
    pub fn send(&self, buf: &[u8]) -> impl Future<Output = io::Result<usize>> {
        datagram::send(&self.resource, self.inner.send(buf))
    }

    /// As [`tokio::net::UdpSocket::send_to`]. A request if it has to wait, and before it the look-up of a name.
    ///
    /// # Errors
    ///
    /// As tokio's.
    #[track_caller]
    pub fn send_to<A: ToSocketAddrs>(
        &self,
        buf: &[u8],
        addr: A,
    ) -> impl Future<Output = io::Result<usize>> {
        let place = Location::caller();
        async move {
            let Some(address) = self.addresses(place, addr).await?.next() else {
                let none: &[SocketAddr] = &[];
                return self.inner.send_to(buf, none).await; // tokio knows the error
            };
            let send = datagram::send(&self.resource, self.inner.send_to(buf, address));
            send.at(place).await
        }
    }

    async fn addresses<A: ToSocketAddrs>(
        &self,
        place: Place,
        addr: A,
    ) -> io::Result<impl Iterator<Item = SocketAddr> + use<A>> {
        lookup::addresses(place, addr, Some(self.resource.async_id())).await
    }
}

from_std! {
    UdpSocket: std::net::UdpSocket,
}

receives!(UdpSocket, SocketAddr);
socket!(UdpSocket);
