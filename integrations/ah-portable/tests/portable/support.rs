//! Storages that the tests share.

use std::sync::LazyLock;

use ah_portable::{ContextMap, Portable, Refused};
use async_hooks::AsyncLocalStorage;

pub(crate) static REQUEST_ID: AsyncLocalStorage<u64> = AsyncLocalStorage::builder()
    .name("request_id")
    .shown()
    .build();
pub(crate) static TENANT: AsyncLocalStorage<String> =
    AsyncLocalStorage::builder().name("tenant").shown().build();

pub(crate) static CONTEXT: LazyLock<Portable> =
    LazyLock::new(|| Portable::new().with(&REQUEST_ID).with(&TENANT));

/// Both stores, captured.
pub(crate) fn captured() -> ContextMap {
    REQUEST_ID.run(7, || {
        TENANT.run("Amélie & co".to_owned(), || CONTEXT.capture())
    })
}

/// What is current.
pub(crate) fn seen() -> (Option<u64>, Option<String>) {
    (REQUEST_ID.get(), TENANT.get())
}

pub(crate) fn both() -> (Option<u64>, Option<String>) {
    (Some(7), Some("Amélie & co".to_owned()))
}

#[track_caller]
pub(crate) fn nothing_is_refused(refused: Refused) {
    panic!("{refused}");
}

/// Reads JSON. Returns what is current in it, and what was refused.
pub(crate) fn read(json: &str) -> ((Option<u64>, Option<String>), Vec<String>) {
    let mut refused = Vec::new();
    let map = CONTEXT.from_json(json.as_bytes(), |why| refused.push(why.to_string()));
    (map.expect("JSON").run(seen), refused)
}
