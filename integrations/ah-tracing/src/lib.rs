#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]

#[cfg(feature = "fmt")]
mod dispatchers;
mod error;
mod events;
#[cfg(feature = "fmt")]
mod format;
#[cfg(feature = "log")]
mod logger;
mod shown;
mod spans;
mod stores;

#[cfg(feature = "fmt")]
pub use dispatchers::Dispatchers;
pub use error::StoresError;
pub use events::Events;
#[cfg(feature = "fmt")]
pub use format::{Line, StoresFormat};
#[cfg(feature = "log")]
pub use logger::StoresLogger;
pub use shown::Shown;
pub use spans::Spans;
pub use stores::Stores;
