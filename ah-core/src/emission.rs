//! Events on their way to hooks.

use std::{
    any::Any,
    panic::{AssertUnwindSafe, Location, catch_unwind},
};

use crate::{
    contained::{Payload, aside, discard, drop_contained},
    context::Around,
    counters,
    environment::{Environment, HookList, Listed, is_heard},
    frame::{Held, hold},
    hook::{Event, Init, Listener},
    identity::Identity,
    outcome::Outcome,
    phase::Phase,
    policy::{PanicPolicy, panic_policy},
    report::{self, EngineError, HookPanic, report_with},
};

/// Is this thread in a callback of a hook, or about to be?
#[inline]
pub(crate) fn in_emission() -> bool {
    report::in_emission()
}

struct Emission;

impl Emission {
    #[inline]
    fn begin() -> Self {
        report::begin_emission();
        Self
    }
}

impl Drop for Emission {
    #[inline]
    fn drop(&mut self) {
        report::end_emission();
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
        init_heard(subject, location, data);
    }
}

#[inline(never)]
fn init_heard<D: 'static>(
    subject: &Identity,
    location: Option<&'static Location<'static>>,
    data: impl FnOnce() -> D,
) {
    Environment::with_current(|environment| {
        environment.hooks(|hooks| init_to(environment, hooks, subject, location, data));
    });
}

/// As [`init`], for who has the hooks at hand.
#[inline]
pub(crate) fn init_to<D: 'static>(
    environment: &Environment,
    hooks: &HookList,
    subject: &Identity,
    location: Option<&'static Location<'static>>,
    data: impl FnOnce() -> D,
) {
    if hooks.wanting(Phase::Init, subject).next().is_some() {
        let data: D = data();
        let event = Init {
            subject,
            extensions: &environment.extensions,
            location,
            data: Some(&data as &dyn Any),
        };
        deliver(environment, hooks, Event::Init(&event), subject);
        drop_contained(data); // it is announced: its maker must get it, to destroy it
    }
}

#[inline]
pub(crate) fn before(subject: &Identity) {
    if is_heard(Phase::Before) {
        emit(Event::Before, subject);
    }
}

#[inline]
pub(crate) fn after(subject: &Identity) {
    if is_heard(Phase::After) {
        emit(Event::After, subject);
    }
}

#[inline]
pub(crate) fn promise_resolve(subject: &Identity) {
    if is_heard(Phase::PromiseResolve) {
        emit(Event::PromiseResolve, subject);
    }
}

#[inline]
pub(crate) fn settled(subject: &Identity, outcome: Outcome) {
    if is_heard(Phase::Settled) {
        emit(Event::Settled(outcome), subject);
    }
}

#[inline]
pub(crate) fn destroy(subject: &Identity) {
    if is_heard(Phase::Destroy) {
        emit(Event::Destroy, subject);
    }
}

/// Calls the hooks of the current environment that want this event.
#[inline(never)]
fn emit(event: Event<'_>, subject: &Identity) {
    Environment::with_current(|environment| {
        environment.hooks(|hooks| deliver(environment, hooks, event, subject));
    });
}

#[inline(never)]
fn deliver(environment: &Environment, hooks: &HookList, event: Event<'_>, subject: &Identity) {
    let phase = event.phase();
    let mut wanting = hooks.wanting(phase, subject);
    let Some(mut listed) = wanting.next() else {
        return;
    };
    let _emission = Emission::begin();
    let around = Around::begin();
    hold(|held| {
        loop {
            let listener = &*listed.hook.listener;
            let result = catch_unwind(AssertUnwindSafe(|| listener.hear(event, subject)));
            // each callback ends with everything as it began
            if !around.is_undisturbed() || !held.is_undisturbed() {
                put_back(&around, held);
            }
            if let Err(payload) = result {
                panicked(environment, listed, phase, subject, payload);
            }
            match wanting.next() {
                Some(next) => listed = next,
                None => break,
            }
        }
    });
    if report::are_due() {
        report::deliver(); // what the sink makes is caused by a hook, as what the callback made that panicked
    }
    around.end();
}

#[cold]
#[inline(never)]
fn put_back(around: &Around, held: &Held<'_>) {
    if let Some(entered) = held.restore() {
        drop_contained(entered); // stores that the callback entered
    }
    around.put_back();
}

/// Ends the hook, and reports the panic after the last callback; at once if it ends the process.
#[cold]
#[inline(never)]
fn panicked(
    environment: &Environment,
    listed: &Listed,
    phase: Phase,
    subject: &Identity,
    payload: Payload,
) {
    counters::HOOK_PANICS.up();
    listed.registration.kill();
    environment.disable(&listed.registration);
    let (hook, id) = (name_of(&*listed.hook.listener), subject.id());
    report_with(Box::new(move |sink| {
        sink(&EngineError::HookPanicked(HookPanic {
            hook: &hook,
            phase,
            id,
            payload: &*payload,
        }));
        discard(payload);
        obey(panic_policy());
    }));
    if panic_policy() != PanicPolicy::Contain {
        report::deliver();
    }
}

/// The name of a hook, which its user's code returns.
#[cold]
fn name_of(listener: &dyn Listener) -> String {
    aside(|| listener.name().to_owned()).unwrap_or_else(|payload| {
        discard(payload);
        "(its name panicked)".to_owned()
    })
}

fn obey(policy: PanicPolicy) {
    match policy {
        PanicPolicy::Contain => (),
        PanicPolicy::Exit => std::process::exit(1),
        PanicPolicy::Abort => std::process::abort(),
    }
}
