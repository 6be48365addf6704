//! An emission as usual: the outermost one of its thread, with no store being read and nothing special about the
//! context, by a thread that has read the list before and needs no fence for it.

use super::{
    deliver::{Emission, deliver},
    event::Event,
};
use crate::{
    context::{callback::Around, current},
    environment::{hook_list::HookList, published::list::QuickReading, world::Environment},
    frame::QuickHeld,
    hook::{interest::Asked, listener::Listener},
    identity::Identity,
};

/// What an emission holds in the usual case: it is the outermost one of its thread. Nothing may unwind before its end.
#[must_use = "the emission ends with `end`"]
pub(super) struct Quick<'a> {
    environment: &'a Environment,
    held: QuickHeld<'a>,
    pub(super) hooks: QuickReading<'a, HookList>,
}

impl<'a> Quick<'a> {
    #[inline]
    pub(super) fn begin(environment: &'a Environment) -> Option<Self> {
        if !current::is_plain() {
            return None;
        }
        let held = QuickHeld::begin()?;
        match environment.read_hooks_quickly() {
            Some(hooks) => Some(Self {
                environment,
                held,
                hooks,
            }),
            None => {
                held.end();
                None
            }
        }
    }

    #[inline]
    pub(super) fn end(self) {
        self.held.end();
        self.hooks.end(); // last: what a user's hook captured may be dropped
    }

    #[inline(always)]
    pub(super) fn deliver<E: Event>(&self, event: E, subject: &Identity) {
        let Some(hooks) = self.hooks.list() else {
            return;
        };
        let (environment, frame) = (self.environment, self.held.frame());
        let call = |listener: &dyn Listener| event.call(listener, subject);
        let Some(listed) = hooks.only() else {
            return deliver(environment, hooks, frame, E::PHASE, subject, &call);
        };
        if listed.wants(Asked::event(E::PHASE, subject), subject) {
            let emission = Emission::begin(Around::begin_plainly());
            emission.call(environment, listed, frame, E::PHASE, subject, call);
            emission.end();
        }
    }
}
