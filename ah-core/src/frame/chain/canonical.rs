//! What a chain shows: look-ups, and the canonical form, which is what captures hold.
//!
//! The canonical form of a frame has one entry for each storage that is set or exited and inherited by spawned work, and
//! nothing that is hidden, over, of a guard that was dropped, or not inherited.
//!
//! 1. A chain in which all of that holds is its own form: its top says in which generation that was found. An entry that is
//!    pushed on such a chain, and hides nothing, needs no look (the masks or the numbers show it).
//! 2. Of any other chain, the form is created at the first capture and kept at the node: a [`Map`] with the id of its frame,
//!    or a link where one storage shows.
//! 3. Where something in the form is over later, the form has a form of its own.
//! 4. A form knows how many guards its frame had: where fewer are left, the frame has changed, though not its id.
//!
//! A look-up that often walks for long leaves a canonical form to look up in.

use std::mem;

use super::{
    entry::Entry,
    keys::{self, bit, generation, is_never, is_of_bridges, is_over, number},
    map::Map,
    node::{GUARD, LEFT_OUT, MAP, NodeRef, ROOT},
};

/// Returns `true` if this frame was found to be its own canonical form, and nothing was over since.
#[inline]
pub(crate) fn is_known_form(top: NodeRef<'_>) -> bool {
    top.checked() == generation()
}

