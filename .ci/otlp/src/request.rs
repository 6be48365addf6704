//! A request as a service handles it: a caller with a trace and baggage, tasks, resources, and spans of the service's own.

use std::time::Duration;

use ah_opentelemetry::{Resources, context_of};
use ah_w3c::{Baggage, Remote, TraceParent};
use async_hooks::AsyncResource;
use opentelemetry::{
    Context, KeyValue,
    baggage::BaggageExt as _,
    trace::{FutureExt as _, Span as _, TraceContextExt as _, Tracer as _, TracerProvider as _},
};
use opentelemetry_otlp::{SpanExporter, WithExportConfig as _};
use opentelemetry_sdk::{
    Resource,
    trace::{SdkTracer, SdkTracerProvider},
};

use crate::Failure;

/// What is known here of what was sent, as hexadecimal digits.
pub(crate) struct Sent {
    pub(crate) trace: String,
    /// The span of the caller.
    pub(crate) caller: String,
    /// The span of the request.
    pub(crate) request: String,
    /// The span that a task started.
    pub(crate) worker: String,
}

/// Handles a request, and sends its spans to this endpoint.
pub(crate) fn send(endpoint: &str) -> Result<Sent, Failure> {
    let exporter = SpanExporter::builder()
        .with_http()
        .with_endpoint(endpoint)
        .with_timeout(Duration::from_secs(10))
        .build()?;
    let provider = SdkTracerProvider::builder()
        .with_resource(Resource::builder().with_service_name("orders").build())
        .with_batch_exporter(exporter)
        .build();
    let tracer = provider.tracer("orders");
    let hook = async_hooks::create_hook(Resources::new(tracer.clone()).types(["DBQuery", "DBRow"]));
    hook.enable();
    let sent = handle(&tracer)?;
    async_hooks::flush_destroys();
    hook.disable();
    provider.force_flush()?;
    provider.shutdown()?;
    Ok(sent)
}

fn handle(tracer: &SdkTracer) -> Result<Sent, Failure> {
    let parent = TraceParent::new_root(true);
    let remote = Remote {
        parent: Some(parent),
        baggage: Baggage::default().with("tenant", "acme, Inc.")?,
        ..Remote::default()
    };
    let caller = context_of(&remote);
    let span = tracer.start_with_context("GET /order", &caller);
    let request = span.span_context().span_id().to_string();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .build()?;
    let work = async { order(tracer.clone()).await };
    let worker = runtime.block_on(work.with_context(caller.with_span(span)));
    Ok(Sent {
        trace: parent.trace_id.to_string(),
        caller: parent.parent_id.to_string(),
        request,
        worker,
    })
}

/// Knows nothing of traces but for the span that its task starts, whose id it returns.
#[async_hooks::traced]
async fn order(tracer: SdkTracer) -> String {
    let query = AsyncResource::new("DBQuery");
    let row = query.run_in_async_scope(|| AsyncResource::new("DBRow"));
    let worker = ah_tokio::spawn(async move {
        tokio::task::yield_now().await;
        let mut span = tracer.start("charge");
        let tenant = Context::current()
            .baggage()
            .get("tenant")
            .map(ToString::to_string);
        span.set_attribute(KeyValue::new("tenant", tenant.unwrap_or_default()));
        drop((row, query));
        span.span_context().span_id().to_string()
    });
    worker.await.expect("it does not panic")
}
