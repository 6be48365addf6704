//! The headers of a request: from a map that came in, and into one that is sent.

use std::time::Duration;

use ah_w3c::{Remote, TraceParent};
use http::{HeaderMap, HeaderName, HeaderValue};
use opentelemetry::{Context, propagation::TextMapPropagator as _};
use opentelemetry_http::{HeaderExtractor, HeaderInjector};
use opentelemetry_sdk::propagation::TraceContextPropagator;

use crate::harness::{Row, time_on};

const PEER: &str = "OpenTelemetry TraceContextPropagator";
const PARENT: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
const STATE: &str = "rojo=00f067aa0ba902b7,congo=t61rcWkgMzE";
const REFUSED: &str = "00-4BF92F3577B34DA6A3CE929D0E0E4736-00F067AA0BA902B7-01";

/// Our side looks for `baggage`, too.
pub(super) fn rows() -> Vec<Row> {
    let read = |name, headers: fn() -> HeaderMap| {
        Row::new(name, ours_read(headers())).against(PEER, theirs_read(headers()))
    };
    vec![
        read("w3c_read", || headers(PARENT, Some(STATE))).at_most(0.33),
        read("w3c_read_traceparent", || headers(PARENT, None)),
        read("w3c_read_refused", || headers(REFUSED, Some(STATE))),
        Row::new("w3c_write", ours_write())
            .against(PEER, theirs_write())
            .at_most(0.33),
    ]
}

fn headers(parent: &'static str, state: Option<&'static str>) -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert("host", HeaderValue::from_static("example.com"));
    headers.insert("traceparent", HeaderValue::from_static(parent));
    let state = state.map(HeaderValue::from_static);
    let name = HeaderName::from_static("tracestate");
    headers.extend(state.map(|state| (name, state)));
    headers
}

fn ours_read(mut headers: HeaderMap) -> impl FnMut(u32) -> Duration {
    move |times| time_on(times, &mut headers, |headers| extracted(headers))
}

fn extracted(headers: &HeaderMap) -> Remote {
    ah_w3c::extract(headers, |_| ())
}

type Theirs = (TraceContextPropagator, Context, HeaderMap);

fn theirs_read(headers: HeaderMap) -> impl FnMut(u32) -> Duration {
    let mut state: Theirs = (TraceContextPropagator::new(), Context::new(), headers);
    move |times| {
        time_on(times, &mut state, |(propagator, nothing, headers)| {
            propagator.extract_with_context(nothing, &HeaderExtractor(headers))
        })
    }
}

/// Into a map in which they are already, as both sides write there in the end.
fn ours_write() -> impl FnMut(u32) -> Duration {
    let remote = extracted(&headers(PARENT, Some(STATE)));
    let parent = remote.parent.expect("it is in order");
    let mut state: (TraceParent, Remote, HeaderMap) = (parent, remote, HeaderMap::new());
    move |times| {
        time_on(times, &mut state, |(parent, remote, headers)| {
            ah_w3c::inject(parent, remote, headers);
        })
    }
}

fn theirs_write() -> impl FnMut(u32) -> Duration {
    let propagator = TraceContextPropagator::new();
    let received = headers(PARENT, Some(STATE));
    let context = propagator.extract_with_context(&Context::new(), &HeaderExtractor(&received));
    let mut state: Theirs = (propagator, context, HeaderMap::new());
    move |times| {
        time_on(times, &mut state, |(propagator, context, headers)| {
            propagator.inject_context(context, &mut HeaderInjector(headers));
        })
    }
}
