//! What is alive by type, and what is carried by storage.

use std::collections::BTreeMap;

use ah_core::frame;

use super::{
    COLUMNS, Snapshot,
    alive::{doing, name},
    cut,
};
use crate::{
    clock,
    json::Json,
    live::Row,
    names::Place,
    text::{self, short, span},
};

/// What is alive of one type. Times are nanoseconds.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
#[non_exhaustive]
pub struct TypeStats {
    /// The type, and the function of a task's future.
    pub name: String,
    /// How many are alive.
    pub alive: u64,
    /// How many of these are being polled.
    pub running: u64,
    /// How many of these were woken and are not polled yet.
    pub woken: u64,
    /// How often they were polled.
    pub polls: u64,
    /// How long that took.
    pub busy: u64,
    /// How long the longest poll took.
    pub longest_poll: u64,
    /// How long they were woken and not polled yet.
    pub delay: u64,
    /// How often they were woken.
    pub wakes: u64,
    /// How often of these they woke themselves.
    pub self_wakes: u64,
}

/// What is carried of one storage.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct StorageStats {
    /// Its name; empty if it has none.
    pub name: &'static str,
    /// Where it was created.
    pub place: Place,
    /// The type of its stores.
    pub type_name: &'static str,
    /// How many things that are alive carry a store of it.
    pub carried_by: u64,
}

/// Returns what is alive by type, the most first, and what is carried by storage.
#[must_use]
pub fn stats() -> (Vec<TypeStats>, Vec<StorageStats>) {
    let snapshot = Snapshot::take();
    (by_type(&snapshot), by_storage(&snapshot))
}

/// Returns [`stats`] as a table.
#[must_use]
pub fn stats_text() -> String {
    text(&Snapshot::take(), COLUMNS)
}

fn by_type(snapshot: &Snapshot) -> Vec<TypeStats> {
    let mut types: BTreeMap<u16, TypeStats> = BTreeMap::new();
    for row in &snapshot.rows {
        let of_type = types.entry(row.names.ty()).or_insert_with(|| TypeStats {
            name: name(row),
            ..TypeStats::default()
        });
        of_type.add(snapshot, row);
    }
    let mut types: Vec<_> = types.into_values().collect();
    types.sort_by(|one, other| {
        other
            .alive
            .cmp(&one.alive)
            .then_with(|| one.name.cmp(&other.name))
    });
    types
}

impl TypeStats {
    fn add(&mut self, snapshot: &Snapshot, row: &Row) {
        self.alive += 1;
        self.running += u64::from(doing(row) == "running");
        self.woken += u64::from(doing(row) == "woken");
        self.polls += row.polls;
        self.busy += snapshot.busy(row);
        self.longest_poll = self.longest_poll.max(clock::span(row.longest));
        self.delay += clock::span(row.delay);
        self.wakes += row.wakes;
        self.self_wakes += row.self_wakes;
    }

    fn average_delay(&self) -> u64 {
        self.delay.checked_div(self.wakes).unwrap_or_default()
    }
}

fn by_storage(snapshot: &Snapshot) -> Vec<StorageStats> {
    let mut carried: BTreeMap<u32, u64> = BTreeMap::new();
    let mut contexts: BTreeMap<u32, u64> = BTreeMap::new();
    for row in &snapshot.rows {
        *contexts.entry(row.names.context()).or_default() += 1;
    }
    for (context, rows) in contexts {
        let stores = snapshot
            .kept
            .map(|kept| kept.contexts.stores(context))
            .unwrap_or_default();
        for store in stores.iter().filter(|store| !store.is_exited) {
            *carried.entry(store.storage).or_default() += rows;
        }
    }
    let storages = frame::storages().into_iter();
    let stats = storages.map(|(number, info)| StorageStats {
        name: info.name,
        place: info.place,
        type_name: info.type_name,
        carried_by: carried.get(&number).copied().unwrap_or_default(),
    });
    stats.collect()
}

pub(super) fn text(snapshot: &Snapshot, columns: usize) -> String {
    if let Some(nothing) = snapshot.nothing() {
        return nothing;
    }
    let mut lines = vec![format!(
        "{:<28} {:>7} {:>5} {:>8} {:>7} {:>8} {:>7}",
        "TYPE", "ALIVE", "WOKEN", "POLLS", "BUSY", "LONGEST", "DELAY"
    )];
    for of_type in by_type(snapshot) {
        lines.push(format!(
            "{:<28} {:>7} {:>5} {:>8} {:>7} {:>8} {:>7}",
            text::clean(&of_type.name, 28),
            of_type.alive,
            of_type.woken,
            of_type.polls,
            span(of_type.busy),
            span(of_type.longest_poll),
            span(of_type.average_delay()),
        ));
    }
    lines.push(String::new());
    lines.push(format!(
        "{:<28} {:>10}  {}",
        "STORAGE", "CARRIED BY", "CREATED AT"
    ));
    for storage in by_storage(snapshot) {
        let name = if storage.name.is_empty() {
            "(unnamed)"
        } else {
            storage.name
        };
        lines.push(format!(
            "{:<28} {:>10}  {}",
            text::clean(name, 28),
            storage.carried_by,
            short(storage.place)
        ));
    }
    lines.iter().map(|line| cut(line, columns) + "\n").collect()
}

pub(super) fn json(snapshot: &Snapshot) -> String {
    let mut json = Json::default();
    json.object(|json| {
        json.key("is_recording").flag(snapshot.kept.is_some());
        json.key("types").list(by_type(snapshot), |json, of_type| {
            json.object(|json| {
                json.key("name").string(&of_type.name);
                json.numbers([
                    ("alive", of_type.alive),
                    ("running", of_type.running),
                    ("woken", of_type.woken),
                    ("polls", of_type.polls),
                    ("busy_ns", of_type.busy),
                    ("longest_poll_ns", of_type.longest_poll),
                    ("delay_ns", of_type.delay),
                    ("wakes", of_type.wakes),
                    ("self_wakes", of_type.self_wakes),
                ]);
            });
        });
        json.key("storages")
            .list(by_storage(snapshot), |json, storage| {
                json.object(|json| {
                    json.key("name").string(storage.name);
                    json.key("created_at").string(&text::place(storage.place));
                    json.key("type").string(storage.type_name);
                    json.key("carried_by").number(storage.carried_by);
                });
            });
    });
    json.finish()
}
