//! Calls have OpenTelemetry's current span as their parent, once its bridge is registered: for the process, so in a
//! file of its own.

use std::convert::Infallible;

use ah_opentelemetry::{OpenTelemetry, context_of};
use ah_tower::{ClientLayer, ServerLayer, TRACE};
use ah_w3c::{Remote, TraceParent};
use http::{HeaderMap, Request, Response};
use opentelemetry::trace::{
    FutureExt as _, TraceContextExt as _, Tracer as _, TracerProvider as _,
};
use opentelemetry_sdk::trace::{InMemorySpanExporter, SdkTracer, SdkTracerProvider};
use tower::{Layer as _, ServiceExt as _, service_fn};

/// Sends a request, and returns the headers that arrived.
async fn call() -> HeaderMap {
    let other =
        service_fn(async |request: Request<()>| Ok::<_, Infallible>(request.headers().clone()));
    ClientLayer::new()
        .layer(other)
        .oneshot(Request::new(()))
        .await
        .unwrap()
}

fn parent(headers: &HeaderMap) -> TraceParent {
    headers["traceparent"].to_str().unwrap().parse().unwrap()
}

/// A handler with a span of its own, in the trace of the caller.
async fn handler(tracer: &SdkTracer) -> HeaderMap {
    let trace = TRACE.get().unwrap();
    let caller = Remote {
        parent: trace.caller(),
        state: trace.state,
        ..Remote::default()
    };
    let caller = context_of(&caller);
    let context = caller.with_span(tracer.start_with_context("handler", &caller));
    let task = async { ah_tokio::spawn(call()).await.unwrap() };
    task.with_context(context).await
}

#[tokio::test]
async fn the_current_span_is_the_parent_of_a_call_also_in_a_spawned_task() {
    async_hooks::bridge::register(OpenTelemetry::new()).unwrap();
    let exporter = InMemorySpanExporter::default();
    let provider = SdkTracerProvider::builder()
        .with_simple_exporter(exporter.clone())
        .build();
    let tracer = provider.tracer("test");

    let service = ServerLayer::new().layer(service_fn(async |_: Request<()>| {
        let sent = handler(&tracer).await;
        assert_ne!(parent(&sent), parent(&call().await), "outside of the span");
        let mut answer = Response::new(String::new());
        answer.headers_mut().extend(sent); // what arrived elsewhere
        Ok::<_, Infallible>(answer)
    }));
    let caller = TraceParent::new_root(true);
    let mut request = Request::new(());
    request
        .headers_mut()
        .insert("traceparent", caller.to_string().parse().unwrap());
    request
        .headers_mut()
        .insert("tracestate", "rojo=1".parse().unwrap());
    let answer = service.oneshot(request).await.unwrap();

    let spans = exporter.get_finished_spans().unwrap();
    let [span] = &spans[..] else {
        panic!("{spans:?}")
    };
    let sent = parent(answer.headers());
    assert_eq!(
        sent.parent_id.to_bytes(),
        span.span_context.span_id().to_bytes()
    );
    assert_eq!(sent.trace_id, caller.trace_id);
    assert_eq!(span.parent_span_id.to_bytes(), caller.parent_id.to_bytes());
    assert_eq!(answer.headers()["tracestate"], "rojo=1");
}
