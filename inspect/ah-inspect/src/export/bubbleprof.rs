//! Clinic.js Bubbleprof: the files that `clinic bubbleprof --visualize-only DIRECTORY` reads.
//!
//! What Bubbleprof calls a stack is where a task was created, and where each of its causes was. Crates from a registry are
//! what packages in `node_modules` are to it.

use std::{fs, io, path::Path};

use super::{MOST_NAME, causes::Causes, name, protobuf::Message};
use crate::{Recording, json::Json, recording::Task, text};

/// The files of a directory, each as its bytes.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct Files {
    /// The life of each task, as JSON.
    pub trace_event: Vec<u8>,
    /// Where each was created, as messages with their lengths.
    pub stack_trace: Vec<u8>,
    /// What the paths are relative to, as JSON.
    pub system_info: Vec<u8>,
}

impl Files {
    /// Writes them into a directory, which is created if it is not there, and whose name should end in `.clinic-bubbleprof`.
    /// Each file has the name of the directory before its own.
    ///
    /// # Errors
    ///
    /// If the directory cannot be created or written to.
    pub fn write(&self, directory: &Path) -> io::Result<()> {
        fs::create_dir_all(directory)?;
        let name = directory.file_name().unwrap_or_default().to_os_string();
        let files = [
            ("-traceevent", &self.trace_event),
            ("-stacktrace", &self.stack_trace),
            ("-systeminfo", &self.system_info),
        ];
        files.into_iter().try_for_each(|(what, bytes)| {
            let mut name = name.clone();
            name.push(what);
            fs::write(directory.join(name), bytes)
        })
    }
}

/// Returns a recording as the files that Bubbleprof reads.
#[must_use]
pub fn files(recording: &Recording) -> Files {
    Files {
        trace_event: trace_event(recording).into_bytes(),
        stack_trace: stack_trace(recording),
        system_info: system_info().into_bytes(),
    }
}

/// Where the program is said to be.
const APP: &str = "/app";

/// The providers that Bubbleprof groups by, as Node names them.
const PROVIDERS: [&str; 4] = ["PROMISE", "Timeout", "TCPWRAP", "FSREQWRAP"];

fn provider(task: &Task) -> &'static str {
    match task.type_name() {
        "Timeout" | "Interval" => "Timeout",
        "TCPWRAP" | "TCPSERVERWRAP" | "TCPCONNECTWRAP" | "UDPWRAP" | "PIPEWRAP" | "WRITEWRAP" => {
            "TCPWRAP"
        }
        "FSREQCALLBACK" | "FILEHANDLE" => "FSREQWRAP",
        _ => "PROMISE",
    }
}

/// One event: `b` begins and `e` ends a life, or a poll.
struct Event {
    at: u64,
    phase: &'static str,
    is_poll: bool,
    place: usize,
}

fn trace_event(recording: &Recording) -> String {
    let tasks = recording.tasks();
    let causes = Causes::new(recording, |task| task.trigger);
    let mut events: Vec<Event> = (0..tasks.len())
        .flat_map(|place| events(recording, place))
        .collect();
    events.sort_by_key(|event| event.at);
    let mut json = Json::default();
    json.object(|json| {
        json.key("traceEvents").list(events, |json, event| {
            let parent = causes
                .parent(event.place)
                .map_or(1, |place| tasks[place].id);
            json.object(|json| event.json(json, &tasks[event.place], parent));
        });
    });
    json.finish()
}

/// Those of one task, in order.
fn events(recording: &Recording, place: usize) -> Vec<Event> {
    let task = &recording.tasks()[place];
    let mut events = Vec::new();
    let mut last = task.created.max(recording.begin());
    let mut add = |at: u64, phase, is_poll| {
        last = last.max(at);
        events.push(Event {
            at: last,
            phase,
            is_poll,
            place,
        });
    };
    add(0, "b", false);
    for poll in &task.polls {
        add(poll.from, "b", true);
        add(poll.to, "e", true);
    }
    add(task.destroyed.unwrap_or(recording.end()), "e", false);
    events
}

impl Event {
    fn json(&self, json: &mut Json, task: &Task, parent: u64) {
        let provider = provider(task);
        json.numbers([
            ("pid", 1),
            ("tid", 1),
            ("ts", self.at / 1_000 + 1),
            ("tts", 0),
        ]);
        json.key("ph").string(self.phase);
        json.key("cat").string("node,node.async_hooks");
        match self.is_poll {
            true => json.key("name").string(&format!("{provider}_CALLBACK")),
            false => json.key("name").string(provider),
        }
        json.numbers([("dur", 0), ("tdur", 0)]);
        json.key("id").string(&format!("{:#x}", task.id));
        json.key("args").object(|json| {
            json.key("data").object(|json| {
                if self.phase == "b" && !self.is_poll {
                    json.numbers([("executionAsyncId", parent), ("triggerAsyncId", parent)]);
                }
            });
        });
    }
}

fn stack_trace(recording: &Recording) -> Vec<u8> {
    const MOST_FRAMES: usize = 8;
    let causes = Causes::new(recording, |task| task.trigger);
    let mut bytes = Vec::new();
    for (place, task) in recording.tasks().iter().enumerate() {
        let chain = causes.chain(place);
        let chain = chain.iter().rev().map(|place| &recording.tasks()[*place]);
        let frames = chain.filter_map(frame).take(MOST_FRAMES);
        let id = Message::default().double(1, task.id as f64);
        let message = frames.fold(id, |message, frame| message.message(2, &frame));
        bytes.extend((message.0.len() as u32).to_be_bytes());
        bytes.extend(message.0);
    }
    bytes
}

/// `StackTrace.Frame`: function, type, whether it is `eval`, a constructor, native, of the top level; the place of an `eval`;
/// file, line and column.
fn frame(task: &Task) -> Option<Message> {
    let place = task.place()?;
    let frame = Message::default().text(1, &name(task)).text(2, "");
    let frame = [3, 4, 5, 6]
        .into_iter()
        .fold(frame, |frame, flag| frame.number(flag, 0));
    let frame = frame.text(7, "").text(8, &file(&place.file));
    Some(
        frame
            .number(9, place.line.into())
            .number(10, place.column.into()),
    )
}

/// A file as if it were of a Node program.
fn file(path: &str) -> String {
    let path = text::clean(path, MOST_NAME);
    let registry = path
        .split_once("/registry/src/")
        .and_then(|(_, rest)| rest.split_once('/'));
    match registry.and_then(|(_, rest)| rest.split_once('/')) {
        Some((package, rest)) => {
            let name = package.rsplit_once('-').map_or(package, |(name, _)| name);
            format!("{APP}/node_modules/{name}/{rest}")
        }
        None => format!("{APP}/{}", path.trim_start_matches('/')),
    }
}

fn system_info() -> String {
    let mut json = Json::default();
    json.object(|json| {
        json.key("providers")
            .list(PROVIDERS, |json, name| json.string(name));
        json.key("pathSeparator").string("/");
        json.key("mainDirectory").string(APP);
    });
    json.finish()
}
