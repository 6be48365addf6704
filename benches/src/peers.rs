//! What peers need once in a process.

use std::sync::{
    Once, OnceLock,
    atomic::{AtomicU64, Ordering::Relaxed},
};

use dcontext::{RegistryBuilder, ScopeGuard};
use fastrace::{
    Span,
    collector::{Config, Reporter, SpanRecord},
    prelude::SpanContext,
};
use tracing::{
    Dispatch, Subscriber,
    span::{Attributes, Id},
};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt as _};

/// The name of dcontext's variable.
pub(crate) const DCONTEXT: &str = "value";

/// A scope of dcontext in which its variable is set.
pub(crate) fn dcontext_scope() -> ScopeGuard {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let mut builder = RegistryBuilder::new();
        builder.register_with::<u64>(DCONTEXT, |options| options.cached());
        dcontext::initialize(builder);
    });
    let scope = dcontext::push_scope("scope");
    dcontext::set_context_variable(DCONTEXT, 7_u64);
    scope
}

/// From now on, tracing has a bare registry. There is no way back: such rows come last.
pub(crate) fn tracing_registry() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        tracing::subscriber::set_global_default(tracing_subscriber::registry())
            .expect("nobody else sets one");
    });
}

/// Counts what happens to spans, as the counting hook does to futures.
#[derive(Default)]
struct Counting([AtomicU64; 4]);

impl Counting {
    fn count(&self, index: usize) {
        self.0[index].fetch_add(1, Relaxed);
    }
}

impl<S: Subscriber> Layer<S> for Counting {
    fn on_new_span(&self, _: &Attributes<'_>, _: &Id, _: Context<'_, S>) {
        self.count(0);
    }
    fn on_enter(&self, _: &Id, _: Context<'_, S>) {
        self.count(1);
    }
    fn on_exit(&self, _: &Id, _: Context<'_, S>) {
        self.count(2);
    }
    fn on_close(&self, _: Id, _: Context<'_, S>) {
        self.count(3);
    }
}

/// Runs `f` where tracing has a registry with a layer that counts, on this thread alone.
pub(crate) fn with_counting_layer<R>(f: impl FnOnce() -> R) -> R {
    static WITH_LAYER: OnceLock<Dispatch> = OnceLock::new();
    let new = || Dispatch::new(tracing_subscriber::registry().with(Counting::default()));
    tracing::dispatcher::with_default(WITH_LAYER.get_or_init(new), f)
}

/// A span of fastrace whose children are collected, and thrown away.
pub(crate) fn fastrace_root() -> Span {
    struct Discard;
    impl Reporter for Discard {
        fn report(&mut self, _: Vec<SpanRecord>) {}
    }
    static ONCE: Once = Once::new();
    ONCE.call_once(|| fastrace::set_reporter(Discard, Config::default()));
    Span::root("root", SpanContext::random())
}
