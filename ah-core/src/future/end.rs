//! The end of a tracked future that has an id, or was caused by a hook.

use std::pin::Pin;

use crate::{
    context::suppression,
    engine::{emission::emit, life},
    event::outcome::Outcome,
    frame::{AnyFramed, Carried},
    identity::Identity,
};

#[cold]
#[inline(never)]
pub(super) fn end_tracked(subject: &Identity, framed: Pin<&mut (dyn AnyFramed + '_)>) {
    if subject.has_id() {
        end(subject, framed);
    } else {
        let _suppression = suppression::suppress();
        framed.clear();
    }
}

/// The end of an announced future: what is left of it is dropped in its own context.
fn end(subject: &Identity, framed: Pin<&mut (dyn AnyFramed + '_)>) {
    let _destroy = life::DestroyAtEnd::of(subject, framed.carried());
    if framed.carried().is_finished() {
        let _suppression = suppression::suppress_if(subject.is_suppressed());
        return framed.clear();
    }
    settle(subject, framed.carried());
    life::clear_framed(subject, framed);
}

/// Delivers that an announced future is settled, unless it has come to an end before.
pub(super) fn settle(subject: &Identity, carried: &Carried) {
    if !carried.is_finished() && !subject.is_panicked() {
        life::in_context(subject, carried.root_id(), || {
            carried.in_settled(|| settle_at_drop(subject))
        });
    }
}

/// A sink that was closed has come to its end, which could not be known then: it may have been a stream, too.
fn settle_at_drop(subject: &Identity) {
    if subject.is_closed() {
        emit::promise_resolve(subject);
        emit::settled(subject, Outcome::Ready);
    } else {
        emit::settled(subject, Outcome::Cancelled);
    }
}
