//! Resources as spans, read back from the exporter in memory.

use ah_opentelemetry::Resources;
use ah_testing::test;
use async_hooks::{AsyncResource, create_hook, flush_destroys, prelude::*};
use opentelemetry::{
    Context, KeyValue, Value,
    trace::{
        SpanContext, SpanId, SpanKind, TraceContextExt as _, Tracer as _, TracerProvider as _,
    },
};
use opentelemetry_sdk::trace::{
    InMemorySpanExporter, Sampler, SdkTracer, SdkTracerProvider, SpanData,
};

struct Exported {
    exporter: InMemorySpanExporter,
    provider: SdkTracerProvider,
}

impl Exported {
    fn new() -> Self {
        Self::sampled_by(Sampler::AlwaysOn)
    }

    fn sampled_by(sampler: Sampler) -> Self {
        let exporter = InMemorySpanExporter::default();
        let provider = SdkTracerProvider::builder()
            .with_sampler(sampler)
            .with_simple_exporter(exporter.clone())
            .build();
        Self { exporter, provider }
    }

    fn tracer(&self) -> SdkTracer {
        self.provider.tracer("test")
    }

    /// The ended spans by the order of their ends.
    fn spans(&self) -> Vec<SpanData> {
        self.exporter
            .get_finished_spans()
            .expect("it is not shut down")
    }

    fn names(&self) -> Vec<String> {
        self.spans()
            .iter()
            .map(|span| span.name.to_string())
            .collect()
    }

    fn span(&self, name: &str) -> SpanData {
        let spans = self.spans();
        let found = spans.iter().find(|span| span.name == name);
        found.expect("a span of this name ended").clone()
    }
}

/// Runs `f` where a new span of this name is current, and returns the span's context, too.
fn in_span<R>(tracer: &SdkTracer, f: impl FnOnce() -> R) -> (R, SpanContext) {
    let context = Context::new().with_span(tracer.start("request"));
    let span = context.span().span_context().clone();
    let _current = context.attach();
    (f(), span)
}

fn attribute<'a>(span: &'a SpanData, name: &str) -> &'a Value {
    let found = span
        .attributes
        .iter()
        .find(|pair| pair.key.as_str() == name);
    &found.expect("an attribute of this name").value
}

fn int(id: async_hooks::AsyncId) -> Value {
    Value::I64(u64::from(id) as i64)
}

#[test]
fn a_resource_is_a_span_of_its_request_from_init_to_destroy() {
    let exported = Exported::new();
    let hook = create_hook(Resources::new(exported.tracer()));
    hook.enable();
    let (resource, request) = in_span(&exported.tracer(), || AsyncResource::new("DBQuery"));
    let line = line!() - 1;
    assert_eq!(exported.names(), ["request"], "the resource is alive");
    let (id, trigger) = (resource.async_id(), resource.trigger_async_id());
    drop(resource);
    flush_destroys();
    hook.disable();
    assert_eq!(exported.names(), ["request", "DBQuery"]);
    let span = exported.span("DBQuery");
    assert_eq!(span.span_kind, SpanKind::Internal);
    assert_eq!(span.span_context.trace_id(), request.trace_id());
    assert_eq!(span.parent_span_id, request.span_id());
    assert!(
        span.links.is_empty(),
        "the root triggered it, which has no span"
    );
    assert_eq!(attribute(&span, "async.id"), &int(id));
    assert_eq!(attribute(&span, "async.trigger_id"), &int(trigger));
    assert!(
        attribute(&span, "code.file.path")
            .as_str()
            .ends_with("resources.rs")
    );
    assert_eq!(
        attribute(&span, "code.line.number"),
        &Value::I64(line.into())
    );
}

#[test]
fn what_triggered_a_resource_is_linked_unless_it_is_the_parent() {
    let exported = Exported::new();
    let hook = create_hook(Resources::new(exported.tracer()));
    hook.enable();
    let (query, request) = in_span(&exported.tracer(), || {
        let query = AsyncResource::new("DBQuery");
        let row = query.run_in_async_scope(|| AsyncResource::new("DBRow"));
        drop(row);
        query
    });
    drop(query);
    flush_destroys();
    hook.disable();
    let (query, row) = (exported.span("DBQuery"), exported.span("DBRow"));
    assert_eq!(
        row.parent_span_id,
        request.span_id(),
        "the request is current"
    );
    let links: Vec<_> = row
        .links
        .iter()
        .map(|link| link.span_context.clone())
        .collect();
    assert_eq!(links, [query.span_context]);
    let relation = [KeyValue::new("async.relation", "trigger")];
    assert_eq!(row.links.links[0].attributes, relation);
}

#[test]
fn only_the_named_types_have_spans() {
    let exported = Exported::new();
    let hook = create_hook(Resources::new(exported.tracer()).types(["DBQuery"]));
    hook.enable();
    let (others, _) = in_span(&exported.tracer(), || {
        ["DBQuery", "TCPWRAP"].map(AsyncResource::new)
    });
    drop(others);
    flush_destroys();
    hook.disable();
    assert_eq!(exported.names(), ["request", "DBQuery"]);
}

#[test]
fn a_future_has_an_event_when_it_is_ready_unless_promises_are_left_out() {
    let tracked = |wanted: bool| {
        let exported = Exported::new();
        let hook = create_hook(Resources::new(exported.tracer()).track_promises(wanted));
        hook.enable();
        in_span(&exported.tracer(), || {
            futures::executor::block_on(async { 7 }.traced("report"));
        });
        flush_destroys();
        hook.disable();
        exported
    };
    assert_eq!(tracked(false).names(), ["request"]);
    let span = tracked(true).span("report");
    let events: Vec<_> = span
        .events
        .iter()
        .map(|event| event.name.to_string())
        .collect();
    assert_eq!(events, ["promise_resolve"]);
}

#[test]
fn where_no_trace_is_or_it_is_not_sampled_no_span_is_created() {
    let exported = Exported::new();
    let hook = create_hook(Resources::new(exported.tracer()));
    hook.enable();
    drop(AsyncResource::new("DBQuery"));
    flush_destroys();
    hook.disable();
    assert_eq!(exported.names(), [""; 0]);

    let exported = Exported::sampled_by(Sampler::ParentBased(Box::new(Sampler::AlwaysOff)));
    let hook = create_hook(Resources::new(exported.tracer()));
    hook.enable();
    let (resource, request) = in_span(&exported.tracer(), || AsyncResource::new("DBQuery"));
    assert!(!request.is_sampled());
    drop(resource);
    flush_destroys();
    hook.disable();
    assert_eq!(exported.names(), [""; 0]);
}

#[test]
fn spans_that_are_open_end_with_the_hook() {
    let exported = Exported::new();
    let hook = create_hook(Resources::new(exported.tracer()));
    hook.enable();
    let (resource, _) = in_span(&exported.tracer(), || AsyncResource::new("DBQuery"));
    hook.disable();
    assert_eq!(exported.names(), ["request"]);
    drop(hook);
    let span = exported.span("DBQuery");
    assert_ne!(span.span_context.span_id(), SpanId::INVALID);
    drop(resource);
}
