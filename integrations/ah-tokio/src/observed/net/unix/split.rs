//! The halves of a connection.

use super::stream::UnixStream;
use crate::observed::net::split::halves;

halves!(UnixStream, tokio::net::UnixStream, tokio::net::unix);
