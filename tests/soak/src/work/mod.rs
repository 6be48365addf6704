//! What a request does: by its number one thing or another, and always something of its own context is checked.

mod items;
#[cfg(tokio_unstable)]
mod plain;
mod tasks;
mod waits;

use std::{pin::Pin, sync::Arc};

use async_hooks::{AsyncLocalStorage, Inherit};

pub(crate) use items::{QUERY, enter_something};

static REQUEST: AsyncLocalStorage<u64> = AsyncLocalStorage::new();
static USER: AsyncLocalStorage<Arc<str>> = AsyncLocalStorage::new();
static LOCALE: AsyncLocalStorage<&str> = AsyncLocalStorage::builder()
    .name("locale")
    .default(|| "en")
    .build();
static TRANSACTION: AsyncLocalStorage<u64> =
    AsyncLocalStorage::builder().inherit(Inherit::Never).build();

type Boxed = Pin<Box<dyn Future<Output = ()> + Send>>;
/// One kind of work, given the number of the request.
type Kind = fn(u64) -> Boxed;

/// All kinds of work of these modules.
macro_rules! kinds {
    ($($module:ident: $($kind:ident)*;)*) => {
        &[$($(|number| Box::pin($module::$kind(number)),)*)*]
    };
}

const KINDS: &[Kind] = kinds! {
    items: traced manual_resource bound_and_snapshot guards_and_entering storage_of_its_own ids_and_extensions;
    tasks: spawned blocking joined aborted_at_once aborted_later panicking sent_away;
    waits: channels timers timeout selected interval_callback;
};
#[cfg(not(tokio_unstable))]
const PLAIN: &[Kind] = &[];
#[cfg(tokio_unstable)]
const PLAIN: &[Kind] = kinds! { plain: spawned aborted panicking; };

/// One request: in several storages at once.
pub(crate) async fn request(number: u64) {
    let kinds = KINDS.len() + PLAIN.len();
    let index = (number % kinds as u64) as usize;
    let kind = KINDS
        .get(index)
        .unwrap_or_else(|| &PLAIN[index - KINDS.len()]);
    let user: Arc<str> = format!("user {number}").into();
    REQUEST
        .scope(number, async move {
            check(number);
            USER.scope(user, kind(number)).await;
            check(number);
            assert!(USER.get().is_none(), "out of its scope");
        })
        .await;
    assert_eq!(REQUEST.get(), None);
}

/// Panics unless the request is the one that it should be.
fn check(number: u64) {
    assert_eq!(REQUEST.get(), Some(number));
}
