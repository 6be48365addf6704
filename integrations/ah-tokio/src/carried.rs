//! The mark that a wrapper's task carries its context itself: what the runtime's hooks then leave alone.

#[cfg(tokio_unstable)]
use std::cell::Cell;

#[cfg(tokio_unstable)]
thread_local! {
    static CARRIED: Cell<bool> = const { Cell::new(false) };
}

/// Marks the task that this thread hands to tokio while the guard exists. A guard and not a closure, so that tokio sees
/// the caller of the wrapper (`#[track_caller]`).
#[must_use = "the mark ends when this is dropped"]
pub(crate) struct CarriedGuard(());

impl CarriedGuard {
    #[inline]
    pub(crate) fn mark() -> Self {
        #[cfg(tokio_unstable)]
        CARRIED.set(true);
        Self(())
    }
}

#[cfg(tokio_unstable)]
impl Drop for CarriedGuard {
    #[inline]
    fn drop(&mut self) {
        CARRIED.set(false); // not every runtime has our hooks
    }
}

/// Returns whether the task that is being spawned carries its context itself, and takes the mark away.
#[cfg(tokio_unstable)]
#[inline]
pub(crate) fn take() -> bool {
    CARRIED.replace(false)
}
