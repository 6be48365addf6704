//! What a scope does at its two ends, by a panic too.

use std::borrow::Borrow;

use super::{destroy_queue, emission::emit};
use crate::identity::Identity;

/// `before` now, `after` when it is dropped.
pub(crate) struct Bracket<S: Borrow<Identity>>(S);

impl<S: Borrow<Identity>> Bracket<S> {
    #[inline]
    pub(crate) fn open(subject: S) -> Self {
        emit::before(subject.borrow());
        Self(subject)
    }

    pub(crate) fn subject(&self) -> &Identity {
        self.0.borrow()
    }
}

impl<S: Borrow<Identity>> Drop for Bracket<S> {
    #[inline]
    fn drop(&mut self) {
        emit::after(self.subject());
    }
}

/// Drains what may be drained, when it is dropped: after the context is left.
pub(crate) struct Settle;

impl Drop for Settle {
    #[inline]
    fn drop(&mut self) {
        destroy_queue::settle();
    }
}
