//! Perfetto: tracks, slices and arrows, read from the bytes.

use std::{collections::HashMap, sync::mpsc};

use ah_inspect::{Recording, export::perfetto};
use async_hooks::AsyncResource;

use super::recorded;
use crate::recorded::Recorded;

/// The fields of a message: their numbers, and what is in them.
pub(super) fn fields(mut bytes: &[u8]) -> Vec<(u64, Value<'_>)> {
    let mut fields = Vec::new();
    while !bytes.is_empty() {
        let tag = varint(&mut bytes);
        let value = match tag & 7 {
            0 => Value::Number(varint(&mut bytes)),
            1 => Value::Number(u64::from_le_bytes(take(&mut bytes, 8).try_into().unwrap())),
            2 => {
                let len = varint(&mut bytes);
                Value::Bytes(take(&mut bytes, len as usize))
            }
            other => panic!("a field of kind {other}"),
        };
        fields.push((tag >> 3, value));
    }
    fields
}

#[derive(Clone, Copy)]
pub(super) enum Value<'a> {
    Number(u64),
    Bytes(&'a [u8]),
}

fn varint(bytes: &mut &[u8]) -> u64 {
    let mut number = 0;
    for shift in (0..).step_by(7) {
        let byte = take(bytes, 1)[0];
        number |= u64::from(byte & 0x7f) << shift;
        if byte < 0x80 {
            break;
        }
    }
    number
}

fn take<'a>(bytes: &mut &'a [u8], len: usize) -> &'a [u8] {
    let (taken, rest) = bytes.split_at(len);
    *bytes = rest;
    taken
}

/// The one field with a number, if it is there.
fn number(fields: &[(u64, Value<'_>)], field: u64) -> Option<u64> {
    let found = fields.iter().find(|(number, _)| *number == field)?;
    match found.1 {
        Value::Number(number) => Some(number),
        Value::Bytes(_) => None,
    }
}

fn bytes<'a>(fields: &[(u64, Value<'a>)], field: u64) -> Option<&'a [u8]> {
    let found = fields.iter().find(|(number, _)| *number == field)?;
    match found.1 {
        Value::Bytes(bytes) => Some(bytes),
        Value::Number(_) => None,
    }
}

