//! Scopes that their owner ends by a drop, with `before` and `after`.
//!
//! One that is dropped while another scope is open above it is marked, and left when that one has been left: see
//! [`leave_late`].

use super::emission::emit;
use crate::{
    context::{
        current,
        kept::{self, Kept, Place},
    },
    error::UnbalancedScope,
    identity::Identity,
    report::{delivery::report_with, errors::EngineError},
};

/// The scope of a context of which only the ids are known.
#[derive(Debug)]
pub(crate) struct KeptScope {
    subject: Identity,
    kept: Kept,
}

impl KeptScope {
    pub(crate) fn enter(subject: Identity) -> Self {
        let kept = kept::enter(&subject);
        emit::before(&subject);
        Self { subject, kept }
    }

    /// To be called once. Nothing but a report comes of it where another scope is open above, or this one was left already.
    pub(crate) fn leave(&self) {
        match self.kept.place() {
            Place::Innermost => return leave(&self.subject, &self.kept),
            Place::Below => self.kept.leave_late(),
            Place::Nowhere => (),
        }
        let (actual, expected) = (current::current().id(), self.subject.id());
        report_with(Box::new(move |sink| {
            let scope = UnbalancedScope { actual, expected };
            sink(&EngineError::ScopeOutOfOrder(scope));
        }));
    }
}

/// Leaves the scopes that were dropped while others were open above them, and are the innermost ones now.
#[cold]
pub(crate) fn leave_late() {
    while let Some((who, kept)) = kept::innermost_left() {
        leave(&Identity::context(who.id(), who.trigger()), &kept);
    }
    kept::note_late();
}

fn leave(subject: &Identity, kept: &Kept) {
    emit::after(subject);
    if let Some(above) = kept.leave() {
        let (actual, expected) = (above.id(), subject.id());
        report_with(Box::new(move |sink| {
            sink(&EngineError::ScopeNotLeft(UnbalancedScope {
                actual,
                expected,
            }));
        }));
    }
}
