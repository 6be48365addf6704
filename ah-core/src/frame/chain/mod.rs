//! What frames consist of: counted, immutable chains of entries, and what they show.
//!
//! | file | what it is about |
//! |---|---|
//! | `keys.rs` | the keys of storages, and which of them are over |
//! | `memory.rs` | the memory of nodes, of which each thread keeps one for the next |
//! | `node.rs` | the nodes, and what may be seen of them |
//! | `value.rs`, `entry.rs` | the owners of both: a value alone, or a chain |
//! | `place.rs` | where entries are kept |
//! | `map.rs` | a table of values by storage |
//! | `bridged.rs` | the entry of what bridges captured |
//! | `canonical.rs` | what a chain shows: look-ups, and the form that is captured |

pub(crate) mod bridged;
pub(crate) mod canonical;
pub(crate) mod entry;
pub(crate) mod keys;
pub(crate) mod map;
mod memory;
pub(crate) mod node;
pub(crate) mod place;
pub(crate) mod value;
