//! Why a storage cannot be shown.

use std::{error::Error, fmt};

/// A storage that cannot be shown under its name: see [`Stores`](crate::Stores).
#[derive(Debug)]
pub struct StoresError(Reason);

#[derive(Debug)]
pub(crate) enum Reason {
    Unnamed,
    Characters(&'static str),
    Reserved(&'static str),
    Taken(&'static str),
}

impl From<Reason> for StoresError {
    fn from(reason: Reason) -> Self {
        Self(reason)
    }
}

impl fmt::Display for StoresError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Reason::Unnamed => f.write_str(
                "the storage has no name: create it by `AsyncLocalStorage::builder().name(…)`",
            ),
            Reason::Characters(name) => write!(
                f,
                "the storage's name {name:?} has other characters than ASCII letters, digits, `_`, `-` and `.`"
            ),
            Reason::Reserved(name) => write!(
                f,
                "formats write something else under the name `{name}`: give the storage another one"
            ),
            Reason::Taken(name) => {
                write!(
                    f,
                    "another storage is shown under the name `{name}` already"
                )
            }
        }
    }
}

impl Error for StoresError {}

/// What the formats of `tracing_subscriber` and the bridges from `log` write beside the fields of events.
const RESERVED: [&str; 15] = [
    "timestamp",
    "level",
    "target",
    "message",
    "fields",
    "span",
    "spans",
    "name",
    "filename",
    "line_number",
    "threadId",
    "threadName",
    "log.target",
    "log.file",
    "log.line",
];

/// Checks the name of a storage.
pub(crate) fn check(name: &'static str) -> Result<(), Reason> {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_-.".contains(&byte);
    if name.is_empty() {
        Err(Reason::Unnamed)
    } else if !name.bytes().all(is_plain) {
        Err(Reason::Characters(name))
    } else if RESERVED.contains(&name) || name == "log.module_path" {
        Err(Reason::Reserved(name))
    } else {
        Ok(())
    }
}
