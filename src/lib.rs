//! Values that follow asynchronous work, events for everything asynchronous, and an inspector that shows both.
//!
//! - A **storage** ([`AsyncLocalStorage`]) holds a value for a stretch of work: a request id, a tenant, a span. Whatever that
//!   work awaits, spawns, binds or sends sees the value, with nobody handing it on.
//! - A **resource** ([`AsyncResource`], [`#[async_resource]`](macro@async_resource), [`#[traced]`](macro@traced)) is something
//!   asynchronous with an id, the id of what caused it, and a life.
//! - A **hook** ([`create_hook`]) receives the events of that life.
//!
//! ```
//! use async_hooks::{AsyncLocalStorage, traced};
//!
//! static REQUEST_ID: AsyncLocalStorage<u64> = AsyncLocalStorage::new();
//!
//! #[traced]
//! async fn charge() -> Option<u64> {
//!     REQUEST_ID.get() // nobody handed it over
//! }
//!
//! #[tokio::main]
//! async fn main() {
//!     let request = async { tokio::spawn(charge()).await };
//!     assert_eq!(REQUEST_ID.scope(7, request).await.ok(), Some(Some(7)));
//!     assert_eq!(REQUEST_ID.get(), None);
//! }
//! ```
//!
//! With no hook enabled and nothing stored, a tracked future takes no id and allocates nothing. The crate depends on no
//! runtime: its wrappers of futures, spawners, threads and closures work on any.
//!
//! # The guide
//!
//! [`guide`] has a page for each thing that a program does with it, from [the first program](guide::getting_started) by
//! [the choice of a carrier](guide::which_tier) to [recipes](guide::cookbook) and [how it works](guide::how_it_works).
//!
//! # Features
//!
//! | feature | brings | costs |
//! |---|---|---|
//! | `macros` (default) | `#[traced]`, `#[async_resource]`, `#[test]` | `syn`, `quote` and `proc-macro2`: most of what there is to compile |
//! | `tokio` | `async_hooks::tokio`, which is `ah-tokio` with `macros` and `rt-multi-thread`; its other features are asked for of `ah-tokio` | tokio |
//! | `off` | attributes that leave functions and methods as they are written, for a program that wants proof that they cost nothing | the attributes' events and captures, in the whole program |
//!
//! # Crates
//!
//! | crate | holds |
//! |---|---|
//! | `async-hooks` | this facade: the only one to depend on for storages, resources, hooks and attributes |
//! | [`ah-tokio`](https://docs.rs/ah-tokio) | tokio with the context carried, its types as they are, and every task by the runtime's hooks |
//! | [`ah-tower`](https://docs.rs/ah-tower) | tower layers for axum, hyper and tonic: request ids, traces and baggage from headers into storages, and on to whoever is called |
//! | [`ah-tracing`](https://docs.rs/ah-tracing) | stores in the lines of `tracing` and `log`; spans that follow the work |
//! | [`ah-opentelemetry`](https://docs.rs/ah-opentelemetry) | OpenTelemetry's context follows the work; resources as spans |
//! | [`ah-inspect`](https://docs.rs/ah-inspect), [`async-hooks-cli`](https://docs.rs/async-hooks-cli), [`ah-console`](https://docs.rs/ah-console) | the inspector, the command `ah` that asks it from outside, and the protocol of tokio-console |
//! | [`ah-w3c`](https://docs.rs/ah-w3c) | readers and writers of W3C Trace Context and Baggage; depends on nothing |
//! | [`ah-portable`](https://docs.rs/ah-portable) | stores of other processes: as V8's format, JSON, baggage and environment variables |
//! | [`ah-v8`](https://docs.rs/ah-v8) | V8's wire format, which Node's processes speak |
//! | [`ah-testing`](https://docs.rs/ah-testing) | a collector that checks the laws of events in tests, and a deterministic executor |
//!
//! # Minimum Rust version
//!
//! Rust 1.85.

#![cfg_attr(docsrs, feature(doc_cfg))]

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
#[cfg(feature = "macros")]
#[doc = include_str!("async_resource.md")]
pub use ah_macros::async_resource;
#[cfg(feature = "macros")]
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
#[cfg(feature = "macros")]
#[doc = include_str!("traced.md")]
pub use ah_macros::traced;
pub use ah_storage::{
    AsyncLocalStorage, AsyncLocalStorageBuilder, BOUND_ANONYMOUS_FN, Inherit, MessageScope,
    ScopeGuard, Snapshot, SnapshotScope, Store, WithContext, bind, detached, snapshot,
};

#[cfg(feature = "tokio")]
#[doc(no_inline)]
pub use ah_tokio as tokio;

#[cfg(any(doc, doctest))]
pub mod guide;

/// What generated code calls.
#[cfg(feature = "macros")]
#[doc(hidden)]
pub mod __private;
