//! The entry of what bridges captured: see `bridge/`.
//!
//! What was current of other libraries is kept as the store of a storage of the engine's own, so look-ups, canonical
//! forms and whatever moves entries treat it as any other. Three things differ:
//!
//! 1. A capture puts the entry on top of the frame that it captured. The two have the same id: the rule of captures,
//!    and what is looked up by an id, are about stores. On top of no frame the id is 0, which no other frame has.
//! 2. A bit in each node shows whether the chain has such an entry, so that polls without one need not look.
//! 3. Two such entries are the same if their values are at the same place.

use super::{
    canonical,
    entry::Entry,
    keys,
    node::{BRIDGED, LEFT_OUT, LINK, MAP, NodeRef, Spec},
    value::Link,
};
use crate::bridge::captured::Captured;

/// What an entry of bridges holds.
pub(crate) enum Bridged {
    /// What is to be installed.
    Captured(Captured),
    /// Nothing is to be installed: what is current where the frame is entered stays.
    Stay,
}

/// The id of such an entry on top of no frame.
pub(crate) const ON_NOTHING: u64 = 0;

/// Creates an entry with this value on top of a frame.
pub(crate) fn on(frame: Option<Entry>, value: Bridged) -> Entry {
    let frame = without_hidden(frame);
    Entry::new(spec(frame.as_ref(), 0), value, frame)
}

fn spec(frame: Option<&Entry>, flags: u16) -> Spec {
    let below = frame.map(Entry::as_ref);
    let id = below.map_or(ON_NOTHING, NodeRef::id);
    let left_out = below.is_some_and(|below| below.has(LEFT_OUT));
    let left_out = if left_out { LEFT_OUT } else { 0 };
    Spec::entry(keys::of_bridges(), id, BRIDGED | flags | left_out)
}

/// The frame without an entry of bridges on top, which a new one would hide.
fn without_hidden(frame: Option<Entry>) -> Option<Entry> {
    match frame {
        Some(top) if top.as_ref().has(BRIDGED) && !top.as_ref().has(MAP) => {
            top.as_ref().parent().map(NodeRef::to_owned)
        }
        frame => frame,
    }
}

/// The node that holds what bridges captured in a frame.
///
/// Invariant: it holds a [`Bridged`]. `find` alone creates it.
#[derive(Clone, Copy, PartialEq)]
pub(crate) struct Found<'a>(NodeRef<'a>);

/// Finds what bridges captured in this frame.
#[inline]
pub(crate) fn find(top: Option<NodeRef<'_>>) -> Option<Found<'_>> {
    let top = top.filter(|top| top.is_bridged())?;
    if top.has(BRIDGED) && !top.has(MAP) {
        return Some(Found(top.value_node())); // most often: a capture puts it there
    }
    canonical::find(top, keys::of_bridges()).map(Found)
}

impl<'a> Found<'a> {
    #[inline]
    fn value(self) -> &'a Bridged {
        // SAFETY: a node with the key of bridges holds a `Bridged`, since `on` alone creates one, and what a look-up
        // returns is no link
        unsafe { &*self.0.value::<Bridged>() }
    }

    /// What is to be installed, if anything is.
    #[inline]
    pub(crate) fn captured(self) -> Option<&'a Captured> {
        match self.value() {
            Bridged::Captured(captured) => Some(captured),
            Bridged::Stay => None,
        }
    }

    /// Returns `true` if what is current stays.
    #[inline]
    pub(crate) fn stays(self) -> bool {
        matches!(self.value(), Bridged::Stay)
    }

    /// Creates an entry with the value that was found on top of another frame.
    pub(crate) fn again(self, frame: Option<Entry>) -> Entry {
        let frame = without_hidden(frame);
        Entry::new(spec(frame.as_ref(), LINK), Link::to(self.0), frame)
    }
}
