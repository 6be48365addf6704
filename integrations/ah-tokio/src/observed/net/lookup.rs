//! Names.

use std::{io, net::SocketAddr, panic::Location};

use ah_core::{AsyncId, providers::GETADDRINFOREQWRAP};
use tokio::net::ToSocketAddrs;

use crate::observed::announce::{Place, Request};

/// Looks a name up, as [`tokio::net::lookup_host`].
///
/// A request of type `GETADDRINFOREQWRAP`, unless `host` is an address already.
///
/// # Errors
///
/// As [`tokio::net::lookup_host`].
///
/// # Examples
///
/// ```
/// use ah_tokio as tokio;
///
/// # ::tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
/// for address in tokio::observed::net::lookup_host("localhost:80").await? {
///     assert!(address.ip().is_loopback());
/// }
/// # Ok::<(), std::io::Error>(())
/// # })?;
/// # Ok::<(), std::io::Error>(())
/// ```
#[track_caller]
pub fn lookup_host<T: ToSocketAddrs>(
    host: T,
) -> impl Future<Output = io::Result<impl Iterator<Item = SocketAddr>>> {
    addresses(Location::caller(), host, None)
}

/// The addresses of a name that this resource wants to know, if it is one that does.
pub(super) async fn addresses<T: ToSocketAddrs>(
    place: Place,
    host: T,
    trigger: Option<AsyncId>,
) -> io::Result<impl Iterator<Item = SocketAddr>> {
    // an address is ready at the first poll, a name waits for a thread
    let lookup = Request::if_it_waits(GETADDRINFOREQWRAP, tokio::net::lookup_host(host));
    lookup.at(place).because_of(trigger).await
}

/// Tries one address after the other, until one is right. The error is that of the last.
pub(super) async fn first<R, F: Future<Output = io::Result<R>>>(
    addresses: impl Iterator<Item = SocketAddr>,
    attempt: impl Fn(SocketAddr) -> F,
) -> io::Result<R> {
    let mut last = None;
    for address in addresses {
        match attempt(address).await {
            Ok(value) => return Ok(value),
            Err(error) => last = Some(error),
        }
    }
    Err(last.unwrap_or_else(|| {
        io::Error::new(
            io::ErrorKind::InvalidInput,
            "could not resolve to any address",
        )
    }))
}
