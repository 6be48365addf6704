//! A table of values by storage: open addressing, linear probing, no tombstones.

use super::{
    keys::{bit, is_never, is_of_bridges, is_over, number},
    node::{BRIDGED, LINK, MAP, NodeRef, Spec},
    value::ValueRef,
};

/// What a captured form holds, or what `enter_with` entered in one scope. Each storage is in it at most once.
pub(crate) struct Map {
    /// A power of two, of which at least half are free.
    slots: Box<[Option<Slot>]>,
    used: usize,
    mask: u32,
    highest: u32,
    never: bool,
    bridged: bool,
    /// Of a captured form: how many guards its frame had.
    pub(super) live_guards: u32,
}

struct Slot {
    key: u64,
    value: ValueRef,
}

impl Map {
    pub(crate) fn with_capacity(entries: usize) -> Self {
        let slots = (2 * entries).max(2).next_power_of_two();
        Self {
            slots: std::iter::repeat_with(|| None).take(slots).collect(),
            used: 0,
            mask: 0,
            highest: 0,
            never: false,
            bridged: false,
            live_guards: 0,
        }
    }

    pub(super) fn has_never(&self) -> bool {
        self.never
    }

    pub(crate) fn len(&self) -> usize {
        self.used
    }

    #[inline]
    fn home(&self, key: u64) -> usize {
        number(key) as usize & (self.slots.len() - 1)
    }

    #[inline]
    fn after(&self, at: usize) -> usize {
        (at + 1) & (self.slots.len() - 1)
    }

    /// Where the entry of a storage is, or the free slot where it would be.
    fn slot(&self, key: u64) -> usize {
        let mut at = self.home(key);
        let is_other = |slot: &Slot| number(slot.key) != number(key);
        while self.slots[at].as_ref().is_some_and(is_other) {
            at = self.after(at);
        }
        at
    }

    #[inline]
    pub(crate) fn get(&self, key: u64) -> Option<NodeRef<'_>> {
        let mut at = self.home(key);
        loop {
            let slot = self.slots.get(at)?.as_ref()?;
            if slot.key == key {
                return Some(slot.value.node());
            }
            at = self.after(at);
        }
    }

    /// Returns `true` if there is an entry of this storage.
    pub(crate) fn has(&self, key: u64) -> bool {
        self.slots[self.slot(key)].is_some()
    }

    pub(crate) fn entries(&self) -> impl Iterator<Item = (u64, &ValueRef)> {
        let slots = self.slots.iter().flatten();
        slots.map(|slot| (slot.key, &slot.value))
    }

    fn is_full(&self) -> bool {
        2 * (self.used + 1) > self.slots.len()
    }

    /// Makes room for one more entry, unless the storage has one already. What is over is left out then, and returned.
    pub(crate) fn make_room(&mut self, key: u64) -> Vec<ValueRef> {
        if self.is_full() && !self.has(key) {
            self.rebuild(is_over)
        } else {
            Vec::new()
        }
    }

    /// Leaves out some, and makes room for as many as are left.
    #[cold]
    pub(super) fn rebuild(&mut self, leaves: impl Fn(u64) -> bool) -> Vec<ValueRef> {
        let old = std::mem::take(&mut self.slots).into_iter().flatten();
        let (left_out, stay): (Vec<_>, Vec<_>) = old.partition(|slot| leaves(slot.key));
        *self = Self {
            live_guards: self.live_guards,
            ..Self::with_capacity(2 * stay.len())
        };
        for slot in stay {
            self.set(slot.key, slot.value);
        }
        left_out.into_iter().map(|slot| slot.value).collect()
    }

    /// Inserts a value, for which there is room, and returns what its storage had.
    pub(crate) fn set(&mut self, key: u64, value: ValueRef) -> Option<ValueRef> {
        let at = self.slot(key);
        let old = self.slots[at].replace(Slot { key, value });
        self.used += usize::from(old.is_none());
        self.mask |= bit(key);
        self.highest = self.highest.max(number(key));
        self.never |= is_never(key);
        self.bridged |= is_of_bridges(key);
        old.map(|slot| slot.value)
    }

    /// Inserts a value if the storage has none.
    pub(crate) fn add(&mut self, key: u64, value: impl FnOnce() -> ValueRef) {
        let at = self.slot(key);
        if self.slots[at].is_some() {
            return;
        }
        if self.is_full() {
            self.rebuild(|_| false);
        }
        self.set(key, value());
    }

    /// Takes the value with this key out.
    pub(crate) fn remove(&mut self, key: u64) -> Option<ValueRef> {
        let mut free = self.slot(key);
        let removed = self.slots[free].take_if(|slot| slot.key == key)?;
        self.used -= 1;
        let mut at = self.after(free);
        while let Some(slot) = &self.slots[at] {
            // it may move up if `free` lies on its way from home
            let way = |to: usize| to.wrapping_sub(self.home(slot.key)) & (self.slots.len() - 1);
            if way(free) <= way(at) {
                self.slots.swap(free, at);
                free = at;
            }
            at = self.after(at);
        }
        Some(removed.value)
    }

    /// What a node is about that holds this map.
    pub(super) fn spec(&self, id: u64, flags: u16) -> Spec {
        let bridged = if self.bridged { BRIDGED } else { 0 };
        Spec::map(id, flags | bridged, self.mask, self.highest, !self.never)
    }
}

impl<'a> NodeRef<'a> {
    /// The map that it holds.
    #[inline]
    pub(crate) fn map(self) -> Option<&'a Map> {
        // SAFETY: a node with `MAP` holds a `Map`
        self.has(MAP).then(|| unsafe { &*self.value::<Map>() })
    }

    /// How many guards of the chain were not dropped.
    #[inline]
    pub(crate) fn live_guards(self) -> u32 {
        match (self.guards(), self.map()) {
            (0, Some(captured)) => captured.live_guards,
            // the frame that it lies on, with something else
            (0, None) if self.has(BRIDGED) => self.parent().map_or(0, NodeRef::live_guards),
            (0, None) if self.has(LINK) => self.link().live_guards,
            (0, None) => 0,
            _ => self
                .all_guards()
                .map(|guard| u32::from(!guard.is_ended()))
                .sum(),
        }
    }
}
