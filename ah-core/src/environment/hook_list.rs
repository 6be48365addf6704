//! The enabled hooks of an environment.

use std::sync::Arc;

use crate::{
    event::{heard, phase::Phase},
    hook::{
        interest::{Asked, Phases},
        listener::{Hook, Registration},
    },
    identity::Identity,
};

/// Before the first list.
pub(super) static NO_HOOKS: HookList = HookList { hooks: Vec::new() };

/// The enabled hooks, in the order of their enabling.
pub(crate) struct HookList {
    hooks: Vec<Listed>,
}

impl HookList {
    pub(super) fn of(hooks: Vec<Listed>) -> Self {
        Self { hooks }
    }

    pub(super) fn all(list: Option<&Self>) -> impl Iterator<Item = &Listed> {
        list.into_iter().flat_map(|list| &list.hooks)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.hooks.is_empty()
    }

    /// The hook, if it is the only one.
    #[inline]
    pub(crate) fn only(&self) -> Option<&Listed> {
        match &self.hooks[..] {
            [only] => Some(only),
            _ => None,
        }
    }

    /// The hooks that want this event.
    #[inline]
    pub(crate) fn wanting<'a>(
        &'a self,
        phase: Phase,
        subject: &'a Identity,
    ) -> impl Iterator<Item = &'a Listed> {
        let asked = Asked::event(phase, subject);
        self.hooks
            .iter()
            .filter(move |listed| listed.wants(asked, subject))
    }

    /// Returns `true` if any hook wants anything of it.
    #[inline]
    pub(crate) fn wants(&self, subject: &Identity) -> bool {
        let asked = Asked::anything(subject);
        let mut hooks = self.hooks.iter();
        hooks.any(|listed| {
            listed.wants(asked, subject) && (subject.is_promise() || listed.hears_resources())
        })
    }

    /// The phases that any hook wants.
    pub(super) fn phases(&self) -> Phases {
        self.hooks
            .iter()
            .fold(Phases::NONE, |all, listed| all.and(listed.phases))
    }
}

/// A registration in a list. Counted as a listener for as long as a list that somebody may read holds it: so an emission
/// still reaches a hook that was disabled within it.
pub(crate) struct Listed {
    phases: Phases,
    pub(crate) hook: Arc<Hook>,
    pub(crate) registration: Arc<Registration>,
}

impl Listed {
    pub(super) fn new(hook: &Arc<Hook>, registration: &Arc<Registration>) -> Self {
        heard::add(
            |phase| hook.interest.wants_phase(phase),
            hook.interest.wants_promises(),
        );
        Self {
            phases: hook.interest.all_phases(),
            hook: Arc::clone(hook),
            registration: Arc::clone(registration),
        }
    }

    /// Returns `true` if it wants what is asked for of this one.
    #[inline]
    pub(crate) fn wants(&self, asked: Asked, subject: &Identity) -> bool {
        let refused = self.registration.refused();
        !refused.refuses(asked, subject, &self.hook.interest)
    }

    /// Returns `true` if it wants anything of what is no future.
    #[inline(never)]
    fn hears_resources(&self) -> bool {
        self.phases.meets(Phases::OF_RESOURCES) && self.hook.listener.hears_resources()
    }
}

impl Clone for Listed {
    fn clone(&self) -> Self {
        Self::new(&self.hook, &self.registration)
    }
}

impl Drop for Listed {
    fn drop(&mut self) {
        let interest = &self.hook.interest;
        heard::remove(
            |phase| interest.wants_phase(phase),
            interest.wants_promises(),
        );
    }
}
