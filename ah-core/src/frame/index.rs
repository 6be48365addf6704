//! Where the entries of a long chain are, by key.
//!
//! A look-up walks the chain until it meets the entry or a node with an index of all that lies there and below. Where it
//! walked for long, or for the third time from the same node, it leaves an index at that node, made from the next one
//! below: so a frame with many storages is read in a few steps, and deep recursion does not make an index at each level.
//! Nodes never change while others see them, so neither does an index.

use super::node::{EntryRef, Header};

/// Below this many entries walking is as fast.
const WORTH_IT: u32 = 4;
/// From the third walk that starts at the same node on.
const OFTEN: u8 = 2;
/// A walk of so many steps without an index on the way is not to be repeated from the nodes above.
const LONG: u32 = 64;

/// An open-addressed table from key to node. Borrows the nodes: the one that owns the index keeps them alive.
pub(super) struct Index {
    mask: usize,
    /// Key 0 marks a free slot; at least half of them are free.
    slots: Box<[(u64, *mut Header)]>,
}

impl Index {
    fn of(top: EntryRef<'_>) -> Self {
        let bare: Vec<_> = top
            .chain()
            .take_while(|entry| entry.index().is_none())
            .collect();
        let below = bare.last().and_then(|last| last.parent()?.index());
        let known = below
            .into_iter()
            .flat_map(|index| index.slots.iter().copied().filter(|slot| slot.0 != 0));
        // what is known, and not how many slots there are for it: that would double at each index
        let most = bare.len() + known.clone().count();
        let mut new = Self::with_capacity(most);
        let entries = bare.iter().map(|entry| (entry.key(), entry.as_raw()));
        entries
            .chain(known)
            .for_each(|(key, node)| new.insert(key, node));
        new
    }

    fn with_capacity(entries: usize) -> Self {
        let len = (2 * entries).next_power_of_two();
        Self {
            mask: len - 1,
            slots: vec![(0, std::ptr::null_mut()); len].into_boxed_slice(),
        }
    }

    /// The first one with a key is the nearest, and stays.
    fn insert(&mut self, key: u64, node: *mut Header) {
        let at = self.slot(key);
        if self.slots[at].0 == 0 {
            self.slots[at] = (key, node);
        }
    }

    /// Where `key` is, or the free slot where it would be.
    #[inline]
    fn slot(&self, key: u64) -> usize {
        // a key is a storage's number above its epoch (`key.rs`): the number alone spreads them
        let mut at = (key >> 32) as usize & self.mask;
        while self.slots[at].0 != key && self.slots[at].0 != 0 {
            at = (at + 1) & self.mask;
        }
        at
    }

    #[inline]
    fn get(&self, key: u64) -> *mut Header {
        self.slots[self.slot(key)].1
    }
}

/// The nearest entry with this key below `top`, which was looked at already.
#[inline(never)]
pub(super) fn find_below(top: EntryRef<'_>, key: u64) -> Option<EntryRef<'_>> {
    let second = top.parent()?;
    if second.key() == key {
        return Some(second);
    }
    match second.index() {
        Some(index) => get(index, key),
        None => walk(second, key),
    }
}

#[cold]
#[inline(never)]
fn walk(second: EntryRef<'_>, key: u64) -> Option<EntryRef<'_>> {
    let (mut found, mut steps) = (None, 0);
    for entry in second.chain() {
        if let Some(index) = entry.index() {
            found = get(index, key);
            break;
        }
        if entry.key() == key {
            found = Some(entry);
            break;
        }
        steps += 1;
    }
    if steps > LONG || (second.note_walk() >= OFTEN && second.depth() >= WORTH_IT) {
        second.set_index(Index::of(second));
    }
    found
}

#[inline]
fn get<'a>(index: &'a Index, key: u64) -> Option<EntryRef<'a>> {
    // SAFETY: an index knows nodes of the chain of the node that owns it; both are alive during `'a`
    unsafe { EntryRef::from_raw(index.get(key)) }
}
