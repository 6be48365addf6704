use std::{error::Error, fmt};

/// Why a `traceparent` is refused. It does not contain the value, which whoever sent it chose.
///
/// # Examples
///
/// ```
/// use ah_w3c::TraceParent;
///
/// let error = TraceParent::read(b"ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01").unwrap_err();
/// assert_eq!(error.to_string(), "its version is ff, which no version may have");
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct TraceParentError {
    reason: Reason,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Reason {
    Repeated,
    TooShort,
    Dashes,
    VersionDigits,
    VersionFf,
    TooLong,
    Continuation,
    TraceIdDigits,
    TraceIdZero,
    ParentIdDigits,
    ParentIdZero,
    FlagDigits,
}

impl From<Reason> for TraceParentError {
    fn from(reason: Reason) -> Self {
        Self { reason }
    }
}

impl fmt::Display for TraceParentError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.reason {
            Reason::Repeated => "it came more than once, and may come only once",
            Reason::TooShort => "it is shorter than 55 characters",
            Reason::Dashes => "its fields are not separated by dashes at the places of version 00",
            Reason::VersionDigits => "its version is not 2 lower-case hexadecimal digits",
            Reason::VersionFf => "its version is ff, which no version may have",
            Reason::TooLong => "it is longer than the 55 characters of version 00",
            Reason::Continuation => "what a later version adds does not begin with a dash",
            Reason::TraceIdDigits => "its trace id is not 32 lower-case hexadecimal digits",
            Reason::TraceIdZero => "its trace id is all zeros, which is no id",
            Reason::ParentIdDigits => "its parent id is not 16 lower-case hexadecimal digits",
            Reason::ParentIdZero => "its parent id is all zeros, which is no id",
            Reason::FlagDigits => "its flags are not 2 lower-case hexadecimal digits",
        })
    }
}

impl Error for TraceParentError {}
