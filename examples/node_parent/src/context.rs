//! What the messages carry, and log lines show.

use std::sync::LazyLock;

use ah_portable::Portable;
use ah_tracing::Stores;
use async_hooks::AsyncLocalStorage;

static REQUEST_ID: AsyncLocalStorage<u64> = AsyncLocalStorage::builder()
    .name("request_id")
    .shown()
    .build();
static TENANT: AsyncLocalStorage<String> =
    AsyncLocalStorage::builder().name("tenant").shown().build();

pub(crate) static CONTEXT: LazyLock<Portable> =
    LazyLock::new(|| Portable::new().with(&REQUEST_ID).with(&TENANT));

/// Writes log lines in JSON to the standard output, with the stores that are current there.
pub(crate) fn show_in_lines() {
    let stores = Stores::new().number(&REQUEST_ID).display(&TENANT);
    tracing_subscriber::fmt()
        .json()
        .flatten_event(true)
        .without_time()
        .with_target(false)
        .log_internal_errors(false) // whoever reads may have gone
        .map_event_format(|format| stores.format(format))
        .init();
}
