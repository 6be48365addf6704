//! What needs no runtime: traced calls, resources created manually, snapshots, bound closures, guards.

use std::sync::Arc;

use async_hooks::{AsyncLocalStorage, AsyncResource, prelude::*};

use super::{LOCALE, REQUEST, TRANSACTION, USER, check};

/// The type of most resources created manually.
pub(crate) const QUERY: &str = "QUERY";

#[async_hooks::traced]
async fn level(number: u64, depth: u32) -> u32 {
    check(number);
    tokio::task::yield_now().await;
    if depth == 0 {
        return 0;
    }
    1 + Box::pin(level(number, depth - 1)).await
}

pub(super) async fn traced(number: u64) {
    assert_eq!(level(number, 4).await, 4);
    let (left, right) = tokio::join!(level(number, 1), level(number, 2).traced("BRANCH"));
    assert_eq!(left + right, 3);
    drop(level(number, 1)); // never polled
}

pub(super) async fn manual_resource(number: u64) {
    let query = AsyncResource::new(QUERY);
    let row = AsyncResource::builder("ROW")
        .trigger_async_id(query.async_id())
        .manual_destroy()
        .build()
        .expect("a type that is not empty");
    query.run_in_async_scope(|| {
        check(number);
        row.run_in_async_scope(|| assert_eq!(async_hooks::trigger_async_id(), query.async_id()));
    });
    query
        .scope(async {
            REQUEST.enter_with(number + 1); // gone at the next entry of the resource
            tokio::task::yield_now().await;
        })
        .await;
    query.run_in_async_scope(|| check(number));
    let on_row = async_hooks::bind!(query, move |more: u64| REQUEST
        .get()
        .map(|number| number + more));
    query.emit_destroy().expect("not destroyed yet");
    assert_eq!(on_row(1), Some(number + 1));
    row.emit_destroy().expect("not destroyed yet");
    row.run_in_async_scope(|| check(number)); // entered after its destroy
}

pub(super) async fn bound_and_snapshot(number: u64) {
    let snapshot = async_hooks::snapshot();
    let bound = async_hooks::bind(move || check(number));
    async_hooks::detached(|| assert_eq!(REQUEST.get(), None));
    REQUEST.run(number + 1, || {
        bound();
        snapshot.run(|| check(number));
    });
    let inside = async {
        tokio::task::yield_now().await;
        check(number);
    };
    REQUEST.scope(number + 1, snapshot.scope(inside)).await;
    let transaction = TRANSACTION.run(number, || async_hooks::bind(|| TRANSACTION.get()));
    assert_eq!(transaction(), None, "not for what is run later");
}

/// Enters a value in the present execution, for a hook to do.
pub(crate) fn enter_something() {
    LOCALE.enter_with("xx");
}

pub(super) async fn guards_and_entering(number: u64) {
    {
        let _outer = REQUEST.with_scope(number + 1);
        let _inner = REQUEST.with_scope(number + 2);
        assert_eq!(REQUEST.get(), Some(number + 2));
        USER.exit(|| assert!(USER.get().is_none()));
    }
    check(number);
    USER.enter_with("entered".into()); // until the end of this scope
    for locale in ["de", "fr"] {
        LOCALE.enter_with(locale);
        tokio::task::yield_now().await;
        assert_eq!(LOCALE.get(), Some(locale));
    }
    let exited = LOCALE.exit_scope(async {
        tokio::task::yield_now().await;
        LOCALE.get()
    });
    assert_eq!(exited.await, None);
}

pub(super) async fn storage_of_its_own(number: u64) {
    let storage: AsyncLocalStorage<Vec<u64>> = AsyncLocalStorage::new();
    for _ in 0..10 {
        storage.enter_with(vec![number]);
        assert_eq!(storage.with(|store| store.map(Vec::len)), Some(1));
        storage.disable();
        assert_eq!(storage.get(), None);
    }
    storage
        .scope(vec![number], async {
            tokio::task::yield_now().await;
            check(number);
        })
        .await;
}

pub(super) async fn ids_and_extensions(number: u64) {
    let value = Arc::new(number);
    let query = AsyncResource::new(QUERY);
    query.run_in_async_scope(|| {
        let extensions = async_hooks::execution_async_resource();
        extensions.extensions().insert(value.clone());
        let child = async_hooks::default_trigger_async_id_scope(query.async_id(), || {
            AsyncResource::new("CHILD")
        });
        assert_eq!(child.trigger_async_id(), query.async_id());
    });
    let kept = query.handle().extensions().get::<Arc<u64>>();
    assert_eq!(kept.as_deref(), Some(&value));
    drop(query);
    drop(kept);
    let thread_free = async move { check(number) }.in_current_context();
    async_hooks::detached(|| futures::executor::block_on(thread_free));
}
