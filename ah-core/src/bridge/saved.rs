//! What is to be restored of each bridge.

use super::{
    captured::Captured,
    erased::AnySaved,
    registry::{MAX_BRIDGES, bridges},
};

/// What is to be restored of each bridge. Its places are allocated once, and used again.
#[derive(Default)]
pub(crate) struct Saved([Option<Box<dyn AnySaved>>; MAX_BRIDGES]);

impl Saved {
    /// Installs `inner`, where `outer` is installed.
    pub(crate) fn install(&mut self, outer: Option<&Captured>, inner: Option<&Captured>) {
        let is_total = inner.is_some_and(Captured::is_total);
        for (at, bridge) in bridges() {
            let value = Captured::value(inner, at);
            if value.is_some() || is_total || Captured::value(outer, at).is_some() {
                let place = self.0[at].get_or_insert_with(|| bridge.place());
                place.install(value);
            }
        }
    }

    /// Restores what was current before [`install`](Self::install) of `inner`.
    pub(crate) fn restore(&mut self, inner: Option<&Captured>) {
        for (at, place) in self.0.iter_mut().enumerate().rev() {
            if let Some(place) = place {
                place.restore(Captured::value(inner, at));
            }
        }
    }
}
