//! Why something is there, and what it waits for, in sentences.

use std::{collections::HashSet, fmt};

use super::{
    Snapshot, View,
    alive::{at, doing, named},
};
use crate::{
    json::Json,
    live::{Row, State},
    text::span,
};

/// Returns why something is there, and what it waits for, in sentences.
///
/// # Errors
///
/// If it is not alive, or nothing is recorded.
///
/// # Examples
///
/// ```
/// use ah_inspect::{Recorder, Settings};
///
/// let recorder = Recorder::start(&Settings::default())?;
/// let query = async_hooks::AsyncResource::new("DBQuery");
/// assert!(ah_inspect::why(query.async_id())?.contains("DBQuery"));
/// assert!(ah_inspect::why(1_u32).is_err()); // the root is no resource
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn why(id: impl Into<u64>) -> Result<String, NotAlive> {
    View::TEXT.why(id.into())
}

/// What is asked for is not alive.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct NotAlive {
    id: u64,
    is_recording: bool,
}

impl fmt::Display for NotAlive {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.is_recording {
            true => write!(f, "{} is not alive: it has ended, or never was", self.id),
            false => f.write_str(
                "nothing is recorded: call `ah_inspect::Recorder::start` in the program",
            ),
        }
    }
}

impl std::error::Error for NotAlive {}

impl Snapshot {
    /// What caused something, itself first, as far as it is alive.
    fn chain(&self, id: u64) -> Result<Vec<&Row>, NotAlive> {
        let not_alive = NotAlive {
            id,
            is_recording: self.kept.is_some(),
        };
        let first = self.row(id).ok_or(not_alive)?;
        let mut seen = HashSet::from([id]);
        let mut chain = vec![first];
        while let Some(cause) = chain.last().and_then(|last| self.row(last.trigger)) {
            if !seen.insert(cause.id) {
                break;
            }
            chain.push(cause);
        }
        Ok(chain)
    }

    fn caused_by(&self, id: u64) -> Vec<&Row> {
        self.rows
            .iter()
            .filter(|row| row.trigger == id && row.id != id)
            .collect()
    }
}

/// So many links of a chain are shown.
const FAR: usize = 40;

pub(super) fn text(snapshot: &Snapshot, id: u64) -> Result<String, NotAlive> {
    let chain = snapshot.chain(id)?;
    let row = chain[0];
    let mut out = vec![format!(
        "{} was created at {}, {} ago.",
        named(row),
        at(row),
        span(snapshot.ago(row.created))
    )];
    out.extend(
        chain
            .windows(2)
            .take(FAR)
            .map(|pair| caused(pair[0], pair[1])),
    );
    out.extend(chain.last().map(|last| first_cause(last)));
    out.push(what_it_does(snapshot, row));
    out.extend(what_it_caused(snapshot, id));
    out.extend(what_it_carries(snapshot, row));
    Ok(out.join("\n") + "\n")
}

fn caused(this: &Row, cause: &Row) -> String {
    format!(
        "  {} was caused by {}, created at {}.",
        named(this),
        named(cause),
        at(cause)
    )
}

fn first_cause(last: &Row) -> String {
    match last.trigger {
        0 | 1 => format!("  Nothing that is tracked caused {}.", named(last)),
        ended => format!("  {} was caused by {ended}, which has ended.", named(last)),
    }
}

fn what_it_does(snapshot: &Snapshot, row: &Row) -> String {
    let since = span(snapshot.ago(row.since));
    match row.state {
        State::New => "It was not entered or polled yet.".to_owned(),
        State::Waiting => {
            let busy = span(snapshot.busy(row));
            let woken = match row.woken_by {
                0 => String::new(),
                by => format!(" It was woken last by {}.", waker(snapshot, row, by)),
            };
            format!(
                "It waits since {since}, after {} that took {busy}.{woken}",
                polls(row)
            )
        }
        State::Woken => format!(
            "It was woken {since} ago by {}, and is not polled yet: its thread is busy.",
            waker(snapshot, row, row.woken_by)
        ),
        State::Polled | State::PolledAndWoken => {
            format!("It runs since {since}, after {}.", polls(row))
        }
        State::Finished => format!("It was ready {since} ago; something still holds it."),
    }
}

fn polls(row: &Row) -> String {
    match row.polls {
        1 => "1 poll".to_owned(),
        polls => format!("{polls} polls"),
    }
}

fn waker(snapshot: &Snapshot, row: &Row, by: u64) -> String {
    match (by, snapshot.row(by)) {
        (0 | 1, _) => "the runtime (a timer or a socket) or untracked code".to_owned(),
        (by, _) if by == row.id => "itself".to_owned(),
        (by, None) => format!("{by}, which has ended"),
        (_, Some(waker)) => format!("{}, created at {}", named(waker), at(waker)),
    }
}

fn what_it_caused(snapshot: &Snapshot, id: u64) -> Option<String> {
    let below = snapshot.caused_by(id);
    let open = below.iter().find(|row| row.state != State::Finished)?;
    Some(format!(
        "Of what it caused, {} live; the first that is not finished is {}, {}, created at {}.",
        below.len(),
        named(open),
        doing(open),
        at(open)
    ))
}

fn what_it_carries(snapshot: &Snapshot, row: &Row) -> Option<String> {
    let carried = snapshot.carried(row);
    (!carried.is_empty()).then(|| format!("It carries {carried}."))
}

pub(super) fn json(snapshot: &Snapshot, id: u64) -> Result<String, NotAlive> {
    let chain = snapshot.chain(id)?;
    let mut json = Json::default();
    json.object(|json| {
        json.key("chain").list(chain, |json, row| {
            json.object(|json| snapshot.json(row, json))
        });
        json.key("caused")
            .list(snapshot.caused_by(id), |json, row| json.number(row.id));
    });
    Ok(json.finish())
}
