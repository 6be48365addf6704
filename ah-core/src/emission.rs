//! Events on their way to hooks.

use std::{
    any::Any,
    cell::Cell,
    panic::{AssertUnwindSafe, Location, catch_unwind},
};

use crate::{
    context::Around,
    environment::{Environment, HookList, Listed, is_heard},
    frame::{Held, hold},
    hook::{Init, Listener, Phase},
    identity::Identity,
    policy::{PanicPolicy, panic_policy},
    promise_hooks::Outcome,
    report::{EngineError, HookPanic, discard, drop_contained, report},
};

thread_local! {
    /// How many emissions this thread is in.
    static DEPTH: Cell<u32> = const { Cell::new(0) };
}

/// Is this thread in a callback of a hook, or about to be?
#[inline]
pub(crate) fn in_emission() -> bool {
    DEPTH.get() != 0
}

struct Emission;

impl Emission {
    #[inline]
    fn begin() -> Self {
        DEPTH.set(DEPTH.get() + 1);
        Self
    }
}

impl Drop for Emission {
    #[inline]
    fn drop(&mut self) {
        DEPTH.set(DEPTH.get() - 1);
    }
}

/// Tells the hooks of the current environment that a resource was made. `data` is called only if one of them wants it.
#[inline]
pub(crate) fn init<D: 'static>(
    subject: &Identity,
    location: Option<&'static Location<'static>>,
    data: impl FnOnce() -> D,
) {
    if is_heard(Phase::Init) {
        emit(|environment, hooks| {
            let mut wanting = hooks.wanting(Phase::Init, subject).peekable();
            if wanting.peek().is_some() {
                let data: D = data();
                let event = Init {
                    subject,
                    environment,
                    location,
                    data: Some(&data as &dyn Any),
                };
                deliver(environment, wanting, Phase::Init, subject, |hook| {
                    hook.init(&event)
                });
            }
        });
    }
}

#[inline]
pub(crate) fn before(subject: &Identity) {
    emit_simple(Phase::Before, subject, |hook| hook.before(subject));
}

#[inline]
pub(crate) fn after(subject: &Identity) {
    emit_simple(Phase::After, subject, |hook| hook.after(subject));
}

#[inline]
pub(crate) fn promise_resolve(subject: &Identity) {
    emit_simple(Phase::PromiseResolve, subject, |hook| {
        hook.promise_resolve(subject)
    });
}

#[inline]
pub(crate) fn settled(subject: &Identity, outcome: Outcome) {
    emit_simple(Phase::Settled, subject, |hook| {
        hook.settled(subject, outcome)
    });
}

pub(crate) fn destroy(subject: &Identity) {
    emit_simple(Phase::Destroy, subject, |hook| hook.destroy(subject));
}

#[inline]
fn emit_simple(phase: Phase, subject: &Identity, call: impl Fn(&dyn Listener)) {
    if is_heard(phase) {
        emit(|environment, hooks| {
            deliver(
                environment,
                hooks.wanting(phase, subject),
                phase,
                subject,
                call,
            )
        });
    }
}

/// Runs `f` with the current environment and the hooks of this emission.
#[inline(never)]
fn emit(f: impl FnOnce(&Environment, &HookList)) {
    Environment::with_current(|environment| {
        environment.hooks(|hooks| {
            let _emission = Emission::begin();
            f(environment, hooks);
        });
    });
}

#[inline]
fn deliver<'a>(
    environment: &Environment,
    wanting: impl Iterator<Item = &'a Listed>,
    phase: Phase,
    subject: &Identity,
    call: impl Fn(&dyn Listener),
) {
    hold(|held| {
        for listed in wanting {
            let listener = &*listed.hook.listener;
            if let Err(payload) = call_contained(&held, || call(listener)) {
                listed.registration.kill();
                environment.disable(&listed.registration);
                let panic = HookPanic {
                    hook: listener.name(),
                    phase,
                    id: subject.id(),
                    payload: &*payload,
                };
                blame(panic);
                discard(payload);
            }
        }
    });
}

/// Calls back, contains the panic, and puts everything back as it was.
#[inline]
fn call_contained(held: &Held<'_>, callback: impl FnOnce()) -> Result<(), Box<dyn Any + Send>> {
    let around = Around::begin();
    let result = catch_unwind(AssertUnwindSafe(callback));
    if let Some(entered) = held.restore() {
        drop_contained(entered); // stores that the callback entered
    }
    around.end();
    result
}

#[cold]
fn blame(panic: HookPanic<'_>) {
    report(&EngineError::HookPanicked(panic));
    match panic_policy() {
        PanicPolicy::Contain => (),
        PanicPolicy::Exit => std::process::exit(1),
        PanicPolicy::Abort => std::process::abort(),
    }
}
