//! What is recorded, with what a river asks for put where it is found fast.
//!
//! A *lane* is what an executor or a thread runs by itself: a task, or whatever else is polled within nothing. The *home* of a
//! thing is the lane that it is polled in, or that created it if it never runs. Files may say anything: chains are followed
//! only so far, and times are put in order.

use std::collections::HashMap;

use super::timeline::Runs;
use crate::recording::{Recording, StoreText, Task, Wake};

/// A chain of causes is followed so far.
const FAR: usize = 256;

/// Of what is served in a lane, so much is looked at.
const MOST_AT_ONCE: usize = 64;

/// The place of a thing among the tasks of its recording.
pub(crate) type At = usize;

pub(crate) struct Index<'a> {
    pub(super) recording: &'a Recording,
    runs: Vec<Runs>,
    homes: Vec<Option<At>>,
    /// By lane: the lanes that it created, what is polled in it, and what it created that never runs. Each by time.
    lanes: HashMap<At, Vec<At>>,
    inside: HashMap<At, Vec<At>>,
    idle: HashMap<At, Vec<At>>,
    /// By lane: what carries a value and is polled in it, by its first poll.
    served: HashMap<At, Vec<(u64, At)>>,
    /// By lane: whom it woke, and when.
    woke: HashMap<At, Vec<(u64, At)>>,
    /// The storage that distinguishes requests, and what carries each of its values.
    key: Option<u32>,
    carriers: HashMap<&'a str, Vec<At>>,
    /// What has found a context lost.
    losers: Vec<At>,
}

impl<'a> Index<'a> {
    pub(crate) fn new(recording: &'a Recording, key: Option<u32>) -> Self {
        let runs = recording
            .tasks
            .iter()
            .map(|task| Runs::new(task, recording));
        let mut index = Self {
            recording,
            runs: runs.collect(),
            homes: Vec::new(),
            lanes: HashMap::new(),
            inside: HashMap::new(),
            idle: HashMap::new(),
            served: HashMap::new(),
            woke: HashMap::new(),
            key,
            carriers: HashMap::new(),
            losers: Vec::new(),
        };
        let all = 0..recording.tasks.len();
        index.homes = all.clone().map(|at| index.find_home(at)).collect();
        all.for_each(|at| index.sort_in(at));
        let created = |at: &At| recording.tasks[*at].created;
        for lists in [&mut index.lanes, &mut index.inside, &mut index.idle] {
            lists
                .values_mut()
                .for_each(|list| list.sort_by_key(created));
        }
        index
            .served
            .values_mut()
            .for_each(|served| served.sort_unstable());
        index.find_joins();
        index.guess_wakes();
        index.note_wakes();
        index
    }

    fn note_wakes(&mut self) {
        for (at, runs) in self.runs.iter().enumerate() {
            let woken = self.homes[at].unwrap_or(at);
            for wake in runs.wakes() {
                if let Some(by) = self.home_of_id(wake.by).filter(|by| *by != woken) {
                    self.woke.entry(by).or_default().push((wake.at, woken));
                }
            }
        }
        self.woke.values_mut().for_each(|woke| woke.sort_unstable());
    }

    /// Whom a lane woke next after a time.
    pub(super) fn wakes_next(&self, lane: At, after: u64) -> Option<At> {
        let woke = self.woke.get(&lane)?;
        let next = woke.partition_point(|(at, _)| *at < after);
        woke.get(next).map(|(_, woken)| *woken)
    }

    pub(super) fn set_wakes(&mut self, at: At, wakes: Vec<Wake>) {
        self.runs[at].set_wakes(wakes);
    }

    pub(super) fn name_wakers(&mut self, at: At, wakers: &[(usize, u64)]) {
        self.runs[at].name_wakers(wakers);
    }

    pub(super) fn at(&self, id: u64) -> Option<At> {
        let tasks = &self.recording.tasks;
        tasks.binary_search_by_key(&id, |task| task.id).ok()
    }

