//! A connection.

use std::{io, panic::Location, path::Path};

use ah_core::providers::{PIPECONNECTWRAP, PIPEWRAP};
use tokio::net::unix::SocketAddr;

use super::split::{OwnedReadHalf, OwnedWriteHalf, ReadHalf, WriteHalf, split, split_owned};
use crate::observed::{
    announce::{Ongoing, Place, Request, made_at},
    handle::{from_std, handle, reads, socket, try_reads, writes},
};

handle! {
    /// As [`tokio::net::UnixStream`], a resource of type `PIPEWRAP`: entered for each read that succeeds, and the trigger of
    /// its requests.
    UnixStream(tokio::net::UnixStream), PIPEWRAP, request: Ongoing
}

impl UnixStream {
    /// As [`tokio::net::UnixStream::connect`]. Announces the stream, then its connect.
    ///
    /// # Errors
    ///
    /// As tokio's.
    #[track_caller]
    pub fn connect<P: AsRef<Path>>(path: P) -> impl Future<Output = io::Result<Self>> {
        Self::connect_by(Location::caller(), tokio::net::UnixStream::connect(path))
    }

    /// As [`tokio::net::UnixStream::connect_addr`]. Announces the stream, then its connect.
    ///
    /// # Errors
    ///
    /// As tokio's.
    #[track_caller]
    pub fn connect_addr(socket_addr: &SocketAddr) -> impl Future<Output = io::Result<Self>> {
        let connect = tokio::net::UnixStream::connect_addr(socket_addr);
        Self::connect_by(Location::caller(), connect)
    }

    /// A new stream that is connected like this.
    pub(super) async fn connect_by(
        place: Place,
        connect: impl Future<Output = io::Result<tokio::net::UnixStream>>,
    ) -> io::Result<Self> {
        let resource = made_at(place, PIPEWRAP, None);
        let connected = Request::new(PIPECONNECTWRAP, connect).at(place);
        let connected = connected.because_of(resource.async_id()).await?;
        Ok(Self::with(connected, resource))
    }

    /// As [`tokio::net::UnixStream::pair`]. Announces both.
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
        let (one, two) = tokio::net::UnixStream::pair()?;
        Ok((Self::from(one), Self::from(two)))
    }

    /// As [`tokio::net::UnixStream::split`].
    pub fn split(&mut self) -> (ReadHalf<'_>, WriteHalf<'_>) {
        split(self)
    }

    /// As [`tokio::net::UnixStream::into_split`]. The resource lives as long as one of the halves.
    pub fn into_split(self) -> (OwnedReadHalf, OwnedWriteHalf) {
        split_owned(self)
    }
}

impl AsRef<Self> for UnixStream {
    fn as_ref(&self) -> &Self {
        self
    }
}

from_std! {
    UnixStream: std::os::unix::net::UnixStream,
}

reads!(UnixStream);
writes!(UnixStream);
try_reads!(UnixStream);
socket!(UnixStream);
