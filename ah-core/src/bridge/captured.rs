//! What was current of each bridge at a capture.

use super::{
    erased::{Value, ValueRef},
    registry::{MAX_BRIDGES, bridges},
};

/// What was current of each bridge.
pub(crate) struct Captured {
    values: [Option<Value>; MAX_BRIDGES],
    /// Whether nothing is to be current where nothing was, though a bridge installed none of it.
    is_total: bool,
}

impl Captured {
    /// With nothing current of any bridge.
    pub(crate) const fn nothing() -> Self {
        Self {
            values: [const { None }; MAX_BRIDGES],
            is_total: true,
        }
    }

    /// What is current on this thread.
    pub(crate) fn here() -> Self {
        let mut captured = Self {
            is_total: false,
            ..Self::nothing()
        };
        for (at, bridge) in bridges() {
            captured.values[at] = bridge.capture();
        }
        captured
    }

    pub(super) fn is_total(&self) -> bool {
        self.is_total
    }

    #[inline]
    pub(super) fn value(captured: Option<&Self>, at: usize) -> ValueRef<'_> {
        captured?.values[at].as_deref()
    }

    /// Returns `true` if it is current on this thread. `None` stands for nothing of each.
    pub(crate) fn is_current(captured: Option<&Self>) -> bool {
        bridges().all(|(at, bridge)| bridge.is_current(Self::value(captured, at)))
    }
}
