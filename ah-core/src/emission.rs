//! Events on their way to hooks.

use std::{
    any::Any,
    cell::Cell,
    panic::{AssertUnwindSafe, Location, catch_unwind},
};

use crate::{
    context::Around,
    environment::{Environment, HookList, is_heard},
    frame::{Held, hold},
    hook::{Init, Listener},
    identity::Identity,
    outcome::Outcome,
    phase::Phase,
    policy::{PanicPolicy, panic_policy},
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
        emit_init(subject, location, data);
    }
}

#[inline(never)]
fn emit_init<D: 'static>(
    subject: &Identity,
    location: Option<&'static Location<'static>>,
    data: impl FnOnce() -> D,
) {
    Environment::with_current(|environment| {
        environment.hooks(|hooks| {
            if hooks.wanting(Phase::Init, subject).next().is_some() {
                let data: D = data();
                let event = Init {
                    subject,
                    extensions: &environment.extensions,
                    location,
                    data: Some(&data as &dyn Any),
                };
                deliver(environment, hooks, Phase::Init, subject, &|hook| {
                    hook.init(&event)
                });
                drop_contained(data); // it is announced: its maker must get it, to destroy it
            }
        });
    });
}

#[inline]
pub(crate) fn before(subject: &Identity) {
    if is_heard(Phase::Before) {
        emit(Phase::Before, subject, &|hook| hook.before(subject));
    }
}

#[inline]
pub(crate) fn after(subject: &Identity) {
    if is_heard(Phase::After) {
        emit(Phase::After, subject, &|hook| hook.after(subject));
    }
}

#[inline]
pub(crate) fn promise_resolve(subject: &Identity) {
    if is_heard(Phase::PromiseResolve) {
        emit(Phase::PromiseResolve, subject, &|hook| {
            hook.promise_resolve(subject)
        });
    }
}

#[inline]
pub(crate) fn settled(subject: &Identity, outcome: Outcome) {
    if is_heard(Phase::Settled) {
        emit(Phase::Settled, subject, &|hook| {
            hook.settled(subject, outcome)
        });
    }
}

pub(crate) fn destroy(subject: &Identity) {
    if is_heard(Phase::Destroy) {
        emit(Phase::Destroy, subject, &|hook| hook.destroy(subject));
    }
}

/// Calls the hooks of the current environment that want this event.
#[inline(never)]
fn emit(phase: Phase, subject: &Identity, call: &dyn Fn(&dyn Listener)) {
    Environment::with_current(|environment| {
        environment.hooks(|hooks| deliver(environment, hooks, phase, subject, call));
    });
}

fn deliver(
    environment: &Environment,
    hooks: &HookList,
    phase: Phase,
    subject: &Identity,
    call: &dyn Fn(&dyn Listener),
) {
    let _emission = Emission::begin();
    hold(|held| {
        for listed in hooks.wanting(phase, subject) {
            let listener = &*listed.hook.listener;
            if let Err(payload) = call_contained(&held, || call(listener)) {
                listed.registration.kill();
                environment.disable(&listed.registration);
                blame(HookPanic {
                    hook: name_of(listener),
                    phase,
                    id: subject.id(),
                    payload: &*payload,
                });
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

/// The name of a hook, which is the user's to tell.
#[cold]
fn name_of(listener: &dyn Listener) -> &str {
    catch_unwind(AssertUnwindSafe(|| listener.name())).unwrap_or_else(|payload| {
        discard(payload);
        "(its name panicked)"
    })
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
