//! What a request brings.

use ah_core::Value;
use ah_w3c::{Baggage, Remote, TraceParent, TraceState};
use http::{HeaderMap, HeaderName, HeaderValue};

use super::layer::{Settings, Trust};
use crate::{BAGGAGE, REQUEST_ID, Refusal, RequestId, RequestIdError, TRACE, Trace};

// as names that are parsed already
static TRACEPARENT: HeaderName = HeaderName::from_static(TraceParent::HEADER);
static TRACESTATE: HeaderName = HeaderName::from_static(TraceState::HEADER);
static BAGGAGE_NAME: HeaderName = HeaderName::from_static(Baggage::HEADER);

/// The stores of a request.
pub(super) struct Received {
    pub(super) id: RequestId,
    trace: Trace,
    baggage: Baggage,
}

impl Received {
    /// Reads the headers. What is refused is added to `refusals`.
    pub(super) fn read(
        settings: &Settings,
        headers: &HeaderMap,
        refusals: &mut Vec<Refusal>,
    ) -> Self {
        let id = read_id(settings, headers).unwrap_or_else(|why| {
            refusals.push(why.into());
            None
        });
        let remote = read_remote(settings, headers, refusals);
        Self {
            id: id.unwrap_or_else(RequestId::random),
            trace: Trace::answering(&remote, settings.sample_new_traces),
            baggage: remote.baggage,
        }
    }

    /// Runs `f` with the stores. What it returns may be a future that captured them.
    pub(super) fn run<R>(self, f: impl FnOnce() -> R) -> R {
        let Self { id, trace, baggage } = self;
        REQUEST_ID.run::<_, Value>(id, || {
            TRACE.run::<_, Value>(trace, || with_baggage(baggage, f))
        })
    }
}

/// No baggage is no store: also where the server itself runs with one.
fn with_baggage<R>(baggage: Baggage, f: impl FnOnce() -> R) -> R {
    if !baggage.is_empty() {
        BAGGAGE.run::<_, Value>(baggage, f)
    } else if BAGGAGE.with(|outer| outer.is_some()) {
        BAGGAGE.exit::<_, Value>(f)
    } else {
        f()
    }
}

fn read_id(settings: &Settings, headers: &HeaderMap) -> Result<Option<RequestId>, RequestIdError> {
    let mut values = values(settings.request_ids, headers, &settings.id_header);
    match (values.next(), values.next()) {
        (None, _) => Ok(None),
        (Some(value), None) => RequestId::read(value).map(Some),
        (Some(_), Some(_)) => Err(RequestIdError::REPEATED),
    }
}

fn read_remote(settings: &Settings, headers: &HeaderMap, refusals: &mut Vec<Refusal>) -> Remote {
    Remote::read(
        values(settings.traces, headers, &TRACEPARENT),
        values(settings.traces, headers, &TRACESTATE),
        values(settings.baggage, headers, &BAGGAGE_NAME),
        |why| refusals.push(why.into()),
    )
}

fn values<'a>(
    trust: Trust,
    headers: &'a HeaderMap,
    name: &HeaderName,
) -> impl Iterator<Item = &'a [u8]> {
    let trusted = (trust == Trust::Use).then(|| headers.get_all(name));
    trusted.into_iter().flatten().map(HeaderValue::as_bytes)
}
