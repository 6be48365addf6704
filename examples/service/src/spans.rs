//! Spans of OpenTelemetry: one for each request, and for what is done for it.

use std::{future::Future, sync::OnceLock};

use ah_opentelemetry::{OpenTelemetry, context_of, remote_of};
use ah_tower::{BAGGAGE, TRACE};
use ah_w3c::Remote;
use axum::{body::Body, http::Request, middleware::Next, response::Response};
use opentelemetry::{
    Context, KeyValue,
    trace::{FutureExt as _, SpanKind, TraceContextExt as _, Tracer as _, TracerProvider as _},
};
use opentelemetry_sdk::trace::{
    InMemorySpanExporter, SdkTracer, SdkTracerProvider, Span, SpanData,
};

use crate::Result;

static TRACER: OnceLock<SdkTracer> = OnceLock::new();

/// Where the spans are. A service would have an exporter for OTLP in its place.
pub(crate) struct Spans {
    exporter: InMemorySpanExporter,
    provider: SdkTracerProvider,
}

pub(crate) fn init() -> Result<Spans> {
    async_hooks::bridge::register(OpenTelemetry::new())?; // `Context::current()` follows work
    let exporter = InMemorySpanExporter::default();
    let provider = SdkTracerProvider::builder()
        .with_simple_exporter(exporter.clone())
        .build();
    TRACER.get_or_init(|| provider.tracer("service"));
    Ok(Spans { exporter, provider })
}

impl Spans {
    pub(crate) fn take(&self) -> Result<Vec<SpanData>> {
        self.provider.force_flush()?;
        Ok(self.exporter.get_finished_spans()?)
    }
}

fn tracer() -> &'static SdkTracer {
    TRACER.get().expect("the program begins with `init`")
}

/// A child of the current span.
pub(crate) fn start(name: &'static str, order: u32) -> Span {
    start_in(
        &Context::current(),
        name,
        SpanKind::Internal,
        &order.to_string(),
    )
}

fn start_in(parent: &Context, name: &'static str, kind: SpanKind, order: &str) -> Span {
    let builder = tracer().span_builder(name).with_kind(kind);
    builder
        .with_attributes([KeyValue::new("order", order.to_owned())])
        .start_with_context(tracer(), parent)
}

/// A middleware: the request is a span, whose parent is that of the caller.
pub(crate) async fn server(request: Request<Body>, next: Next) -> Response {
    let mut trace = TRACE.get().expect("`ServerLayer` is around this");
    let caller = context_of(&Remote {
        parent: trace.caller(),
        state: trace.state.clone(),
        baggage: BAGGAGE.get().unwrap_or_default(),
    });
    let path = request.uri().path().rsplit('/').next().unwrap_or_default();
    let context = caller.with_span(start_in(&caller, "request", SpanKind::Server, path));
    if let Some(operation) = remote_of(&context).parent {
        trace.operation = operation; // the span is the operation that answers the request
        TRACE.enter_with(trace);
    }
    let response = next.run(request).with_context(context.clone()).await;
    context.span().end();
    response
}

/// Runs a call as a span: the headers that it sends have it as their parent.
pub(crate) async fn client<F: Future>(name: &'static str, order: u32, call: F) -> F::Output {
    let current = Context::current();
    let span = start_in(&current, name, SpanKind::Client, &order.to_string());
    let context = current.with_span(span);
    let output = call.with_context(context.clone()).await;
    context.span().end();
    output
}
