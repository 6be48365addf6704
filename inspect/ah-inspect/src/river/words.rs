//! Names of things, as a picture has room for them.

use super::index::{At, Index};
use crate::{
    recording::{SourcePlace, StoreText, Task},
    text::{clean, function},
};

const MOST_NAME: usize = 40;

impl Index<'_> {
    /// The function of a task, or what it is one tracked future of; the type of anything else.
    pub(super) fn name(&self, at: At) -> String {
        let task = self.task(at);
        let own = match function(&task.future) {
            "" => &task.type_name,
            function => function,
        };
        let name = self.whole_future(at).map_or(own, |whole| &whole.type_name);
        match name {
            "Timeout" => "sleep".to_owned(),
            "TASK" => format!("TASK {}", place_of(task)), // of a runtime that does not show what it polls
            name => clean(name, MOST_NAME),
        }
    }

    /// The future that a task was spawned for, if it is a tracked one.
    fn whole_future(&self, lane: At) -> Option<&Task> {
        let is_task = !self.task(lane).future.is_empty();
        let first = self.inside(lane).first().filter(|_| is_task)?;
        let inner = self.task(*first);
        let is_whole = inner.is_promise && inner.created <= self.task(lane).created;
        is_whole.then_some(inner)
    }

    /// `request=7001` of what is done for a request, `mailer(3)` of the rest.
    pub(super) fn whose(&self, lane: At, from: u64, to: u64) -> String {
        let unknown = || format!("{}({})", self.name(lane), self.task(lane).id);
        let served = self.served(lane, from, to).and_then(|at| self.whose_is(at));
        served
            .or_else(|| self.whose_is(lane))
            .unwrap_or_else(unknown)
    }

    /// `request=7001`, of what is carried in a lane.
    pub(super) fn whose_is(&self, lane: At) -> Option<String> {
        let is_key = |store: &&_| self.is_key(store);
        self.stores(lane).iter().find(is_key).map(store)
    }

    /// Whether this store identifies its request.
    pub(super) fn is_key(&self, store: &StoreText) -> bool {
        Some(store.storage) == self.key() && store.text.is_some() && !store.is_exited
    }

    /// What a lane waits for between two polls: the innermost future, and what it has created that is alive meanwhile.
    pub(super) fn waits_in(&self, lane: At, from: u64, to: u64) -> (String, Option<String>) {
        let lives = |at: &At| {
            let runs = self.runs(*at);
            runs.created <= from && runs.end >= to
        };
        let is_in = |at: &At| lives(at) && self.is_in_it(*at, from, to);
        let last = |list: &[At], is_it: &dyn Fn(&At) -> bool| {
            list.iter()
                .rev()
                .take(MOST_TRIED)
                .copied()
                .find(|at| is_it(at))
        };
        let before = |list: &'_ [At]| list.partition_point(|at| self.task(*at).created <= from);
        let inside = self.inside(lane);
        let inner = last(&inside[..before(inside)], &is_in);
        let idle = self.idle(lane);
        let is_timer = |at: &At| lives(at) && !self.task(*at).is_promise;
        let resource = last(&idle[..before(idle)], &is_timer);
        let resource = resource.map(|at| self.name(at));
        (self.name(inner.unwrap_or(lane)), resource)
    }

    /// Whether something that is polled in a lane is what the lane waits in: it was in its last poll before.
    fn is_in_it(&self, at: At, from: u64, to: u64) -> bool {
        let runs = self.runs(at);
        let Some(last) = runs.poll_before(from.saturating_add(1)) else {
            return false;
        };
        let goes_on = runs.polls.get(last + 1).is_some_and(|poll| poll.from >= to);
        self.task(at).is_promise || goes_on
    }
}

/// So many of what a lane has are looked at.
const MOST_TRIED: usize = 256;

/// `tenant=acme`; a hidden value is not there to be printed.
pub(super) fn store(store: &StoreText) -> String {
    let name = match &*store.name {
        "" => "(unnamed)".to_owned(),
        name => clean(name, MOST_NAME),
    };
    match &store.text {
        _ if store.is_exited => format!("{name}: exited"),
        Some(text) => format!("{name}={}", clean(text, MOST_NAME)),
        None => format!("{name}=●●●"),
    }
}

/// What is carried: what was set first comes first, and what is not shown last.
pub(super) fn stores(all: &[StoreText]) -> Vec<String> {
    let (shown, hidden): (Vec<_>, Vec<_>) =
        all.iter().rev().partition(|store| store.text.is_some());
    shown.into_iter().chain(hidden).map(store).collect()
}

/// The end of a path, and the line.
pub(super) fn place(place: &SourcePlace) -> String {
    let file = place.file.rsplit(['/', '\\']).next().unwrap_or(&place.file);
    format!("{}:{}", clean(file, MOST_NAME), place.line)
}

pub(super) fn place_of(task: &Task) -> String {
    task.place.as_ref().map_or_else(|| "?".to_owned(), place)
}
