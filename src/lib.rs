#![doc = include_str!("../README.md")]

pub use ah_core::{
    AlreadyDestroyed, AsyncHook, AsyncHooks, AsyncId, AsyncIdError, AsyncResource,
    AsyncResourceBuilder, BridgePanic, ContextExt, DropPanic, EngineError, Env, EnvScope,
    Extensions, FieldValue, Fields, Framed, HookError, HookPanic, Hooks, HooksBuilder, Init,
    Interest, PanicPolicy, Phase, Propagating, Resource, ResourceError, ResourceHandle, ResourceOf,
    ResourceScope, Returned, RunOutput, Stats, TASK, Task, Traced, UnbalancedScope, Value,
    async_wrap_providers, bridge, create_hook, default_trigger_async_id_scope, embedder,
    execution_async_id, execution_async_resource, flush_destroys, hooks_enabled, prelude,
    promise_hooks, providers, set_error_sink, set_panic_policy, stats, thread, trigger_async_id,
    try_create_hook,
};
#[doc = include_str!("async_resource.md")]
pub use ah_macros::async_resource;
/// Runs a test in an environment of its own: its ids start at 2, and its hooks receive the events of no other test.
///
/// On a function, or on an `async fn`, which is polled on the test's thread until it is ready. With `tokio`, or
/// `tokio(…)` and the arguments of `#[tokio::test]`, it runs on that runtime; `crate = path` says where this crate is.
///
/// # Examples
///
/// ```
/// #[async_hooks::test]
/// async fn finds_a_row() {
///     let query = async_hooks::AsyncResource::new("DBQuery");
///     assert_eq!(query.async_id(), 2);
/// }
///
/// #[async_hooks::test(tokio(flavor = "multi_thread"))]
/// async fn finds_a_row_on_tokio() -> Result<(), std::io::Error> {
///     tokio::task::yield_now().await;
///     Ok(())
/// }
/// # fn main() {}
/// ```
pub use ah_macros::test;
#[doc = include_str!("traced.md")]
pub use ah_macros::traced;
pub use ah_storage::{
    AsyncLocalStorage, AsyncLocalStorageBuilder, BOUND_ANONYMOUS_FN, Inherit, MessageScope,
    ScopeGuard, Snapshot, SnapshotScope, Store, WithContext, bind, detached, snapshot,
};

/// What generated code calls.
#[doc(hidden)]
pub mod __private;
