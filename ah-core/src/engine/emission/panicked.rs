//! A hook whose callback panicked.

use crate::{
    context::contained::{Payload, aside, discard},
    counters,
    environment::hook_list::Listed,
    environment::world::Environment,
    event::phase::Phase,
    hook::listener::Listener,
    identity::Identity,
    report::{
        delivery::{self, report_with},
        errors::{EngineError, HookPanic},
        policy::{PanicPolicy, panic_policy},
    },
};

/// Ends the hook, and reports the panic after the last callback; at once if it ends the process.
#[cold]
#[inline(never)]
pub(super) fn panicked(
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
        delivery::deliver();
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