/// Returns the canonical form that was created, if nothing was over since.
pub(crate) fn known_form(top: NodeRef<'_>) -> Option<NodeRef<'_>> {
    form_of(top).filter(|form| is_known_form(*form))
}

/// The canonical form that was created for this node, unless a guard has ended since.
#[inline]
fn form_of(node: NodeRef<'_>) -> Option<NodeRef<'_>> {
    let form = node.canonical()?;
    let is_up_to_date = node.guards() == 0 || form.live_guards() == node.live_guards();
    is_up_to_date.then_some(form)
}

/// Returns the canonical form of a frame in which no guard has ended.
#[cold]
#[inline(never)]
pub(crate) fn canonical(top: NodeRef<'_>) -> Entry {
    let now = keys::settled_generation();
    let mut at = top;
    loop {
        at = match at.canonical() {
            Some(form) => form,
            None if at.checked() == now => return at.to_owned(),
            None if is_canonical(at, now) => {
                // what lies below a canonical frame is one, too
                unknown(at, now).for_each(|node| node.set_checked(now));
                return at.to_owned();
            }
            None => match at.set_canonical(flat(at, now)) {
                Some(form) => form,
                None => return at.to_owned(), // never: it was just set
            },
        }
    }
}

/// The nodes at the top of which it is not known in this generation that they are canonical.
fn unknown(top: NodeRef<'_>, now: u64) -> impl Iterator<Item = NodeRef<'_>> {
    top.chain().take_while(move |node| node.checked() != now)
}

/// Returns `true` if everything in this frame shows and is inherited.
fn is_canonical(top: NodeRef<'_>, now: u64) -> bool {
    let is_left_out = |key| is_never(key) || is_over(key);
    top.guards() == 0
        && !hides_something(top)
        && !unknown(top, now).any(|node| keys_of(node).any(is_left_out))
}

/// The storages that this node itself says something of.
fn keys_of(node: NodeRef<'_>) -> impl Iterator<Item = u64> + '_ {
    let of_map = node.map().into_iter().flat_map(Map::entries);
    let own = (!node.has(MAP | ROOT)).then(|| node.key());
    of_map.map(|(key, _)| key).chain(own)
}

/// Returns `true` if a storage has two entries in this frame. What was found to hide nothing, in whatever generation,
/// still does not.
fn hides_something(top: NodeRef<'_>) -> bool {
    let second = top.parent().filter(|_| !top.has(MAP));
    if second.is_some_and(|second| find(second, top.key()).is_some()) {
        return true; // most often: one `run` in another of the same storage
    }
    let found = top.chain().find(|node| node.checked() != 0);
    let unknown = || {
        let nodes = top.chain().take_while(move |node| Some(*node) != found);
        nodes.flat_map(keys_of)
    };
    let mut seen = found.map_or(0, NodeRef::mask);
    let mut is_seen = |key| {
        let is_seen = seen & bit(key) != 0;
        seen |= bit(key);
        is_seen
    };
    if !unknown().any(&mut is_seen) {
        return false;
    }
    let mut keys: Vec<u64> = unknown().collect();
    keys.sort_unstable();
    let is_twice = keys.windows(2).any(|pair| pair[0] == pair[1]);
    is_twice || found.is_some_and(|found| keys.iter().any(|key| find(found, *key).is_some()))
}

/// What shows in a frame, as far as it was looked at.
enum Shows<'a> {
    Nothing,
    One(u64, NodeRef<'a>),
    Many(Map),
}

impl<'a> Shows<'a> {
    /// Adds the value of a storage, unless it has one, in a frame of about so many storages.
    #[inline]
    fn add(&mut self, key: u64, value: NodeRef<'a>, storages: u32) {
        match self {
            Self::Nothing => *self = Self::One(key, value),
            Self::One(first, _) if number(*first) == number(key) => (),
            Self::One(..) => {
                let mut map = mem::replace(self, Self::Nothing).into_map(storages);
                map.add(key, || value.keep());
                *self = Self::Many(map);
            }
            Self::Many(map) => map.add(key, || value.keep()),
        }
    }

    fn into_map(self, storages: u32) -> Map {
        if let Self::Many(map) = self {
            return map;
        }
        let mut map = Map::with_capacity(storages as usize);
        if let Self::One(key, value) = self {
            map.add(key, || value.keep());
        }
        map
    }
}

/// Creates the form.
fn flat(top: NodeRef<'_>, now: u64) -> Entry {
    let storages = top.mask().count_ones();
    let mut shows = Shows::Nothing;
    let mut left_out = 0;
    for node in top.chain().take_while(|node| !node.has(ROOT)) {
        let known = form_of(node).filter(|form| form.checked() == now);
        each_live(known.unwrap_or(node), now, |key, value| {
            shows.add(key, value, storages);
        });
        if let Some(known) = known {
            left_out = u16::from(known.has(LEFT_OUT)) * LEFT_OUT;
            break;
        }
        left_out |= u16::from(node.has(LEFT_OUT)) * LEFT_OUT;
    }
    let root = top.root().map(NodeRef::to_owned);
    let form = match shows {
        // an entry of bridges has as many guards as what it lies on: a map keeps its own number
        Shows::One(key, value) if !is_never(key) && !is_of_bridges(key) => {
            Entry::of_one(key, value, root, top, left_out)
        }
        shows => {
            let mut map = shows.into_map(storages);
            if map.has_never() {
                map.rebuild(is_never);
                left_out = LEFT_OUT;
            }
            map.live_guards = top.live_guards();
            Entry::of_map(map, root, top.id(), left_out)
        }
    };
    form.as_ref().set_checked(now);
    form
}

/// Calls `add` with the entries of this node, except those that have ended: there are none of those where all was found to
/// show in this generation.
#[inline]
pub(crate) fn each_live<'a>(node: NodeRef<'a>, now: u64, mut add: impl FnMut(u64, NodeRef<'a>)) {
    let is_over = |key| node.checked() != now && is_over(key);
    match node.map() {
        Some(map) => {
            let live = |key: u64| !is_over(key) && !has_ended_in(node, key);
            let entries = map.entries().filter(|(key, _)| live(*key));
            entries.for_each(|(key, value)| add(key, value.node()));
        }
        None if is_over(node.key()) || node.is_ended() => (),
        None => add(node.key(), node.value_node()),
    }
}

/// Returns `true` if what a storage has in this map has ended, with the guard of that storage in whose scope it was
/// entered. Where the guards in between were dropped before that one, it was in that one's scope, too.
#[inline]
pub(crate) fn has_ended_in(map: NodeRef<'_>, key: u64) -> bool {
    map.guards() > 0 && has_ended_with_guard(map, key)
}

#[cold]
fn has_ended_with_guard(map: NodeRef<'_>, key: u64) -> bool {
    let mut before = 0;
    let below = map.chain().skip(1).take_while(|node| node.guards() > 0);
    for node in below.take_while(|node| node.has(MAP) || node.is_ended()) {
        if node.has(GUARD) && node.ended() > before {
            if number(node.key()) == number(key) {
                return true;
            }
            before = node.ended();
        }
    }
    false
}

/// The frame without what has ended on top of it.
pub(crate) fn without_ended(top: NodeRef<'_>) -> Option<NodeRef<'_>> {
    let has_ended = |node: NodeRef<'_>| match node.map() {
        Some(map) => map.entries().all(|(key, _)| has_ended_in(node, key)),
        None => node.is_ended(),
    };
    top.chain()
        .find(|node| node.guards() == 0 || !has_ended(*node))
}

/// Below this many steps walking is as fast.
const WORTH_IT: usize = 4;
/// From the third walk that starts at the same node on.
const OFTEN: u8 = 2;
/// A walk of so many steps is not to be repeated from the nodes above, if it is also long against the map that it led to: so
/// the maps of a deep chain, each with all that lies below, grow by a ratio, and are no more than its nodes together.
const LONG: usize = 64;
const OF_THE_MAP: usize = 16;

/// Returns the node that holds the value of a storage in this frame.
#[inline]
pub(crate) fn find(top: NodeRef<'_>, key: u64) -> Option<NodeRef<'_>> {
    if top.is_plain(key) {
        Some(top)
    } else {
        find_further(top, key)
    }
}

/// As [`find_further`], and notes what it found for those that look up the same next.
#[inline]
pub(crate) fn find_to_read(top: NodeRef<'_>, key: u64) -> Option<NodeRef<'_>> {
    let found = find_further(top, key)?;
    top.note_found(found);
    Some(found)
}

/// As [`find`], where the top is of another storage, or not an ordinary entry.
///
/// What most often decides comes first, and calls nothing: so nothing is saved and restored around it.
#[inline(never)]
pub(crate) fn find_further(top: NodeRef<'_>, key: u64) -> Option<NodeRef<'_>> {
    if top.key() == key || top.has(MAP) || is_never(key) {
        return find_from_top(top, key);
    }
    let second = top.parent()?;
    match second.canonical() {
        Some(form) if second.guards() == 0 && form.has(MAP) => form.map()?.get(key),
        _ => find_from_top(top, key),
    }
}

#[inline(never)]
fn find_from_top(top: NodeRef<'_>, key: u64) -> Option<NodeRef<'_>> {
    if let Some(found) = says(top, key) {
        return Some(found);
    }
    let second = top.parent()?;
    if let Some(map) = look_up_in(second, key) {
        return map.get(key);
    }
    says(second, key).or_else(|| walk(second, key))
}

/// What this node says of a storage, whatever lies below.
#[inline]
fn says(node: NodeRef<'_>, key: u64) -> Option<NodeRef<'_>> {
    if node.key() == key {
        return (!node.is_ended()).then(|| node.value_node());
    }
    let found = node.map()?.get(key)?;
    (!has_ended_in(node, key)).then_some(found)
}

/// A map to look the storage up in, which knows all that this frame says of it.
fn look_up_in(node: NodeRef<'_>, key: u64) -> Option<&Map> {
    form_of(node).filter(|_| !is_never(key))?.map()
}

#[cold]
#[inline(never)]
fn walk(second: NodeRef<'_>, key: u64) -> Option<NodeRef<'_>> {
    let (mut found, mut steps, mut long) = (None, 0, LONG);
    let may_say = |node: &NodeRef<'_>| node.mask() & bit(key) != 0;
    for node in second.chain().take_while(may_say) {
        if let Some(map) = look_up_in(node, key) {
            found = map.get(key);
            long = LONG.max(map.len() / OF_THE_MAP);
            break;
        }
        found = says(node, key);
        if found.is_some() {
            break;
        }
        steps += 1;
    }
    let again = steps > long || steps >= WORTH_IT && second.note_walk() >= OFTEN;
    if again && !is_never(key) && second.canonical().is_none() && !has_ended_guard(second) {
        second.set_canonical(flat(second, keys::settled_generation()));
    }
    found
}

/// Returns `true` if there is an entry of a guard that was dropped.
pub(crate) fn has_ended_guard(top: NodeRef<'_>) -> bool {
    top.all_guards().any(NodeRef::is_ended)
}
