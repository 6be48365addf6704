//! The facade's feature `tokio`: `ah-tokio` by its path there.

use async_hooks::{tokio, AsyncLocalStorage};

static ID: AsyncLocalStorage<u64> = AsyncLocalStorage::new();

async fn seen_by_a_task() -> Option<u64> {
    let task = async_hooks::tokio::spawn(async { ID.get() });
    task.await.expect("it does not panic")
}

#[async_hooks::tokio::test]
async fn a_test_by_the_whole_path_runs_on_it() {
    assert_eq!(ID.scope(7, seen_by_a_task()).await, Some(7));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_test_by_an_imported_name_runs_on_it() {
    assert_eq!(ID.scope(7, seen_by_a_task()).await, Some(7));
}

#[test]
fn a_runtime_of_it_is_that_of_ah_tokio() {
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    let runtime: ::tokio::runtime::Runtime = builder.build().expect("a runtime");
    let seen = runtime.block_on(ID.scope(7, seen_by_a_task()));
    assert_eq!(seen, Some(7));
}
