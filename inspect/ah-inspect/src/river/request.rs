//! Which request something belongs to.

use std::collections::{BTreeMap, HashSet};

use super::index::{At, Index, value_of};
use crate::recording::Recording;

/// A chain of causes is followed so far.
const FAR: usize = 4096;

/// A pause of a request that is no longer than this, or than what was before it, does not end it. In nanoseconds.
const SHORT_PAUSE: u64 = 1_000_000;

/// The storage whose values distinguish requests: that with the most values.
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

/// A request: what it begins with, where, and when.
#[derive(Clone, Debug)]
pub(crate) struct Root {
    /// The first thing that carries its value; what was asked for, if that carries none.
    pub(super) first: At,
    /// What ends last.
    pub(super) last: At,
    /// The lanes that it begins in: more than one, if what is between them is not recorded.
    pub(super) lanes: Vec<At>,
    pub(super) from: u64,
    pub(super) to: u64,
}

impl Root {
    pub(crate) fn duration(&self) -> u64 {
        self.to - self.from
    }
}

impl Index<'_> {
    /// The request that something is in; what is in none is one with what it has caused.
    pub(super) fn root(&self, at: At) -> Root {
        let Some(value) = self.value(at) else {
            let is_lane = self.value_inside(at).is_some();
            return self.root_of(&[if is_lane {
                at
            } else {
                self.home(at).unwrap_or(at)
            }]);
        };
        let top = self.top(at, value);
        let requests = self.requests(value);
        let request = requests.iter().find(|request| request.contains(&top));
        self.root_of(request.unwrap_or(&vec![top]))
    }

    /// The furthest cause that carries the same value.
    fn top(&self, at: At, value: &str) -> At {
        let cause = |at: &At| self.cause(*at).filter(|at| self.value(*at) == Some(value));
        let causes = std::iter::successors(Some(at), cause).take(FAR);
        causes.last().unwrap_or(at)
    }

    /// The first things that carry a value. Those that are not far from each other in time are of one request.
    fn requests(&self, value: &str) -> Vec<Vec<At>> {
        let is_top = |at: &At| self.top(*at, value) == *at;
        let mut tops: Vec<At> = self
            .carriers(value)
            .iter()
            .copied()
            .filter(is_top)
            .collect();
        tops.sort_by_key(|at| self.runs(*at).created);
        let mut requests: Vec<Vec<At>> = Vec::new();
        let (mut from, mut to) = (0, 0);
        for top in tops {
            let runs = self.runs(top);
            let pause = (to - from).max(SHORT_PAUSE);
            match requests.last_mut() {
                Some(request) if runs.created.saturating_sub(to) <= pause => request.push(top),
                _ => {
                    (from, to) = (runs.created, runs.end);
                    requests.push(vec![top]);
                }
            }
            to = to.max(runs.end);
        }
        requests
    }

    fn root_of(&self, tops: &[At]) -> Root {
        let created = tops.iter().map(|at| self.runs(*at).created);
        let ends = tops.iter().map(|at| self.runs(*at).end);
        let to = ends.max().unwrap_or(0);
        let from = created.min().unwrap_or(0).max(self.recording.begin.min(to));
        let first = tops[0];
        let own = tops.iter().filter_map(|at| self.own_lane(*at));
        let mut lanes: Vec<At> = Vec::new();
        for lane in self.handler(tops, to).into_iter().chain(own) {
            if !lanes.contains(&lane) {
                lanes.push(lane);
            }
        }
        if lanes.is_empty() {
            lanes.push(self.home(first).unwrap_or(first));
        }
        let last = tops.iter().copied().max_by_key(|at| self.runs(*at).end);
        Root {
            first,
            last: last.unwrap_or(first),
            lanes,
            from,
            to,
        }
    }

    /// The lane of something, unless that is somebody's who works for it: a worker that was sent a message.
    fn own_lane(&self, at: At) -> Option<At> {
        let home = self.home(at)?;
        (home == at || self.cause_home(at) == Some(home)).then_some(home)
    }

    /// The lane that caused several things of one request, and worked for no other meanwhile.
    fn handler(&self, tops: &[At], to: u64) -> Option<At> {
        let (first, others) = tops.split_first()?;
        let handler = self.cause_home(*first).filter(|_| !others.is_empty())?;
        let caused = [
            self.lanes_of(handler),
            self.inside(handler),
            self.idle(handler),
        ];
        let (value, from) = (self.value(*first), self.runs(*first).created);
        let is_others = |at: &&At| {
            let runs = self.runs(**at);
            let is_meanwhile = runs.created <= to && runs.end >= from;
            is_meanwhile && self.value(**at).is_some_and(|other| Some(other) != value)
        };
        let is_shared = caused.into_iter().flatten().any(|at| is_others(&at));
        (!is_shared).then_some(handler)
    }

    /// The value that is set within a lane, if it is one.
    pub(super) fn value_inside(&self, lane: At) -> Option<&str> {
        value_of(self.stores(lane), self.key()?)
    }

    /// All requests.
    pub(crate) fn roots(&self) -> Vec<Root> {
        let requests = self.values().flat_map(|value| self.requests(value));
        let mut roots: Vec<Root> = requests.map(|tops| self.root_of(&tops)).collect();
        roots.sort_by_key(|root| root.first);
        roots
    }
}
