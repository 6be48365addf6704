//! HTTP headers as carriers.

use http::{HeaderMap, HeaderName, HeaderValue};

use crate::{Baggage, Refused, Remote, TraceParent, TraceState};

static TRACEPARENT: HeaderName = HeaderName::from_static(TraceParent::HEADER);
static TRACESTATE: HeaderName = HeaderName::from_static(TraceState::HEADER);
static BAGGAGE: HeaderName = HeaderName::from_static(Baggage::HEADER);

/// Reads what the caller sent. What is refused is passed to `on_refused`, as by [`Remote::read`].
///
/// # Examples
///
/// ```
/// let mut headers = http::HeaderMap::new();
/// headers.insert("baggage", http::HeaderValue::from_static("tenant=7"));
/// let remote = ah_w3c::extract(&headers, |refused| eprintln!("{refused}"));
/// assert_eq!(remote.baggage.get("tenant").as_deref(), Some("7"));
/// ```
pub fn extract(headers: &HeaderMap, on_refused: impl FnMut(Refused)) -> Remote {
    Remote::read(
        values(headers, &TRACEPARENT),
        values(headers, &TRACESTATE),
        values(headers, &BAGGAGE),
        on_refused,
    )
}

fn values<'a>(headers: &'a HeaderMap, name: &'static HeaderName) -> impl Iterator<Item = &'a [u8]> {
    let fields = headers.get_all(name).into_iter();
    fields.map(HeaderValue::as_bytes)
}

/// Writes the headers for whoever is called by the operation `parent`, in place of those that are there.
///
/// A header that would say nothing is removed.
///
/// # Examples
///
/// ```
/// use ah_w3c::{Remote, TraceParent};
///
/// let mut headers = http::HeaderMap::new();
/// let here = TraceParent::new_root(true);
/// ah_w3c::inject(&here, &Remote::default(), &mut headers);
/// assert_eq!(headers["traceparent"], here.to_string());
/// assert_eq!(headers.len(), 1);
/// ```
pub fn inject(parent: &TraceParent, remote: &Remote, headers: &mut HeaderMap) {
    set(headers, &TRACEPARENT, &parent.to_ascii());
    set(headers, &TRACESTATE, remote.state.as_str().as_bytes());
    set(headers, &BAGGAGE, remote.baggage.as_str().as_bytes());
}

fn set(headers: &mut HeaderMap, name: &HeaderName, value: &[u8]) {
    let value = (!value.is_empty()).then(|| HeaderValue::from_bytes(value));
    match value {
        Some(Ok(value)) => drop(headers.insert(name.clone(), value)),
        _ => drop(headers.remove(name)), // visible ASCII is always a header's value
    }
}
