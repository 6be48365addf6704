//! The storage, and who holds its stores.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError, Weak},
    time::Duration,
};

use async_hooks::AsyncLocalStorage;

static REQUEST_ID: AsyncLocalStorage<Arc<u64>> = AsyncLocalStorage::new();
static STORES: Mutex<Vec<Weak<u64>>> = Mutex::new(Vec::new());

fn stores() -> MutexGuard<'static, Vec<Weak<u64>>> {
    STORES.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The id that is current here.
pub(crate) fn seen() -> Option<u64> {
    REQUEST_ID.with(|id| id.map(|id| **id))
}

/// The id that a task and a task of that task see, which are both spawned by tokio itself.
pub(crate) async fn seen_by_a_task() -> Option<u64> {
    let task = tokio::spawn(async {
        let first = seen();
        tokio::task::yield_now().await;
        let child = tokio::spawn(async { seen() }).await.unwrap();
        assert_eq!((seen(), child), (first, first));
        first
    });
    task.await.unwrap()
}

/// Runs a future with an id, if there is one.
pub(crate) async fn with_id<F: Future>(id: Option<u64>, future: F) -> F::Output {
    let Some(id) = id else {
        return future.await;
    };
    let store = Arc::new(id);
    stores().push(Arc::downgrade(&store));
    REQUEST_ID.scope(store, future).await
}

/// The ids that anything holds.
pub(crate) fn held() -> Vec<u64> {
    let mut stores = stores();
    stores.retain(|store| store.strong_count() > 0);
    let held = stores.iter().filter_map(Weak::upgrade);
    held.map(|id| *id).collect()
}

/// Waits until these are the ids that anything holds: what is over lets go of its own a little later, on its thread.
pub(crate) async fn only_held_are(expected: &[u64]) {
    let wait = async {
        while held() != expected {
            tokio::task::yield_now().await;
        }
    };
    let waited = tokio::time::timeout(Duration::from_secs(60), wait).await;
    assert!(waited.is_ok(), "{:?} are held, not {expected:?}", held());
}
