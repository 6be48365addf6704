use std::{error::Error, fmt};

use crate::{Baggage, BaggageError, TraceParent, TraceParentError, TraceState, TraceStateError};

/// A header that is not used, and why.
///
/// It may be logged and counted: the value, which whoever sent it chose, is not in it. Its text has the reason, so it has no
/// [`source`](Error::source).
///
/// # Examples
///
/// ```
/// use ah_w3c::Remote;
///
/// let mut refused = Vec::new();
/// Remote::read([b"hello".as_slice()], [], [], |why| refused.push(why));
/// assert_eq!(refused[0].header(), "traceparent");
/// assert_eq!(refused[0].to_string(), "traceparent is not used: it is shorter than 55 characters");
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum Refused {
    /// The parent. The `tracestate` that came with it is not looked at.
    TraceParent(TraceParentError),
    /// The entries of tracing systems. Their parent is used.
    TraceState(TraceStateError),
    /// The values of the application.
    Baggage(BaggageError),
}

impl Refused {
    /// Returns the name of the header.
    ///
    /// # Examples
    ///
    /// ```
    /// use ah_w3c::{Refused, TraceParent};
    ///
    /// let error = TraceParent::read(b"").unwrap_err();
    /// assert_eq!(Refused::TraceParent(error).header(), TraceParent::HEADER);
    /// ```
    #[must_use]
    pub fn header(&self) -> &'static str {
        match self {
            Self::TraceParent(_) => TraceParent::HEADER,
            Self::TraceState(_) => TraceState::HEADER,
            Self::Baggage(_) => Baggage::HEADER,
        }
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let why: &dyn fmt::Display = match self {
            Self::TraceParent(why) => why,
            Self::TraceState(why) => why,
            Self::Baggage(why) => why,
        };
        write!(f, "{} is not used: {why}", self.header())
    }
}

impl Error for Refused {}

impl From<TraceParentError> for Refused {
    fn from(why: TraceParentError) -> Self {
        Self::TraceParent(why)
    }
}

impl From<TraceStateError> for Refused {
    fn from(why: TraceStateError) -> Self {
        Self::TraceState(why)
    }
}

impl From<BaggageError> for Refused {
    fn from(why: BaggageError) -> Self {
        Self::Baggage(why)
    }
}
