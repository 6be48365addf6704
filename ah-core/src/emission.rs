//! Events on their way to hooks.

use std::{
    any::Any,
    mem,
    panic::{AssertUnwindSafe, Location, catch_unwind},
};

use crate::{
    contained::{Payload, aside, discard, drop_contained},
    context::{self, Around},
    counters,
    environment::{Environment, HookList, Listed, is_heard},
    frame::{HeldFrame, QuickHeld, RootId, hold},
    hook::{Asked, Init, Listener},
    identity::Identity,
    outcome::Outcome,
    phase::Phase,
    policy::{PanicPolicy, panic_policy},
    published::list::QuickReading,
    report::{self, EngineError, HookPanic, report_with},
};

/// Is this thread in a callback of a hook, or about to be?
#[inline]
pub(crate) fn in_emission() -> bool {
    report::in_emission()
}

/// Something that hooks receive. A type for each phase, so that the way to the callback is compiled for each.
trait Event: Copy {
    const PHASE: Phase;

    fn call(self, listener: &dyn Listener, subject: &Identity);
}

impl Event for &Init<'_> {
    const PHASE: Phase = Phase::Init;

    #[inline]
    fn call(self, listener: &dyn Listener, _: &Identity) {
        listener.init(self);
    }
}

/// Each event with nothing more to it, and what it calls.
macro_rules! events {
    ($($event:ident: $callback:ident;)*) => {$(
        #[derive(Clone, Copy)]
        struct $event;

        impl Event for $event {
            const PHASE: Phase = Phase::$event;

            #[inline]
            fn call(self, listener: &dyn Listener, subject: &Identity) {
                listener.$callback(subject);
            }
        }
    )*};
}

events! {
    Before: before;
    After: after;
    PromiseResolve: promise_resolve;
    Destroy: destroy;
}

#[derive(Clone, Copy)]
struct Settled(Outcome);

impl Event for Settled {
    const PHASE: Phase = Phase::Settled;

    #[inline]
    fn call(self, listener: &dyn Listener, subject: &Identity) {
        listener.settled(subject, self.0);
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
        init_of(environment, hooks, &event);
        drop_contained(data); // it is announced: its maker must get it, to destroy it
    }
}

fn init_of(environment: &Environment, hooks: &HookList, init: &Init<'_>) {
    let call = |listener: &dyn Listener| listener.init(init);
    hold(|frame| {
        deliver(environment, hooks, frame, Phase::Init, init.subject, &call);
    });
}

#[inline]
pub(crate) fn before(subject: &Identity) {
    if is_heard(Phase::Before) {
        emit(Before, subject);
    }
}

#[inline]
pub(crate) fn after(subject: &Identity) {
    if is_heard(Phase::After) {
        emit(After, subject);
    }
}

#[inline]
pub(crate) fn promise_resolve(subject: &Identity) {
    if is_heard(Phase::PromiseResolve) {
        emit(PromiseResolve, subject);
    }
}

#[inline]
pub(crate) fn settled(subject: &Identity, outcome: Outcome) {
    if is_heard(Phase::Settled) {
        emit(Settled(outcome), subject);
    }
}

#[inline]
pub(crate) fn destroy(subject: &Identity) {
    if is_heard(Phase::Destroy) {
        emit(Destroy, subject);
    }
}

/// Calls the hooks of the current environment that want this event.
#[inline(never)]
fn emit<E: Event>(event: E, subject: &Identity) {
    if is_global() {
        emit_in(Environment::global(), event, subject);
    } else {
        emit_elsewhere(event, subject);
    }
}

/// Whether the current environment is the global one, which needs no count.
#[inline]
fn is_global() -> bool {
    RootId::current() == RootId::GLOBAL
}

#[inline(never)]
fn emit_elsewhere<E: Event>(event: E, subject: &Identity) {
    Environment::with_current(|environment| emit_in(environment, event, subject));
}

#[inline(always)]
fn emit_in<E: Event>(environment: &Environment, event: E, subject: &Identity) {
    match Quick::begin(environment) {
        Some(quick) => {
            quick.deliver(event, subject);
            quick.end();
        }
        None => emit_unusual(event, subject),
    }
}

#[cold]
#[inline(never)]
fn emit_unusual<E: Event>(event: E, subject: &Identity) {
    let call = |listener: &dyn Listener| event.call(listener, subject);
    deliver_unusual(E::PHASE, subject, &call);
}

/// An emission within another one or while a store is read, one with a default trigger around it, the first one of the
/// thread, or one where readers of the list need a fence.
#[inline(never)]
fn deliver_unusual(phase: Phase, subject: &Identity, call: &dyn Fn(&dyn Listener)) {
    Environment::with_current(|environment| {
        environment.hooks(|hooks| {
            hold(|frame| deliver(environment, hooks, frame, phase, subject, call));
        });
    });
}

/// The end of the last poll of a future: that it is ready, that it is settled, and [`after`].
#[inline]
pub(crate) fn ready_and_after(subject: &Identity) {
    if is_heard(Phase::PromiseResolve) && is_heard(Phase::After) && !is_heard(Phase::Settled) {
        emit_resolve_and_after(subject);
    } else {
        promise_resolve(subject);
        settled(subject, Outcome::Ready);
        after(subject);
    }
}

