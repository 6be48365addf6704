//! What came with a request and is not used.

use std::{
    error::Error,
    fmt,
    sync::atomic::{AtomicU64, Ordering},
};

use ah_w3c::Refused;

use crate::RequestIdError;

/// A header of a request that is not used, and why.
///
/// It may be logged: the value, which whoever sent it chose, is not in it. Its text has the reason, so it has no
/// [`source`](Error::source).
///
/// # Examples
///
/// ```
/// use ah_tower::{Refusal, RequestId};
///
/// let refusal = Refusal::from(RequestId::read(b"<script>").unwrap_err());
/// assert_eq!(
///     refusal.to_string(),
///     "the request id is not used: it has a character other than letters, digits and -_.:~+/=@"
/// );
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum Refusal {
    /// The id of the request. A new one was created.
    RequestId(RequestIdError),
    /// The `traceparent`, `tracestate` or `baggage`.
    W3c(Refused),
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::RequestId(why) => write!(f, "the request id is not used: {why}"),
            Self::W3c(why) => fmt::Display::fmt(why, f),
        }
    }
}

impl Error for Refusal {}

impl From<RequestIdError> for Refusal {
    fn from(why: RequestIdError) -> Self {
        Self::RequestId(why)
    }
}

impl From<Refused> for Refusal {
    fn from(why: Refused) -> Self {
        Self::W3c(why)
    }
}

/// How many headers a [`ServerLayer`](crate::ServerLayer) has refused.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
#[non_exhaustive]
pub struct Refusals {
    /// Ids of requests.
    pub request_id: u64,
    /// Values of `traceparent`.
    pub traceparent: u64,
    /// Values of `tracestate`.
    pub tracestate: u64,
    /// Values of `baggage`.
    pub baggage: u64,
}

/// The same, while it is counted.
#[derive(Default)]
pub(crate) struct Counters {
    request_id: AtomicU64,
    traceparent: AtomicU64,
    tracestate: AtomicU64,
    baggage: AtomicU64,
}

impl Counters {
    pub(crate) fn count(&self, refusal: Refusal) {
        let counter = match refusal {
            Refusal::RequestId(_) => &self.request_id,
            Refusal::W3c(Refused::TraceParent(_)) => &self.traceparent,
            Refusal::W3c(Refused::TraceState(_)) => &self.tracestate,
            Refusal::W3c(_) => &self.baggage,
        };
        counter.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn read(&self) -> Refusals {
        let read = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        Refusals {
            request_id: read(&self.request_id),
            traceparent: read(&self.traceparent),
            tracestate: read(&self.tracestate),
            baggage: read(&self.baggage),
        }
    }
}
