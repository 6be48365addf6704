//! Contexts of other libraries, carried by bridges, and what bridges cost where none is registered.

use std::{future::Future, pin::Pin, sync::Once, time::Duration};

use ah_opentelemetry::OpenTelemetry;
use ah_tracing::Spans;
use async_hooks::{bridge::register, prelude::*};
use opentelemetry::{
    Context,
    trace::{SpanContext, SpanId, TraceContextExt as _, TraceFlags, TraceId, TraceState},
};
use tracing::{Span, info_span};

use crate::{
    harness::{Row, time, time_on},
    peers,
    stores::{Never, STORE, poll},
};

/// Before any bridge is registered.
pub(super) fn unused() -> Vec<Row> {
    vec![
        Row::new("bridge_unused", create_and_poll)
            .against("OpenTelemetry with_context", create_and_poll_manually),
    ]
}

/// Registers bridges, and installs tracing's registry as the global one: no other row may follow.
pub(super) fn used() -> Vec<Row> {
    vec![
        Row::new("bridge_poll", bridged)
            .against("tracing's instrument, OpenTelemetry's with_context", manual)
            .at_most(1.5),
        Row::new("bridge_poll_vs_opentelemetry", bridged_context)
            .against("OpenTelemetry's with_context", manual_context),
        Row::new("bridge_poll_vs_tracing", bridged_span)
            .against("tracing's instrument", manual_span),
    ]
}

/// A wrapped future from its creation to its drop, with one poll between.
fn create_and_poll(times: u32) -> Duration {
    STORE.run::<_, async_hooks::Value>(7, || {
        time(times, || {
            let mut future = std::pin::pin!(Never.in_current_context());
            poll(future.as_mut()).is_pending()
        })
    })
}

fn create_and_poll_manually(times: u32) -> Duration {
    use opentelemetry::context::FutureExt as _;
    let _attached = context().attach();
    time(times, || {
        let mut future = std::pin::pin!(Never.with_current_context());
        poll(future.as_mut()).is_pending()
    })
}

fn begin() {
    static ONCE: Once = Once::new();
    peers::tracing_registry();
    ONCE.call_once(|| {
        register(OpenTelemetry::new()).expect("there is room");
        register(Spans).expect("there is room");
    });
}

fn context() -> Context {
    let ids = (TraceId::from(7_u128), SpanId::from(7_u64));
    let span = SpanContext::new(ids.0, ids.1, TraceFlags::SAMPLED, true, TraceState::NONE);
    Context::new().with_remote_span_context(span)
}

fn span() -> Span {
    info_span!("request")
}

fn polls<F: Future<Output = ()>>(times: u32, future: F) -> Duration {
    let mut future: Pin<Box<F>> = Box::pin(future);
    time_on(times, &mut future, |future| poll(future.as_mut()))
}

fn bridged(times: u32) -> Duration {
    begin();
    let attached = context().attach();
    let future = span().in_scope(|| Never.in_current_context());
    drop(attached);
    polls(times, future)
}

fn manual(times: u32) -> Duration {
    use opentelemetry::context::FutureExt as _;
    use tracing::Instrument as _;
    begin();
    polls(times, Never.instrument(span()).with_context(context()))
}

fn bridged_context(times: u32) -> Duration {
    begin();
    let attached = context().attach();
    let future = Never.in_current_context();
    drop(attached);
    polls(times, future)
}

fn manual_context(times: u32) -> Duration {
    use opentelemetry::context::FutureExt as _;
    begin();
    polls(times, Never.with_context(context()))
}

fn bridged_span(times: u32) -> Duration {
    begin();
    polls(times, span().in_scope(|| Never.in_current_context()))
}

fn manual_span(times: u32) -> Duration {
    use tracing::Instrument as _;
    begin();
    polls(times, Never.instrument(span()))
}
