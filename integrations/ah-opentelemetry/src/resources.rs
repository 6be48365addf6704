//! Resources as spans.

use std::{
    collections::HashMap,
    fmt,
    sync::{Mutex, PoisonError},
};

use ah_core::{AsyncHooks, AsyncId, Init, Interest, Phase};
use opentelemetry::{
    Context, KeyValue,
    trace::{Link, Span as _, SpanContext, SpanKind, TraceContextExt as _, Tracer},
};

/// A hook that creates a span of each resource, from `init` to `destroy`.
///
/// - The name of the span is the type of the resource; attributes are `async.id`, `async.trigger_id`, and where it was
///   created: `code.file.path` and `code.line.number`.
/// - Its parent is the span that is current where the resource is created, so resources join the trace of their
///   request. Where none is, or the trace is not sampled, no span is created.
/// - The resource that triggered it is linked, with the attribute `async.relation` = `trigger`, if it has a span that
///   is not the parent.
/// - `promise_resolve` is an event of the span.
///
/// Spans are kept until their resource is destroyed, or the hook is dropped, which ends them.
///
/// # Examples
///
/// ```
/// use ah_opentelemetry::Resources;
/// use opentelemetry::trace::TracerProvider;
///
/// let provider = opentelemetry_sdk::trace::SdkTracerProvider::builder().build(); // with an exporter
/// let tracer = provider.tracer("orders");
/// let hook = async_hooks::create_hook(Resources::new(tracer).types(["DBQuery", "TCPWRAP"]));
/// hook.enable();
/// # hook.disable();
/// ```
pub struct Resources<T: Tracer> {
    tracer: T,
    interest: Interest,
    /// By id, in several maps: resources are created and destroyed on all threads.
    spans: [Mutex<HashMap<AsyncId, T::Span>>; SHARDS],
}

const SHARDS: usize = 16;

impl<T: Tracer> Resources<T> {
    /// Creates the hook, for resources of all types.
    #[must_use]
    pub fn new(tracer: T) -> Self {
        let phases = [Phase::Init, Phase::PromiseResolve, Phase::Destroy];
        Self {
            tracer,
            interest: Interest::new().phases(phases),
            spans: std::array::from_fn(|_| Mutex::default()),
        }
    }

    /// Limits the hook to resources of these types.
    #[must_use]
    pub fn types(self, types: impl IntoIterator<Item = &'static str>) -> Self {
        Self {
            interest: self.interest.types(types),
            ..self
        }
    }

    /// Says whether tracked futures have spans, too: `true` if this is not called.
    #[must_use]
    pub fn track_promises(self, wanted: bool) -> Self {
        Self {
            interest: self.interest.track_promises(wanted),
            ..self
        }
    }

    /// Runs `f` under the lock of a map. Nothing of OpenTelemetry's runs in it that calls a processor, which may create
    /// or destroy resources itself.
    fn with<R>(&self, id: AsyncId, f: impl FnOnce(&mut HashMap<AsyncId, T::Span>) -> R) -> R {
        let shard = &self.spans[u64::from(id) as usize % SHARDS];
        f(&mut shard.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// A link to the span of the trigger, unless that is the parent or has none.
    fn link_to(&self, trigger: AsyncId, parent: &SpanContext) -> Option<Link> {
        let span = self.with(trigger, |spans| {
            spans.get(&trigger).map(|span| span.span_context().clone())
        });
        let other = span.filter(|span| span != parent)?;
        let relation = vec![KeyValue::new("async.relation", "trigger")];
        Some(Link::new(other, relation, 0))
    }
}

impl<T> AsyncHooks for Resources<T>
where
    T: Tracer<Span: Send + 'static> + Send + Sync + 'static,
{
    fn init(&self, resource: &Init<'_>) {
        let parent = Context::current();
        let around = parent.span().span_context().clone();
        if !around.is_sampled() {
            return;
        }
        let link = self.link_to(resource.trigger_async_id(), &around);
        let span = self
            .tracer
            .span_builder(resource.resource_type())
            .with_kind(SpanKind::Internal)
            .with_attributes(attributes(resource))
            .with_links(link.into_iter().collect())
            .start_with_context(&self.tracer, &parent);
        let id = resource.async_id();
        self.with(id, |spans| spans.insert(id, span));
    }

    fn promise_resolve(&self, id: AsyncId) {
        self.with(id, |spans| {
            if let Some(span) = spans.get_mut(&id) {
                span.add_event("promise_resolve", Vec::new());
            }
        });
    }

    fn destroy(&self, id: AsyncId) {
        let span = self.with(id, |spans| spans.remove(&id));
        if let Some(mut span) = span {
            span.end();
        }
    }

    fn interest(&self) -> Interest {
        self.interest.clone()
    }
}

fn attributes(resource: &Init<'_>) -> Vec<KeyValue> {
    let id = |name, id: AsyncId| KeyValue::new(name, u64::from(id) as i64); // no id needs the sign
    let mut attributes = vec![
        id("async.id", resource.async_id()),
        id("async.trigger_id", resource.trigger_async_id()),
    ];
    if let Some(location) = resource.location() {
        let line = i64::from(location.line());
        attributes.push(KeyValue::new("code.file.path", location.file()));
        attributes.push(KeyValue::new("code.line.number", line));
    }
    attributes
}

impl<T: Tracer> fmt::Debug for Resources<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Resources")
            .field("interest", &self.interest)
            .finish_non_exhaustive()
    }
}
