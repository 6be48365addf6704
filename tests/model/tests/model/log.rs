//! The words in which a program and its model tell what they saw.

use std::{collections::BTreeMap, fmt};

use async_hooks::promise_hooks::Outcome;

use crate::program::{Event, STORAGES};

/// Which task it is: of the tasks that were spawned first, the how manieth; of those that it spawned; and so on.
pub(crate) type Path = Vec<usize>;
/// What each task logged.
pub(crate) type Logs = BTreeMap<Path, Vec<String>>;

/// What an executor does with the task that was spawned as the how manieth.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Turn {
    Poll(usize),
    Drop(usize),
}

impl fmt::Display for Turn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Poll(task) => write!(f, "the executor polls task {task}"),
            Self::Drop(task) => write!(f, "the executor drops task {task}"),
        }
    }
}

/// Names for ids, where it is left to chance which ones are handed out: in the order of their first appearance.
#[derive(Default)]
pub(crate) struct Labels(Option<Vec<u64>>);

impl Labels {
    /// Ids by themselves.
    pub(crate) fn none() -> Self {
        Self(None)
    }

    /// Names, these first.
    pub(crate) fn new(known: impl IntoIterator<Item = u64>) -> Self {
        Self(Some(known.into_iter().collect()))
    }

    pub(crate) fn of(&mut self, id: u64) -> u64 {
        let Some(known) = self.0.as_mut().filter(|_| id > 1) else {
            return id;
        };
        let at = known.iter().position(|other| *other == id);
        let at = at.unwrap_or_else(|| {
            known.push(id);
            known.len() - 1
        });
        at as u64 + 2
    }
}

/// What a look shows: execution id, trigger id, and what each storage gives.
pub(crate) fn look(
    what: &str,
    [execution, trigger]: [u64; 2],
    stores: [Option<u32>; STORAGES],
) -> String {
    let mut line = format!("{what}: in {execution}<{trigger}, stores");
    for store in stores {
        match store {
            Some(value) => line.push_str(&format!(" {value}")),
            None => line.push_str(" -"),
        }
    }
    line
}

/// What else there is to see.
pub(crate) fn look_around(extension: Option<u32>, hooks: bool) -> String {
    format!("with {extension:?}, hooks: {hooks}")
}

/// What a promise hook receives.
pub(crate) fn promise(
    hook: usize,
    event: Event,
    id: u64,
    parent: Option<u64>,
    outcome: Option<Outcome>,
) -> String {
    format!("promise hook {hook}: {event} {id} of {parent:?} {outcome:?}")
}

pub(crate) fn event(hook: usize, event: Event, id: u64, made: Option<(&str, u64)>) -> String {
    match made {
        Some((ty, trigger)) => format!("hook {hook}: {event} {id} {ty} because of {trigger}"),
        None => format!("hook {hook}: {event} {id}"),
    }
}

/// How it went to leave a context manually: an error has the ids of the context that runs and of the one that should.
pub(crate) fn left(left: Result<(), [u64; 2]>) -> String {
    match left {
        Ok(()) => "left".into(),
        Err([actual, expected]) => format!("not left: {actual} and not {expected}"),
    }
}
