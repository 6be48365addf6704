#![doc = include_str!("../README.md")]

pub use ah_core::{
    AlreadyDestroyed, AsyncHook, AsyncHooks, AsyncId, AsyncResource, AsyncResourceBuilder,
    ContextFutureExt, ContextSinkExt, ContextStreamExt, EngineError, Env, EnvScope, Extensions,
    Framed, HookPanic, Hooks, HooksBuilder, Init, Interest, PanicPolicy, Phase, Propagating,
    ResourceError, ResourceHandle, ResourceScope, RunOutput, TASK, Task, Traced, UnbalancedScope,
    Value, async_wrap_providers, create_hook, default_trigger_async_id_scope, embedder,
    execution_async_id, execution_async_resource, flush_destroys, hooks_enabled, prelude,
    promise_hooks, providers, set_error_sink, set_panic_policy, thread, trigger_async_id,
};
pub use ah_storage::{
    AsyncLocalStorage, AsyncLocalStorageBuilder, BOUND_ANONYMOUS_FN, Inherit, ScopeGuard, Snapshot,
    Store, bind, detached, snapshot,
};
