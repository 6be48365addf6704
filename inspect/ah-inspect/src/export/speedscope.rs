//! speedscope: stacks of causes, and how much time each took.
//!
//! A stack is a task below what caused it, back to the first one known. There is a profile for each way of spending time:
//! being polled, woken but not polled yet, and waiting. Each is in the order of time, and as wide as it took; "Left Heavy"
//! adds up what looks alike, "Sandwich" finds whatever is on the way to much of it.

use std::collections::HashMap;

use super::{MOST_NAME, causes::Causes, name};
use crate::{Recording, json::Json, recording::Task, text};

const PROFILES: [&str; 3] = ["polled", "woken, not polled yet", "waiting"];

/// Returns a recording as the text of a `.speedscope.json`.
#[must_use]
pub fn profile(recording: &Recording) -> String {
    let mut frames = Frames::default();
    let causes = Causes::new(recording, |task| task.trigger);
    let mut samples: [Vec<Sample>; 3] = Default::default();
    for (place, task) in recording.tasks().iter().enumerate() {
        for (what, at, spent) in spent(recording, task) {
            samples[what].push(Sample { at, spent, place });
        }
    }
    let numbers: Vec<u64> = recording
        .tasks()
        .iter()
        .map(|task| frames.number(task))
        .collect();
    let mut json = Json::default();
    json.object(|json| {
        json.key("$schema")
            .string("https://www.speedscope.app/file-format-schema.json");
        json.key("exporter")
            .string(concat!("ah-inspect ", env!("CARGO_PKG_VERSION")));
        json.key("name").string("async program");
        json.key("activeProfileIndex").number(0);
        json.key("shared").object(|json| {
            json.key("frames").list(&frames.list, |json, frame| {
                json.object(|json| frame.json(json))
            });
        });
        json.key("profiles").list(
            PROFILES.iter().zip(&mut samples),
            |json, (name, samples)| {
                samples.sort_by_key(|sample| sample.at);
                json.object(|json| write(json, name, samples, &causes, &numbers));
            },
        );
    });
    json.finish()
}

struct Sample {
    at: u64,
    spent: u64,
    place: usize,
}

/// What a task spent its time with: which profile, when, and how long.
fn spent(recording: &Recording, task: &Task) -> Vec<(usize, u64, u64)> {
    let mut spent = Vec::new();
    let mut last = task.created.max(recording.begin());
    let mut wakes = task.wakes.iter().map(|wake| wake.at).peekable();
    for poll in &task.polls {
        let mut woken = None; // a task that is new is ready
        while let Some(wake) = wakes.next_if(|wake| *wake <= poll.from) {
            woken = woken.max(Some(wake));
        }
        let woken = woken.unwrap_or(last).max(last);
        for (what, from, to) in [
            (2, last, woken),
            (1, woken, poll.from),
            (0, poll.from, poll.to),
        ] {
            spent.push((what, from, to.saturating_sub(from)));
        }
        last = last.max(poll.to);
    }
    let end = task.finished.or(task.destroyed).unwrap_or(recording.end());
    spent.push((2, last, end.saturating_sub(last)));
    spent.retain(|(_, _, spent)| *spent > 0);
    spent
}

fn write(json: &mut Json, name: &str, samples: &[Sample], causes: &Causes, numbers: &[u64]) {
    // a sum that a number of JavaScript can be
    let most = (1 << 53) / (samples.len() as u64 + 1);
    let weights = || samples.iter().map(|sample| sample.spent.min(most));
    json.key("type").string("sampled");
    json.key("name").string(name);
    json.key("unit").string("nanoseconds");
    json.numbers([("startValue", 0), ("endValue", weights().sum())]);
    json.key("samples").list(samples, |json, sample| {
        let chain = causes.chain(sample.place).into_iter();
        json.list(chain.map(|place| numbers[place]), Json::number);
    });
    json.key("weights").list(weights(), Json::number);
}

#[derive(Default)]
struct Frames {
    list: Vec<Frame>,
    known: HashMap<Frame, u64>,
}

/// A function, and where its tasks are created.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Frame {
    name: String,
    place: Option<(String, u32)>,
}

impl Frames {
    fn number(&mut self, task: &Task) -> u64 {
        let place = task
            .place()
            .map(|place| (text::clean(&place.file, MOST_NAME), place.line));
        let frame = Frame {
            name: name(task),
            place,
        };
        let next = self.list.len() as u64;
        *self.known.entry(frame).or_insert_with_key(|frame| {
            self.list.push(frame.clone());
            next
        })
    }
}

impl Frame {
    fn json(&self, json: &mut Json) {
        json.key("name").string(&self.name);
        if let Some((file, line)) = &self.place {
            json.key("file").string(file);
            json.key("line").number((*line).into());
        }
    }
}
