//! A stretch in which what is created is caused by a hook, whoever runs.

use super::{overrides::Overrides, state::OVERRIDES};

/// From now until the guard goes, what is made is caused by a hook. That is no scope: who runs is who ran before.
#[cold]
pub(crate) fn suppress() -> Suppression {
    let overrides = OVERRIDES.get();
    OVERRIDES.set(overrides.suppressed());
    Suppression(overrides)
}

/// As [`suppress`], if what is made is caused by a hook.
#[inline]
pub(crate) fn suppress_if(caused_by_hook: bool) -> Option<Suppression> {
    caused_by_hook.then(suppress)
}

/// Puts back what was before [`suppress`].
#[must_use = "what is made is muted until this is dropped"]
pub(crate) struct Suppression(Overrides);

impl Drop for Suppression {
    fn drop(&mut self) {
        OVERRIDES.set(self.0);
    }
}
