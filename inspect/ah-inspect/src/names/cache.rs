//! A small cache of a thread: no lock where it creates the same few kinds of things.

use std::cell::Cell;

pub(crate) struct Cache<K, V, const N: usize>([Cell<Option<(K, V)>>; N]);

impl<K: Copy + PartialEq, V: Copy, const N: usize> Cache<K, V, N> {
    pub(crate) const fn new() -> Self {
        Self([const { Cell::new(None) }; N])
    }

    /// What is kept under this key; else what `find` finds, which is kept from now on.
    #[inline]
    pub(crate) fn get(&self, hash: usize, key: K, find: impl FnOnce() -> V) -> V {
        let slot = &self.0[(hash ^ hash >> 9) & (N - 1)];
        match slot.get() {
            Some((known, value)) if known == key => value,
            _ => {
                let value = find();
                slot.set(Some((key, value)));
                value
            }
        }
    }
}
