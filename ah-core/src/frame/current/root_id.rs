//! Which environment a frame belongs to.

use super::thread::with_thread;
use crate::frame::chain::node::NodeRef;

/// Identifies an environment, for as long as a frame of each is there.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct RootId(usize);

impl RootId {
    /// The global environment.
    pub(crate) const GLOBAL: Self = Self(0);

    /// As a number: 0 for the global environment.
    pub(crate) const fn number(self) -> usize {
        self.0
    }

    /// The environment of the current frame.
    #[inline]
    pub(crate) fn current() -> Self {
        // SAFETY: looked at before anything replaces it
        with_thread(|thread| Self::of(unsafe { thread.current() }))
    }

    /// The environment of a frame.
    #[inline]
    pub(crate) fn of(top: Option<NodeRef<'_>>) -> Self {
        let root = top.and_then(NodeRef::root);
        Self(root.map_or(0, |root| root.as_raw().addr()))
    }
}
