//! Builders of runtimes.

use std::{fmt, io, sync::Arc, time::Duration};

use ah_core::embedder;
use tokio::runtime::LocalOptions;

use super::{LocalRuntime, Runtime};
#[cfg(tokio_unstable)]
use crate::TaskCallbacks;

type Callback = Arc<dyn Fn() + Send + Sync>;

/// Builds a runtime, as [`tokio::runtime::Builder`].
///
/// With `--cfg tokio_unstable` the runtime is instrumented, as by `ah_tokio::instrument`. Callbacks for tokio's task hooks
/// that are set here are called, too.
///
/// What this one lacks is set on [tokio's](Self::get_mut).
///
/// # Examples
///
/// ```
/// use ah_tokio as tokio;
///
/// let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
/// let id = runtime.block_on(async { tokio::spawn(async { async_hooks::execution_async_id() }).await })?;
/// assert_ne!(id, async_hooks::AsyncId::ROOT);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Builder {
    builder: tokio::runtime::Builder,
    on_thread_start: Option<Callback>,
    #[cfg(tokio_unstable)]
    callbacks: TaskCallbacks,
}

/// Methods that are tokio's.
macro_rules! forward {
    ($($(#[$attribute:meta])* $name:ident $(<$($parameter:ident: [$($bound:tt)+]),+>)? ($($argument:ident: $type:ty),*);)*) => {
        $(
            #[doc = concat!("As [`tokio::runtime::Builder::", stringify!($name), "`].")]
            $(#[$attribute])*
            #[track_caller]
            pub fn $name $(<$($parameter),+>)? (&mut self, $($argument: $type),*) -> &mut Self
            $(where $($parameter: $($bound)+),+)?
            {
                self.builder.$name($($argument),*);
                self
            }
        )*
    };
}

impl Builder {
    /// As [`tokio::runtime::Builder::new_current_thread`].
    #[must_use]
    pub fn new_current_thread() -> Self {
        Self::of(tokio::runtime::Builder::new_current_thread())
    }

    /// As [`tokio::runtime::Builder::new_multi_thread`].
    #[cfg(feature = "rt-multi-thread")]
    #[must_use]
    pub fn new_multi_thread() -> Self {
        Self::of(tokio::runtime::Builder::new_multi_thread())
    }

    fn of(builder: tokio::runtime::Builder) -> Self {
        Self {
            builder,
            on_thread_start: None,
            #[cfg(tokio_unstable)]
            callbacks: TaskCallbacks::new(),
        }
    }

    forward! {
        enable_all();
        #[cfg(any(feature = "net", feature = "process", feature = "signal"))]
        enable_io();
        #[cfg(any(feature = "net", feature = "process", feature = "signal"))]
        max_io_events_per_tick(capacity: usize);
        #[cfg(any(feature = "net", feature = "process", feature = "signal"))]
        max_io_events_per_busy_tick(capacity: usize);
        #[cfg(feature = "time")]
        enable_time();
        #[cfg(feature = "test-util")]
        start_paused(start_paused: bool);
        worker_threads(val: usize);
        max_blocking_threads(val: usize);
        name(val: impl Into<String>);
        thread_name(val: impl Into<String>);
        thread_name_fn<F: [Fn() -> String + Send + Sync + 'static]>(f: F);
        thread_stack_size(val: usize);
        thread_keep_alive(duration: Duration);
        on_thread_stop<F: [Fn() + Send + Sync + 'static]>(f: F);
        on_thread_park<F: [Fn() + Send + Sync + 'static]>(f: F);
        on_thread_unpark<F: [Fn() + Send + Sync + 'static]>(f: F);
        global_queue_interval(val: u32);
        event_interval(val: u32);
        #[cfg(tokio_unstable)]
        unhandled_panic(behavior: super::UnhandledPanic);
        #[cfg(tokio_unstable)]
        disable_lifo_slot();
        #[cfg(tokio_unstable)]
        rng_seed(seed: super::RngSeed);
        #[cfg(all(tokio_unstable, feature = "time", feature = "rt-multi-thread"))]
        enable_alt_timer();
        #[cfg(all(tokio_unstable, feature = "rt-multi-thread"))]
        enable_eager_driver_handoff();
        #[cfg(tokio_unstable)]
        enable_sharded_blocking_queue();
        #[cfg(all(tokio_unstable, feature = "fs", feature = "io-uring", target_os = "linux"))]
        enable_io_uring();
    }

    #[cfg(tokio_unstable)]
    forward! {
        enable_metrics_poll_time_histogram();
        #[expect(deprecated, reason = "tokio has it")]
        #[deprecated(note = "use `enable_metrics_poll_time_histogram`")]
        enable_metrics_poll_count_histogram();
        #[expect(deprecated, reason = "tokio has it")]
        #[deprecated(note = "use `metrics_poll_time_histogram_configuration`")]
        metrics_poll_count_histogram_scale(histogram_scale: super::HistogramScale);
        metrics_poll_time_histogram_configuration(configuration: super::HistogramConfiguration);
        #[expect(deprecated, reason = "tokio has it")]
        #[deprecated(note = "use `metrics_poll_time_histogram_configuration`")]
        metrics_poll_count_histogram_resolution(resolution: Duration);
        #[expect(deprecated, reason = "tokio has it")]
        #[deprecated(note = "use `metrics_poll_time_histogram_configuration`")]
        metrics_poll_count_histogram_buckets(buckets: usize);
        #[cfg(feature = "schedule-latency")]
        track_task_schedule_latency();
        #[cfg(feature = "schedule-latency")]
        enable_metrics_schedule_latency_histogram();
        #[cfg(feature = "schedule-latency")]
        metrics_schedule_latency_histogram_configuration(configuration: super::HistogramConfiguration);
    }

    /// As [`tokio::runtime::Builder::on_thread_start`]. The thread is an idle worker by then: its execution id is 0.
    pub fn on_thread_start<F>(&mut self, f: F) -> &mut Self
    where
        F: Fn() + Send + Sync + 'static,
    {
        self.on_thread_start = Some(Arc::new(f));
        self
    }

    /// Returns tokio's, for what this one lacks. Do not set the start callback of threads there, nor those of task hooks.
    pub fn get_mut(&mut self) -> &mut tokio::runtime::Builder {
        &mut self.builder
    }

    /// As [`tokio::runtime::Builder::build`].
    ///
    /// # Errors
    ///
    /// As tokio's.
    pub fn build(&mut self) -> io::Result<Runtime> {
        self.prepare();
        self.builder.build().map(Runtime::from_tokio)
    }

    /// As [`tokio::runtime::Builder::build_local`].
    ///
    /// # Errors
    ///
    /// As tokio's.
    pub fn build_local(&mut self, options: LocalOptions) -> io::Result<LocalRuntime> {
        self.prepare();
        self.builder
            .build_local(options)
            .map(LocalRuntime::from_tokio)
    }

    fn prepare(&mut self) {
        let on_start = self.on_thread_start.clone();
        self.builder.on_thread_start(move || {
            embedder::set_worker_thread();
            on_start.iter().for_each(|on_start| on_start());
        });
        #[cfg(tokio_unstable)]
        crate::instrument(&mut self.builder, self.callbacks.clone());
    }
}

/// Callbacks for the task hooks: see [`TaskCallbacks`] for the context that they are called in.
#[cfg(tokio_unstable)]
impl Builder {
    /// As [`tokio::runtime::Builder::on_task_spawn`].
    pub fn on_task_spawn<F>(&mut self, f: F) -> &mut Self
    where
        F: Fn(&super::TaskMeta<'_>) + Send + Sync + 'static,
    {
        self.set(|callbacks| callbacks.on_task_spawn(f))
    }

    /// As [`tokio::runtime::Builder::on_before_task_poll`].
    pub fn on_before_task_poll<F>(&mut self, f: F) -> &mut Self
    where
        F: Fn(&super::TaskMeta<'_>) + Send + Sync + 'static,
    {
        self.set(|callbacks| callbacks.on_before_task_poll(f))
    }

    /// As [`tokio::runtime::Builder::on_after_task_poll`].
    pub fn on_after_task_poll<F>(&mut self, f: F) -> &mut Self
    where
        F: Fn(&super::TaskMeta<'_>) + Send + Sync + 'static,
    {
        self.set(|callbacks| callbacks.on_after_task_poll(f))
    }

    /// As [`tokio::runtime::Builder::on_task_terminate`].
    pub fn on_task_terminate<F>(&mut self, f: F) -> &mut Self
    where
        F: Fn(&super::TaskMeta<'_>) + Send + Sync + 'static,
    {
        self.set(|callbacks| callbacks.on_task_terminate(f))
    }

    fn set(&mut self, change: impl FnOnce(TaskCallbacks) -> TaskCallbacks) -> &mut Self {
        self.callbacks = change(std::mem::take(&mut self.callbacks));
        self
    }
}

impl fmt::Debug for Builder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.builder.fmt(f)
    }
}
