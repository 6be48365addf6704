//! Wrappers of tokio's types that announce what Node's do: `TCPWRAP`, `Timeout`, `FSREQCALLBACK` and others.
//!
//! The modules mirror tokio's: `use ah_tokio::observed::net::TcpListener` in place of `tokio::net::TcpListener` is the
//! change. Each module's page has the table of its resources; there is none here for `sync` and `io`, which announce
//! nothing in Node either.
//!
//! A wrapper dereferences to tokio's type, is created from one (`From`), lends it (`AsRef`, `get_ref`, `get_mut`), and
//! returns it (`into_inner`) for a crate that asks for tokio's own. Whoever needs no events uses tokio's types, which
//! `ah_tokio::net` and the other modules re-export: contexts follow the work in both.
//!
//! # Examples
//!
//! ```
//! extern crate ah_tokio as tokio;
//! # fn main() -> std::io::Result<()> {
//! use async_hooks::prelude::*;
//! use tokio::observed::net::{TcpListener, TcpStream};
//!
//! # tokio::runtime::Builder::new_current_thread().enable_io().build()?.block_on(async {
//! let listener = TcpListener::bind("127.0.0.1:0").await?;
//! let _client = TcpStream::connect(listener.local_addr()?).await?;
//! let (connection, _) = listener.accept().await?;
//! assert_eq!(connection.trigger_async_id(), listener.async_id());
//! let plain: tokio::net::TcpStream = connection.into_inner();
//! # drop(plain);
//! # Ok(())
//! # })
//! # }
//! ```

mod announce;
#[cfg(all(feature = "axum", feature = "net"))]
mod axum;
#[cfg(feature = "fs")]
pub mod fs;
mod handle;
pub mod net;
#[cfg(feature = "process")]
pub mod process;
#[cfg(feature = "signal")]
pub mod signal;
#[cfg(feature = "time")]
pub mod time;