/// Two emissions with one read of the list, unless another list became the current one in the first: it may have hooks for
/// what comes in between.
#[inline(never)]
fn emit_resolve_and_after(subject: &Identity) {
    let goes_on = if is_global() {
        resolve_and_after_in(Environment::global(), subject)
    } else {
        Environment::with_current(|environment| resolve_and_after_in(environment, subject))
    };
    if goes_on {
        settled(subject, Outcome::Ready);
        after(subject);
    }
}

/// Returns whether the rest is still to be told.
#[inline(always)]
fn resolve_and_after_in(environment: &Environment, subject: &Identity) -> bool {
    let Some(quick) = Quick::begin(environment) else {
        emit_unusual(PromiseResolve, subject);
        return true;
    };
    quick.deliver(PromiseResolve, subject);
    let is_outdated = quick.hooks.is_outdated();
    if !is_outdated {
        quick.deliver(After, subject);
    }
    quick.end();
    is_outdated
}

/// Gives a future an id and announces it without data, if a hook wants it. Returns `false`, and does nothing, if that is no
/// emission as usual.
#[inline]
pub(crate) fn announce_quickly(
    subject: &mut Identity,
    location: Option<&'static Location<'static>>,
) -> bool {
    if is_global() {
        announce_in(Environment::global(), subject, location)
    } else {
        announce_elsewhere(subject, location)
    }
}

#[inline(never)]
fn announce_elsewhere(
    subject: &mut Identity,
    location: Option<&'static Location<'static>>,
) -> bool {
    Environment::with_current(|environment| announce_in(environment, subject, location))
}

#[inline(always)]
fn announce_in(
    environment: &Environment,
    subject: &mut Identity,
    location: Option<&'static Location<'static>>,
) -> bool {
    let Some(quick) = Quick::begin(environment) else {
        return false;
    };
    if quick.hooks.list().is_some_and(|hooks| hooks.wants(subject)) || counters::is_on() {
        subject.set_id(environment.next_id());
        subject.count();
        let init = Init {
            subject,
            extensions: &environment.extensions,
            location,
            data: Some(&()),
        };
        quick.deliver(&init, subject);
    }
    quick.end();
    true
}

/// What an emission holds in the usual case: it is the outermost one of its thread. Nothing may unwind before its end.
#[must_use = "the emission ends with `end`"]
struct Quick<'a> {
    environment: &'a Environment,
    held: QuickHeld<'a>,
    hooks: QuickReading<'a, HookList>,
}

impl<'a> Quick<'a> {
    #[inline]
    fn begin(environment: &'a Environment) -> Option<Self> {
        if !context::is_plain() {
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
    fn end(self) {
        self.held.end();
        self.hooks.end(); // last: what a user's hook captured may be dropped
    }

    #[inline(always)]
    fn deliver<E: Event>(&self, event: E, subject: &Identity) {
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

/// Calls the hooks that want this event.
#[inline(never)]
fn deliver(
    environment: &Environment,
    hooks: &HookList,
    frame: HeldFrame<'_>,
    phase: Phase,
    subject: &Identity,
    call: &dyn Fn(&dyn Listener),
) {
    let mut wanting = hooks.wanting(phase, subject);
    let Some(first) = wanting.next() else {
        return;
    };
    let emission = Emission::begin(Around::begin());
    emission.call(environment, first, frame, phase, subject, call);
    for listed in wanting {
        emission.call(environment, listed, frame, phase, subject, call);
    }
    emission.end();
}

/// An emission in progress, in which nothing unwinds.
#[must_use = "the emission ends with `end`"]
struct Emission {
    around: Around,
    nothing_unwinds: AbortOnUnwind,
}

impl Emission {
    #[inline]
    fn begin(around: Around) -> Self {
        report::begin_emission();
        Self {
            around,
            nothing_unwinds: AbortOnUnwind,
        }
    }

    /// Calls a hook, after which everything is as it was before.
    #[inline(always)]
    fn call(
        &self,
        environment: &Environment,
        listed: &Listed,
        frame: HeldFrame<'_>,
        phase: Phase,
        subject: &Identity,
        call: impl Fn(&dyn Listener),
    ) {
        let listener = &*listed.hook.listener;
        let level = self.around.level();
        match catch_unwind(AssertUnwindSafe(|| call(listener))) {
            Ok(()) if self.around.is_undisturbed() && frame.is_undisturbed() => (),
            Ok(()) => put_back(level, frame),
            Err(payload) => {
                put_back(level, frame);
                panicked(environment, listed, phase, subject, payload);
            }
        }
    }

    #[inline]
    fn end(self) {
        if report::are_due() {
            report::deliver(); // what the sink makes is caused by a hook, as what the callback made that panicked
        }
        self.around.end();
        report::end_emission();
        mem::forget(self.nothing_unwinds);
    }
}

/// For a stretch in which nothing unwinds, since what is the user's is contained: so nothing there has to be put in order.
struct AbortOnUnwind;

impl Drop for AbortOnUnwind {
    fn drop(&mut self) {
        std::process::abort();
    }
}

#[cold]
#[inline(never)]
fn put_back(level: usize, held: HeldFrame<'_>) {
    if let Some(entered) = held.restore() {
        drop_contained(entered); // stores that the callback entered
    }
    context::cut(level); // scopes that it left open
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
