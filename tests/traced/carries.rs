//! The wrapper is created when the function is called.

use std::future::Future as _;

use async_hooks::{AsyncLocalStorage, traced};
use tokio::task::yield_now;

use super::support::REQUEST_ID;

static TENANT: AsyncLocalStorage<&str> = AsyncLocalStorage::new();

struct Request {
    path: &'static str,
}

#[traced]
async fn handle(request: Request) -> (Option<u64>, &'static str) {
    for _ in 0..20 {
        yield_now().await;
        assert_eq!(REQUEST_ID.get(), Some(7));
    }
    (REQUEST_ID.get(), request.path)
}

#[ah_testing::test(tokio(flavor = "multi_thread", worker_threads = 4))]
async fn case_07_plain_tokio_spawn_carries_the_context_of_the_call() {
    let task = REQUEST_ID
        .scope(7, async { tokio::spawn(handle(Request { path: "/a" })) })
        .await;
    assert_eq!(task.await.unwrap(), (Some(7), "/a"));
    assert_eq!(REQUEST_ID.get(), None);
}

#[ah_testing::test(tokio(flavor = "multi_thread", worker_threads = 4))]
async fn case_07_a_scope_around_the_call_applies() {
    let scoped = REQUEST_ID.scope(7, handle(Request { path: "/b" }));
    assert_eq!(tokio::spawn(scoped).await.unwrap().0, Some(7));
    let both = REQUEST_ID.scope(7, TENANT.scope("acme", both()));
    assert_eq!(tokio::spawn(both).await.unwrap(), (Some(7), Some("acme")));
}

#[traced]
async fn both() -> (Option<u64>, Option<&'static str>) {
    yield_now().await;
    (REQUEST_ID.get(), TENANT.get())
}

#[ah_testing::test(tokio(flavor = "multi_thread", worker_threads = 4))]
async fn case_07_whoever_polls_does_not_impose_its_context() {
    let future = REQUEST_ID.run::<_, async_hooks::Value>(7, || handle(Request { path: "/c" }));
    let polled = REQUEST_ID.scope(8, async move {
        let mut future = std::pin::pin!(future);
        std::future::poll_fn(|cx| future.as_mut().poll(cx)).await
    });
    assert_eq!(polled.await.0, Some(7));
}

#[ah_testing::test(tokio(flavor = "multi_thread", worker_threads = 4))]
async fn case_07_many_at_once_keep_their_own() {
    #[traced]
    async fn own(id: u64) {
        for _ in 0..50 {
            assert_eq!(REQUEST_ID.get(), Some(id));
            yield_now().await;
        }
    }
    let mut tasks = tokio::task::JoinSet::new();
    for id in 0..200 {
        REQUEST_ID.scope(id, async { tasks.spawn(own(id)) }).await;
    }
    while let Some(task) = tasks.join_next().await {
        task.unwrap();
    }
}
