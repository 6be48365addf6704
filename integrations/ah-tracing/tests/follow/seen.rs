//! What is current somewhere.

use async_hooks::AsyncLocalStorage;
use opentelemetry::{
    Context,
    trace::{SpanContext, SpanId, TraceContextExt as _, TraceFlags, TraceId, TraceState},
};
use tracing::Span;

use crate::locale::LOCALE;

pub(crate) static USER: AsyncLocalStorage<u64> = AsyncLocalStorage::new();

/// What is current somewhere.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Seen {
    pub(crate) span: Option<&'static str>,
    pub(crate) trace: u8,
    pub(crate) locale: Option<&'static str>,
    pub(crate) store: Option<u64>,
}

/// What is current in the request of these tests.
pub(crate) const REQUEST: Seen = Seen {
    span: Some("request"),
    trace: 7,
    locale: Some("fr"),
    store: Some(7),
};

pub(crate) const NOTHING: Seen = Seen {
    span: None,
    trace: 0,
    locale: None,
    store: None,
};

/// What is current here.
pub(crate) fn here() -> Seen {
    let span = Span::current().metadata().map(|metadata| metadata.name());
    let trace = Context::current().span().span_context().trace_id();
    Seen {
        span,
        trace: trace.to_bytes()[15],
        locale: LOCALE.get(),
        store: USER.get(),
    }
}

/// A context of OpenTelemetry with this trace.
pub(crate) fn context(trace: u8) -> Context {
    let ids = (
        TraceId::from(u128::from(trace)),
        SpanId::from(u64::from(trace)),
    );
    let span = SpanContext::new(ids.0, ids.1, TraceFlags::SAMPLED, true, TraceState::NONE);
    Context::new().with_remote_span_context(span)
}
