//! Storages that spawned work does not inherit.
//!
//! An entry of such a storage, in a captured frame, shows only while the context from which that frame is entered has
//! the same entry in force: an awaited future, a `join!` branch and a closure called within see it; a spawned task,
//! another thread and a later callback do not.
//!
//! A frame knows whether it has such entries; if not, nothing here costs anything. If so, capturing puts a *seal* on the
//! frame: what lies below the topmost seal was captured, what lies above was made since and always shows. Entering it
//! makes the list of those that do not show here, by the node that holds their value.

use super::{
    entry::Entry,
    kept::Kept,
    node::{EntryRef, HAS_NEVER, Make, NEVER, SEAL},
    thread::Thread,
};

/// No storage has this key.
const SEAL_KEY: u64 = u64::MAX;

/// Marks everything in `frame` as captured. One seal is as good as two.
#[cold]
pub(super) fn seal(thread: &Thread, frame: Option<Entry>) -> Entry {
    match frame {
        Some(sealed) if sealed.as_ref().has(SEAL) => sealed,
        frame => {
            let make = Make {
                key: SEAL_KEY,
                serial: thread.serial(),
                flags: SEAL,
            };
            Entry::new(make, (), frame)
        }
    }
}

/// `frame` as a capture holds it.
#[inline]
pub(super) fn captured(thread: &Thread, frame: Option<Entry>) -> Option<Entry> {
    match &frame {
        Some(entry) if entry.as_ref().has(HAS_NEVER) => Some(seal(thread, frame)),
        _ => frame,
    }
}

/// What is under the seals on top.
pub(super) fn without_seals(mut top: Option<EntryRef<'_>>) -> Option<EntryRef<'_>> {
    while let Some(seal) = top.filter(|top| top.has(SEAL)) {
        top = seal.parent();
    }
    top
}

impl Thread {
    /// Makes the list of what does not show while `top` is in force, from the frame that is in force now, and returns
    /// the list that held until now.
    #[cold]
    #[inline(never)]
    pub(super) fn hide_in(&self, top: Option<EntryRef<'_>>) -> Vec<Kept> {
        let entries = top.into_iter().flat_map(EntryRef::chain);
        let captured = entries
            .skip_while(|entry| !entry.has(SEAL))
            .filter(|entry| entry.has(NEVER));
        let hidden = captured
            .filter(|entry| !self.shows_here(*entry))
            .map(|entry| entry.keep())
            .collect();
        self.hidden.replace(hidden)
    }

    /// Is the same entry in force here?
    fn shows_here(&self, entry: EntryRef<'_>) -> bool {
        // SAFETY: used before anything replaces the frame
        let here = unsafe { self.find(entry.key()) };
        here.is_some_and(|here| here.holder() == entry.holder() && !self.is_hidden(here))
    }

    /// Is this entry, though in the frame in force, not to be seen?
    #[cold]
    pub(super) fn is_hidden(&self, entry: EntryRef<'_>) -> bool {
        let hidden = self.hidden.take();
        let found = hidden.iter().any(|hidden| hidden.is(entry));
        self.hidden.set(hidden);
        found
    }
}
