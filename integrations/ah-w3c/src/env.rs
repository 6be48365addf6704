//! Environment variables as carriers: from a process to its children.

use std::env;

use crate::{Refused, Remote, TraceParent};

const NAMES: [&str; 3] = ["TRACEPARENT", "TRACESTATE", "BAGGAGE"];

/// Reads the environment variables `TRACEPARENT`, `TRACESTATE` and `BAGGAGE`: what the process that started this one sent.
///
/// An empty variable is as one that is not there. What is refused is passed to `on_refused`, as by [`Remote::read`]. The
/// variables are those of the time of the call: it is for the start of a program.
///
/// # Examples
///
/// ```
/// use ah_w3c::TraceParent;
///
/// let remote = ah_w3c::from_env(|refused| eprintln!("{refused}"));
/// let here = remote.parent.map_or_else(|| TraceParent::new_root(true), TraceParent::child);
/// # let _ = here;
/// ```
pub fn from_env(on_refused: impl FnMut(Refused)) -> Remote {
    let values = NAMES.map(|name| env::var_os(name).filter(|value| !value.is_empty()));
    let [parent, state, baggage] = values
        .each_ref()
        .map(|value| value.as_deref().map(|value| value.as_encoded_bytes()));
    Remote::read(parent, state, baggage, on_refused)
}

/// Returns the environment variables for a child process, whose parent operation is `parent`.
///
/// All three are there, and empty where there is nothing to say, so that a child does not inherit those of this process.
/// No variable of this process is changed.
///
/// # Examples
///
/// ```no_run
/// use std::process::Command;
/// use ah_w3c::TraceParent;
///
/// let remote = ah_w3c::from_env(|refused| eprintln!("{refused}"));
/// let here = remote.parent.map_or_else(|| TraceParent::new_root(true), TraceParent::child);
/// Command::new("worker").envs(ah_w3c::to_env(&here, &remote)).status()?;
/// # Ok::<(), std::io::Error>(())
/// ```
#[must_use]
pub fn to_env(parent: &TraceParent, remote: &Remote) -> [(&'static str, String); 3] {
    let [parent_name, state_name, baggage_name] = NAMES;
    [
        (parent_name, parent.to_string()),
        (state_name, remote.state.as_str().to_owned()),
        (baggage_name, remote.baggage.as_str().to_owned()),
    ]
}
