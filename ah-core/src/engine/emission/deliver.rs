//! The callbacks of one event.

use std::{
    mem,
    panic::{AssertUnwindSafe, catch_unwind},
};

use super::panicked::panicked;
use crate::{
    context::{callback::Around, contained::drop_contained, levels},
    environment::hook_list::{HookList, Listed},
    environment::world::Environment,
    event::phase::Phase,
    frame::HeldFrame,
    hook::listener::Listener,
    identity::Identity,
    report::delivery,
};

/// Calls the hooks that want this event.
#[inline(never)]
pub(super) fn deliver(
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
pub(super) struct Emission {
    around: Around,
    nothing_unwinds: AbortOnUnwind,
}

impl Emission {
    #[inline]
    pub(super) fn begin(around: Around) -> Self {
        delivery::begin_emission();
        Self {
            around,
            nothing_unwinds: AbortOnUnwind,
        }
    }

    /// Calls a hook, after which everything is as it was before.
    #[inline(always)]
    pub(super) fn call(
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
    pub(super) fn end(self) {
        if delivery::are_due() {
            delivery::deliver(); // what the sink creates is caused by a hook, as what the panicking callback created
        }
        self.around.end();
        delivery::end_emission();
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
    levels::cut(level); // scopes that it left open
}
