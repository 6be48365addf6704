//! The causal river: one request as one picture. See [`River`].
//!
//! | file | what it does |
//! |---|---|
//! | `index` | finds lanes, and what is in them |
//! | `timeline` | what one thing does over time |
//! | `join` | who was joined |
//! | `request` | which request something belongs to |
//! | `path` | what the time of a request went into |
//! | `parts` | the same, summed up |
//! | `cast`, `fold` | which lanes are in the picture |
//! | `lane`, `inner`, `tone`, `cut`, `drawn` | what is in each, and between them |
//! | `about`, `words` | what is written there |
//! | `html`, `text` | the picture |

mod about;
mod cast;
mod cut;
mod drawn;
mod fold;
mod html;
mod index;
mod inner;
mod join;
mod lane;
mod parts;
mod path;
mod picture;
mod request;
#[cfg(test)]
mod tests;
mod text;
mod timeline;
mod tone;
mod words;

pub use parts::{Part, Spent};
pub use picture::{NotRecorded, River};

pub(crate) use html::{Escaped, STYLE, write_shares};
pub(crate) use index::Index;
pub(crate) use parts::{sentence, shares};
pub(crate) use request::{key, key_named};
