//! Perfetto: a track for each task below the track of what it is polled in, or of its cause, and flows for wakes and spawns.
//!
//! The file is a `Trace` of [TrackEvent](https://perfetto.dev/docs/reference/synthetic-track-event)s. A track is named by the
//! function, the id, the place and the stores of its task. Its slices are polls; `ready` below it has a slice from each wake
//! to the poll that follows. Arrows go from whoever created or woke a task to its next poll. A `context lost` is an instant.

use std::{cmp::Reverse, collections::BTreeMap};

use super::{MOST_NAME, carried, causes::Causes, created_at, name, place, protobuf::Message};
use crate::{
    Recording,
    recording::{Poll, Task},
    text,
};

/// Fields of `TracePacket`.
const TIMESTAMP: u64 = 8;
const SEQUENCE: u64 = 10;
const EVENT: u64 = 11;
const FLAGS: u64 = 13;
const TRACK: u64 = 60;

/// Kinds of `TrackEvent`.
const BEGIN: u64 = 1;
const END: u64 = 2;
const INSTANT: u64 = 3;

/// Of `TrackEvent`: where an arrow begins, and where it ends.
const FLOW: u64 = 47;
const FLOW_END: u64 = 48;

/// Tracks of one task. Polls that overlap without nesting, as those of a resource that two threads enter, have more of them.
const POLLS: u64 = 0;
const READY: u64 = 1;
const MORE: u64 = 2;
const TRACKS: u64 = 16;

/// Returns a recording as a `.pftrace`.
#[must_use]
pub fn trace(recording: &Recording) -> Vec<u8> {
    let mut trace = Trace {
        recording,
        causes: Causes::with_polled_in(recording),
        tracks: Vec::new(),
        events: Vec::new(),
        flows: 0,
    };
    for (place, task) in recording.tasks().iter().enumerate() {
        trace.add(place, task);
    }
    trace.finish()
}

struct Trace<'a> {
    recording: &'a Recording,
    causes: Causes,
    tracks: Vec<Message>,
    /// Events of one track are in order; those of all are sorted by time at the end.
    events: Vec<(u64, Message)>,
    flows: u64,
}

/// The number of a track: 0 is taken.
fn track(place: usize, which: u64) -> u64 {
    1 + place as u64 * TRACKS + which
}

fn event(kind: u64, track: u64) -> Message {
    Message::default().number(9, kind).number(11, track)
}

fn named(kind: u64, track: u64, name: &str) -> Message {
    event(kind, track).text(23, name)
}

fn note(event: Message, name: &str, value: &str) -> Message {
    event.message(4, &Message::default().text(10, name).text(6, value))
}

