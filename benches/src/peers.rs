//! What peers need once in a process.

use std::sync::Once;

use dcontext::{RegistryBuilder, ScopeGuard};
use fastrace::{
    Span,
    collector::{Config, Reporter, SpanRecord},
    prelude::SpanContext,
};

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
