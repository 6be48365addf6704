//! The state around code of the user's that the engine calls: it ends with everything as it began.

use super::{
    current::in_scope,
    levels::{cut, push},
    overrides::{Base, Overrides},
    state::{BASE, CURRENT, LEVEL, OVERRIDES, Running},
};

/// The state around the callbacks of hooks, each of which ends with everything as it began.
pub(crate) struct Around {
    level: usize,
    base: Base,
    overrides: Overrides,
}

impl Around {
    /// Suppresses what callbacks create.
    #[inline]
    pub(crate) fn begin() -> Self {
        let level = LEVEL.get();
        let overrides = OVERRIDES.get();
        OVERRIDES.set(overrides.suppressed());
        Self {
            level,
            base: BASE.replace(Base::at(level)), // what is below is not a callback's to leave
            overrides,
        }
    }

    /// Returns `true` if the callback left all scopes that it entered. Only those entered manually can be left open.
    #[inline]
    pub(crate) fn is_undisturbed(&self) -> bool {
        LEVEL.get() == self.level
    }

    /// As [`begin`](Self::begin), where there are [no overrides](is_plain).
    #[inline]
    pub(crate) fn begin_plainly() -> Self {
        let level = LEVEL.get();
        OVERRIDES.set(Overrides::NOTHING.suppressed());
        Self {
            level,
            base: BASE.replace(Base::at(level)),
            overrides: Overrides::NOTHING,
        }
    }

    /// The level at which callbacks begin: [`cut`] to it leaves the scopes that one left open.
    #[inline]
    pub(crate) fn level(&self) -> usize {
        self.level
    }

    #[inline]
    pub(crate) fn end(self) {
        BASE.set(self.base);
        OVERRIDES.set(self.overrides);
    }
}

/// The state around code of the user's that nobody asked for here: see `contained.rs`.
#[must_use = "the state is restored by `end`"]
pub(crate) struct Aside {
    level: usize,
    base: Base,
    overrides: Overrides,
}

impl Aside {
    /// Covers the current context with one that is the same, so that none below is left meanwhile. Whether that is a scope
    /// for destroys to wait in stays as it is.
    pub(crate) fn begin() -> Self {
        let (base, overrides, in_scope) = (BASE.get(), OVERRIDES.get(), in_scope());
        let Running { who, root } = CURRENT.get();
        let level = push(Running {
            who: who.covering(),
            root,
        });
        if !in_scope {
            BASE.set(Base::at(level + 1));
        }
        Self {
            level,
            base,
            overrides,
        }
    }

    /// Restores the state, whatever was entered meanwhile.
    pub(crate) fn end(self) {
        cut(self.level);
        BASE.set(self.base);
        OVERRIDES.set(self.overrides);
    }
}
