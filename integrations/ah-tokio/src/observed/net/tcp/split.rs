//! The halves of a connection.

use super::stream::TcpStream;
use crate::observed::net::split::halves;

halves!(TcpStream, tokio::net::TcpStream, tokio::net::tcp);
