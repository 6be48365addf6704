//! What is to be restored when a frame is exited: see `bridged.rs`.

use crate::bridge::saved::Saved;

/// What is to be restored when a frame is exited.
#[derive(Default)]
pub(super) struct Level {
    pub(super) saved: Saved,
    /// The level around it; of a spare one, the next.
    pub(super) next: Option<Box<Level>>,
}
