//! From storages into the headers of what is called.

mod inject;
mod layer;
mod service;

pub use inject::{headers, inject};
pub use layer::ClientLayer;
pub use service::ClientService;
