//! What users keep with a resource.

use std::{
    any::{Any, TypeId},
    collections::HashMap,
    fmt,
    ops::Deref,
    sync::{Arc, PoisonError, atomic::Ordering::Relaxed},
};

use crate::{
    context::contained::drop_contained,
    id::AsyncId,
    sync::{AtomicUsize, Mutex},
};

type Value = Arc<dyn Any + Send + Sync>;
type Values = HashMap<TypeId, Value>;

/// How many resources have extensions, over all environments: looked at whenever one is destroyed.
static EXTENDED: AtomicUsize = AtomicUsize::new(0);

/// Returns `true` if any resource has extensions.
#[inline]
pub(crate) fn any() -> bool {
    EXTENDED.load(Relaxed) != 0
}

/// The extensions of all resources of one environment that have any.
pub(crate) struct Table(Mutex<Option<HashMap<AsyncId, Values>>>);

impl Table {
    const fn new() -> Self {
        Self(Mutex::new(None))
    }

    /// Drops what is kept with a resource that is destroyed.
    pub(crate) fn forget(&self, id: AsyncId) {
        if any() {
            // outside of the lock: they are the user's. Contained: the destroy is still to be delivered
            drop_each(self.with(|all| all.remove(&id)));
        }
    }

    /// `f` must not call or drop anything of the user's.
    fn with<R>(&self, f: impl FnOnce(&mut HashMap<AsyncId, Values>) -> R) -> R {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let all = all.get_or_insert_default();
        let before = all.len();
        let result = f(all);
        EXTENDED.fetch_add(all.len().wrapping_sub(before), Relaxed); // wraps for a removal
        result
    }
}

/// The table of one environment.
#[derive(Clone)]
pub(crate) struct TableOf(Option<Arc<Table>>);

impl TableOf {
    /// The global environment's.
    pub(crate) const GLOBAL: Self = Self(None);

    pub(crate) fn new() -> Self {
        Self(Some(Arc::new(Table::new())))
    }

    /// Returns `true` if both are handles to the tables of one environment.
    pub(crate) fn is(&self, other: &Self) -> bool {
        std::ptr::eq(&raw const **self, &raw const **other)
    }
}

impl Deref for TableOf {
    type Target = Table;

    fn deref(&self) -> &Table {
        static GLOBAL: Table = Table::new();
        self.0.as_deref().unwrap_or(&GLOBAL)
    }
}

impl Drop for Table {
    fn drop(&mut self) {
        let all = self.0.get_mut().unwrap_or_else(PoisonError::into_inner);
        let all = all.take().unwrap_or_default();
        EXTENDED.fetch_sub(all.len(), Relaxed);
        drop_each(all.into_values());
    }
}

/// Each on its own: one that panics leaves the others to be dropped.
fn drop_each(of_resources: impl IntoIterator<Item = Values>) {
    let values = of_resources.into_iter().flat_map(Values::into_values);
    values.for_each(drop_contained);
}

/// Values of any type kept with one resource, one of each type, until the resource is destroyed.
///
/// They are shared: what a hook leaves here in `init` is found by whoever runs in the resource's scope, on any thread.
/// Values left after the destroy, and those of the root, stay until they are removed or the environment is dropped.
///
/// # Examples
///
/// ```
/// # use ah_core as async_hooks;
/// struct Started(std::time::Instant);
///
/// let resource = async_hooks::AsyncResource::new("DBQuery");
/// resource.run_in_async_scope(|| {
///     async_hooks::execution_async_resource().extensions().insert(Started(std::time::Instant::now()));
/// });
/// assert!(resource.handle().extensions().get::<Started>().is_some());
/// ```
#[derive(Clone)]
pub struct Extensions {
    pub(crate) table: TableOf,
    pub(crate) id: AsyncId,
}

impl Extensions {
    fn with<R>(&self, f: impl FnOnce(&mut HashMap<AsyncId, Values>) -> R) -> R {
        self.table.with(f)
    }

    /// Inserts a value, and returns the one of this type that was there.
    pub fn insert<T: Send + Sync + 'static>(&self, value: T) -> Option<Arc<T>> {
        let value: Value = Arc::new(value);
        let old = self.with(|all| {
            all.entry(self.id)
                .or_default()
                .insert(TypeId::of::<T>(), value)
        });
        old.and_then(|old| old.downcast().ok())
    }

    /// Returns the value of this type.
    #[must_use]
    pub fn get<T: Send + Sync + 'static>(&self) -> Option<Arc<T>> {
        let found = self.with(|all| all.get(&self.id)?.get(&TypeId::of::<T>()).cloned());
        found.and_then(|found| found.downcast().ok())
    }

    /// Removes the value of this type, and returns it.
    pub fn remove<T: Send + Sync + 'static>(&self) -> Option<Arc<T>> {
        let removed = self.with(|all| {
            let values = all.get_mut(&self.id)?;
            let removed = values.remove(&TypeId::of::<T>());
            if values.is_empty() {
                all.remove(&self.id);
            }
            removed
        });
        removed.and_then(|removed| removed.downcast().ok())
    }
}

impl fmt::Debug for Extensions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Extensions")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}
