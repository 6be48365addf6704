//! Both bridges beside `tracing-opentelemetry`, which makes the context of a span OpenTelemetry's current one while the span
//! is entered. A binary of its own, since bridges and the subscriber are the process's.

use std::sync::{
    LazyLock,
    atomic::{AtomicU64, Ordering::Relaxed},
};

use ah_opentelemetry::OpenTelemetry;
use ah_testing::test;
use async_hooks::{bind, bridge, prelude::*};
use opentelemetry::{
    Context,
    trace::{
        SpanContext, SpanId, TraceContextExt as _, TraceFlags, TraceId, TraceState,
        TracerProvider as _,
    },
};
use opentelemetry_sdk::trace::{InMemorySpanExporter, SdkTracerProvider, SpanData};
use tracing::{Instrument as _, Span, info_span};
use tracing_opentelemetry::OpenTelemetrySpanExt as _;
use tracing_subscriber::layer::SubscriberExt as _;

static EXPORTER: LazyLock<InMemorySpanExporter> = LazyLock::new(|| {
    bridge::register(OpenTelemetry::new()).expect("there is room");
    bridge::register(ah_tracing::Spans).expect("there is room");
    let exporter = InMemorySpanExporter::default();
    let provider = SdkTracerProvider::builder()
        .with_simple_exporter(exporter.clone())
        .build();
    let layer = tracing_opentelemetry::layer().with_tracer(provider.tracer("test"));
    let subscriber = tracing_subscriber::registry().with(layer);
    tracing::subscriber::set_global_default(subscriber).expect("the first one");
    exporter
});

/// A number that no other test has.
fn number() -> u64 {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    NEXT.fetch_add(1, Relaxed)
}

/// The ended spans of this name and number.
fn exported(name: &str, number: u64) -> Vec<SpanData> {
    let spans = EXPORTER.get_finished_spans().expect("it is not shut down");
    let has_number = |span: &SpanData| {
        let mut attributes = span.attributes.iter();
        attributes.any(|attribute| {
            attribute.key.as_str() == "number" && attribute.value.as_str() == number.to_string()
        })
    };
    let mut spans: Vec<_> = spans.into_iter().filter(has_number).collect();
    spans.retain(|span| span.name == name);
    spans
}

#[track_caller]
fn assert_are_below(spans: &[SpanData], request: &SpanContext) {
    for span in spans {
        assert_eq!(span.span_context.trace_id(), request.trace_id());
        assert_eq!(span.parent_span_id, request.span_id());
    }
}

/// What a library that knows OpenTelemetry alone sees.
fn current() -> SpanContext {
    Context::map_current(|context| context.span().span_context().clone())
}

fn step(number: u64) -> SpanContext {
    info_span!("step", number).in_scope(|| ());
    current()
}

async fn work(number: u64) -> Vec<SpanContext> {
    let task = ah_tokio::spawn(async move {
        let before = step(number);
        tokio::task::yield_now().await;
        [before, step(number)]
    });
    let blocking = ah_tokio::task::spawn_blocking(move || step(number));
    let callback = bind(move || step(number));
    let bound = std::thread::spawn(callback).join();
    let mut seen = task.await.expect("it does not panic").to_vec();
    seen.push(blocking.await.expect("it does not panic"));
    seen.push(bound.expect("it does not panic"));
    seen
}

#[test]
fn spans_of_spawned_work_are_below_the_request_that_spawned_it() {
    LazyLock::force(&EXPORTER);
    let runtime = ah_tokio::runtime::Builder::new_multi_thread()
        .worker_threads(4)
        .build()
        .expect("threads");
    runtime.block_on(async {
        let request = |number| async move {
            let span = info_span!("request", number);
            let seen = work(number).instrument(span.clone()).await;
            (number, span, seen)
        };
        let mut requests = tokio::task::JoinSet::new();
        (0..100).for_each(|_| drop(requests.spawn(request(number()))));
        for (number, span, seen) in requests.join_all().await {
            let context = span.context().span().span_context().clone();
            assert_eq!(seen, vec![context.clone(); 4]);
            drop(span);
            let steps = exported("step", number);
            assert_eq!(steps.len(), 4);
            assert_are_below(&steps, &context);
            assert_eq!(
                exported("request", number).len(),
                1,
                "nothing keeps it open"
            );
        }
        // whatever a worker ran last, it left
        let bare = tokio::spawn(async { (current(), Span::current().is_none()) });
        assert_eq!(
            bare.await.expect("it does not panic"),
            (SpanContext::NONE, true)
        );
    });
}

#[test]
fn a_parent_from_elsewhere_is_above_spawned_work() {
    LazyLock::force(&EXPORTER);
    let number = number();
    let (trace, above) = (TraceId::from(7_u128), SpanId::from(8_u64));
    let parent = SpanContext::new(trace, above, TraceFlags::SAMPLED, true, TraceState::NONE);
    let request = info_span!("request", number);
    request
        .set_parent(Context::new().with_remote_span_context(parent))
        .expect("it has not begun");
    let bound = request.in_scope(|| bind(move || step(number)));
    let seen = std::thread::spawn(bound).join().expect("no panic");
    drop(request);
    assert_eq!(seen.trace_id(), trace);
    assert_eq!(exported("request", number)[0].parent_span_id, above);
    assert_are_below(&exported("step", number), &seen);
}

#[test]
fn what_is_nearer_wins() {
    LazyLock::force(&EXPORTER);
    let (outer, inner) = (number(), number());
    let captured = info_span!("request", number = outer);
    let nearer = info_span!("request", number = inner);
    let future = captured.in_scope(|| async move { step(inner) }.in_current_context());
    let seen = tokio::runtime::Runtime::new()
        .expect("threads")
        .block_on(future.instrument(nearer.clone()));
    let context = nearer.context().span().span_context().clone();
    assert_eq!(seen, context);
    assert_are_below(&exported("step", inner), &context);
}
