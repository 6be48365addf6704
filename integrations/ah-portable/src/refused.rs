//! What is not carried, and why.

use std::{error::Error, fmt};

use ah_w3c::BaggageError;

use crate::content;

/// A store that is not used, or not sent. It says of which storage and why, and never what the store is: that may be
/// secret, or meant to harm where it is printed.
///
/// # Examples
///
/// ```
/// use ah_portable::Portable;
/// use async_hooks::AsyncLocalStorage;
///
/// static ORDER: AsyncLocalStorage<u64> = AsyncLocalStorage::builder().name("order").shown().build();
///
/// let mut refused = Vec::new();
/// let map = Portable::new().with(&ORDER).from_json(br#"{"order": "drop table"}"#, |why| refused.push(why))?;
/// assert!(map.is_empty());
/// assert_eq!(refused[0].to_string(), "the store of `order` is refused: a string where u64 is expected");
/// # Ok::<(), ah_portable::CarrierError>(())
/// ```
#[derive(Debug)]
pub struct Refused {
    name: &'static str,
    reason: Reason,
}

#[derive(Debug)]
pub(crate) enum Reason {
    /// It is not of the type.
    Type(content::Error),
    /// The format has it, and no type that serde knows.
    NoType,
    TooLong(usize),
    TooDeep(usize),
    Twice,
    NotUtf8,
    /// The type refuses to be written, or has no form there.
    NoForm(&'static str),
    /// What would be read again is something else.
    NoText,
    Empty,
    Nul,
    Baggage(BaggageError),
}

impl Reason {
    pub(crate) fn of(self, name: &'static str) -> Refused {
        let reason = self;
        Refused { name, reason }
    }
}

impl Refused {
    /// Returns the name of the storage.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.name
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "the store of `{}` is refused: {}",
            self.name, self.reason
        )
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Type(error) => error.fmt(f),
            Self::NoType => f.write_str("it is of a kind that JavaScript alone has"),
            Self::TooLong(bytes) => write!(f, "it is longer than {bytes} bytes"),
            Self::TooDeep(depth) => write!(f, "it has more than {depth} values within one another"),
            Self::Twice => f.write_str("it comes more than once"),
            Self::NotUtf8 => f.write_str("it is not UTF-8"),
            Self::NoForm(format) => write!(f, "it has no form in {format}"),
            Self::NoText => {
                f.write_str("it would be read as another one, since it has no text of its own")
            }
            Self::Empty => f.write_str("it is empty, which means unset in an environment variable"),
            Self::Nul => f.write_str("it has a character that no environment variable can have"),
            Self::Baggage(error) => write!(f, "with it, the baggage is too large: {error}"),
        }
    }
}

impl Error for Refused {}
