//! What listens to events: the trait, and what a hook asks for.

use super::{init::Init, interest::Interest};
use crate::id::AsyncId;

/// Callbacks for the events of asynchronous resources.
///
/// Each callback runs on the thread where its event happens, inside the operation that caused it; it must be quick, and
/// must not take locks that are held around the creation or drop of resources. A panic in it is contained: see
/// [`set_panic_policy`](crate::set_panic_policy). What a callback creates is suppressed: it is not announced to hooks that
/// did not ask for it with [`Interest::reentrant`]. Stores that a callback enters are dropped when it returns. What went
/// wrong in callbacks is reported after the last one of the event: see [`set_error_sink`](crate::set_error_sink).
///
/// Modelled on Node's [`async_hooks.createHook`](https://nodejs.org/api/async_hooks.html#async_hookscreatehookoptions).
///
/// # Examples
///
/// ```
/// # use ah_core as async_hooks;
/// use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
///
/// #[derive(Default)]
/// struct Live(AtomicUsize);
///
/// impl async_hooks::AsyncHooks for Live {
///     fn init(&self, _: &async_hooks::Init<'_>) {
///         self.0.fetch_add(1, Relaxed);
///     }
///     fn destroy(&self, _: async_hooks::AsyncId) {
///         self.0.fetch_sub(1, Relaxed);
///     }
///     fn interest(&self) -> async_hooks::Interest {
///         async_hooks::Interest::new().phases([async_hooks::Phase::Init, async_hooks::Phase::Destroy])
///     }
/// }
///
/// let hook = async_hooks::create_hook(Live::default());
/// hook.enable();
/// ```
pub trait AsyncHooks: Send + Sync + 'static {
    /// Called when a resource is created, in the context of its creator.
    fn init(&self, resource: &Init<'_>) {
        let _ = resource;
    }

    /// Called when the scope of a resource is entered, within it.
    fn before(&self, id: AsyncId) {
        let _ = id;
    }

    /// Called when the scope of a resource is left, by a panic too, still within it.
    fn after(&self, id: AsyncId) {
        let _ = id;
    }

    /// Called when a tracked future is ready, within its scope.
    fn promise_resolve(&self, id: AsyncId) {
        let _ = id;
    }

    /// Called after a resource was destroyed, later than that: in no scope, with ids 0 and no stores.
    fn destroy(&self, id: AsyncId) {
        let _ = id;
    }

    /// Returns which events are wanted. Read once, when the hook is created.
    fn interest(&self) -> Interest {
        Interest::new()
    }

    /// Names this hook in errors.
    fn name(&self) -> &str {
        std::any::type_name::<Self>()
    }
}
