//! A task or a resource, as a console is shown it: from the table of what is alive, or, if it has ended, from a recording.
//!
//! Times are nanoseconds since recording began.

use ah_inspect::{Alive, Recording, SourcePlace, State, StoreText, Task};

pub(crate) struct Entry {
    pub(crate) id: u64,
    pub(crate) cause: u64,
    pub(crate) type_name: String,
    pub(crate) name: String,
    pub(crate) place: Option<SourcePlace>,
    pub(crate) context: String,
    pub(crate) is_promise: bool,
    /// Whether it is polled: a task or a tracked future.
    pub(crate) is_future: bool,
    pub(crate) stats: Stats,
}

#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Stats {
    pub(crate) created: u64,
    pub(crate) dropped: Option<u64>,
    pub(crate) wakes: u64,
    pub(crate) self_wakes: u64,
    pub(crate) last_wake: Option<u64>,
    pub(crate) polls: u64,
    pub(crate) first_poll: Option<u64>,
    pub(crate) poll_started: Option<u64>,
    pub(crate) poll_ended: Option<u64>,
    /// What is in progress is not in it: consoles add that themselves. The same for `scheduled`.
    pub(crate) busy: u64,
    pub(crate) scheduled: u64,
}

impl Entry {
    /// Of something that is alive, and of what the recording has of it, which was taken right after.
    pub(crate) fn alive(alive: &Alive, recording: &Recording) -> Self {
        let context: Vec<String> = alive.stores.iter().rev().map(ToString::to_string).collect();
        Self {
            id: alive.id,
            cause: alive.trigger,
            type_name: alive.type_name.to_owned(),
            name: name(alive.function, alive.type_name),
            place: alive.place.map(|place| SourcePlace {
                file: place.file().into(),
                line: place.line(),
                column: place.column(),
            }),
            context: context.join(" "),
            is_promise: alive.is_promise,
            is_future: alive.is_promise || !alive.function.is_empty(),
            stats: Stats::alive(alive, recording),
        }
    }

    /// Of something that has ended.
    pub(crate) fn ended(task: &Task, dropped: u64) -> Self {
        let context: Vec<String> = task.stores().iter().rev().map(store).collect();
        Self {
            id: task.async_id().get(),
            cause: task.trigger_async_id().get(),
            type_name: task.type_name().to_owned(),
            name: name(task.function(), task.type_name()),
            place: task.place().cloned(),
            context: context.join(" "),
            is_promise: task.is_promise(),
            is_future: task.is_promise() || !task.function().is_empty(),
            stats: Stats::ended(task, dropped),
        }
    }
}

fn name(function: &str, type_name: &str) -> String {
    let name = if function.is_empty() {
        type_name
    } else {
        function
    };
    name.to_owned()
}

fn store(store: &StoreText) -> String {
    let name = if store.name.is_empty() {
        "(unnamed)"
    } else {
        &store.name
    };
    match &store.text {
        _ if store.is_exited => format!("{name}:exited"),
        Some(text) => format!("{name}={text}"),
        None => format!("{name}=●●●"),
    }
}

impl Stats {
    fn alive(alive: &Alive, recording: &Recording) -> Self {
        let now = recording.end();
        let since = now.saturating_sub(alive.since);
        let is_running = matches!(alive.state, State::Polled | State::PolledAndWoken);
        let was_polled = alive.polls > 0;
        let task = recording.task(alive.id);
        let first_poll = task.filter(|task| !task.is_torn());
        let first_poll = first_poll
            .and_then(|task| task.polls().first())
            .map(|poll| poll.from);
        let created = now.saturating_sub(alive.age);
        let last_wake = task
            .and_then(|task| task.wakes().last())
            .map(|wake| wake.at);
        // what a console makes of these two is the state: they follow the table, and nothing that is a little older
        let (poll_started, last_wake) = match alive.state {
            State::Polled | State::PolledAndWoken => (Some(since), last_wake),
            State::Woken => (was_polled.then_some(created), Some(since)),
            _ => {
                let ended = was_polled.then_some(since);
                (
                    ended,
                    last_wake.map(|wake| wake.min(since)).filter(|_| was_polled),
                )
            }
        };
        Self {
            created,
            dropped: None,
            wakes: alive.wakes,
            self_wakes: alive.self_wakes,
            last_wake,
            polls: alive.polls + u64::from(is_running),
            first_poll: (was_polled || is_running).then(|| first_poll.unwrap_or(created)),
            poll_started,
            poll_ended: poll_started.filter(|_| was_polled && !is_running),
            busy: alive
                .busy
                .saturating_sub(if is_running { alive.since } else { 0 }),
            scheduled: alive.delay,
        }
    }

    fn ended(task: &Task, dropped: u64) -> Self {
        let id = task.async_id().get();
        let (polls, wakes) = (task.polls(), task.wakes());
        Self {
            created: task.created(),
            dropped: Some(dropped),
            wakes: wakes.len() as u64,
            self_wakes: wakes.iter().filter(|wake| wake.by == id).count() as u64,
            last_wake: wakes.last().map(|wake| wake.at),
            polls: polls.len() as u64,
            first_poll: polls.first().map(|poll| poll.from),
            poll_started: polls.last().map(|poll| poll.from),
            poll_ended: polls.last().map(|poll| poll.to),
            busy: polls
                .iter()
                .map(|poll| poll.to.saturating_sub(poll.from))
                .sum(),
            scheduled: delays(task, 0).map(|(_, delay)| delay).sum(),
        }
    }
}

/// The delays from wakes to polls that began later than this: when the poll began, and how long that took.
pub(crate) fn delays(task: &Task, after: u64) -> impl Iterator<Item = (u64, u64)> {
    let mut wakes = task.wakes().iter().map(|wake| wake.at).peekable();
    let mut last_end = 0;
    task.polls().iter().filter_map(move |poll| {
        let mut woken = None;
        while let Some(wake) = wakes.next_if(|wake| *wake <= poll.from) {
            woken = woken.or(Some(wake));
        }
        let from = woken?.max(last_end); // woken in a poll, it is ready from the end of that
        last_end = poll.to;
        let delay = poll.from.saturating_sub(from);
        (poll.from > after).then_some((poll.from, delay))
    })
}
