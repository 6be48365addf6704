use std::{error::Error, fmt};

use super::list;

/// Why a `tracestate` is refused. It does not contain the value, which whoever sent it chose.
///
/// # Examples
///
/// ```
/// use ah_w3c::TraceState;
///
/// let error = "rojo=1,Congo=2".parse::<TraceState>().unwrap_err();
/// let text = "the key of entry 2 is not 1 to 256 lower-case letters, digits or _-*/@ after a letter or digit";
/// assert_eq!(error.to_string(), text);
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct TraceStateError {
    reason: Reason,
    /// Which entry, from 1.
    entry: usize,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Reason {
    NoEquals,
    Key,
    Value,
    TooLong,
    TooMany,
}

impl Reason {
    /// Returns the error about this entry, counted from 1.
    pub(crate) fn of_entry(self, entry: usize) -> TraceStateError {
        TraceStateError {
            reason: self,
            entry,
        }
    }
}

impl fmt::Display for TraceStateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let entry = self.entry;
        match self.reason {
            Reason::NoEquals => write!(f, "entry {entry} has no equals sign"),
            Reason::Key => write!(
                f,
                "the key of entry {entry} is not 1 to {} lower-case letters, digits or _-*/@ after a letter or digit",
                list::LONGEST
            ),
            Reason::Value => write!(
                f,
                "the value of entry {entry} is not 1 to {} printable characters without comma and equals sign",
                list::LONGEST
            ),
            Reason::TooLong => write!(
                f,
                "entry {entry} alone is longer than {} characters",
                list::MOST_BYTES
            ),
            Reason::TooMany => write!(f, "it has more than {} entries", list::MOST),
        }
    }
}

impl Error for TraceStateError {}
