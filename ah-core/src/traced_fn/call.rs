//! A call of a traced function.

use crate::{
    context::current,
    environment::world::Environment,
    event::heard::are_futures_heard,
    event::phase::Phase,
    future::traced::Traced,
    id::AsyncId,
    identity::{Identity, Origin},
    resource::{
        async_resource::{Bound, ResourceScope},
        fields::Fields,
    },
};

/// The type of a traced function, checked when the program is compiled.
#[must_use]
pub const fn name(name: &'static str) -> &'static str {
    assert!(!name.is_empty(), "the name of a traced function is empty");
    name
}

/// Calls a closure: as an argument of this, it may move out of what it captured and `return`.
#[inline]
pub fn call<R>(f: impl FnOnce() -> R) -> R {
    f()
}

/// Turns the future or stream of a function into a tracked one.
#[inline]
#[track_caller]
pub fn traced<F>(name: &'static str, inner: F) -> Traced<F> {
    Traced::new(name, inner)
}

/// What a call records about itself.
#[derive(Debug)]
pub struct Call {
    subject: Identity,
    fields: Option<Fields>,
}

impl Call {
    /// Evaluates the fields, if a hook wants them, before the arguments are moved.
    #[inline]
    pub fn new(
        name: &'static str,
        trigger: Option<AsyncId>,
        fields: impl FnOnce() -> Option<Fields>,
    ) -> Self {
        let subject = match trigger {
            Some(id) => {
                Identity::created_at(Origin::by(id, current::current().is_suppressed()), name)
            }
            None => current::new_promise(name),
        };
        let fields = if are_futures_heard() && is_init_wanted(&subject) {
            fields()
        } else {
            None
        };
        Self { subject, fields }
    }
}

/// As [`traced`], for this call.
#[inline]
#[track_caller]
pub fn called<F>(inner: F, call: Call) -> Traced<F> {
    Traced::called(call.subject, call.fields, inner)
}

/// Wraps the future or stream of a method, which then runs in the scope of its object.
#[inline]
pub fn scoped<F>(inner: F, scope: &Bound) -> ResourceScope<F> {
    scope.scope(inner)
}

/// A value of the type that a function returns: coerced to it, as where it returns.
#[inline]
pub fn of<T>(value: T) -> T {
    value
}

#[cold]
#[inline(never)]
pub(super) fn is_init_wanted(subject: &Identity) -> bool {
    Environment::with_current(|environment| {
        environment.hooks(|hooks| hooks.wanting(Phase::Init, subject).next().is_some())
    })
}
