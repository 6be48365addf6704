//! What runs on this thread, and what caused it: the look-ups.

use crate::{
    context::current,
    environment::world::Environment,
    id::AsyncId,
    run_output::{AValueNotAFuture, RunOutput},
    subject::handle::ResourceHandle,
};

/// Returns the id of the innermost resource or announced future that runs on this thread.
///
/// [`AsyncId::ROOT`] outside of any scope; [`AsyncId::NONE`] in destroy callbacks and on an embedder's idle workers.
#[doc(alias = "executionAsyncId")]
#[inline]
#[must_use]
pub fn execution_async_id() -> AsyncId {
    current::current().id()
}

/// Returns the id of the resource that caused the one that runs on this thread.
#[doc(alias = "triggerAsyncId")]
#[inline]
#[must_use]
pub fn trigger_async_id() -> AsyncId {
    current::current().trigger()
}

/// Returns a handle to the resource that runs on this thread. The root has one, too.
///
/// # Examples
///
/// ```
/// # use ah_core as async_hooks;
/// let resource = async_hooks::AsyncResource::new("DBQuery");
/// let inside = resource.run_in_async_scope(async_hooks::execution_async_resource);
/// assert_eq!(inside.async_id(), resource.async_id());
/// ```
#[doc(alias = "executionAsyncResource")]
#[must_use]
pub fn execution_async_resource() -> ResourceHandle {
    ResourceHandle::new(&current::current(), Environment::current_extensions())
}

/// Runs `f`; what it creates without a trigger of its own is triggered by `id`.
///
/// For code that creates resources on behalf of another one in whose scope it does not run, as an accept loop does for
/// its server. Holds through the scopes of other resources and through polls of futures inside `f`, on this thread, but
/// not across task boundaries.
///
/// # Examples
///
/// ```
/// # use ah_core as async_hooks;
/// let server = async_hooks::AsyncResource::new("TCPSERVERWRAP");
/// let connection =
///     async_hooks::default_trigger_async_id_scope(server.async_id(), || async_hooks::AsyncResource::new("TCPWRAP"));
/// assert_eq!(connection.trigger_async_id(), server.async_id());
/// ```
pub fn default_trigger_async_id_scope<R, AFutureWouldLeaveItsScopeCallThisInsideIt>(
    id: impl Into<AsyncId>,
    f: impl FnOnce() -> R,
) -> R
where
    R: RunOutput<AFutureWouldLeaveItsScopeCallThisInsideIt>,
    AFutureWouldLeaveItsScopeCallThisInsideIt: AValueNotAFuture, // a future: call this in it; a handle: `::<_, async_hooks::Value>`
{
    struct Back(Option<AsyncId>);
    impl Drop for Back {
        fn drop(&mut self) {
            current::replace_default_trigger(self.0);
        }
    }
    let _back = Back(current::replace_default_trigger(Some(id.into())));
    f()
}
