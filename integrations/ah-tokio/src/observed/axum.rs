//! `axum::serve` on a listener that announces its connections.

use axum::serve::Listener;
use tokio::net::TcpListener as TokioListener;

use super::net::{TcpListener, TcpStream};

impl Listener for TcpListener {
    type Io = TcpStream;
    type Addr = std::net::SocketAddr;

    /// As axum does for tokio's listener: an error of one connection is skipped, any other one is waited for.
    async fn accept(&mut self) -> (TcpStream, Self::Addr) {
        let (stream, address) = Listener::accept(self.get_mut()).await;
        self.accepted(std::panic::Location::caller(), (stream, address))
    }

    fn local_addr(&self) -> std::io::Result<Self::Addr> {
        TokioListener::local_addr(self)
    }
}

#[cfg(unix)]
impl Listener for super::net::UnixListener {
    type Io = super::net::UnixStream;
    type Addr = tokio::net::unix::SocketAddr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        let (stream, address) = Listener::accept(self.get_mut()).await;
        self.accepted(std::panic::Location::caller(), (stream, address))
    }

    fn local_addr(&self) -> std::io::Result<Self::Addr> {
        tokio::net::UnixListener::local_addr(self)
    }
}
