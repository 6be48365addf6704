//! What the official test suite of W3C Trace Context asks for, at specification level 2 and strictness 2: a test here for
//! each of its 41, under the same name and with the same vectors.
//!
//! The suite calls a service, and looks at the headers of the calls that the service sends. Here the service is a
//! function.

mod several_calls;
mod traceparent;
mod tracestate;

use ah_w3c::{TraceParent, TraceState, extract, inject};
use http::{HeaderMap, HeaderName, HeaderValue};

/// A trace id that the suite sends.
const TRACE: &str = "12345678901234567890123456789012";
/// A `traceparent` that is in order.
const GOOD: &str = "00-12345678901234567890123456789012-1234567890123456-01";
/// The same, with no flag.
const NOT_SAMPLED: &str = "00-12345678901234567890123456789012-1234567890123456-00";

/// The headers of one call of the service.
struct Call {
    headers: HeaderMap,
}

impl Call {
    /// Its `traceparent`, of which there must be one, and one that is in order.
    fn parent(&self) -> TraceParent {
        let values: Vec<_> = self.headers.get_all("traceparent").iter().collect();
        assert_eq!(values.len(), 1, "one `traceparent`: {values:?}");
        TraceParent::read(values[0].as_bytes()).expect("it is in order")
    }

    fn trace(&self) -> String {
        self.parent().trace_id.to_string()
    }

    /// Its `tracestate`, as text.
    fn state(&self) -> &str {
        self.headers
            .get(TraceState::HEADER)
            .map_or("", |value| value.to_str().expect("it is ASCII"))
    }
}

/// Serves a request with these headers, in so many calls.
fn calls(headers: &[(&str, &str)], count: usize) -> Vec<Call> {
    let mut received = HeaderMap::new();
    for (name, value) in headers {
        let name = HeaderName::from_bytes(name.as_bytes()).expect("a name");
        received.append(name, HeaderValue::from_str(value).expect("a value"));
    }

    let remote = extract(&received, |_| ());
    let here = remote
        .parent
        .map_or_else(|| TraceParent::new_root(true), TraceParent::child);
    let call = |_| {
        let mut headers = HeaderMap::new();
        inject(&here.child(), &remote, &mut headers);
        Call { headers }
    };
    (0..count).map(call).collect()
}

/// Serves a request with these headers, in one call.
fn call(headers: &[(&str, &str)]) -> Call {
    calls(headers, 1).remove(0)
}

/// Asserts that the trace of this `traceparent` is continued, by another operation.
fn assert_continued(parent: &str) {
    let call = call(&[("traceparent", parent)]);
    assert_eq!(call.trace(), TRACE, "{parent}");
    assert_ne!(call.parent().parent_id.to_string(), "1234567890123456");
}

/// Asserts that a new trace is started instead of that of this `traceparent`, without its `tracestate`.
fn assert_restarted(parent: &str) {
    let call = call(&[("traceparent", parent), ("tracestate", "foo=1")]);
    let sent = parent.split('-').nth(1).unwrap_or_default();
    assert_ne!(call.trace(), TRACE, "{parent}");
    assert_ne!(call.trace(), sent, "{parent}");
    assert_eq!(call.state(), "", "{parent}");
}

/// The `tracestate` that is sent on, if these are received.
fn state(fields: &[&str]) -> String {
    let fields = fields.iter().map(|field| ("tracestate", *field));
    let headers: Vec<_> = [("traceparent", NOT_SAMPLED)]
        .into_iter()
        .chain(fields)
        .collect();
    let call = call(&headers);
    assert_eq!(call.trace(), TRACE, "a `tracestate` never harms its parent");
    call.state().to_owned()
}
