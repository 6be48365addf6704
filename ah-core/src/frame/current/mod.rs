//! The current frame of a thread.
//!
//! | file | what it is about |
//! |---|---|
//! | `thread.rs` | where it is, and how it is replaced and captured |
//! | `spare.rs` | counts of it that are kept for the next captures |
//! | `read.rs` | reads that lend out of it |
//! | `root_id.rs` | its environment |
//! | `change.rs` | entering and leaving |
//! | `bridged.rs` | what bridges captured, noted and installed |
//! | `guards.rs` | entries of guards, which end in any order |

pub(crate) mod bridged;
pub(crate) mod change;
pub(crate) mod guards;
pub(crate) mod read;
pub(crate) mod root_id;
mod spare;
pub(crate) mod thread;
