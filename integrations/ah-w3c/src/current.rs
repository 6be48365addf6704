//! The current operation of this process, where a tracer knows it.

use std::{error::Error, fmt, sync::OnceLock};

use crate::Remote;

static SOURCE: OnceLock<fn() -> Option<Remote>> = OnceLock::new();

/// Sets where [`current`] takes its answer from, once for the process: for the integration of a tracer.
///
/// `source` is called wherever something is about to be sent. It returns what would be sent: the current span as the
/// parent, with its `tracestate` and the current baggage.
///
/// # Errors
///
/// If it was set before.
///
/// # Examples
///
/// ```
/// use ah_w3c::{Remote, TraceParent};
///
/// fn current_span() -> Option<Remote> {
///     Some(Remote { parent: Some(TraceParent::new_root(true)), ..Remote::default() })
/// }
///
/// ah_w3c::set_current(current_span)?;
/// assert!(ah_w3c::current().is_some());
/// assert!(ah_w3c::set_current(current_span).is_err());
/// # Ok::<(), ah_w3c::SetCurrentError>(())
/// ```
pub fn set_current(source: fn() -> Option<Remote>) -> Result<(), SetCurrentError> {
    SOURCE
        .set(source)
        .map_err(|_| SetCurrentError { _private: () })
}

/// Returns what a tracer says is to be sent from here: `None` without a tracer, and where it has no current span or
/// baggage.
///
/// # Examples
///
/// ```
/// assert_eq!(ah_w3c::current(), None); // no tracer has set it
/// ```
#[inline]
#[must_use]
pub fn current() -> Option<Remote> {
    SOURCE.get().and_then(|source| source())
}

/// The source of [`current`] was set before.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SetCurrentError {
    _private: (),
}

impl fmt::Display for SetCurrentError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(
            "where the current operation is taken from is set already: only one tracer can do it",
        )
    }
}

impl Error for SetCurrentError {}
