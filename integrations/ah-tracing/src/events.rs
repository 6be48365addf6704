//! Events of hooks as events of `tracing`.

use ah_core::{
    AsyncHooks, AsyncId, Fields, Init, Interest, Phase, Returned, execution_async_resource,
};
use tracing::{debug, error, trace};

/// A hook that writes what it receives as events of `tracing`, with the target `async_hooks`.
///
/// | what happened | level | message, fields |
/// |---|---|---|
/// | a resource was created | trace | `init`, `id`, `trigger`, `type`, `location`, `fields` |
/// | `before`, `after`, `promise_resolve`, `destroy` | trace | the phase, `id` |
/// | a function with `#[traced(err)]` returned an `Err` | error | `failed`, `id`, `type`, `error` |
/// | a function with `#[traced(ret)]` returned | debug | `returned`, `id`, `type`, `return` |
///
/// # Examples
///
/// ```
/// use ah_tracing::Events;
///
/// async_hooks::create_hook(Events::new().types(["DBQuery"])).enable(); // the whole life of these
/// async_hooks::create_hook(Events::returns()).enable(); // `err` and `ret` of traced functions, and nothing else
/// ```
#[derive(Clone, Debug)]
pub struct Events {
    interest: Interest,
    is_life: bool,
}

const LIFE: [Phase; 5] = [
    Phase::Init,
    Phase::Before,
    Phase::After,
    Phase::PromiseResolve,
    Phase::Destroy,
];

impl Events {
    /// Creates the hook, for the whole life of all resources and futures, and for what functions return.
    #[must_use]
    pub fn new() -> Self {
        Self {
            interest: Interest::new().phases(LIFE),
            is_life: true,
        }
    }

    /// Creates the hook for what functions return, and nothing else.
    #[must_use]
    pub fn returns() -> Self {
        Self {
            interest: Interest::new().phases([Phase::After]),
            is_life: false,
        }
    }

    /// Limits the hook to these types.
    #[must_use]
    pub fn types(self, types: impl IntoIterator<Item = &'static str>) -> Self {
        Self {
            interest: self.interest.types(types),
            ..self
        }
    }
}

impl Default for Events {
    fn default() -> Self {
        Self::new()
    }
}

impl AsyncHooks for Events {
    fn init(&self, resource: &Init<'_>) {
        trace!(
            target: "async_hooks",
            id = u64::from(resource.async_id()),
            trigger = u64::from(resource.trigger_async_id()),
            r#type = resource.resource_type(),
            location = resource.location().map(tracing::field::display),
            fields = resource.data::<Fields>().map(tracing::field::display),
            "init"
        );
    }

    fn before(&self, id: AsyncId) {
        trace!(target: "async_hooks", id = u64::from(id), "before");
    }

    fn after(&self, id: AsyncId) {
        write_returned(id);
        if self.is_life {
            trace!(target: "async_hooks", id = u64::from(id), "after");
        }
    }

    fn promise_resolve(&self, id: AsyncId) {
        trace!(target: "async_hooks", id = u64::from(id), "promise_resolve");
    }

    fn destroy(&self, id: AsyncId) {
        trace!(target: "async_hooks", id = u64::from(id), "destroy");
    }

    fn interest(&self) -> Interest {
        self.interest.clone()
    }
}

/// Writes what the current function returned, if that was recorded.
fn write_returned(id: AsyncId) {
    let resource = execution_async_resource();
    let returned = resource.extensions().get::<Returned>();
    let (id, ty) = (u64::from(id), resource.resource_type());
    match returned.as_deref() {
        Some(Returned::Error(error)) => {
            error!(target: "async_hooks", id, r#type = ty, error, "failed");
        }
        Some(Returned::Value(value)) => {
            debug!(target: "async_hooks", id, r#type = ty, r#return = value, "returned");
        }
        _ => (),
    }
}
