//! What the tests share.
//!
//! | file | what it is about |
//! |---|---|
//! | `runtimes.rs` | both kinds of runtime, under the laws |
//! | `id.rs` | the storage, and who holds its stores |
//! | `layer.rs` | a layer that sets the storage for each request |
//! | `body.rs` | a body that says what is seen where it is polled |
//! | `forward.rs` | a server whose handler asks another one |
//! | `connection.rs` | a server that counts its connections, and a client that has just one |

mod body;
mod connection;
mod forward;
mod id;
mod layer;
mod runtimes;

pub(crate) use body::what_is_seen;
pub(crate) use connection::{Connection, Server, serve};
pub(crate) use forward::{ByTasks, Forward};
pub(crate) use id::{held, only_held_are, seen, seen_by_a_task, with_id};
pub(crate) use layer::{HEADER, RequestIds};
pub(crate) use runtimes::checked;