impl Trace<'_> {
    fn add(&mut self, at: usize, task: &Task) {
        let parent = self.causes.parent(at).map(|parent| track(parent, POLLS));
        self.track(track(at, POLLS), parent, &title(task));
        let polls = Polls::of(task);
        let arrows = self.arrows(task, &polls);
        self.ready(at, task, &polls);
        self.polls(at, task, &polls, &arrows);
        for unset in &task.unset {
            let lost = named(INSTANT, track(at, POLLS), "context lost");
            let read_at = unset.place.as_ref().map_or_else(String::new, place);
            self.events
                .push((unset.at, note(lost, "read at", &read_at)));
        }
    }

    fn track(&mut self, id: u64, parent: Option<u64>, name: &str) {
        let track = Message::default().number(1, id).text(2, name);
        self.tracks.push(match parent {
            Some(parent) => track.number(5, parent),
            None => track,
        });
    }

    /// The beginnings of arrows: by the number of the poll that they end at, their own.
    fn arrows(&mut self, task: &Task, polls: &Polls) -> BTreeMap<usize, Vec<u64>> {
        let mut arrows: BTreeMap<usize, Vec<u64>> = BTreeMap::new();
        let is_created_here = !task.is_torn && task.trigger != task.id;
        let created = is_created_here.then_some((task.trigger, task.created, "creates"));
        let wakes = task.wakes.iter().map(|wake| (wake.by, wake.at, "wakes"));
        for (by, when, what) in created.into_iter().chain(wakes) {
            let tasks = self.recording.tasks();
            let by = tasks.binary_search_by_key(&by, |task| task.id);
            let poll = polls.first_from(when);
            if let (Ok(by), true) = (by, poll < polls.list.len()) {
                self.flows += 1;
                arrows.entry(poll).or_default().push(self.flows);
                let from = named(INSTANT, track(by, POLLS), what).fixed(FLOW, self.flows);
                self.events.push((when, from));
            }
        }
        arrows
    }

    /// From each wake, or the end of the poll that it came in, to the poll that follows.
    fn ready(&mut self, at: usize, task: &Task, polls: &Polls) {
        let id = track(at, READY);
        let mut last = None;
        for wake in &task.wakes {
            let next = polls.first_from(wake.at.saturating_add(1));
            let Some(poll) = polls.list.get(next) else {
                continue;
            };
            let from = wake
                .at
                .max(polls.all_end_before(next))
                .max(last.unwrap_or(0));
            if from >= poll.from {
                continue;
            }
            if last.is_none() {
                self.track(id, Some(track(at, POLLS)), "ready");
            }
            last = Some(poll.from);
            self.events.push((from, named(BEGIN, id, "ready")));
            self.events.push((poll.from, event(END, id)));
        }
    }

    fn polls(&mut self, at: usize, task: &Task, polls: &Polls, arrows: &BTreeMap<usize, Vec<u64>>) {
        let (name, carried, created_at) = (name(task), carried(task), created_at(task));
        let threads = self.recording.threads();
        let begin = |id: u64, number: usize| {
            let worker = threads.get(polls.list[number].thread as usize);
            let worker = text::clean(worker.map_or("?", |name| name), MOST_NAME);
            let poll = note(named(BEGIN, id, &name), "worker", &worker);
            let poll = note(note(poll, "created at", &created_at), "context", &carried);
            let arrows = arrows.get(&number).into_iter().flatten();
            arrows.fold(poll, |poll, flow| poll.fixed(FLOW_END, *flow))
        };
        for (lane, which) in polls.lanes().into_iter().zip(0..) {
            let id = track(at, if which == 0 { POLLS } else { MORE + which - 1 });
            if which > 0 {
                self.track(id, Some(track(at, POLLS)), "at the same time");
            }
            let mut open: Vec<u64> = Vec::new();
            for number in lane {
                let poll = polls.list[number];
                while let Some(to) = pop_ended(&mut open, poll.from) {
                    self.events.push((to, event(END, id)));
                }
                self.events.push((poll.from, begin(id, number)));
                open.push(poll.to);
            }
            while let Some(to) = open.pop() {
                self.events.push((to, event(END, id)));
            }
        }
    }

    fn finish(mut self) -> Vec<u8> {
        self.events.sort_by_key(|(at, _)| *at); // stable
        let tracks = self
            .tracks
            .iter()
            .map(|track| Message::default().message(TRACK, track));
        let events = self.events.iter().map(|(at, event)| {
            Message::default()
                .number(TIMESTAMP, *at)
                .message(EVENT, event)
        });
        let mut out = Message::default();
        let mut flags = 1; // the first packet: nothing came before
        for packet in tracks.chain(events) {
            let packet = packet.number(SEQUENCE, 1).number(FLAGS, flags);
            out = out.message(1, &packet);
            flags = 2;
        }
        out.0
    }
}

/// The polls of a task by their beginnings, the longer first: so what is nested comes after what it is in.
struct Polls {
    list: Vec<Poll>,
    /// The latest end of those up to here.
    ends: Vec<u64>,
}

impl Polls {
    fn of(task: &Task) -> Self {
        let mut list = task.polls.clone();
        list.iter_mut()
            .for_each(|poll| poll.to = poll.to.max(poll.from));
        list.sort_by_key(|poll| (poll.from, Reverse(poll.to)));
        let ends = list.iter().scan(0, |end, poll| {
            *end = poll.to.max(*end);
            Some(*end)
        });
        Self {
            ends: ends.collect(),
            list,
        }
    }

    /// The first poll that does not begin earlier.
    fn first_from(&self, at: u64) -> usize {
        self.list.partition_point(|poll| poll.from < at)
    }

    /// When all polls before this one have ended.
    fn all_end_before(&self, number: usize) -> u64 {
        number.checked_sub(1).map_or(0, |before| self.ends[before])
    }

    /// The polls by their numbers, in lanes: within one they follow each other or nest. What finds no lane is left out.
    fn lanes(&self) -> Vec<Vec<usize>> {
        let mut lanes: Vec<(Vec<usize>, Vec<u64>)> = Vec::new();
        for (number, poll) in self.list.iter().enumerate() {
            let fits = |(_, open): &mut (Vec<usize>, Vec<u64>)| {
                while pop_ended(open, poll.from).is_some() {}
                open.last().is_none_or(|end| poll.to <= *end)
            };
            let lane = lanes.iter_mut().position(fits).unwrap_or(lanes.len());
            if lane as u64 > TRACKS - MORE {
                continue;
            }
            if lane == lanes.len() {
                lanes.push(Default::default());
            }
            lanes[lane].0.push(number);
            lanes[lane].1.push(poll.to);
        }
        lanes.into_iter().map(|(numbers, _)| numbers).collect()
    }
}

/// Removes the innermost open poll, if it ends by then, and returns its end.
fn pop_ended(open: &mut Vec<u64>, by: u64) -> Option<u64> {
    let end = open.last().copied().filter(|end| *end <= by)?;
    open.pop();
    Some(end)
}

fn title(task: &Task) -> String {
    let title = format!(
        "{}({}) {} {}",
        name(task),
        task.id,
        created_at(task),
        carried(task)
    );
    title.trim_end().to_owned()
}
