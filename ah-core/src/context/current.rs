//! The context that runs on this thread, and what new resources inherit from it.

use super::{
    levels::covered_at,
    state::{BASE, CURRENT, LEVEL, OVERRIDES, Running},
};
use crate::{
    frame::RootId,
    id::AsyncId,
    identity::{Identity, Origin},
};

/// The innermost context. An environment that was entered by something without an id is in its root.
#[inline]
pub(crate) fn current() -> Identity {
    let Running { who, root } = CURRENT.get();
    let suppressed = is_suppressed(&who);
    if root == RootId::current() {
        who.suppressed(suppressed)
    } else {
        Identity::ROOT.suppressed(suppressed)
    }
}

/// Returns `true` if what this context creates is caused by a hook.
#[inline]
pub(super) fn is_suppressed(who: &Identity) -> bool {
    who.is_suppressed() || OVERRIDES.get().is_suppressed()
}

/// Sets the context of this thread outside of any scope.
pub(crate) fn set_bottom(who: Identity) {
    if OVERRIDES.get().is_suppressed() {
        return; // in a callback, which ends with everything as it began
    }
    CURRENT.set(Running {
        who,
        root: RootId::GLOBAL,
    });
}

/// Returns `true` if this thread is in a scope, since the innermost task boundary.
#[inline]
pub(crate) fn in_scope() -> bool {
    BASE.get().is_below(LEVEL.get())
}

/// Returns `true` if this id is on this thread's stack.
pub(crate) fn is_on_stack(id: AsyncId) -> bool {
    let mut covered = (0..LEVEL.get()).map(covered_at);
    CURRENT.get().who.id() == id || covered.any(|running| running.who.id() == id)
}

/// Returns `true` if there is no default trigger, and what is created is caused by a hook only if the current context
/// is.
#[inline]
pub(crate) fn is_plain() -> bool {
    OVERRIDES.get().is_nothing()
}

/// The trigger of what is created here: the default if there is one, else the current context.
#[inline]
pub(crate) fn trigger() -> AsyncId {
    let default = OVERRIDES.get().default_trigger();
    default.unwrap_or_else(|| current().id())
}

/// What a new future inherits from where it is created, which is in this environment.
#[inline]
pub(crate) fn origin(here: RootId) -> Origin {
    let Running { who, root } = CURRENT.get();
    if root == here && OVERRIDES.get().is_nothing() {
        who.as_origin()
    } else {
        origin_elsewhere()
    }
}

#[cold]
#[inline(never)]
pub(super) fn origin_elsewhere() -> Origin {
    let maker = current();
    match OVERRIDES.get().default_trigger() {
        Some(trigger) => Origin::by(trigger, maker.is_suppressed()),
        None => maker.as_origin(),
    }
}

/// A new future of this type that is created here, without an id as yet.
#[inline]
pub(crate) fn new_promise(ty: &'static str) -> Identity {
    Identity::created_at(origin(RootId::current()), ty)
}

/// Sets the default trigger, and returns the one that was.
pub(crate) fn replace_default_trigger(id: Option<AsyncId>) -> Option<AsyncId> {
    let overrides = OVERRIDES.get();
    OVERRIDES.set(overrides.with_default_trigger(id));
    overrides.default_trigger()
}
