//! The guard of a store.

use std::marker::PhantomData;

use ah_core::frame::{GuardEntry, leave_guard};

/// Keeps a store current until it is dropped: see [`AsyncLocalStorage::with_scope`](crate::AsyncLocalStorage::with_scope).
///
/// One that is forgotten keeps its store for ever.
///
/// It belongs to the thread that created it:
///
/// ```compile_fail,E0277
/// # use ah_storage as async_hooks;
/// fn send<T: Send>(_: T) {}
/// # static REQUEST_ID: async_hooks::AsyncLocalStorage<u64> = async_hooks::AsyncLocalStorage::new();
/// send(REQUEST_ID.with_scope(7));
/// ```
#[must_use = "the store is current until the guard is dropped"]
#[derive(Debug)]
pub struct ScopeGuard {
    _not_send: PhantomData<AGuardStaysOnItsThread>, // the first reason that the compiler gives
    /// `None` once `drop` took it.
    entry: Option<GuardEntry>,
}

/// Neither `Send` nor `Sync`, under a name that says so in the compiler's error.
#[derive(Debug)]
struct AGuardStaysOnItsThread {
    _not_send: PhantomData<*const ()>,
}

impl ScopeGuard {
    pub(crate) fn new(entry: GuardEntry) -> Self {
        Self {
            entry: Some(entry),
            _not_send: PhantomData,
        }
    }
}

impl Drop for ScopeGuard {
    fn drop(&mut self) {
        if let Some(entry) = self.entry.take() {
            leave_guard(entry);
        }
    }
}
