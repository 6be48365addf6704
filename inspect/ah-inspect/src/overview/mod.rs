//! Which requests to look at: all that are recorded, the slowest first. See [`Overview`].

mod html;
mod list;
mod text;

pub use list::{NoStorage, Overview, Request};
