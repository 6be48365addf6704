//! The engine of [`async_hooks`](https://docs.rs/async-hooks): ids, frames, environments, hooks, resources and future wrappers.
//!
//! Use the facade `async-hooks`, which re-exports this crate. Floors, from the ground up; a file imports from the file that
//! defines, on its own floor or one below:
//!
//! | floor | modules |
//! |---|---|
//! | 1 | `id`, `event`, `counters`, `providers`, `run_output`, `sync` |
//! | 2 | `report`, `error`, `probe`, `bridge` |
//! | 3 | `frame`, `identity` |
//! | 4 | `hook`, `context`, `subject`, `wake` |
//! | 5 | `environment` |
//! | 6 | `engine`, `async_hook`, `promise_hooks`, `execution`, `stats` |
//! | 7 | `resource`, `future`, `task`, `env` |
//! | 8 | `embedder`, `thread`, `traced_fn`, `prelude` |

mod async_hook;
pub mod bridge;
mod context;
mod counters;
pub mod embedder;
mod engine;
mod env;
mod environment;
mod error;
mod event;
mod execution;
#[doc(hidden)]
pub mod frame;
mod future;
mod hook;
mod id;
mod identity;
#[cfg(all(test, ah_loom))]
mod models;
pub mod prelude;
pub mod probe;
pub mod promise_hooks;
pub mod providers;
mod report;
mod resource;
mod run_output;
#[cfg(all(test, ah_shuttle))]
mod scenarios;
pub mod stats;
mod subject;
#[cfg(not(any(ah_loom, ah_shuttle)))]
mod sync;
#[cfg(any(ah_loom, ah_shuttle))]
#[doc(hidden)]
pub mod sync;
mod task;
pub mod thread;
#[doc(hidden)]
pub mod traced_fn;
mod unwind_safe;
mod wake;

pub use async_hook::{AsyncHook, create_hook, hooks_enabled, try_create_hook};
pub use context::contained::set_error_sink;
pub use engine::destroy_queue::flush_destroys;
pub use env::{Env, EnvScope};
pub use error::{AlreadyDestroyed, HookError, ResourceError, UnbalancedScope};
pub use event::phase::Phase;
pub use execution::{
    default_trigger_async_id_scope, execution_async_id, execution_async_resource, trigger_async_id,
};
pub use frame::Framed;
pub use future::ext::ContextExt;
pub use future::traced::Traced;
pub use hook::{
    builder::{Hooks, HooksBuilder},
    callbacks::AsyncHooks,
    init::Init,
    interest::Interest,
};
pub use id::{AsyncId, AsyncIdError};
pub use providers::{TASK, async_wrap_providers};
pub use report::errors::{BridgePanic, DropPanic, EngineError, HookPanic};
pub use report::policy::{PanicPolicy, set_panic_policy};
pub use resource::async_resource::{AsyncResource, AsyncResourceBuilder, ResourceScope};
pub use resource::field::{Resource, ResourceOf};
pub use resource::fields::{FieldValue, Fields, Returned};
pub use run_output::{RunOutput, Value};
pub use stats::{Stats, stats};
pub use subject::extensions::Extensions;
pub use subject::handle::ResourceHandle;
pub use task::spawned::{Propagating, Task};

#[doc(hidden)]
pub use resource::async_resource::Bound;
#[doc(hidden)]
pub use resource::field::{MakeResource, ResourceField, make_resource, scope_of};
#[doc(hidden)]
pub use resource::fields::Field;
#[doc(hidden)]
pub use resource::guard::ResourceGuard;
#[doc(hidden)]
pub use run_output::AValueNotAFuture;
#[doc(hidden)]
pub use task::block_on::block_on;
