//! The engine of [`async_hooks`](https://docs.rs/async-hooks): ids, frames, environments, hooks, resources and future wrappers.
//!
//! Use the facade `async-hooks`, which re-exports this crate. From the ground up, and no module uses one that comes later:
//! `sync`, `id`, `counters`, `identity`, `phase`, `outcome`, `run_output`, `error`, `report`, `probe`, `frame`, `context`,
//! `wake`,
//! `contained`, `extensions`, `resource_handle`, `hook`, `published`, `environment`, `policy`, `emission`, `kept_scope`,
//! `destroy`, `life`, and then what users hold: resources,
//! futures, tasks, threads.

mod async_hook;
mod bare_task;
mod block_on;
mod contained;
mod context;
mod counters;
mod destroy;
mod driver;
pub mod embedder;
mod emission;
mod env;
mod environment;
mod error;
mod execution;
mod ext;
mod extensions;
mod fields;
#[doc(hidden)]
pub mod frame;
mod hook;
mod id;
mod identity;
mod kept_scope;
mod life;
#[cfg(all(test, ah_loom))]
mod models;
mod outcome;
mod phase;
mod policy;
mod poll_scope;
pub mod probe;
pub mod promise_hooks;
pub mod providers;
mod published;
mod report;
mod resource;
mod resource_guard;
mod resource_handle;
mod resource_of;
mod run_output;
#[cfg(all(test, ah_shuttle))]
mod scenarios;
pub mod stats;
mod stream;
#[cfg(not(any(ah_loom, ah_shuttle)))]
mod sync;
#[cfg(any(ah_loom, ah_shuttle))]
#[doc(hidden)]
pub mod sync;
mod task;
mod task_context;
mod task_scope;
pub mod thread;
mod traced;
#[doc(hidden)]
pub mod traced_fn;
mod unwind_safe;
mod wake;

pub use async_hook::{AsyncHook, create_hook, hooks_enabled, try_create_hook};
pub use contained::set_error_sink;
pub use destroy::flush_destroys;
pub use env::{Env, EnvScope};
pub use error::{AlreadyDestroyed, HookError, ResourceError, UnbalancedScope};
pub use execution::{
    default_trigger_async_id_scope, execution_async_id, execution_async_resource, trigger_async_id,
};
pub use ext::ContextExt;
pub use extensions::Extensions;
pub use fields::{FieldValue, Fields, Returned};
pub use frame::Framed;
pub use hook::{AsyncHooks, Hooks, HooksBuilder, Init, Interest};
pub use id::{AsyncId, AsyncIdError};
pub use phase::Phase;
pub use policy::{PanicPolicy, set_panic_policy};
pub use providers::{TASK, async_wrap_providers};
pub use report::{DropPanic, EngineError, HookPanic};
pub use resource::{AsyncResource, AsyncResourceBuilder, ResourceScope};
pub use resource_handle::ResourceHandle;
pub use resource_of::{Resource, ResourceOf};
pub use run_output::{RunOutput, Value};
pub use stats::Stats;
pub use task::{Propagating, Task};
pub use traced::Traced;

#[doc(hidden)]
pub use block_on::block_on;
#[doc(hidden)]
pub use fields::Field;
#[doc(hidden)]
pub use resource::Bound;
#[doc(hidden)]
pub use resource_guard::ResourceGuard;
#[doc(hidden)]
pub use resource_of::{MakeResource, ResourceField, make_resource, scope_of};
#[doc(hidden)]
pub use run_output::AValueNotAFuture;

/// Returns what was counted since [`stats::enable`]: see there.
#[must_use]
pub fn stats() -> Stats {
    Stats::now()
}

/// The extension traits, to be imported under no name.
pub mod prelude {
    pub use crate::{ContextExt as _, Resource as _};
}
