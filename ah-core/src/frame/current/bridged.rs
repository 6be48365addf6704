//! What bridges captured, on this thread: noted at a capture, installed and restored with the current frame.
//!
//! 1. What is installed is what the current frame has. So a capture notes something only where that is not what is
//!    current.
//! 2. When a frame with another entry becomes current, its values are installed, and each bridge saves what was there
//!    before on its stack of the thread. The scope that did it remembers which did, and restores it before it exits the
//!    frame.
//! 3. While anything is installed, the thread is not plain (`Thread::is_plain`): frames without such an entry take the
//!    long way, too, since entering them installs nothing of each.
//! 4. Between frames with the same entry nothing is installed, but where a capture is entered and something nearer is
//!    current.
//! 5. The first poll of a wrapped future decides whether it installs what was captured: not where something nearer is
//!    current.

use super::thread::Thread;
use crate::{
    bridge::{captured::Captured, registry::is_any, saved::Installed},
    frame::chain::{
        bridged::{self, Bridged, Found},
        canonical::{canonical, is_known_form},
        entry::Entry,
        node::NodeRef,
    },
};

/// What [`Thread::enter_bridged`] did, to be undone by [`Thread::exit_bridged`].
#[derive(Clone, Copy)]
#[must_use = "what was there before is to be restored"]
pub(crate) struct Bridging {
    installed: Installed,
    /// Something was installed before.
    is_nested: bool,
}

/// What happens to what something nearer made current around a frame that has the same entry as the one outside.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Around {
    /// It stays: the frame continues with the one outside.
    Stays,
    /// It does not show: the frame is entered by whoever has a capture.
    Ends,
}

impl Thread {
    /// Adds what is current of other libraries to the current frame as it was captured, unless that is what the frame
    /// has.
    #[cold]
    #[inline(never)]
    pub(super) fn noted(&self, frame: Option<Entry>) -> Option<Entry> {
        if is_as_installed(frame.as_ref().map(Entry::as_ref)) {
            frame
        } else {
            Some(bridged::on(frame, Bridged::Captured(Captured::here())))
        }
    }

    /// As [`noted`](Self::noted), of a canonical form.
    pub(super) fn noted_form(&self, form: Option<Entry>) -> Option<Entry> {
        let noted = self.noted(form)?;
        if is_known_form(noted.as_ref()) {
            Some(noted)
        } else {
            // what lies deeper is hidden by the new entry, which a form does not keep
            Some(canonical(noted.as_ref()))
        }
    }

    /// The base of a future that is polled where it was created: `here`, with what was captured.
    #[inline]
    pub(crate) fn inline_base(
        &self,
        captured: Option<NodeRef<'_>>,
        here: Option<Entry>,
    ) -> Option<Entry> {
        match bridged::find(captured) {
            Some(found) => install_inline(found, here),
            None => here,
        }
    }

    /// The base of a future that is polled elsewhere: `base`, unless something nearer is current.
    #[inline]
    pub(crate) fn apart_base(&self, base: Option<Entry>) -> Option<Entry> {
        if is_any() {
            self.install_apart(base)
        } else {
            base
        }
    }

    #[cold]
    #[inline(never)]
    fn install_apart(&self, base: Option<Entry>) -> Option<Entry> {
        let here = self.here();
        let here = here.as_ref().map(Entry::as_ref);
        let is_bridged = |top: Option<NodeRef<'_>>| top.is_some_and(NodeRef::is_bridged);
        let matters = is_bridged(base.as_ref().map(Entry::as_ref)) || is_bridged(here);
        if matters && !is_as_installed(here) {
            Some(bridged::on(base, Bridged::Stay))
        } else {
            base
        }
    }

    /// Returns `true` if nothing is installed where this frame becomes current.
    #[inline]
    pub(crate) fn enters_silently(&self, inner: Option<NodeRef<'_>>) -> bool {
        !inner.is_some_and(NodeRef::is_bridged) && !self.is_bridging()
    }

    /// Installs what the current frame has, where `outer` was current before. If anything was done, it is to be undone by
    /// [`exit_bridged`](Self::exit_bridged).
    #[inline]
    pub(crate) fn enter_bridged(
        &self,
        outer: Option<NodeRef<'_>>,
        around: Around,
    ) -> Option<Bridging> {
        // SAFETY: looked at before anything replaces it
        let inner = unsafe { self.current() };
        if self.enters_silently(inner) {
            None
        } else {
            self.install(outer, around)
        }
    }

    #[inline(never)]
    fn install(&self, outer: Option<NodeRef<'_>>, around: Around) -> Option<Bridging> {
        self.with_held(|inner| {
            let (outer, inner) = (bridged::find(outer), bridged::find(inner));
            if stays(outer, inner, around) {
                return None;
            }
            let captured = (
                outer.and_then(Found::captured),
                inner.and_then(Found::captured),
            );
            let is_nested = self.is_bridging();
            self.set_bridging(true);
            let installed = Installed::install(captured.0, captured.1);
            Some(Bridging {
                installed,
                is_nested,
            })
        })
    }

    /// Lends the current frame, which stays alive though a bridge may do anything.
    #[inline]
    fn with_held<R>(&self, f: impl FnOnce(Option<NodeRef<'_>>) -> R) -> R {
        // SAFETY: used under `lend` only, and nothing replaces the frame before that
        let current = unsafe { self.current() };
        self.lend(|| f(current))
    }

    /// Restores what was there before [`enter_bridged`](Self::enter_bridged), while the frame is still current.
    #[inline(never)]
    pub(crate) fn exit_bridged(&self, bridging: Bridging) {
        self.with_held(|inner| {
            let captured = bridged::find(inner).and_then(Found::captured);
            bridging.installed.restore(captured);
        });
        self.set_bridging(bridging.is_nested);
    }
}

/// Returns `true` if what is installed, which is what `outer` has, is what `inner` is to run with.
#[inline]
fn stays(outer: Option<Found<'_>>, inner: Option<Found<'_>>, around: Around) -> bool {
    match inner {
        Some(inner) if inner.stays() => true,
        Some(inner) if Some(inner) == outer => {
            around == Around::Stays || Captured::is_current(inner.captured())
        }
        inner => inner == outer,
    }
}

/// Returns `true` if what is current is what this frame, which is the current one, has.
fn is_as_installed(here: Option<NodeRef<'_>>) -> bool {
    match bridged::find(here) {
        Some(found) if found.stays() => false,
        found => Captured::is_current(found.and_then(Found::captured)),
    }
}

#[cold]
#[inline(never)]
fn install_inline(captured: Found<'_>, here: Option<Entry>) -> Option<Entry> {
    let top = here.as_ref().map(Entry::as_ref);
    if bridged::find(top) != Some(captured) && is_as_installed(top) {
        Some(captured.again(here))
    } else {
        here
    }
}
