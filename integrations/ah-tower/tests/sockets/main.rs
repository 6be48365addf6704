//! The layers in real servers and clients, over real sockets.

mod bodies;
mod client;
mod hostile;
mod many;
mod reqwest;
mod server;
mod support;
mod tonic;
