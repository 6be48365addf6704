//! Entries as messages of the protocol.

use std::time::{Duration, SystemTime};

use console_api::{
    Attribute, Field, Id, Location, MetaId, Metadata, PollStats, RegisterMetadata, field, metadata,
    register_metadata::NewMetadata,
    resources::{
        self,
        resource::{Kind, kind},
    },
    tasks,
};
use prost_types::Timestamp;

use crate::entry::{Entry, Stats};

const TASKS: u64 = 1;
const RESOURCES: u64 = 2;

/// Longer texts are cut.
const MOST_TEXT: usize = 200;

/// When recording began, by the clock on the wall.
#[derive(Clone, Copy)]
pub(crate) struct Start(SystemTime);

impl Start {
    /// Of a recording that was taken now and ends at `end`.
    pub(crate) fn before(end: u64) -> Self {
        let now = SystemTime::now();
        Self(now.checked_sub(Duration::from_nanos(end)).unwrap_or(now))
    }

    pub(crate) fn time(self, nanos: u64) -> Timestamp {
        let time = self.0.checked_add(Duration::from_nanos(nanos));
        time.unwrap_or(self.0).into()
    }
}

pub(crate) fn metadata() -> RegisterMetadata {
    let tasks = ["kind", "task.name", "task.id", "cause", "context"];
    let metadata = vec![
        kind(TASKS, "runtime.spawn", "async_hooks::task", &tasks),
        kind(
            RESOURCES,
            "runtime.resource",
            "async_hooks::resource",
            &["context"],
        ),
    ];
    RegisterMetadata { metadata }
}

fn kind(id: u64, name: &str, target: &str, fields: &[&str]) -> NewMetadata {
    NewMetadata {
        id: Some(MetaId { id }),
        metadata: Some(Metadata {
            name: name.to_owned(),
            target: target.to_owned(),
            module_path: target.to_owned(),
            kind: metadata::Kind::Span.into(),
            level: metadata::Level::Trace.into(),
            field_names: fields.iter().map(|&field| field.to_owned()).collect(),
            ..Metadata::default()
        }),
    }
}

/// Text from a program, as a terminal may have it.
fn clean(text: &str) -> String {
    let is_plain = |c: char| {
        !c.is_control()
            && !matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    let chars = text.chars().take(MOST_TEXT);
    chars.map(|c| if is_plain(c) { c } else { '·' }).collect()
}

fn field(id: u64, name: &str, value: field::Value) -> Field {
    Field {
        metadata_id: Some(MetaId { id }),
        name: Some(field::Name::StrName(name.to_owned())),
        value: Some(value),
    }
}

fn text(text: &str) -> field::Value {
    field::Value::StrVal(clean(text))
}

fn location(entry: &Entry) -> Option<Location> {
    let place = entry.place.as_ref()?;
    Some(Location {
        file: Some(clean(&place.file)),
        module_path: None,
        line: Some(place.line),
        column: Some(place.column),
    })
}

pub(crate) fn task(entry: &Entry) -> tasks::Task {
    let field = |name, value| field(TASKS, name, value);
    let kind = if entry.is_promise { "future" } else { "task" };
    let mut fields = vec![
        field("kind", text(kind)),
        field("task.name", text(&entry.name)),
        field("task.id", field::Value::U64Val(entry.id)),
        field("cause", field::Value::U64Val(entry.cause)),
    ];
    if !entry.context.is_empty() {
        fields.push(field("context", text(&entry.context)));
    }
    tasks::Task {
        id: Some(Id { id: entry.id }),
        metadata: Some(MetaId { id: TASKS }),
        kind: tasks::task::Kind::Spawn.into(),
        fields,
        parents: Vec::new(),
        location: location(entry),
    }
}

pub(crate) fn task_stats(stats: &Stats, start: Start) -> tasks::Stats {
    let time = |nanos: Option<u64>| nanos.map(|nanos| start.time(nanos));
    let duration = |nanos| Duration::from_nanos(nanos).try_into().ok();
    tasks::Stats {
        created_at: time(Some(stats.created)),
        dropped_at: time(stats.dropped),
        wakes: stats.wakes,
        waker_clones: 1, // wakers are not counted, and a task without one would be called lost
        waker_drops: 0,
        last_wake: time(stats.last_wake),
        poll_stats: Some(PollStats {
            polls: stats.polls,
            first_poll: time(stats.first_poll),
            last_poll_started: time(stats.poll_started),
            last_poll_ended: time(stats.poll_ended),
            busy_time: duration(stats.busy),
        }),
        self_wakes: stats.self_wakes,
        scheduled_time: duration(stats.scheduled),
    }
}

pub(crate) fn resource(entry: &Entry) -> resources::Resource {
    let kind = match entry.type_name.as_str() {
        "Timeout" | "Interval" | "Immediate" => kind::Kind::Known(kind::Known::Timer.into()),
        other => kind::Kind::Other(clean(other)),
    };
    resources::Resource {
        id: Some(Id { id: entry.id }),
        metadata: Some(MetaId { id: RESOURCES }),
        concrete_type: clean(&entry.type_name),
        kind: Some(Kind { kind: Some(kind) }),
        location: location(entry),
        parent_resource_id: None,
        is_internal: false,
    }
}

pub(crate) fn resource_stats(entry: &Entry, start: Start) -> resources::Stats {
    let context = field(RESOURCES, "context", text(&entry.context));
    let context = Attribute {
        field: Some(context),
        unit: None,
    };
    resources::Stats {
        created_at: Some(start.time(entry.stats.created)),
        dropped_at: entry.stats.dropped.map(|at| start.time(at)),
        attributes: (!entry.context.is_empty())
            .then_some(context)
            .into_iter()
            .collect(),
    }
}
