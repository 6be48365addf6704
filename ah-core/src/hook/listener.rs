//! A hook as the engine sees it.

use std::sync::atomic::Ordering::Relaxed;

use super::{AsyncHooks, Init, Interest};
use crate::{
    contained::drop_contained, identity::Identity, outcome::Outcome, phase::Phase, sync::AtomicBool,
};

/// What happened to a resource.
#[derive(Clone, Copy)]
pub(crate) enum Event<'a> {
    Init(&'a Init<'a>),
    Before,
    After,
    PromiseResolve,
    Destroy,
    Settled(Outcome),
}

impl Event<'_> {
    #[inline]
    pub(crate) fn phase(&self) -> Phase {
        match self {
            Self::Init(_) => Phase::Init,
            Self::Before => Phase::Before,
            Self::After => Phase::After,
            Self::PromiseResolve => Phase::PromiseResolve,
            Self::Destroy => Phase::Destroy,
            Self::Settled(_) => Phase::Settled,
        }
    }
}

/// What the engine calls. Users' hooks and promise hooks both become one.
pub(crate) trait Listener: Send + Sync {
    fn name(&self) -> &str;
    fn hear(&self, event: Event<'_>, subject: &Identity);

    /// Does it hear of anything but futures?
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

    fn hear(&self, event: Event<'_>, subject: &Identity) {
        match event {
            Event::Init(init) => self.0.init(init),
            Event::Before => self.0.before(subject.id()),
            Event::After => self.0.after(subject.id()),
            Event::PromiseResolve => self.0.promise_resolve(subject.id()),
            Event::Destroy => self.0.destroy(subject.id()),
            Event::Settled(_) => (),
        }
    }
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

    fn hear(&self, _: Event<'_>, _: &Identity) {}
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
