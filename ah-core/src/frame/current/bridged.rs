//! What bridges captured, on this thread: noted at a capture, installed and restored with the current frame.
//!
//! 1. What is installed is what the current frame has. So a capture notes something only where that is not what is
//!    current.
//! 2. When a frame with another entry becomes current, its values are installed, and what was there before is saved in
//!    a *level* of the thread. The scope that did it remembers that, and restores it before it exits the frame.
//! 3. While there is a level, the thread is not plain (`Thread::is_plain`): frames without such an entry take the long
//!    way, too, since entering them installs nothing of each.
//! 4. Between frames with the same entry nothing is installed, but where a capture is entered and something nearer is
//!    current.
//! 5. The first poll of a wrapped future decides whether it installs what was captured: not where something nearer is
//!    current.

use super::{level::Level, thread::Thread};
use crate::{
    bridge::{captured::Captured, registry::is_any},
    frame::chain::{
        bridged::{self, Bridged, Found},
        canonical::{canonical, is_known_form},
        entry::Entry,
        node::NodeRef,
    },
};

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
        !inner.is_some_and(NodeRef::is_bridged) && !self.has_level()
    }

    /// Installs what the current frame has, where `outer` was current before. Returns `true` if it is to be followed by
    /// [`exit_bridged`](Self::exit_bridged).
    #[inline]
    #[must_use]
    pub(crate) fn enter_bridged(&self, outer: Option<NodeRef<'_>>, around: Around) -> bool {
        // SAFETY: looked at before anything replaces it
        let inner = unsafe { self.current() };
        !self.enters_silently(inner) && self.install(outer, around)
    }

    #[inline(never)]
    fn install(&self, outer: Option<NodeRef<'_>>, around: Around) -> bool {
        self.with_held(|inner| install_other(self, bridged::find(outer), inner, around))
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
    pub(crate) fn exit_bridged(&self) {
        let Some(mut level) = self.levels.take() else {
            return; // left already
        };
        let outer = level.next.take();
        let is_last = outer.is_none();
        self.levels.set(outer);
        self.with_held(|inner| {
            level
                .saved
                .restore(bridged::find(inner).and_then(Found::captured));
        });
        if is_last {
            self.note_no_level();
        }
        self.keep_spare(level);
    }

    #[inline]
    fn keep_spare(&self, mut level: Box<Level>) {
        level.next = self.spare_levels.take();
        self.spare_levels.set(Some(level));
    }

    #[inline]
    fn take_spare(&self) -> Box<Level> {
        let Some(mut level) = self.spare_levels.take() else {
            return self.new_level();
        };
        self.spare_levels.set(level.next.take());
        level
    }

    #[cold]
    fn new_level(&self) -> Box<Level> {
        super::thread::clean_at_exit();
        Box::default()
    }

    /// Frees the spare levels, at the end of the thread.
    pub(super) fn free_levels(&self) {
        while let Some(mut level) = self.spare_levels.take() {
            self.spare_levels.set(level.next.take());
        }
    }
}

/// Installs what `inner`, which is current, has, unless that is installed.
#[inline]
fn install_other(
    thread: &Thread,
    outer: Option<Found<'_>>,
    inner: Option<NodeRef<'_>>,
    around: Around,
) -> bool {
    let found = bridged::find(inner);
    let stays = match found {
        Some(found) if found.stays() => true,
        Some(found) if Some(found) == outer => {
            around == Around::Stays || Captured::is_current(found.captured())
        }
        found => found == outer,
    };
    if stays {
        return false;
    }
    let mut level = thread.take_spare();
    let installed = (
        outer.and_then(Found::captured),
        found.and_then(Found::captured),
    );
    level.saved.install(installed.0, installed.1);
    level.next = thread.levels.take();
    thread.levels.set(Some(level));
    thread.note_level();
    true
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
