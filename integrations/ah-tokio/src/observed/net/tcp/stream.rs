//! A connection.

use std::{io, panic::Location};

use ah_core::providers::{TCPCONNECTWRAP, TCPWRAP};

use super::split::{OwnedReadHalf, OwnedWriteHalf, ReadHalf, WriteHalf, split, split_owned};
use crate::observed::{
    announce::{Ongoing, Place, Request, made_at},
    handle::{from_std, handle, reads, socket, try_reads, writes},
    net::{ToSocketAddrs, lookup},
};

handle! {
    /// As [`tokio::net::TcpStream`], a resource of type `TCPWRAP`: entered for each read that succeeds, and the trigger of
    /// its requests.
    ///
    /// # Examples
    ///
    /// ```
    /// use ah_tokio as tokio;
    /// use tokio::{io::{AsyncReadExt, AsyncWriteExt}, observed::net::{TcpListener, TcpStream}};
    ///
    /// # ::tokio::runtime::Builder::new_current_thread().enable_io().build()?.block_on(async {
    /// # let listener = TcpListener::bind("127.0.0.1:0").await?;
    /// # let address = listener.local_addr()?;
    /// let mut client = TcpStream::connect(address).await?; // the stream, then its connect
    /// client.write_all(b"ping").await?;
    /// let (mut server, _) = listener.accept().await?;
    /// server.read_exact(&mut [0; 4]).await?; // in the scope of `server`
    /// # Ok::<(), std::io::Error>(())
    /// # })?;
    /// # Ok::<(), std::io::Error>(())
    /// ```
    TcpStream(tokio::net::TcpStream), TCPWRAP, request: Ongoing
}

impl TcpStream {
    /// As [`tokio::net::TcpStream::connect`].
    ///
    /// Announces the stream, then the look-up of a name, then each attempt to connect, which it triggers.
    ///
    /// # Errors
    ///
    /// As tokio's.
    #[track_caller]
    pub fn connect<A: ToSocketAddrs>(addr: A) -> impl Future<Output = io::Result<Self>> {
        let place = Location::caller();
        async move {
            let resource = made_at(place, TCPWRAP, None);
            let id = resource.async_id();
            let addresses = lookup::addresses(place, addr, Some(id)).await?;
            let connected = lookup::first(addresses, |address| {
                let connect = tokio::net::TcpStream::connect(address);
                Request::new(TCPCONNECTWRAP, connect)
                    .at(place)
                    .because_of(id)
            });
            Ok(Self::with(connected.await?, resource))
        }
    }

    /// A new stream that is connected like this.
    pub(super) async fn connect_by(
        place: Place,
        connect: impl Future<Output = io::Result<tokio::net::TcpStream>>,
    ) -> io::Result<Self> {
        let resource = made_at(place, TCPWRAP, None);
        let connected = Request::new(TCPCONNECTWRAP, connect).at(place);
        let connected = connected.because_of(resource.async_id()).await?;
        Ok(Self::with(connected, resource))
    }

    /// As [`tokio::net::TcpStream::split`].
    pub fn split(&mut self) -> (ReadHalf<'_>, WriteHalf<'_>) {
        split(self)
    }

    /// As [`tokio::net::TcpStream::into_split`]. The resource lives as long as one of the halves.
    pub fn into_split(self) -> (OwnedReadHalf, OwnedWriteHalf) {
        split_owned(self)
    }
}

impl AsRef<Self> for TcpStream {
    fn as_ref(&self) -> &Self {
        self
    }
}

from_std! {
    TcpStream: std::net::TcpStream,
}

reads!(TcpStream);
writes!(TcpStream);
try_reads!(TcpStream);
socket!(TcpStream);
