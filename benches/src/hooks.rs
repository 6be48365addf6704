//! Hooks that count what they receive.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use async_hooks::{AsyncHook, AsyncHooks, AsyncId, Init, Interest, Phase};

/// Counts events of the phases it was created for.
struct Counting {
    phases: &'static [Phase],
    counts: [AtomicU64; 5],
}

/// All that a hook can listen to.
pub(crate) const ALL: &[Phase] = &[
    Phase::Init,
    Phase::Before,
    Phase::After,
    Phase::PromiseResolve,
    Phase::Destroy,
];

impl Counting {
    fn count(&self, index: usize) {
        self.counts[index].fetch_add(1, Relaxed);
    }
}

impl AsyncHooks for Counting {
    fn init(&self, _: &Init<'_>) {
        self.count(0);
    }
    fn before(&self, _: AsyncId) {
        self.count(1);
    }
    fn after(&self, _: AsyncId) {
        self.count(2);
    }
    fn promise_resolve(&self, _: AsyncId) {
        self.count(3);
    }
    fn destroy(&self, _: AsyncId) {
        self.count(4);
    }
    fn interest(&self) -> Interest {
        Interest::new().phases(self.phases.iter().copied())
    }
}

/// Does nothing in any phase.
struct Empty;

impl AsyncHooks for Empty {}

/// Enables a hook with five callbacks that do nothing.
pub(crate) fn empty() -> Enabled {
    let hook = async_hooks::create_hook(Empty);
    hook.enable();
    Enabled(vec![hook])
}

/// Hooks that are enabled until this is dropped.
pub(crate) struct Enabled(Vec<AsyncHook>);

/// Enables so many hooks for these phases.
pub(crate) fn counting(phases: &'static [Phase], hooks: usize) -> Enabled {
    let enabled = |_| {
        let hook = async_hooks::create_hook(Counting {
            phases,
            counts: Default::default(),
        });
        hook.enable();
        hook
    };
    Enabled((0..hooks).map(enabled).collect())
}

impl Drop for Enabled {
    fn drop(&mut self) {
        for hook in &self.0 {
            hook.disable();
        }
    }
}
