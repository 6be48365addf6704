//! What one console has received, and what is new since.

use std::{
    collections::{HashMap, HashSet},
    time::SystemTime,
};

use ah_inspect::{Alive, Recorder, Recording};
use console_api::{instrument::Update, resources::ResourceUpdate, tasks::TaskUpdate};
use prost_types::Timestamp;

use crate::{
    entry::Entry,
    message::{self, Start},
};

pub(crate) struct Sent {
    is_first: bool,
    /// What was alive, by id.
    alive: HashMap<u64, Entry>,
    /// What had begun and ended when it was sent. Whatever ends while a recording is taken may seem to end in the next one, too.
    passed: HashSet<u64>,
    /// When recording began, as of the first recording: later ones would say a little else.
    start: Option<Start>,
    /// The end of the last recording.
    end: u64,
}

impl Sent {
    pub(crate) fn nothing() -> Self {
        Self {
            is_first: true,
            alive: HashMap::new(),
            passed: HashSet::new(),
            start: None,
            end: 0,
        }
    }

    pub(crate) fn update(&mut self) -> Update {
        let alive = ah_inspect::alive(); // first: what ends after that is in the recording
        let recording = Recorder::attach().map(|recorder| recorder.take());
        let mut update = match recording {
            Some(recording) => self.compare(&alive, &recording),
            None => self.end_all(),
        };
        if std::mem::take(&mut self.is_first) {
            update.new_metadata = Some(message::metadata());
        }
        update
    }

    fn compare(&mut self, alive: &[Alive], recording: &Recording) -> Update {
        let start = Start::before(recording.end());
        let start = *self.start.get_or_insert(start);
        let mut changes = Changes::new(start);
        let mut left = std::mem::take(&mut self.alive);
        for one in alive {
            let mut entry = Entry::alive(one, recording);
            match left.remove(&one.id) {
                Some(sent) => {
                    entry.stats.created = sent.stats.created; // each time a little different
                    changes.change(&entry, sent.stats != entry.stats);
                }
                None => changes.add(&entry),
            }
            self.alive.insert(one.id, entry);
        }
        left.into_values()
            .for_each(|entry| changes.end(entry, recording));
        let sent = std::mem::take(&mut self.passed);
        for task in recording.tasks() {
            let id = task.async_id().get();
            let ended = task.destroyed().filter(|at| *at > self.end);
            if let Some(at) = ended.filter(|_| !self.alive.contains_key(&id) && !sent.contains(&id))
            {
                changes.pass(&Entry::ended(task, at));
                self.passed.insert(id);
            }
        }
        self.end = recording.end();
        changes.update(start.time(self.end))
    }

    /// Nothing is recorded any more: what was alive is shown no more.
    fn end_all(&mut self) -> Update {
        let start = self.start.unwrap_or(Start::before(0));
        let mut changes = Changes::new(start);
        for mut entry in std::mem::take(&mut self.alive).into_values() {
            entry.stats.dropped = Some(self.end);
            changes.change(&entry, true);
        }
        changes.update(SystemTime::now().into())
    }
}

struct Changes {
    start: Start,
    tasks: TaskUpdate,
    resources: ResourceUpdate,
}

impl Changes {
    fn new(start: Start) -> Self {
        Self {
            start,
            tasks: TaskUpdate::default(),
            resources: ResourceUpdate::default(),
        }
    }

    fn update(self, now: Timestamp) -> Update {
        Update {
            now: Some(now),
            task_update: Some(self.tasks),
            resource_update: Some(self.resources),
            async_op_update: None,
            new_metadata: None,
        }
    }

    fn add(&mut self, entry: &Entry) {
        match entry.is_future {
            true => self.tasks.new_tasks.push(message::task(entry)),
            false => self.resources.new_resources.push(message::resource(entry)),
        }
        self.change(entry, true);
    }

    fn change(&mut self, entry: &Entry, is_changed: bool) {
        if !is_changed {
            return;
        }
        if entry.is_future {
            let stats = message::task_stats(&entry.stats, self.start);
            self.tasks.stats_update.insert(entry.id, stats);
        } else {
            let stats = message::resource_stats(entry, self.start);
            self.resources.stats_update.insert(entry.id, stats);
        }
    }

    /// What was alive and is no more: counted to its end, if the recording has all of it.
    fn end(&mut self, mut entry: Entry, recording: &Recording) {
        let task = recording.task(entry.id);
        let at = task
            .and_then(|task| task.destroyed())
            .unwrap_or(recording.end());
        match task.filter(|task| !task.is_torn()) {
            Some(task) => entry.stats = Entry::ended(task, at).stats,
            None => entry.stats.dropped = Some(at),
        }
        self.change(&entry, true);
    }

    /// What began and ended since the last update, unless it was among those that ended.
    fn pass(&mut self, entry: &Entry) {
        let is_told = self.tasks.stats_update.contains_key(&entry.id)
            || self.resources.stats_update.contains_key(&entry.id);
        if !is_told {
            self.add(entry);
        }
    }
}
