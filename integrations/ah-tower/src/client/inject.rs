use ah_w3c::{Baggage, Remote, TraceParent};
use http::{HeaderMap, HeaderName, HeaderValue};

use crate::{BAGGAGE, REQUEST_ID, TRACE, request_id};

/// Writes the current request id, trace and baggage into the headers of a call, in place of those that are there.
///
/// Where a tracer says what the current operation is ([`ah_w3c::set_current`]), that is the parent of the call: its
/// span is what a backend shows. Else the call is a new operation of [`TRACE`]. What is not set is not written.
///
/// # Examples
///
/// ```
/// use ah_tower::{REQUEST_ID, inject};
///
/// let mut headers = http::HeaderMap::new();
/// REQUEST_ID.run("order-7".parse()?, || inject(&mut headers));
/// assert_eq!(headers["x-request-id"], "order-7");
/// # Ok::<(), ah_tower::RequestIdError>(())
/// ```
pub fn inject(headers: &mut HeaderMap) {
    inject_with(&HeaderName::from_static(request_id::HEADER), headers);
}

/// Returns the current request id, trace and baggage as headers, for clients that take a map. See [`inject`].
///
/// # Examples
///
/// ```
/// assert!(ah_tower::headers().is_empty()); // no request is being answered here
/// ```
#[must_use]
pub fn headers() -> HeaderMap {
    let mut headers = HeaderMap::new();
    inject(&mut headers);
    headers
}

pub(super) fn inject_with(id_header: &HeaderName, headers: &mut HeaderMap) {
    REQUEST_ID.with(|id| {
        let id = id.map(|id| (id_header.clone(), id.to_header_value()));
        headers.extend(id);
    });
    let current = current();
    match &current.parent {
        Some(parent) => ah_w3c::inject(parent, &current, headers),
        None => inject_baggage(&current.baggage, headers),
    }
}

/// What a call from here sends.
fn current() -> Remote {
    let mut current = ah_w3c::current().unwrap_or_default();
    if current.parent.is_none() {
        TRACE.with(|trace| {
            let Some(trace) = trace else { return };
            current.parent = Some(TraceParent::child(trace.operation));
            current.state = trace.state.clone();
        });
    }
    if current.baggage.is_empty() {
        current.baggage = BAGGAGE.get().unwrap_or_default();
    }
    current
}

/// Without a trace.
fn inject_baggage(baggage: &Baggage, headers: &mut HeaderMap) {
    if baggage.is_empty() {
        return;
    }
    if let Ok(value) = HeaderValue::from_str(baggage.as_str()) {
        headers.insert(Baggage::HEADER, value);
    }
}
