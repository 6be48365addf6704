//! What is drawn, and the sentence above it.

use std::fmt;

use super::{
    cast::Cast,
    cut::Cut,
    drawn::{Arrow, Drawn, arrows, drawn, threads},
    fold,
    index::Index,
    lane::{Lane, lane},
    parts::{self, Part},
    request::{self, Root},
    tone::Tones,
    words,
};
use crate::{overview::Request, recording::Recording};

/// One request as one picture: what ran for it, what it waited for, and where its context was lost.
///
/// Each task is a lane below the one that spawned it. What a lane is polled, ready or waiting is drawn over time; the critical
/// path, which goes through whoever was waited for, says what the time went into. Lanes of other requests are there if they
/// made this one wait. [`html`](Self::html) is a file for a browser, [`text`](Self::text) the same for a terminal.
///
/// # Examples
///
/// ```
/// use ah_inspect::{Recorder, River, Settings};
///
/// let recorder = Recorder::start(&Settings::default())?;
/// let query = async_hooks::AsyncResource::new("DBQuery");
/// query.run_in_async_scope(|| ());
/// let river = River::of(&recorder.take(), query.async_id())?;
/// assert!(river.text(80).contains("DBQuery"));
/// assert!(river.html().starts_with("<!doctype html>"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct River {
    pub(super) id: u64,
    pub(super) from: u64,
    pub(super) to: u64,
    /// When it ends, it is not over.
    pub(super) is_alive: bool,
    /// Its begin was not recorded.
    pub(super) is_torn: bool,
    pub(super) name: String,
    pub(super) place: String,
    pub(super) whose: Option<String>,
    pub(super) stores: Vec<String>,
    pub(super) parts: Vec<Part>,
    pub(super) lanes: Vec<Lane>,
    pub(super) hidden: usize,
    pub(super) more_guests: usize,
    pub(super) path: Vec<Drawn>,
    pub(super) wakes: Vec<Arrow>,
    pub(super) threads: Vec<(u32, String)>,
    pub(super) overwritten: u64,
}

impl River {
    /// Returns the river of the request that something belongs to: a task, a tracked future or a resource, by its id.
    ///
    /// That is what its causes have in common which carry the same value of one storage, the one with the most different values
    /// in the recording. Without a value, it is the task alone that it runs in, with what that has caused.
    ///
    /// # Errors
    ///
    /// If nothing of this id is recorded.
    pub fn of(recording: &Recording, id: impl Into<u64>) -> Result<Self, NotRecorded> {
        let id = id.into();
        let index = Index::new(recording, request::key(recording));
        let at = index.at(id).ok_or(NotRecorded { id })?;
        Ok(Self::draw(&index, index.root(at)))
    }

    fn draw(index: &Index<'_>, root: Root) -> Self {
        let cast = Cast::new(index, root);
        let root = cast.root;
        let (nodes, hidden) = fold::nodes(index, &cast);
        let mut tones = Tones::default();
        let lanes = nodes
            .iter()
            .map(|node| lane(index, &cast, &mut tones, node));
        let lanes: Vec<Lane> = lanes.collect();
        let task = index.task(root);
        let stores = if task.stores.is_empty() {
            index.stores(cast.lane)
        } else {
            &task.stores
        };
        Self {
            id: task.id,
            from: cast.from,
            to: cast.to,
            is_alive: cast.is_alive(index),
            is_torn: index.runs(root).created < cast.from,
            name: index.name(root),
            place: words::place_of(task),
            whose: index.whose_is(root),
            stores: words::stores(stores),
            parts: parts::parts(index, &cast.path, |lane| cast.is_ours(lane)),
            hidden,
            more_guests: cast.more_guests,
            path: drawn(index, &cast, &lanes),
            wakes: arrows(index, &cast, &lanes),
            threads: threads(index.recording, &lanes),
            lanes,
            overwritten: index.recording.overwritten,
        }
    }

    /// The same without the picture.
    pub(crate) fn request(index: &Index<'_>, root: Root) -> Request {
        let cast = Cast::new(index, root);
        let root = cast.root;
        let task = index.task(root);
        let unknown = || format!("{}({})", index.name(root), task.id);
        Request {
            id: task.id,
            whose: index.whose_is(root).unwrap_or_else(unknown),
            name: index.name(root),
            duration: cast.to - cast.from,
            is_alive: cast.is_alive(index),
            parts: parts::parts(index, &cast.path, |lane| cast.is_ours(lane)),
            losses: cast.losses(index),
        }
    }

    /// Returns the id of the first thing of the request.
    #[must_use]
    pub fn id(&self) -> u64 {
        self.id
    }

    /// Returns how long the request took, in nanoseconds; until the recording was taken, if it goes on.
    #[must_use]
    pub fn duration(&self) -> u64 {
        self.to - self.from
    }

    /// Returns what the time went into, the longest first. Together they are the whole duration.
    #[must_use]
    pub fn parts(&self) -> &[Part] {
        &self.parts
    }

    /// Returns how often the context of the request was lost.
    #[must_use]
    pub fn losses(&self) -> usize {
        self.cuts().map(|(_, cut)| cut.times).sum()
    }

    /// Returns where the time went, in a sentence.
    #[must_use]
    pub fn headline(&self) -> String {
        let parts = parts::sentence(&self.parts);
        let loss = self
            .loss()
            .map_or_else(String::new, |loss| format!("; {loss}"));
        format!("{}: {parts}{loss}.", self.took())
    }

    /// All cuts, each with the name of its lane.
    pub(super) fn cuts(&self) -> impl Iterator<Item = (&Lane, &Cut)> {
        self.lanes
            .iter()
            .flat_map(|lane| lane.cuts.iter().map(move |cut| (lane, cut)))
    }

    /// The short number of a thread.
    pub(super) fn worker(&self, thread: u32) -> usize {
        let number = self.threads.iter().position(|(known, _)| *known == thread);
        number.map_or(0, |number| number + 1)
    }
}

impl Index<'_> {
    /// The river of a request, by the id of its first thing.
    pub(crate) fn river(&self, root: u64) -> Option<River> {
        Some(River::draw(self, self.root(self.at(root)?)))
    }
}

/// Nothing of an id is recorded.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct NotRecorded {
    id: u64,
}

impl fmt::Display for NotRecorded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} is not recorded: it ended before the recording begins, or never was",
            self.id
        )
    }
}

impl std::error::Error for NotRecorded {}
