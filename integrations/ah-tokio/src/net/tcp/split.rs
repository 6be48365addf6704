//! The halves of a connection.

use super::stream::TcpStream;
use crate::net::split::halves;

halves!(TcpStream, tokio::net::TcpStream, tokio::net::tcp);
