//! What may go wrong, and where.

use std::{fmt, io};

/// Why something could not be read or written.
///
/// It says where in the bytes that is, and what was found there by kind, never the value itself: what comes from elsewhere
/// may be a secret, or be meant to harm where it is printed.
pub struct Error(Box<Inner>);

struct Inner {
    offset: Option<usize>,
    problem: Problem,
}

/// What sort of failure an [`Error`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Category {
    /// Reading or writing the bytes failed.
    Io,
    /// The input ends before its value does.
    Eof,
    /// The bytes are not in V8's format.
    Syntax,
    /// The value is not of the type that was asked for, or has no form in the format.
    Data,
    /// Too deep, or too large for the bytes it came from.
    Limit,
}

/// The sorts of failure, in words.
#[derive(Debug)]
pub(crate) enum Problem {
    Io(io::Error),
    End,
    NoHeader,
    Version(u32),
    Tag(u8),
    Unsupported(&'static str),
    TooManyBits(u32),
    LongerThanInput,
    OddString,
    Syntax(&'static str),
    Data(&'static str),
    Limit(&'static str),
    Trailing(usize),
    TooDeep(usize),
    /// In words of a type's own, or of serde's with what is expected.
    Message(String),
}

/// The length to which messages of types are kept.
const LONGEST_MESSAGE: usize = 200;

impl Error {
    pub(crate) fn at(offset: usize, problem: Problem) -> Self {
        let offset = Some(offset);
        Self(Box::new(Inner { offset, problem }))
    }

    fn anywhere(problem: Problem) -> Self {
        let offset = None;
        Self(Box::new(Inner { offset, problem }))
    }

    pub(crate) fn io(error: io::Error) -> Self {
        Self::anywhere(Problem::Io(error))
    }

    pub(crate) fn message(text: String) -> Self {
        Self::anywhere(Problem::Message(text))
    }

    /// The same error, at this offset unless it has one.
    pub(crate) fn or_at(mut self, offset: usize) -> Self {
        self.0.offset.get_or_insert(offset);
        self
    }

    /// Returns the offset in the bytes of what the error is about: where it begins in the input, or how much of the output
    /// was there. There is none if reading or writing the bytes failed.
    pub fn offset(&self) -> Option<usize> {
        self.0.offset
    }

    /// Returns the sort of failure.
    pub fn category(&self) -> Category {
        match self.0.problem {
            Problem::Io(_) => Category::Io,
            Problem::End => Category::Eof,
            Problem::Limit(_) | Problem::TooDeep(_) => Category::Limit,
            Problem::Data(_) | Problem::Message(_) | Problem::Unsupported(_) => Category::Data,
            _ => Category::Syntax,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.problem.fmt(f)?;
        match self.0.offset {
            Some(offset) => write!(f, " (at byte {offset})"),
            None => Ok(()),
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io(_) => f.write_str("the bytes could not be read or written"),
            Self::End => f.write_str("the input ends within a value"),
            Self::NoHeader => {
                f.write_str("no header: the input does not begin as V8's format does")
            }
            Self::Version(version) => {
                write!(f, "version {version} of the format: 9 to 15 can be read")
            }
            Self::Tag(tag) => write!(f, "no value begins with the byte 0x{tag:02x}"),
            Self::Unsupported(what) => write!(f, "{what} cannot be carried between processes"),
            Self::TooManyBits(bits) => write!(f, "a number of more than {bits} bits"),
            Self::LongerThanInput => f.write_str("a length beyond the end of the input"),
            Self::OddString => f.write_str("a two-byte string of an odd number of bytes"),
            Self::Syntax(text) | Self::Data(text) | Self::Limit(text) => f.write_str(text),
            Self::Trailing(1) => f.write_str("a byte is left after the value"),
            Self::Trailing(bytes) => write!(f, "{bytes} bytes are left after the value"),
            Self::TooDeep(limit) => write!(f, "more than {limit} values within one another"),
            Self::Message(text) => write!(
                f,
                "{}",
                text.chars()
                    .take(LONGEST_MESSAGE)
                    .collect::<String>()
                    .escape_debug()
            ),
        }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Error({:?})", self.to_string())
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &self.0.problem {
            Problem::Io(error) => Some(error),
            _ => None,
        }
    }
}
