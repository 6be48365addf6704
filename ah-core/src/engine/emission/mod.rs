//! Events on their way to hooks.
//!
//! | file | what it is about |
//! |---|---|
//! | `event.rs` | what hooks receive: a type for each phase |
//! | `emit.rs` | what the engine calls: the events of the current environment, by the quick path or the other one |
//! | `quick.rs` | what an emission holds in the usual case |
//! | `deliver.rs` | the callbacks, each of which ends with everything as it began |
//! | `panicked.rs` | the end of a hook whose callback panicked |

mod deliver;
pub(crate) mod emit;
mod event;
mod panicked;
mod quick;