fn text(fields: &[(u64, Value<'_>)], field: u64) -> String {
    let bytes = bytes(fields, field).unwrap_or_default();
    String::from_utf8(bytes.to_vec()).expect("text")
}

#[derive(Debug, PartialEq, Clone)]
pub(super) struct Event {
    at: u64,
    kind: u64,
    track: u64,
    name: String,
    begins: Option<u64>,
    ends: Option<u64>,
}

#[derive(Default)]
pub(super) struct Trace {
    /// Names and parents.
    tracks: HashMap<u64, (String, Option<u64>)>,
    events: Vec<Event>,
}

impl Trace {
    /// Checks what must hold for every trace.
    pub(super) fn of(recording: &Recording) -> Self {
        let trace = perfetto::trace(recording);
        let mut read = Self::default();
        for (field, packet) in fields(&trace) {
            let Value::Bytes(packet) = packet else {
                panic!("packets are messages")
            };
            assert_eq!(field, 1);
            read.add(&fields(packet));
        }
        read.check();
        read
    }

    fn add(&mut self, packet: &[(u64, Value<'_>)]) {
        assert_eq!(number(packet, 10), Some(1), "one sequence");
        if let Some(track) = bytes(packet, 60) {
            let track = fields(track);
            let about = (text(&track, 2), number(&track, 5));
            let id = number(&track, 1).unwrap();
            assert!(self.tracks.insert(id, about).is_none(), "each track once");
        }
        if let Some(event) = bytes(packet, 11) {
            let event = fields(event);
            self.events.push(Event {
                at: number(packet, 8).unwrap(),
                kind: number(&event, 9).unwrap(),
                track: number(&event, 11).unwrap(),
                name: text(&event, 23),
                begins: number(&event, 47),
                ends: number(&event, 48),
            });
        }
    }

    fn check(&self) {
        assert!(self.events.is_sorted_by_key(|event| event.at));
        let mut open: HashMap<u64, u64> = HashMap::new();
        let mut arrows = Vec::new();
        for event in &self.events {
            assert!(self.tracks.contains_key(&event.track));
            let open = open.entry(event.track).or_default();
            match event.kind {
                1 => *open += 1,
                2 => *open = open.checked_sub(1).expect("something is open"),
                _ => (),
            }
            arrows.extend(event.begins);
            assert!(
                event.ends.is_none_or(|arrow| arrows.contains(&arrow)),
                "{event:?}"
            );
        }
        assert!(open.values().all(|open| *open == 0), "{open:?}");
        let parents = self.tracks.values().filter_map(|(_, parent)| *parent);
        parents.for_each(|parent| assert!(self.tracks.contains_key(&parent)));
        self.tracks
            .keys()
            .for_each(|track| assert!(self.depth(*track) < 110));
    }

    fn depth(&self, track: u64) -> usize {
        let above = std::iter::successors(Some(track), |track| self.tracks[track].1);
        above.take(1_000).count()
    }

    fn track(&self, name: &str) -> u64 {
        let found = self.tracks.iter().find(|(_, (is, _))| is.starts_with(name));
        *found.expect(name).0
    }

    fn names(&self, track: u64) -> Vec<&str> {
        let events = self.events.iter().filter(|event| event.track == track);
        events.map(|event| &*event.name).collect()
    }
}

#[test]
fn tracks_are_below_their_causes_and_arrows_lead_to_polls() {
    let (recording, shop) = recorded();
    let trace = Trace::of(&recording);
    let [server, query, row] =
        ["Server", "Query", "Row"].map(|name| trace.track(&format!("{name}(")));
    assert_eq!(trace.tracks.len(), 3);
    assert_eq!(trace.tracks[&server].1, None);
    assert_eq!(trace.tracks[&query].1, Some(server));
    assert_eq!(trace.tracks[&row].1, Some(query));
    let title = &trace.tracks[&query].0;
    let id = shop.query.async_id();
    assert!(
        title.starts_with(&format!("Query({id}) inspect/ah-inspect/tests/")),
        "{title}"
    );
    assert!(title.ends_with(" secret=●●● tenant=acme"), "{title}");
    assert_eq!(trace.names(server), ["Server", "creates", ""]);
    assert_eq!(trace.names(query), ["Query", "creates", ""]);
    assert_eq!(trace.names(row), ["Row", ""]);
    assert_eq!(
        trace.tracks[&row].0.split(' ').next(),
        Some(&*format!("Row({})", shop.row.async_id()))
    );
    let created = trace
        .events
        .iter()
        .find(|event| event.track == query && event.name == "creates");
    let polled = trace
        .events
        .iter()
        .find(|event| event.track == row && event.kind == 1);
    assert_eq!(created.unwrap().begins, polled.unwrap().ends);
}

#[test]
fn what_overlaps_without_nesting_has_tracks_of_its_own() {
    let mut recorded = Recorded::start();
    let shared = AsyncResource::new("Shared");
    let ((entered, wait), (left, leave)) = (mpsc::channel(), mpsc::channel());
    std::thread::scope(|scope| {
        let shared = &shared;
        scope.spawn(move || {
            shared.run_in_async_scope(|| {
                entered.send(()).unwrap();
                leave.recv().unwrap();
            });
        });
        wait.recv().unwrap();
        shared.run_in_async_scope(|| {
            left.send(()).unwrap();
            // until the other has left
            while wait.recv().is_ok() {}
        });
    });
    let recording = recorded.stop();
    let polls = recording.tasks()[0].polls();
    assert_eq!(polls.len(), 2);
    let trace = Trace::of(&recording);
    let more = trace.track("at the same time");
    assert_eq!(trace.tracks[&more].1, Some(trace.track("Shared(")));
    assert_eq!(trace.names(more), ["Shared", ""]);
}

#[test]
fn a_scope_within_itself_is_a_slice_within_a_slice() {
    let mut recorded = Recorded::start();
    let outer = AsyncResource::new("Outer");
    outer.run_in_async_scope(|| outer.run_in_async_scope(|| ()));
    let trace = Trace::of(&recorded.stop());
    let kinds: Vec<u64> = trace.events.iter().map(|event| event.kind).collect();
    assert_eq!(kinds, [1, 1, 2, 2]);
    assert_eq!(trace.tracks.len(), 1);
}
