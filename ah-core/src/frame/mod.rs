//! Frames: the immutable set of all stores.
//!
//! This module is the ground of everything that carries context, and one of the two that hold unsafe code. Every carrier
//! (`run`, a wrapped future, a resource, a snapshot, a thread) moves or counts one pointer.
//!
//! | place | what it is about |
//! |---|---|
//! | `chain/` | what frames consist of, what they show, and what a capture of one holds |
//! | `current/` | the current frame of a thread: entering, leaving, reading |
//! | `carry/` | futures that carry a frame, the frame they begin with, and their polls |
//! | `frame.rs`, `framed.rs`, `key.rs` | what the rest of the crate sees: a frame, a future with one, the key of a storage |
//! | `storages.rs` | what inspectors see: storages, and the stores that a frame shows |
//!
//! Rules, each stated in full where it is kept:
//!
//! 1. The current frame is a chain of entries (`run`, `exit`, `scope`, guards), each with at most one map on top of what was
//!    entered in it without an end (`current/change.rs`).
//! 2. What is captured is the canonical form, which holds what shows and nothing else (`chain/canonical.rs`).
//! 3. A frame has an id that no other frame ever has, and that its canonical form shares (`chain/node.rs`). By this id,
//!    a wrapped future finds out whether the frame of its poll is the frame of its creation (`carry/carried.rs`), and
//!    `Frame::run` whether the current frame is the captured one: there, entries that spawned work does not inherit
//!    still show.
//! 4. What `disable` or a guard ended shows nowhere that it was not captured before (`chain/keys.rs`, `current/guards.rs`).

#![expect(
    unsafe_code,
    reason = "a hot module: counted chains, and reads that lend without counting"
)]

mod carry;
mod chain;
mod current;
#[expect(
    clippy::module_inception,
    reason = "the type that the folder is named for"
)]
mod frame;
mod framed;
mod key;
#[cfg(all(test, ah_loom))]
mod models;
mod storages;

pub use current::guards::GuardEntry;
pub use frame::Frame;
pub use framed::Framed;
pub use key::{About, Key, Lookup, leave_guard};
pub use storages::{Show, StorageInfo, Stored, current_id, environment, storage, storages};

pub(crate) use carry::{carried::Carried, nothing::InNothing, scope::FrameScope};
pub(crate) use current::root_id::RootId;
pub(crate) use frame::{FrameGuard, HeldFrame, Outside, QuickHeld, hold};
pub(crate) use framed::{AnyFramed, CapturedFrame};
