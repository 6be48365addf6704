//! A stretch in which what is created is caused by a hook, whoever runs.

use super::{overrides::Overrides, state::OVERRIDES};

/// Until the guard is dropped, what is created is caused by a hook. That is no scope: the current context stays.
#[cold]
pub(crate) fn suppress() -> Suppression {
    let overrides = OVERRIDES.get();
    OVERRIDES.set(overrides.suppressed());
    Suppression(overrides)
}

/// As [`suppress`], if what is created is caused by a hook.
#[inline]
pub(crate) fn suppress_if(caused_by_hook: bool) -> Option<Suppression> {
    caused_by_hook.then(suppress)
}

/// Restores what was before [`suppress`].
#[must_use = "what is created is suppressed until this is dropped"]
pub(crate) struct Suppression(Overrides);

impl Drop for Suppression {
    fn drop(&mut self) {
        OVERRIDES.set(self.0);
    }
}
