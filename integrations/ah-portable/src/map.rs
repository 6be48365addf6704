//! Stores on their way.

use std::{
    fmt,
    panic::{RefUnwindSafe, UnwindSafe},
};

use ah_core::{AValueNotAFuture, RunOutput};
use serde::{Serialize, Serializer};

use crate::{ContextScope, Portable, listed::Kept};

/// The stores of some storages, by their names: see [`Portable`], which captures and reads them.
///
/// Clones share the stores. `Debug` shows the names alone.
#[derive(Clone)]
pub struct ContextMap {
    portable: Portable,
    stores: Vec<Kept>,
}

/// Stores are shared and never changed: a panic leaves them as they were.
impl UnwindSafe for ContextMap {}
impl RefUnwindSafe for ContextMap {}

impl ContextMap {
    pub(crate) fn of(portable: Portable, stores: Vec<Kept>) -> Self {
        Self { portable, stores }
    }

    pub(crate) fn portable(&self) -> &Portable {
        &self.portable
    }

    pub(crate) fn stores(&self) -> &[Kept] {
        &self.stores
    }

    /// Returns `true` if there is no store.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.stores.is_empty()
    }

    /// Returns the names of the storages that have a store here.
    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        self.stores.iter().map(|store| store.name())
    }

    /// Runs `f` with these stores as the current ones, as one `run` of each storage within the other. Storages that have
    /// none here stay as they are; where they must not, use [`detached`](ah_storage::detached) around it.
    ///
    /// # Examples
    ///
    /// ```
    /// # use ah_portable::Portable;
    /// # use async_hooks::AsyncLocalStorage;
    /// # static TENANT: AsyncLocalStorage<String> = AsyncLocalStorage::builder().name("tenant").shown().build();
    /// # let portable = Portable::new().with(&TENANT);
    /// let map = portable.from_json(br#"{"tenant": "acme"}"#, |refused| eprintln!("{refused}"))?;
    /// let length = map.run(|| TENANT.with(|tenant| tenant.map_or(0, |name| name.len())));
    /// assert_eq!(length, 4);
    /// # Ok::<(), ah_portable::CarrierError>(())
    /// ```
    ///
    /// A closure that returns a future does not compile, because the future would run outside: use
    /// [`scope`](Self::scope).
    ///
    /// ```compile_fail,E0283
    /// # use ah_portable::Portable;
    /// # let map = Portable::new().capture();
    /// map.run(|| async {});
    /// ```
    pub fn run<R, AFutureWouldLeaveItsContextUseScope>(&self, f: impl FnOnce() -> R) -> R
    where
        R: RunOutput<AFutureWouldLeaveItsContextUseScope>,
        AFutureWouldLeaveItsContextUseScope: AValueNotAFuture, // a future: `map.scope(future)`; a handle: `run::<_, async_hooks::Value>(…)`
    {
        let mut f = Some(f);
        let mut result = None;
        self.within(&mut || result = f.take().map(|f| f()));
        result.expect("called once")
    }

    /// Wraps a future so that it runs, and is dropped, with these stores as the current ones, as one `scope` of each
    /// storage within the other.
    ///
    /// # Examples
    ///
    /// ```
    /// # use ah_portable::Portable;
    /// # use async_hooks::AsyncLocalStorage;
    /// # static TENANT: AsyncLocalStorage<String> = AsyncLocalStorage::builder().name("tenant").shown().build();
    /// # let portable = Portable::new().with(&TENANT);
    /// let map = portable.from_json(br#"{"tenant": "acme"}"#, |refused| eprintln!("{refused}"))?;
    /// let tenant = map.scope(async { TENANT.get() });
    /// assert_eq!(futures::executor::block_on(tenant).as_deref(), Some("acme"));
    /// # Ok::<(), ah_portable::CarrierError>(())
    /// ```
    pub fn scope<F: Future>(&self, future: F) -> ContextScope<F> {
        ContextScope::new(self.clone(), future)
    }

    /// Calls `f` once, with these stores as the current ones.
    pub(crate) fn within(&self, f: &mut dyn FnMut()) {
        nest(&self.stores, f);
    }
}

fn nest(stores: &[Kept], f: &mut dyn FnMut()) {
    match stores {
        [] => f(),
        [first, rest @ ..] => first.run(&mut || nest(rest, f)),
    }
}

/// A map from names to stores.
impl Serialize for ContextMap {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(
            self.stores
                .iter()
                .map(|store| (store.name(), store.value())),
        )
    }
}

impl fmt::Debug for ContextMap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.names()).finish()
    }
}
