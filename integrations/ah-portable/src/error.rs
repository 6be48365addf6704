//! Why a storage cannot be carried.

use std::{error::Error, fmt};

/// A storage that cannot be carried: see [`Portable`](crate::Portable).
#[derive(Debug)]
pub struct PortableError(Problem);

#[derive(Debug)]
pub(crate) enum Problem {
    Unnamed,
    Characters(&'static str),
    Taken(&'static str, &'static str),
    Secret(&'static str),
}

impl From<Problem> for PortableError {
    fn from(problem: Problem) -> Self {
        Self(problem)
    }
}

impl fmt::Display for PortableError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Problem::Unnamed => f.write_str(
                "the storage has no name: create it by `AsyncLocalStorage::builder().name(…)`",
            ),
            Problem::Characters(name) => write!(
                f,
                "the storage's name {name:?} has other characters than ASCII letters, digits, `_`, `-` and `.`"
            ),
            Problem::Taken(name, other) => write!(
                f,
                "the name `{name}` cannot be distinguished from `{other}`, which is carried already: give the storage another one"
            ),
            Problem::Secret(name) => write!(
                f,
                "the stores of `{name}` may be secret: create it with `.shown()`, or carry it by `with_secret`"
            ),
        }
    }
}

impl Error for PortableError {}

/// Checks the characters of a storage's name.
pub(crate) fn check(name: &'static str) -> Result<(), Problem> {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_-.".contains(&byte);
    if name.is_empty() {
        Err(Problem::Unnamed)
    } else if !name.bytes().all(is_plain) {
        Err(Problem::Characters(name))
    } else {
        Ok(())
    }
}
