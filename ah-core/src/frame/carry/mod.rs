//! What carries a frame: the choice of the one it begins with, and its polls.
//!
//! | file | what it is about |
//! |---|---|
//! | `carried.rs` | the frame that a wrapper carries, and the rule of captures |
//! | `scope.rs` | that frame as the current one, for a poll |
//! | `nothing.rs` | a poll with no frame carried and none current |

pub(crate) mod carried;
pub(crate) mod nothing;
pub(crate) mod scope;
