//! From the headers of a request into storages, around everything that answers it.
//!
//! 1. The headers are read into stores, once, when the service is called.
//! 2. The stores are current in the call of the inner service, in each poll of its future, and in its drop.
//! 3. When the future is ready, its frame is captured for the body: what the handler entered is current in it, too.

mod body;
mod future;
mod layer;
mod received;
mod service;

pub use body::ContextBody;
pub use future::ResponseFuture;
pub use layer::{ServerLayer, Trust};
pub use service::ServerService;
