//! Contexts that are entered, and left by a guard or manually. Those of guards are marked, so that [`find`] leaves them alone.

use super::{
    current::is_suppressed,
    levels::{covered_at, cut, push},
    state::{BASE, CURRENT, LEVEL, Running},
};
use crate::{
    error::UnbalancedScope,
    frame::RootId,
    id::AsyncId,
    identity::Identity,
    report::{delivery::report_with, errors::EngineError},
};

/// Enters a context of the current environment until the guard is dropped.
#[inline]
pub(crate) fn enter(who: &Identity) -> Entered {
    enter_in(who, RootId::current())
}

/// Enters a context of this environment until the guard is dropped.
#[inline]
pub(crate) fn enter_in(who: &Identity, root: RootId) -> Entered {
    // what is created in here is caused by a hook if this is, or if we are in one
    let who = who.suppressed(is_suppressed(&CURRENT.get().who)).guarded();
    let level = push(Running { who, root });
    Entered {
        level,
        id: who.id(),
    }
}

/// Leaves a context, and what was entered above it manually.
#[must_use = "the context is left when this is dropped"]
#[derive(Debug)]
pub(crate) struct Entered {
    level: usize,
    id: AsyncId,
}

impl Drop for Entered {
    #[inline]
    fn drop(&mut self) {
        self.leave();
    }
}

impl Entered {
    /// Of the entry that covers this level.
    pub(super) fn at(level: usize, id: AsyncId) -> Self {
        Self { level, id }
    }

    /// As the drop of it does, which must not follow.
    #[inline]
    pub(crate) fn leave(&self) {
        if LEVEL.get() == self.level + 1 {
            cut(self.level);
        } else {
            self.leave_others();
        }
    }

    #[cold]
    #[inline(never)]
    fn leave_others(&self) {
        let (actual, expected) = (CURRENT.get().who.id(), self.id);
        cut(self.level);
        report_with(Box::new(move |sink| {
            sink(&EngineError::ScopeNotLeft(UnbalancedScope {
                actual,
                expected,
            }));
        }));
    }
}

/// Enters a context manually.
pub(crate) fn enter_manually(who: Identity) {
    let who = who.suppressed(is_suppressed(&CURRENT.get().who));
    push(Running {
        who,
        root: RootId::current(),
    });
}

/// What [`find`] found.
pub(crate) enum Found {
    /// The innermost context, or one below others that were all entered manually.
    At { level: usize, on_top: bool },
    /// Nothing that may be left manually.
    No,
}

/// Looks for a context entered manually that [`cut`] may leave.
pub(crate) fn find(id: AsyncId) -> Found {
    let (here, top) = (RootId::current(), LEVEL.get());
    let mut context = CURRENT.get();
    for level in (BASE.get().first()..top).rev() {
        if context.who.is_guarded() || context.root != here {
            return Found::No; // an id of another environment is somebody else's
        }
        if context.who.id() == id {
            return Found::At {
                level,
                on_top: level + 1 == top,
            };
        }
        context = covered_at(level);
    }
    Found::No
}
