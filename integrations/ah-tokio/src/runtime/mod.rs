//! Runtimes whose threads and tasks carry context: tokio's module, with the same names.
//!
//! Worker threads are in no scope: outside of tasks their execution id is 0. `block_on` runs its future where it is
//! called, with the stores that are current there; tasks that the same thread polls meanwhile see nothing of them.
//!
//! With `--cfg tokio_unstable` a [`Builder`] instruments its runtime: every task carries its context, other crates' too.
//! See `ah_tokio::instrument`.

mod builder;
mod handle;
mod local_runtime;
#[expect(
    clippy::module_inception,
    reason = "the file is named for the one type in it, as in tokio"
)]
mod runtime;

pub use builder::Builder;
pub use handle::Handle;
pub use local_runtime::LocalRuntime;
pub use runtime::Runtime;
#[cfg(all(
    tokio_unstable,
    feature = "taskdump",
    target_os = "linux",
    any(
        target_arch = "aarch64",
        target_arch = "x86",
        target_arch = "x86_64",
        target_arch = "s390x"
    )
))]
#[doc(no_inline)]
pub use tokio::runtime::{Dump, dump};
#[doc(no_inline)]
pub use tokio::runtime::{
    EnterGuard, Id, LocalOptions, RuntimeFlavor, RuntimeMetrics, TryCurrentError,
    is_rt_shutdown_err, worker_index,
};
#[cfg(tokio_unstable)]
#[doc(no_inline)]
pub use tokio::runtime::{
    HistogramConfiguration, HistogramScale, InvalidHistogramConfiguration, LogHistogram,
    LogHistogramBuilder, RngSeed, TaskMeta, UnhandledPanic,
};
