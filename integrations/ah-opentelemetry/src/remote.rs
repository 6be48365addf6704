//! Between the strict values of `ah-w3c` and those of OpenTelemetry.

use ah_w3c::{Baggage, Flags, Member, ParentId, Remote, TraceId, TraceParent, TraceState};
use opentelemetry::{
    Context,
    baggage::{BaggageExt as _, BaggageMetadata, KeyValueMetadata},
    trace::{self, SpanContext, SpanId, TraceContextExt as _, TraceFlags},
};

/// Returns the context of what a caller sent: its span is the parent of the spans that are started in it.
///
/// # Examples
///
/// ```
/// use ah_w3c::{Remote, TraceParent};
/// use opentelemetry::trace::TraceContextExt;
///
/// let remote = Remote { parent: Some(TraceParent::new_root(true)), ..Remote::default() };
/// let context = ah_opentelemetry::context_of(&remote);
/// assert!(context.span().span_context().is_remote());
/// assert_eq!(ah_opentelemetry::remote_of(&context), remote);
/// ```
#[must_use]
pub fn context_of(remote: &Remote) -> Context {
    let context = match &remote.parent {
        Some(parent) => Context::new().with_remote_span_context(span_of(parent, &remote.state)),
        None => Context::new(),
    };
    if remote.baggage.is_empty() {
        return context;
    }
    context.with_baggage(remote.baggage.iter().map(entry_of))
}

fn span_of(parent: &TraceParent, state: &TraceState) -> SpanContext {
    // of the same grammar, so nothing is refused
    let state = trace::TraceState::from_key_value(state.iter()).unwrap_or_default();
    SpanContext::new(
        trace::TraceId::from_bytes(parent.trace_id.to_bytes()),
        SpanId::from_bytes(parent.parent_id.to_bytes()),
        TraceFlags::new(parent.flags.to_byte()),
        true,
        state,
    )
}

fn entry_of(member: Member<'_>) -> KeyValueMetadata {
    let properties: Vec<String> = member
        .properties()
        .map(|property| match property.value() {
            Some(value) => format!("{}={value}", property.key()),
            None => property.key().to_owned(),
        })
        .collect();
    KeyValueMetadata::new(
        member.key().to_owned(),
        member.value().into_owned(),
        BaggageMetadata::from(properties.join(";")),
    )
}

/// Returns what is to be sent where this context is current: its span as the parent, with its state, and its baggage.
///
/// There is no parent where no span is. What cannot be sent is left out: a member of the baggage whose key or value is
/// outside the grammar or over the limits, and properties that are.
///
/// # Examples
///
/// ```
/// use opentelemetry::{Context, KeyValue, baggage::BaggageExt};
///
/// let context = Context::new().with_baggage([KeyValue::new("tenant", "7")]);
/// let remote = ah_opentelemetry::remote_of(&context);
/// assert_eq!(remote.parent, None);
/// assert_eq!(remote.baggage.as_str(), "tenant=7");
/// ```
#[must_use]
pub fn remote_of(context: &Context) -> Remote {
    let span = context.span();
    let span = span.span_context();
    let parent = parent_of(span);
    let state = parent.map(|_| state_of(span.trace_state()));
    Remote {
        parent,
        state: state.unwrap_or_default(),
        baggage: baggage_of(context),
    }
}

fn parent_of(span: &SpanContext) -> Option<TraceParent> {
    let flags = span.trace_flags().to_u8();
    let known = [Flags::SAMPLED, Flags::RANDOM];
    let set = known.into_iter().filter(|flag| flags & flag.to_byte() != 0);
    Some(TraceParent {
        trace_id: TraceId::from_bytes(span.trace_id().to_bytes())?,
        parent_id: ParentId::from_bytes(span.span_id().to_bytes())?,
        flags: set.fold(Flags::default(), Flags::with),
    })
}

fn state_of(state: &trace::TraceState) -> TraceState {
    TraceState::read([state.header().as_bytes()]).unwrap_or_default()
}

fn baggage_of(context: &Context) -> Baggage {
    let mut sorted: Vec<_> = context.baggage().iter().collect();
    sorted.sort_unstable_by_key(|(key, _)| key.as_str()); // as a map has them, the order is another one each time
    let members = sorted.into_iter();
    members.fold(Baggage::default(), |baggage, (key, (value, metadata))| {
        let member = member_of(key.as_str(), value.as_str(), metadata.as_str());
        let with_it = member.and_then(|member| {
            let fields = [baggage.as_str(), &member].map(str::as_bytes);
            Baggage::read(fields).ok()
        });
        with_it.unwrap_or(baggage)
    })
}

/// A member as it is sent, without properties that cannot be.
fn member_of(key: &str, value: &str, properties: &str) -> Option<String> {
    let member = Baggage::default().with(key, value).ok()?;
    let member = member.as_str();
    let whole = format!("{member};{properties}");
    let is_whole = !properties.is_empty()
        && Baggage::read([whole.as_bytes()]).is_ok_and(|read| read.iter().count() == 1);
    Some(if is_whole { whole } else { member.to_owned() })
}
