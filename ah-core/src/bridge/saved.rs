//! What is to be restored of each bridge.

use super::{
    captured::Captured,
    erased::{AnySaved, ValueRef},
    registry::{MAX_BRIDGES, place},
};

/// What is to be restored of each bridge. Its places are allocated once, and used again.
#[derive(Default)]
pub(crate) struct Saved([Option<Box<dyn AnySaved>>; MAX_BRIDGES]);

impl Saved {
    /// Installs `inner`, where `outer` is installed.
    #[inline]
    pub(crate) fn install(&mut self, outer: Option<&Captured>, inner: Option<&Captured>) {
        let is_total = inner.is_some_and(Captured::is_total);
        for (at, saved) in self.0.iter_mut().enumerate() {
            let value = Captured::value(inner, at);
            if value.is_some() || is_total || Captured::value(outer, at).is_some() {
                match saved {
                    Some(saved) => saved.install(value),
                    None => install_first(saved, at, value),
                }
            }
        }
    }

    /// Restores what was current before [`install`](Self::install) of `inner`.
    #[inline]
    pub(crate) fn restore(&mut self, inner: Option<&Captured>) {
        for (at, place) in self.0.iter_mut().enumerate().rev() {
            if let Some(place) = place {
                place.restore(Captured::value(inner, at));
            }
        }
    }
}

/// Installs a value at a depth where none of this bridge was installed before.
#[cold]
fn install_first(saved: &mut Option<Box<dyn AnySaved>>, at: usize, value: ValueRef<'_>) {
    *saved = place(at);
    if let Some(saved) = saved {
        saved.install(value);
    }
}
