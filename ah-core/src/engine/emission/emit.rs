//! The events of the current environment.

use std::{any::Any, panic::Location};

use super::{
    deliver::deliver,
    event::{After, Before, Destroy, Event, PromiseResolve, Settled},
    quick::Quick,
};
use crate::{
    context::contained::drop_contained,
    counters,
    environment::hook_list::HookList,
    environment::world::Environment,
    event::heard::is_heard,
    event::{outcome::Outcome, phase::Phase},
    frame::{RootId, hold},
    hook::{init::Init, listener::Listener},
    identity::Identity,
    report::delivery,
};

/// Returns `true` if this thread is in a callback of a hook, or about to be.
#[inline]
pub(crate) fn in_emission() -> bool {
    delivery::in_emission()
}

/// Delivers the creation of a resource to the hooks of the current environment. `data` is called only if one of them
/// wants it.
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

/// As [`init`], for a caller that has the hooks already.
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

/// Returns `true` if the current environment is the global one, which needs no count.
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

/// Returns whether the rest is still to be delivered.
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
