//! Which events a hook wants.

use std::borrow::Cow;

use crate::{error::HookError, event::phase::Phase, identity::Identity};

/// Which events a hook wants: a filter spares the engine the work, too.
///
/// # Examples
///
/// ```
/// # use ah_core as async_hooks;
/// let interest = async_hooks::Interest::new().phases([async_hooks::Phase::Init]).types(["DBQuery", "TCPWRAP"]);
/// # drop(interest);
/// ```
#[derive(Clone, Debug)]
pub struct Interest {
    phases: Phases,
    types: Option<Box<[Cow<'static, str>]>>,
    promises: bool,
    reentrant: bool,
}

impl Interest {
    /// All five phases, of every type, futures included, but nothing that hooks cause.
    #[must_use]
    pub fn new() -> Self {
        use Phase::{After, Before, Destroy, Init, PromiseResolve};
        let none = Self {
            phases: Phases::NONE,
            types: None,
            promises: true,
            reentrant: false,
        };
        none.phases([Init, Before, After, PromiseResolve, Destroy])
    }

    /// Only these phases.
    #[must_use]
    pub fn phases(mut self, phases: impl IntoIterator<Item = Phase>) -> Self {
        let phases = phases.into_iter().filter(|phase| *phase != Phase::Settled); // of promise hooks alone; a report may have it
        self.phases = phases.fold(Phases::NONE, Phases::with);
        self
    }

    /// That of a promise hook.
    pub(crate) fn of_promises(phase: Phase) -> Self {
        Self {
            phases: Phases::NONE.with(phase),
            ..Self::new()
        }
    }

    /// Returns an error if the hook could never receive an event of those it asks for. To ask for none is no mistake:
    /// such a hook counts as enabled, as in Node.
    pub(crate) fn check(&self) -> Result<(), HookError> {
        let of_promises = Phases::NONE.with(Phase::PromiseResolve);
        if self.phases == of_promises && !self.promises {
            return Err(HookError::PromisesNotTracked);
        }
        let no_types = self.types.as_ref().is_some_and(|types| types.is_empty());
        if self.phases != Phases::NONE && no_types {
            return Err(HookError::NoTypes);
        }
        Ok(())
    }

    /// Limits the hook to resources of these types.
    #[must_use]
    pub fn types<T: Into<Cow<'static, str>>>(mut self, types: impl IntoIterator<Item = T>) -> Self {
        self.types = Some(types.into_iter().map(Into::into).collect());
        self
    }

    /// Sets whether tracked futures are wanted, which is so unless said otherwise. Resources and tasks are always.
    #[must_use]
    pub fn track_promises(mut self, wanted: bool) -> Self {
        self.promises = wanted;
        self
    }

    /// Sets whether what is created inside callbacks of hooks, and what that causes, is wanted too.
    ///
    /// A hook that asks for this must not cause in its callbacks what it listens to, or it will never come to an end.
    #[must_use]
    pub fn reentrant(mut self, wanted: bool) -> Self {
        self.reentrant = wanted;
        self
    }

    pub(crate) fn wants_phase(&self, phase: Phase) -> bool {
        self.phases.has(phase)
    }

    pub(crate) fn all_phases(&self) -> Phases {
        self.phases
    }

    pub(crate) fn wants_promises(&self) -> bool {
        self.promises && self.phases != Phases::NONE
    }

    /// What it refuses.
    pub(crate) fn refused(&self) -> Refused {
        if self.phases == Phases::NONE {
            return Refused::EVERYTHING;
        }
        let marks = Identity::mark(!self.promises, !self.reentrant).bits();
        let by_type = if self.types.is_some() { BY_TYPE } else { 0 };
        Refused(marks | by_type | u64::from(!self.phases.bits()))
    }

    #[inline(never)]
    fn wants_type(&self, subject: &Identity) -> bool {
        let mut types = self.types.iter().flatten();
        types.any(|wanted| *wanted == subject.ty())
    }
}

/// Some types are refused, so the type is to be looked at. Whatever is asked for has this bit and the next.
const BY_TYPE: u64 = 1 << 8;
/// Everything is refused.
const EVERYTHING: u64 = 1 << 9;

/// What a registration refuses, in one word that each event looks at: the phases in the low bits, then [`BY_TYPE`] and
/// [`EVERYTHING`], and the marks of resources where they are in an [`Identity`].
#[derive(Clone, Copy)]
pub(crate) struct Refused(u64);

/// An event, or any event of a resource, as [`Refused`] looks at it: its bits are laid out alike.
#[derive(Clone, Copy)]
pub(crate) struct Asked(u64);

impl Refused {
    /// As of a registration that is dead.
    pub(crate) const EVERYTHING: Self = Self(EVERYTHING);

    pub(crate) const fn from_bits(bits: u64) -> Self {
        Self(bits)
    }

    pub(crate) const fn bits(self) -> u64 {
        self.0
    }

    /// Returns `true` if it is refused. `interest` is the one that this was created from.
    #[inline]
    pub(crate) fn refuses(self, asked: Asked, subject: &Identity, interest: &Interest) -> bool {
        let refused = self.0 & asked.0;
        refused != 0 && (refused != BY_TYPE || !interest.wants_type(subject))
    }
}

impl Asked {
    /// An event of this phase.
    #[inline]
    pub(crate) const fn event(phase: Phase, subject: &Identity) -> Self {
        let phase = Phases::NONE.with(phase).bits() as u64;
        Self(Self::anything(subject).0 | phase)
    }

    /// An event of any phase.
    #[inline]
    pub(crate) const fn anything(subject: &Identity) -> Self {
        Self(subject.marks().bits() | BY_TYPE | EVERYTHING)
    }
}

impl Default for Interest {
    fn default() -> Self {
        Self::new()
    }
}

/// A set of phases.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Phases(u8);

impl Phases {
    pub(crate) const NONE: Self = Self(0);
    /// What is received of resources that are no futures.
    pub(crate) const OF_RESOURCES: Self = Self::NONE
        .with(Phase::Init)
        .with(Phase::Before)
        .with(Phase::After)
        .with(Phase::Destroy);

    pub(crate) const fn from_bits(bits: u8) -> Self {
        Self(bits)
    }

    pub(crate) const fn bits(self) -> u8 {
        self.0
    }

    #[inline]
    pub(crate) const fn has(self, phase: Phase) -> bool {
        self.0 & (1 << phase as u8) != 0
    }

    #[inline]
    pub(crate) const fn meets(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    #[inline]
    pub(crate) const fn with(self, phase: Phase) -> Self {
        Self(self.0 | 1 << phase as u8)
    }

    pub(crate) const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}
