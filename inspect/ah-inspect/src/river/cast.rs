//! Which lanes are in the picture.

use std::collections::{BTreeSet, HashSet};

use super::{
    index::{At, Index},
    path::{self, Step},
    request::Root,
};

/// No picture has more lanes of others.
const MOST_GUESTS: usize = 24;

/// The lanes of a request, and those of others that had a part in it.
pub(super) struct Cast {
    /// The first thing of the request, and its lane.
    pub(super) root: At,
    pub(super) lane: At,
    /// All lanes that it begins in.
    pub(super) roots: Vec<At>,
    pub(super) from: u64,
    pub(super) to: u64,
    pub(super) ours: HashSet<At>,
    pub(super) path: Vec<Step>,
    pub(super) on_path: HashSet<At>,
    /// Others, in the order in which the path goes through them.
    pub(super) guests: Vec<At>,
    /// So many more had a part in it.
    pub(super) more_guests: usize,
}

impl Cast {
    pub(super) fn new(index: &Index<'_>, root: Root) -> Self {
        let ours = descendants(index, &root);
        let path = path::critical_path(index, &ours, &root);
        let Root {
            first,
            lanes: roots,
            from,
            to,
            ..
        } = root;
        let mut cast = Self {
            root: first,
            lane: roots[0],
            roots,
            from,
            to,
            on_path: path.iter().map(|step| step.lane).collect(),
            ours,
            path,
            guests: Vec::new(),
            more_guests: 0,
        };
        cast.invite(index);
        cast
    }

    /// Whether it goes on when the recording ends.
    pub(super) fn is_alive(&self, index: &Index<'_>) -> bool {
        let task = index.task(self.root);
        let is_open = task.finished.or(task.destroyed).is_none();
        is_open || self.to >= index.recording.end && self.roots.len() > 1
    }

    pub(super) fn is_ours(&self, lane: At) -> bool {
        self.ours.contains(&lane)
    }

    /// Those on the path come first, then those that work with our context, then whoever woke us.
    fn invite(&mut self, index: &Index<'_>) {
        let on_path: BTreeSet<At> = self.on_path.iter().copied().collect();
        let wakers = self.ours.iter().flat_map(|lane| self.wakers(index, *lane));
        let wakers: BTreeSet<At> = wakers.collect();
        let mut seen = HashSet::new();
        let mut guests: Vec<At> = [on_path, self.workers(index), wakers]
            .into_iter()
            .flatten()
            .collect();
        guests.retain(|lane| !self.is_ours(*lane) && seen.insert(*lane));
        self.more_guests = guests.len().saturating_sub(MOST_GUESTS);
        guests.truncate(MOST_GUESTS);
        let first_on_path = |lane: &At| {
            let mut path = self.path.iter();
            path.position(|step| step.lane == *lane)
                .unwrap_or(usize::MAX)
        };
        guests.sort_by_cached_key(|lane| (first_on_path(lane), index.runs(*lane).created));
        self.guests = guests;
    }

    fn wakers<'a>(&'a self, index: &'a Index<'_>, lane: At) -> impl Iterator<Item = At> + 'a {
        let wakes = index.runs(lane).wakes().iter();
        let within = wakes.filter(|wake| (self.from..=self.to).contains(&wake.at));
        within.filter_map(|wake| index.home_of_id(wake.by))
    }

    /// Lanes of others in which something runs that carries our value, and those that have lost it.
    fn workers(&self, index: &Index<'_>) -> BTreeSet<At> {
        let carriers = index
            .value(self.root)
            .map_or(&[][..], |value| index.carriers(value));
        let runs = |at: &At| !index.task(*at).polls.is_empty();
        let is_here = |at: &At| {
            let runs = index.runs(*at);
            runs.created <= self.to && runs.end >= self.from
        };
        let carriers = carriers.iter().filter(|at| runs(at) && is_here(at));
        let has_lost = |at: &&At| self.losses_in(index, **at).next().is_some();
        let losers = index.losers().iter().filter(has_lost);
        carriers
            .chain(losers)
            .filter_map(|at| index.home(*at))
            .collect()
    }

    /// How often the context of the request was lost.
    pub(super) fn losses(&self, index: &Index<'_>) -> usize {
        let losers = index.losers().iter();
        losers.map(|at| self.losses_in(index, *at).count()).sum()
    }
}

/// All lanes that a request has caused, its own first.
fn descendants(index: &Index<'_>, root: &Root) -> HashSet<At> {
    let (value, from) = (index.value(root.first), index.runs(root.first).created);
    let is_ours = |at: &At| {
        let created = index.task(*at).created;
        let is_others =
            value.is_some() && index.value(*at).is_some_and(|other| Some(other) != value);
        (from..=root.to).contains(&created) && !is_others
    };
    let mut ours: HashSet<At> = root.lanes.iter().copied().collect();
    let mut left = root.lanes.clone();
    while let Some(lane) = left.pop() {
        for child in index.lanes_of(lane).iter().filter(|at| is_ours(at)) {
            if ours.insert(*child) {
                left.push(*child);
            }
        }
    }
    ours
}
