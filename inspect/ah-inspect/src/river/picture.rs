//! What is drawn, and the sentence above it.

use std::{
    collections::{HashMap, HashSet},
    fmt,
};

use super::{
    cast::Cast,
    cut::Cut,
    fold,
    index::{At, Index},
    lane::{Lane, Tones, lane},
    parts::{self, Part},
    path::{Step, What},
    request::{self, Root},
    words,
};
use crate::{overview::Request, recording::Recording, text::span};

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

/// A step of the critical path, as it is drawn.
#[derive(Clone, Debug)]
pub(super) struct Drawn {
    /// Its lane in the picture, if that is shown.
    pub(super) lane: Option<usize>,
    pub(super) from: u64,
    pub(super) to: u64,
    pub(super) what: What,
    pub(super) label: String,
    pub(super) name: String,
}

/// A wake from one lane to another.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) struct Arrow {
    pub(super) at: u64,
    pub(super) from: usize,
    pub(super) to: usize,
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

    /// How long it took, and whether that is all.
    pub(super) fn took(&self) -> String {
        let so_far = if self.is_alive { " so far" } else { "" };
        let torn = if self.is_torn {
            ", its begin is not recorded"
        } else {
            ""
        };
        format!("{}{so_far}{torn}", span(self.duration()))
    }

    /// What the request carries, and its first thing.
    pub(super) fn about(&self) -> String {
        let stores = self.stores.join("  ");
        let gap = if stores.is_empty() { "" } else { "  " };
        format!(
            "{stores}{gap}{}({}), created at {}",
            self.name, self.id, self.place
        )
    }

    /// A loss in lines: what, where and what to write instead.
    pub(super) fn report(&self, lane: &Lane, cut: &Cut) -> Vec<String> {
        let times = if cut.times == 1 {
            "once".to_owned()
        } else {
            format!("{} times", cut.times)
        };
        let set_at = cut
            .set_at
            .as_ref()
            .map_or_else(String::new, |place| format!(", set at {place}"));
        let mut lines = vec![format!(
            "context lost: {} in {}({}), {times}{set_at}",
            cut.sentence(),
            lane.name,
            lane.id
        )];
        lines.extend(cut.fix.as_ref().map(|fix| format!("fix: {fix}")));
        lines
    }

    /// What is not in the picture.
    pub(super) fn not_shown(&self, lanes: usize) -> impl Iterator<Item = String> {
        let text =
            |count: usize, what: &str| (count > 0).then(|| format!("and {count} more {what}"));
        let older = format!("older events that were overwritten: {}", self.overwritten);
        let older = (self.is_torn && self.overwritten > 0).then_some(older);
        [
            text(self.hidden + lanes, "lanes"),
            text(self.more_guests, "lanes of others"),
            older,
        ]
        .into_iter()
        .flatten()
    }

    pub(super) fn loss(&self) -> Option<String> {
        parts::lost(self.losses())
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

/// So many arrows are drawn.
const MOST_ARROWS: usize = 300;

/// Where each lane is that is not folded.
fn numbers(lanes: &[Lane]) -> HashMap<At, usize> {
    let lanes = lanes.iter().enumerate().filter(|(_, lane)| lane.count == 1);
    lanes.map(|(number, lane)| (lane.at, number)).collect()
}

fn drawn(index: &Index<'_>, cast: &Cast, lanes: &[Lane]) -> Vec<Drawn> {
    let numbers = numbers(lanes);
    let step = |step: &Step| {
        let is_ours = cast.is_ours(step.lane);
        Drawn {
            lane: numbers.get(&step.lane).copied(),
            from: step.from,
            to: step.to,
            what: step.what,
            label: parts::label(index, step, is_ours),
            name: index.name(step.lane),
        }
    };
    cast.path.iter().map(step).collect()
}

fn arrows(index: &Index<'_>, cast: &Cast, lanes: &[Lane]) -> Vec<Arrow> {
    let (mut arrows, numbers) = (Vec::new(), numbers(lanes));
    for (to, lane) in lanes.iter().enumerate().filter(|(_, lane)| lane.count == 1) {
        let wakes = index.runs(lane.at).wakes();
        for wake in wakes
            .iter()
            .filter(|wake| (cast.from..=cast.to).contains(&wake.at))
        {
            let by = index
                .home_of_id(wake.by)
                .and_then(|by| numbers.get(&by).copied());
            let by = by.filter(|from| *from != to && !(lane.is_guest && lanes[*from].is_guest));
            arrows.extend(by.map(|from| Arrow {
                at: wake.at,
                from,
                to,
            }));
        }
    }
    arrows.sort_unstable();
    arrows.dedup();
    arrows.truncate(MOST_ARROWS);
    arrows
}

/// The threads that poll something in the picture, in the order of their numbers.
fn threads(recording: &Recording, lanes: &[Lane]) -> Vec<(u32, String)> {
    let segments = lanes.iter().flat_map(|lane| &lane.segments);
    let threads: HashSet<u32> = segments
        .filter_map(super::timeline::Segment::thread)
        .collect();
    let mut threads: Vec<u32> = threads.into_iter().collect();
    threads.sort_unstable();
    let name = |thread: &u32| {
        recording
            .threads
            .get(*thread as usize)
            .map_or("?", |name| name)
    };
    threads
        .iter()
        .map(|thread| (*thread, crate::text::clean(name(thread), 40)))
        .collect()
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
