//! Names of objects that occur more than once.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// Names an object of a [`Value`](super::Value) that occurs more than once. Each is unique in the process.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Label(u64);

impl Label {
    /// Creates a label that nothing else has.
    #[expect(
        clippy::new_without_default,
        reason = "a default that is another one each time would surprise"
    )]
    pub fn new() -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        Self(NEXT.fetch_add(1, Relaxed))
    }
}
