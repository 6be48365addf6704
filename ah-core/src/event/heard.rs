//! Whether any enabled hook, in any environment, receives an event: a phase without one costs a relaxed load and a branch.
//!
//! No order is needed, since what is delivered is read from the published list.

use std::sync::atomic::{self, Ordering::Relaxed};

use super::phase::Phase;
use crate::sync::AtomicUsize;

/// How many enabled hooks listen to a phase, over all environments.
static LISTENERS: [AtomicUsize; Phase::COUNT] = [const { AtomicUsize::new(0) }; Phase::COUNT];
/// How many enabled hooks there are, over all environments.
static HOOKS: AtomicUsize = AtomicUsize::new(0);
/// How many enabled hooks track futures.
static FUTURE_LISTENERS: AtomicUsize = AtomicUsize::new(0);

/// Returns `true` if a hook, in any environment, listens to this phase. One relaxed load and a branch: no order is
/// needed, since what is delivered is read from the published list.
#[inline]
pub(crate) fn is_heard(phase: Phase) -> bool {
    LISTENERS[phase as usize].load(Relaxed) != 0
}

/// Returns `true` if a hook, in any environment, listens to anything.
#[inline]
pub(crate) fn is_anything_heard() -> bool {
    HOOKS.load(Relaxed) != 0
}

/// Returns `true` if a hook, in any environment, tracks futures.
#[inline]
pub(crate) fn are_futures_heard() -> bool {
    FUTURE_LISTENERS.load(Relaxed) != 0
}

/// Makes every place where events are counted take the path of a listened-to event.
pub(crate) fn listen_for_statistics() {
    LISTENERS[Phase::Init as usize].fetch_add(1, Relaxed);
    LISTENERS[Phase::Destroy as usize].fetch_add(1, Relaxed);
    FUTURE_LISTENERS.fetch_add(1, Relaxed);
}

/// Counts a hook that wants these phases.
pub(crate) fn add(wants: impl Fn(Phase) -> bool, promises: bool) {
    count(wants, promises, AtomicUsize::fetch_add);
}

/// Takes back what [`add`] did.
pub(crate) fn remove(wants: impl Fn(Phase) -> bool, promises: bool) {
    count(wants, promises, AtomicUsize::fetch_sub);
}

fn count(
    wants: impl Fn(Phase) -> bool,
    promises: bool,
    step: impl Fn(&AtomicUsize, usize, atomic::Ordering) -> usize,
) {
    use Phase::{After, Before, Destroy, Init, PromiseResolve, Settled};
    step(&HOOKS, 1, Relaxed);
    for phase in [Init, Before, After, PromiseResolve, Destroy, Settled] {
        if wants(phase) {
            step(&LISTENERS[phase as usize], 1, Relaxed);
        }
    }
    if promises {
        step(&FUTURE_LISTENERS, 1, Relaxed);
    }
}
