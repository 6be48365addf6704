//! The bridge for contexts.

use std::{fmt, ptr};

use ah_core::bridge::Bridge;
use ah_w3c::Remote;
use opentelemetry::{Context, ContextGuard, baggage::BaggageExt as _, trace::TraceContextExt as _};

use crate::remote_of;

/// Carries [`Context::current`] with the work: registered once, when the program starts.
///
/// OpenTelemetry does not say whether two contexts are the same. They count as the same if their span, baggage and
/// suppression are, and the values of the types that [`also`](Self::also) names.
///
/// It is registered before other bridges, such as that of tracing's spans: `tracing-opentelemetry` attaches contexts of
/// its own while a span is entered.
///
/// # Examples
///
/// ```
/// use opentelemetry::{Context, KeyValue, baggage::BaggageExt};
///
/// async_hooks::bridge::register(ah_opentelemetry::OpenTelemetry::new())?;
///
/// let context = Context::new().with_baggage([KeyValue::new("tenant", "7")]);
/// let guard = context.attach();
/// let task = async_hooks::bind(|| Context::current().baggage().get("tenant").cloned());
/// drop(guard);
/// assert_eq!(task().map(String::from).as_deref(), Some("7")); // on whatever thread it is called
/// # Ok::<(), async_hooks::bridge::RegisterError>(())
/// ```
pub struct OpenTelemetry {
    /// Where the context has each value that counts, or 0.
    values: Vec<fn(&Context) -> usize>,
}

impl OpenTelemetry {
    /// Creates the bridge. From now on, [`ah_w3c::current`] is what the current context is to send: so the calls that
    /// `ah-tower` sends have the current span as their parent.
    #[must_use]
    pub fn new() -> Self {
        // an error says that it is set: by an earlier bridge, or by another tracer, which keeps it
        let _ = ah_w3c::set_current(current);
        Self { values: Vec::new() }
    }

    /// Lets values of this type, which the program puts into contexts, count.
    ///
    /// All values of a context are carried. A capture happens where a context differs from the one that is installed,
    /// and contexts that differ in values of other types alone are taken for the same.
    ///
    /// # Examples
    ///
    /// ```
    /// struct Tenant(u64);
    ///
    /// let bridge = ah_opentelemetry::OpenTelemetry::new().also::<Tenant>();
    /// # let _ = bridge;
    /// ```
    #[must_use]
    pub fn also<T: 'static>(mut self) -> Self {
        self.values
            .push(|context| context.get::<T>().map_or(0, address));
        self
    }

    fn is_empty(&self, context: &Context) -> bool {
        !context.has_active_span()
            && !context.is_telemetry_suppressed()
            && context.baggage().is_empty()
            && self.values.iter().all(|value| value(context) == 0)
    }

    fn is_same(&self, one: &Context, other: &Context) -> bool {
        span(one) == span(other)
            && ptr::eq(one.baggage(), other.baggage())
            && one.is_telemetry_suppressed() == other.is_telemetry_suppressed()
            && self.values.iter().all(|value| value(one) == value(other))
    }
}

/// What a call from here sends; `None` where there is neither a span nor baggage.
fn current() -> Option<Remote> {
    let remote = Context::map_current(remote_of);
    (remote != Remote::default()).then_some(remote)
}

impl Default for OpenTelemetry {
    fn default() -> Self {
        Self::new()
    }
}

fn address<T>(value: &T) -> usize {
    ptr::from_ref(value).addr()
}

/// Distinguishes the spans of contexts that are alive.
fn span(context: &Context) -> usize {
    if context.has_active_span() {
        address(context.span().span_context())
    } else {
        0
    }
}

impl Bridge for OpenTelemetry {
    type Value = Context;
    type Saved = ContextGuard;

    fn capture(&self) -> Option<Context> {
        Context::map_current(|current| (!self.is_empty(current)).then(|| current.clone()))
    }

    fn is_current(&self, value: Option<&Context>) -> bool {
        Context::map_current(|current| match value {
            Some(value) => self.is_same(current, value),
            None => self.is_empty(current),
        })
    }

    fn install(&self, value: Option<&Context>) -> ContextGuard {
        match value {
            Some(context) => context.clone().attach(),
            None => Context::new().attach(),
        }
    }

    fn restore(&self, _value: Option<&Context>, saved: ContextGuard) {
        drop(saved);
    }
}

impl fmt::Debug for OpenTelemetry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OpenTelemetry")
            .field("values", &self.values.len())
            .finish()
    }
}
