//! A hook as the engine sees it.

use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

use super::{AsyncHooks, Init, Interest};
use crate::{identity::Identity, outcome::Outcome};

/// What the engine calls. Users' hooks and promise hooks both become one.
pub(crate) trait Listener: Send + Sync {
    fn name(&self) -> &str;
    fn init(&self, init: &Init<'_>);
    fn before(&self, subject: &Identity);
    fn after(&self, subject: &Identity);
    fn promise_resolve(&self, subject: &Identity);
    fn destroy(&self, subject: &Identity);
    fn settled(&self, subject: &Identity, outcome: Outcome);
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

/// One enabling of a hook.
pub(crate) struct Registration {
    ended: AtomicBool,
    dead: AtomicBool,
}

impl Registration {
    pub(crate) const fn new() -> Self {
        Self {
            ended: AtomicBool::new(false),
            dead: AtomicBool::new(false),
        }
    }

    /// Ends it: emissions under way still call it. False if it was ended already.
    pub(crate) fn end(&self) -> bool {
        // Relaxed, here and below: nothing is published with these; a callback under way elsewhere may still arrive
        !self.ended.swap(true, Relaxed)
    }

    /// Takes it out of emissions under way, too.
    pub(crate) fn kill(&self) {
        self.dead.store(true, Relaxed);
    }

    pub(crate) fn is_ended(&self) -> bool {
        self.ended.load(Relaxed)
    }

    #[inline]
    pub(crate) fn is_dead(&self) -> bool {
        self.dead.load(Relaxed)
    }
}
