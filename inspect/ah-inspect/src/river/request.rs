//! Which request something belongs to.

use std::collections::{BTreeMap, HashSet};

use super::index::{At, Index, value_of};
use crate::recording::Recording;

/// A chain of causes is followed so far.
const FAR: usize = 4096;

/// The storage whose values tell requests apart: that with the most values.
pub(crate) fn key(recording: &Recording) -> Option<u32> {
    let mut values: BTreeMap<u32, (HashSet<&str>, u64)> = BTreeMap::new();
    for task in &recording.tasks {
        for store in task.stores.iter().filter(|store| !store.is_exited) {
            let Some(text) = store.text.as_deref() else {
                continue;
            };
            let (texts, uses) = values.entry(store.storage).or_default();
            texts.insert(text);
            *uses += 1;
        }
    }
    let most = values
        .iter()
        .rev()
        .max_by_key(|(_, (texts, uses))| (texts.len(), *uses));
    most.map(|(storage, _)| *storage)
}

/// The storage of a name.
pub(crate) fn key_named(recording: &Recording, name: &str) -> Option<u32> {
    let mut stores = recording.tasks.iter().flat_map(|task| task.stores.iter());
    stores
        .find(|store| &*store.name == name && store.text.is_some())
        .map(|store| store.storage)
}

impl Index<'_> {
    /// The first thing of the request that something is in; its lane if it is in none.
    pub(super) fn root(&self, at: At) -> At {
        let Some(value) = self.value(at).or_else(|| self.value_inside(at)) else {
            return self.home(at).unwrap_or(at);
        };
        if self.value(at).is_none() {
            return at; // a lane with the request within
        }
        let top = self.top(at, value);
        self.only_for(top, value).unwrap_or(top)
    }

    /// The furthest cause that carries the same value.
    fn top(&self, at: At, value: &str) -> At {
        let cause = |at: &At| self.cause(*at).filter(|at| self.value(*at) == Some(value));
        std::iter::successors(Some(at), cause)
            .take(FAR)
            .last()
            .unwrap_or(at)
    }

    /// The lane that caused it, if that caused more for this request, and nothing for another.
    fn only_for(&self, top: At, value: &str) -> Option<At> {
        let lane = self.cause_home(top)?;
        let caused = [self.lanes_of(lane), self.inside(lane), self.idle(lane)];
        let mut tops = 0;
        for at in caused.into_iter().flatten().copied() {
            match self.value(at) {
                Some(other) if other != value => return None,
                Some(_) if self.top(at, value) == at => tops += 1,
                _ => (),
            }
        }
        (tops > 1).then_some(lane)
    }

    /// The value that is set within a lane, if it is one.
    pub(super) fn value_inside(&self, lane: At) -> Option<&str> {
        value_of(self.stores(lane), self.key()?)
    }

    /// The first things of all requests.
    pub(crate) fn roots(&self) -> Vec<At> {
        let all = 0..self.recording.tasks.len();
        let is_top = |at: &At| {
            self.value(*at)
                .is_some_and(|value| self.top(*at, value) == *at)
        };
        let mut roots: Vec<At> = all.filter(is_top).map(|at| self.root(at)).collect();
        roots.sort_unstable();
        roots.dedup();
        roots
    }
}
