use std::{error::Error, fmt};

use super::grammar;

/// Why a `baggage` is refused. It does not contain the value, which whoever sent it chose and which may be secret.
///
/// # Examples
///
/// ```
/// use ah_w3c::Baggage;
///
/// let error = "tenant=7,user=\"Ada\"".parse::<Baggage>().unwrap_err();
/// assert_eq!(error.to_string(), "the value of member 2 has a character that must be percent-encoded");
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct BaggageError {
    reason: Reason,
    /// Which member, from 1.
    member: usize,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Reason {
    NotAscii,
    NoEquals,
    Key,
    Value,
    PropertyKey,
    PropertyValue,
    TooMany,
    TooLong,
}

impl Reason {
    /// Returns the error about this member, counted from 1.
    pub(crate) fn of_member(self, member: usize) -> BaggageError {
        BaggageError {
            reason: self,
            member,
        }
    }
}

impl fmt::Display for BaggageError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let member = self.member;
        match self.reason {
            Reason::NotAscii => write!(f, "the field of member {member} is not ASCII"),
            Reason::NoEquals => write!(f, "member {member} has no equals sign"),
            Reason::Key => write!(f, "the key of member {member} is not a token"),
            Reason::Value => write!(
                f,
                "the value of member {member} has a character that must be percent-encoded"
            ),
            Reason::PropertyKey => {
                write!(f, "the key of a property of member {member} is not a token")
            }
            Reason::PropertyValue => write!(
                f,
                "the value of a property of member {member} has a character that must be percent-encoded"
            ),
            Reason::TooMany => write!(f, "it has more than {} members", grammar::MOST),
            Reason::TooLong => write!(f, "it is longer than {} bytes", grammar::MOST_BYTES),
        }
    }
}

impl Error for BaggageError {}
