//! Sockets and names that are resources: tokio's module, with the same names.
//!
//! | what | announces |
//! |---|---|
//! | [`TcpListener`], [`UnixListener`](unix) | `TCPSERVERWRAP`, `PIPESERVERWRAP`; entered for each connection that it accepts, which is created in its scope |
//! | [`TcpStream`], [`UnixStream`](unix), pipes | `TCPWRAP`, `PIPEWRAP`; entered for each read that succeeds; alive until the last half is dropped |
//! | a connect | `TCPCONNECTWRAP`, `PIPECONNECTWRAP`, a request of the stream, which is announced first; one for each address that is tried |
//! | a write that has to wait, a shutdown | `WRITEWRAP`, `SHUTDOWNWRAP`, requests of the stream |
//! | [`UdpSocket`], [`UnixDatagram`](unix) | `UDPWRAP`, `PIPEWRAP`; entered for each datagram that it receives |
//! | a send that has to wait | `UDPSENDWRAP`, a request of the socket |
//! | [`lookup_host`], and each name given to `bind`, `connect` or `send_to` | `GETADDRINFOREQWRAP`, a request; none if there is nothing to look up |
//!
//! A request is entered once, when it is complete, and then destroyed; one that is given up is only destroyed. A socket is
//! destroyed when it is dropped.
//!
//! A write that ends at once is no request. With tokio, the first write of a socket that was accepted or bound just now
//! does wait, until the runtime has looked at the socket.
//!
//! Not announced: peeking; what a closure given to `try_io` or `async_io` does; sends that are polled manually
//! (`poll_send…`) or tried (`try_send…`); Windows' named pipes.

#[cfg(feature = "net")]
mod datagram;
#[cfg(feature = "net")]
mod lookup;
#[cfg(feature = "net")]
mod split;
#[cfg(feature = "net")]
pub mod tcp;
#[cfg(feature = "net")]
mod udp;
#[cfg(all(feature = "net", unix))]
pub mod unix;

#[doc(no_inline)]
pub use tokio::net::*;
#[cfg(all(feature = "net", unix))]
pub use unix::{
    datagrams::UnixDatagram, listener::UnixListener, socket::UnixSocket, stream::UnixStream,
};
#[cfg(feature = "net")]
pub use {
    lookup::lookup_host,
    tcp::{listener::TcpListener, socket::TcpSocket, stream::TcpStream},
    udp::UdpSocket,
};
