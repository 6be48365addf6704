//! The bridge for scoped subscribers.

use std::{ptr, thread};

use ah_core::bridge::Bridge;
use tracing::{
    Dispatch,
    dispatcher::{self, DefaultGuard},
};
use tracing_subscriber::Registry;

/// Carries the scoped default subscriber of `tracing` with the work, where it is not the subscriber of the program.
///
/// For tests: what `tracing::subscriber::set_default` or `with_default` sets ends at the first spawn otherwise. It is
/// registered before [`Spans`](crate::Spans). Subscribers without a `tracing_subscriber::Registry` are not
/// distinguished, and not carried.
///
/// # Examples
///
/// ```
/// async_hooks::bridge::register(ah_tracing::Dispatchers::new())?;
/// async_hooks::bridge::register(ah_tracing::Spans)?;
/// # Ok::<(), async_hooks::bridge::RegisterError>(())
/// ```
#[derive(Debug)]
pub struct Dispatchers {
    /// The subscriber of the program, where it is known.
    global: usize,
}

impl Dispatchers {
    /// Creates the bridge. To be called after `set_global_default`, where the program does that.
    #[must_use]
    pub fn new() -> Self {
        // `tracing` names the subscriber of the program nowhere but on a thread that has no other
        let global = thread::spawn(|| dispatcher::get_default(registry)).join();
        Self {
            global: global.unwrap_or_default(),
        }
    }
}

impl Default for Dispatchers {
    fn default() -> Self {
        Self::new()
    }
}

/// Distinguishes subscribers that are alive. 0 for those without a registry.
fn registry(dispatch: &Dispatch) -> usize {
    let registry = dispatch.downcast_ref::<Registry>();
    registry.map_or(0, |registry| ptr::from_ref(registry).addr())
}

impl Bridge for Dispatchers {
    type Value = Dispatch;
    type Saved = Option<DefaultGuard>;

    fn capture(&self) -> Option<Dispatch> {
        let is_scoped = |dispatch: &Dispatch| ![0, self.global].contains(&registry(dispatch));
        dispatcher::get_default(|dispatch| is_scoped(dispatch).then(|| dispatch.clone()))
    }

    fn is_current(&self, value: Option<&Dispatch>) -> bool {
        dispatcher::get_default(registry) == value.map_or(self.global, registry)
    }

    /// Not where it is current already: each scoped subscriber slows all threads down.
    fn install(&self, value: Option<&Dispatch>) -> Option<DefaultGuard> {
        let value = value.filter(|_| !self.is_current(value))?;
        Some(dispatcher::set_default(value))
    }

    fn restore(&self, _value: Option<&Dispatch>, saved: Option<DefaultGuard>) {
        drop(saved);
    }
}
