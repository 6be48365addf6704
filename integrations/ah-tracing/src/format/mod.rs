//! Stores in the lines of `tracing_subscriber::fmt`.
//!
//! A format of `tracing_subscriber` writes its line into a buffer; the stores are written where the line ends, in the
//! form of that format; then the whole is written. No store breaks the line: text is quoted or escaped.

mod json;
mod line;
mod text;

pub use line::{Line, StoresFormat};
