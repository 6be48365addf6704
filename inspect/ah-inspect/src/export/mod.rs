//! A recording as files that the tools of others open.
//!
//! | module | tool | what it shows |
//! |---|---|---|
//! | [`perfetto`] | [Perfetto](https://ui.perfetto.dev) | a track for each task below the track of its cause, with polls, delays, wakes and losses |
//! | [`heap`] | the memory panel of Chrome's DevTools, memlab | what keeps which store alive |
//! | [`speedscope`] | [speedscope](https://www.speedscope.app) | stacks of causes, by the time that their polls, delays and waits took |
//! | [`bubbleprof`] | Clinic.js Bubbleprof | groups of asynchronous work, and how long each was waited for |
//!
//! Stores of storages that are not shown appear as `●●●` in each. Names are cut to 160 characters, and control characters in
//! them are replaced. Nothing in a recording, nor in a file of one that somebody has altered, makes an export panic, and its
//! size is proportional to the recording's.
//!
//! # Examples
//!
//! ```
//! use ah_inspect::{Recorder, Settings, export};
//!
//! let recorder = Recorder::start(&Settings::default())?;
//! async_hooks::AsyncResource::new("DBQuery").run_in_async_scope(|| ());
//! let recording = recorder.stop();
//! std::fs::write(std::env::temp_dir().join("shop.pftrace"), export::perfetto::trace(&recording))?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub mod bubbleprof;
mod causes;
pub mod heap;
pub mod perfetto;
mod protobuf;
pub mod speedscope;

use crate::{
    recording::{SourcePlace, StoreText, Task},
    text,
};

/// Longer names are cut.
const MOST_NAME: usize = 160;

/// The function of a task, or the type of anything else.
fn name(task: &Task) -> String {
    let name = match task.function() {
        "" => task.type_name(),
        function => function,
    };
    text::clean(name, MOST_NAME)
}

/// Where it was created.
fn created_at(task: &Task) -> String {
    task.place().map_or_else(|| "?".to_owned(), place)
}

fn place(place: &SourcePlace) -> String {
    text::clean(&place.to_string(), MOST_NAME)
}

/// What it carries, the first that was set first.
fn carried(task: &Task) -> String {
    let stores: Vec<String> = task.stores().iter().rev().map(store).collect();
    text::clean(&stores.join(" "), MOST_NAME)
}

fn store(store: &StoreText) -> String {
    let name = storage(store);
    match value(store) {
        _ if store.is_exited => format!("{name}:exited"),
        value => format!("{name}={value}"),
    }
}

fn storage(store: &StoreText) -> String {
    match &*store.name {
        "" => "(unnamed)".to_owned(),
        name => text::clean(name, MOST_NAME),
    }
}

/// The value, if it is shown.
fn value(store: &StoreText) -> String {
    let text = store.text.as_deref().unwrap_or("●●●");
    text::clean(text, MOST_NAME)
}
