//! Which storages cannot be shown.

use std::panic::catch_unwind;

use ah_testing::test;
use ah_tracing::Stores;
use async_hooks::AsyncLocalStorage;

type Storage = AsyncLocalStorage<u64>;

fn refusal(storage: &'static Storage) -> String {
    let refused = Stores::new()
        .try_display(storage)
        .expect_err("it cannot be shown");
    refused.to_string()
}

#[test]
fn a_storage_without_a_name() {
    static UNNAMED: Storage = AsyncLocalStorage::new();
    assert_eq!(
        refusal(&UNNAMED),
        "the storage has no name: create it by `AsyncLocalStorage::builder().name(…)`"
    );
}

#[test]
fn a_name_that_formats_use() {
    static LEVEL: Storage = AsyncLocalStorage::builder().name("level").build();
    static FIELDS: Storage = AsyncLocalStorage::builder().name("fields").build();
    static MESSAGE: Storage = AsyncLocalStorage::builder().name("message").build();
    assert_eq!(
        refusal(&LEVEL),
        "formats write something else under the name `level`: give the storage another one"
    );
    assert!(refusal(&FIELDS).contains("`fields`"));
    assert!(refusal(&MESSAGE).contains("`message`"));
}

#[test]
fn a_name_with_other_characters() {
    static SPACE: Storage = AsyncLocalStorage::builder().name("request id").build();
    static QUOTE: Storage = AsyncLocalStorage::builder().name("a\":1,\"b\n").build();
    assert_eq!(
        refusal(&SPACE),
        "the storage's name \"request id\" has other characters than ASCII letters, digits, `_`, `-` and `.`"
    );
    assert!(!refusal(&QUOTE).contains('\n'));
}

#[test]
fn a_name_that_another_storage_has() {
    static ONE: Storage = AsyncLocalStorage::builder().name("id").build();
    static OTHER: Storage = AsyncLocalStorage::builder().name("id").build();
    let refused = Stores::new()
        .number(&ONE)
        .try_debug(&OTHER)
        .expect_err("it cannot be shown");
    assert_eq!(
        refused.to_string(),
        "another storage is shown under the name `id` already"
    );
    let names = format!("{:?}", Stores::new().number(&ONE));
    assert_eq!(names, "[\"id\"]");
}

#[test]
fn the_methods_without_try_panic_with_the_same_text() {
    static UNNAMED: Storage = AsyncLocalStorage::new();
    let payload = catch_unwind(|| Stores::new().number(&UNNAMED)).expect_err("it panics");
    let text = payload.downcast_ref::<String>().map(String::as_str);
    assert_eq!(text, Some(refusal(&UNNAMED).as_str()));
}