    pub(super) fn task(&self, at: At) -> &'a Task {
        &self.recording.tasks[at]
    }

    pub(super) fn runs(&self, at: At) -> &Runs {
        &self.runs[at]
    }

    /// What caused it, if that is recorded.
    pub(super) fn cause(&self, at: At) -> Option<At> {
        let task = self.task(at);
        self.at(task.trigger).filter(|cause| *cause != at)
    }

    pub(super) fn home(&self, at: At) -> Option<At> {
        self.homes[at]
    }

    pub(super) fn home_of_id(&self, id: u64) -> Option<At> {
        self.home(self.at(id)?)
    }

    pub(super) fn lanes_of(&self, lane: At) -> &[At] {
        self.lanes.get(&lane).map_or(&[], Vec::as_slice)
    }

    pub(super) fn inside(&self, lane: At) -> &[At] {
        self.inside.get(&lane).map_or(&[], Vec::as_slice)
    }

    pub(super) fn idle(&self, lane: At) -> &[At] {
        self.idle.get(&lane).map_or(&[], Vec::as_slice)
    }

    pub(super) fn key(&self) -> Option<u32> {
        self.key
    }

    /// The value by which a thing's request is known.
    pub(super) fn value(&self, at: At) -> Option<&'a str> {
        value_of(&self.task(at).stores, self.key?)
    }

    /// What carries a value.
    pub(super) fn carriers(&self, value: &str) -> &[At] {
        self.carriers.get(value).map_or(&[], Vec::as_slice)
    }

    pub(super) fn values(&self) -> impl Iterator<Item = &'a str> + '_ {
        self.carriers.keys().copied()
    }

    pub(super) fn losers(&self) -> &[At] {
        &self.losers
    }

    /// What a lane carries; if that is nothing, what the only request carries that is served in it.
    pub(super) fn stores(&self, lane: At) -> &'a [StoreText] {
        let own = &self.task(lane).stores;
        match self.only_served(lane) {
            Some(served) if own.is_empty() => &self.task(served).stores,
            _ => own,
        }
    }

    fn only_served(&self, lane: At) -> Option<At> {
        let (_, first) = self.served.get(&lane)?.first()?;
        let (_, last) = self.served.get(&lane)?.last()?;
        (self.value(*first) == self.value(*last)).then_some(*first)
    }

    /// What is served in a lane at a time.
    pub(super) fn served(&self, lane: At, from: u64, to: u64) -> Option<At> {
        let served = self.served.get(&lane)?;
        let began = served.partition_point(|(first, _)| *first < to);
        let mut last = served[..began].iter().rev().take(MOST_AT_ONCE);
        let (_, at) = last.find(|(_, at)| self.runs(*at).end > from)?;
        Some(*at)
    }

    fn is_lane(&self, at: At) -> bool {
        let task = self.task(at);
        let is_within = || task.polled_in.and_then(|outer| self.at(outer)).is_some();
        !task.future.is_empty() || !task.polls.is_empty() && !is_within()
    }

    fn find_home(&self, mut at: At) -> Option<At> {
        for _ in 0..FAR {
            if self.is_lane(at) {
                return Some(at);
            }
            let task = self.task(at);
            at = match task.polled_in {
                Some(outer) if !task.polls.is_empty() => self.at(outer)?,
                _ => self.cause(at)?,
            };
        }
        None
    }

    fn sort_in(&mut self, at: At) {
        let has_value = self.value(at).is_some();
        if let Some(value) = self.value(at) {
            self.carriers.entry(value).or_default().push(at);
        }
        if !self.task(at).unset.is_empty() {
            self.losers.push(at);
        }
        let home = self.homes[at];
        let runs = !self.task(at).polls.is_empty();
        let caused_in = self.cause_home(at);
        let (list, lane) = match home {
            Some(home) if home == at => (&mut self.lanes, caused_in),
            _ if runs => (&mut self.inside, home),
            _ => (&mut self.idle, home),
        };
        if let Some(lane) = lane.filter(|lane| *lane != at) {
            let first = self.runs[at].polls.first().map(|poll| poll.from);
            if let Some(first) = first.filter(|_| home == Some(lane) && has_value) {
                self.served.entry(lane).or_default().push((first, at));
            }
            list.entry(lane).or_default().push(at);
        }
    }

    /// The lane that caused it.
    pub(super) fn cause_home(&self, at: At) -> Option<At> {
        self.home(self.cause(at)?)
    }
}

/// The value of a storage, if it is set and shown.
pub(super) fn value_of(stores: &[StoreText], storage: u32) -> Option<&str> {
    let mut stores = stores.iter();
    let store = stores.find(|store| store.storage == storage && !store.is_exited)?;
    store.text.as_deref()
}
