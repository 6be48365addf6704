//! What is to be restored of each bridge on this thread.

use std::cell::OnceCell;

use super::{
    captured::Captured,
    erased::AnySaved,
    registry::{MAX_BRIDGES, stack},
};

thread_local! {
    static SAVED: [OnceCell<Box<dyn AnySaved>>; MAX_BRIDGES] =
        const { [const { OnceCell::new() }; MAX_BRIDGES] };
}

/// The bridges that have something to restore: a bit for each place.
#[derive(Clone, Copy, Default)]
pub(crate) struct Installed(u8);

impl Installed {
    /// Installs `inner`, where `outer` is installed. At the end of a thread, which has no place left to save anything,
    /// nothing is.
    #[inline]
    pub(crate) fn install(outer: Option<&Captured>, inner: Option<&Captured>) -> Self {
        let is_total = inner.is_some_and(Captured::is_total);
        let mut installed = 0;
        let _ = SAVED.try_with(|saved| {
            for (at, saved) in saved.iter().enumerate() {
                let value = Captured::value(inner, at);
                if value.is_some() || is_total || Captured::value(outer, at).is_some() {
                    let saved = saved
                        .get()
                        .map_or_else(|| first(saved, at), |saved| Some(&**saved));
                    let is_installed = saved.is_some_and(|saved| saved.install(value));
                    installed |= u8::from(is_installed) << at;
                }
            }
        });
        Self(installed)
    }

    /// Restores what was current before [`install`](Self::install) of `inner`.
    #[inline]
    pub(crate) fn restore(self, inner: Option<&Captured>) {
        let _ = SAVED.try_with(|saved| {
            for (at, saved) in saved.iter().enumerate().rev() {
                if self.0 & 1 << at != 0 {
                    if let Some(saved) = saved.get() {
                        saved.restore(Captured::value(inner, at));
                    }
                }
            }
        });
    }
}

/// The stack of a bridge that is installed on this thread for the first time, if it is registered.
#[cold]
fn first(saved: &OnceCell<Box<dyn AnySaved>>, at: usize) -> Option<&dyn AnySaved> {
    let stack = stack(at)?;
    Some(&**saved.get_or_init(|| stack))
}
