//! Entries that can show no more are left out of what is carried on.
//!
//! A task that spawns the next one within a `run` or `scope` of its own hands on a frame that is longer each time: the
//! older stores lie below the newer ones, and only the scopes that made them, long over, could bring them back. So a
//! frame that is captured to be entered from elsewhere, and where most entries are shadowed, is built anew without them.
//!
//! A frame is looked through when it has many entries, and then when it has twice as many as when it was found dense: a
//! capture stays one pointer copy, but for a look now and then. The new frame is not the one in force any more, so a
//! future in the scope of a resource that was made in such a frame does not see what scopes around its first poll add.

use std::collections::HashSet;

use super::{
    entry::Entry,
    key::number,
    never,
    node::{EntryRef, ROOT, SEAL},
    thread::Thread,
};

/// Up to so many entries nobody looks.
const MANY: u32 = 64;

/// `frame`, or one that shows the same.
#[inline]
pub(super) fn thinned(thread: &Thread, frame: Option<Entry>) -> Option<Entry> {
    match frame {
        Some(entry) if entry.as_ref().depth() > MANY.max(2 * entry.as_ref().dense()) => {
            Some(thin(thread, entry))
        }
        frame => frame,
    }
}

#[cold]
#[inline(never)]
fn thin(thread: &Thread, frame: Entry) -> Entry {
    let top = frame.as_ref();
    let mut seen = HashSet::new();
    let shown: Vec<_> = top
        .chain()
        .filter(|entry| seen.insert(number(entry.key())))
        .collect();
    if 2 * shown.len() > top.depth() as usize {
        top.set_dense();
        return frame;
    }
    let thinner = shown
        .into_iter()
        .rev()
        .fold(None, |below, entry| Some(again(thread, entry, below)));
    thinner.unwrap_or(frame)
}

/// An entry that nobody will leave again, on top of another frame.
fn again(thread: &Thread, entry: EntryRef<'_>, below: Option<Entry>) -> Entry {
    if entry.has(ROOT) {
        entry.to_owned() // there is nothing below it
    } else if entry.has(SEAL) {
        never::seal(thread, below)
    } else {
        Entry::link(entry, 0, 0, below)
    }
}
