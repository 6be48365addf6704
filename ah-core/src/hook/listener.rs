//! A hook as the engine sees it.

use std::sync::atomic::Ordering::Relaxed;

use super::{
    callbacks::AsyncHooks,
    init::Init,
    interest::{Interest, Refused},
};
use crate::{
    context::contained::drop_contained,
    event::outcome::Outcome,
    identity::Identity,
    sync::{AtomicBool, AtomicU64},
};

/// What the engine calls. Users' hooks and promise hooks both become one.
pub(crate) trait Listener: Send + Sync {
    fn name(&self) -> &str;
    fn init(&self, init: &Init<'_>);
    fn before(&self, subject: &Identity);
    fn after(&self, subject: &Identity);
    fn promise_resolve(&self, subject: &Identity);
    fn destroy(&self, subject: &Identity);
    fn settled(&self, subject: &Identity, outcome: Outcome);

    /// Returns `true` if it receives anything but futures.
    fn hears_resources(&self) -> bool {
        true
    }
}

/// A user's hook.
struct User<H>(H);

impl<H: AsyncHooks> Listener for User<H> {
    fn name(&self) -> &str {
        self.0.name()
    }

    fn init(&self, init: &Init<'_>) {
        self.0.init(init);
    }

    fn before(&self, subject: &Identity) {
        self.0.before(subject.id());
    }

    fn after(&self, subject: &Identity) {
        self.0.after(subject.id());
    }

    fn promise_resolve(&self, subject: &Identity) {
        self.0.promise_resolve(subject.id());
    }

    fn destroy(&self, subject: &Identity) {
        self.0.destroy(subject.id());
    }

    fn settled(&self, _: &Identity, _: Outcome) {}
}

/// A listener with what it asked for, read once.
pub(crate) struct Hook {
    pub(crate) listener: Box<dyn Listener>,
    pub(crate) interest: Interest,
}

impl Hook {
    pub(crate) fn of(callbacks: impl AsyncHooks) -> Self {
        Self {
            interest: callbacks.interest(),
            listener: Box::new(User(callbacks)),
        }
    }
}

/// What the hook captured is dropped with its last handle, registration or list of hooks, whoever holds that.
impl Drop for Hook {
    fn drop(&mut self) {
        drop_contained(std::mem::replace(&mut self.listener, Box::new(Dropped)));
    }
}

/// Stands for a listener that is dropped.
struct Dropped;

impl Listener for Dropped {
    fn name(&self) -> &str {
        ""
    }

    fn init(&self, _: &Init<'_>) {}
    fn before(&self, _: &Identity) {}
    fn after(&self, _: &Identity) {}
    fn promise_resolve(&self, _: &Identity) {}
    fn destroy(&self, _: &Identity) {}
    fn settled(&self, _: &Identity, _: Outcome) {}
}

/// One enabling of a hook.
pub(crate) struct Registration {
    ended: AtomicBool,
    /// A [`Refused`]: everything, once it is dead.
    refused: AtomicU64,
}

impl Registration {
    pub(crate) const fn new(refused: Refused) -> Self {
        Self {
            ended: AtomicBool::new(false),
            refused: AtomicU64::new(refused.bits()),
        }
    }

    /// Ends it: emissions under way still call it. False if it was ended already.
    pub(crate) fn end(&self) -> bool {
        // Relaxed, here and below: nothing is published with these; a callback under way elsewhere may still arrive
        !self.ended.swap(true, Relaxed)
    }

    /// Takes it out of emissions under way, too.
    pub(crate) fn kill(&self) {
        self.refused.store(Refused::EVERYTHING.bits(), Relaxed);
    }

    pub(crate) fn is_ended(&self) -> bool {
        self.ended.load(Relaxed)
    }

    /// What it refuses.
    #[inline]
    pub(crate) fn refused(&self) -> Refused {
        Refused::from_bits(self.refused.load(Relaxed))
    }
}
