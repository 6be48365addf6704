//! Plain tokio: its tasks are carried by the hooks of the runtime.

use std::future::pending;

use async_hooks::AsyncResource;
use tokio::{spawn, task::yield_now};

use super::{QUERY, REQUEST, check, tasks::panic_on_purpose};

pub(super) async fn spawned(number: u64) {
    let parent = async_hooks::execution_async_id();
    let task = spawn(async move {
        assert_eq!(async_hooks::trigger_async_id(), parent);
        for _ in 0..4 {
            check(number);
            yield_now().await;
        }
        REQUEST.enter_with(number + 1);
        let inner = spawn(async move {
            yield_now().await;
            check(number + 1);
        });
        inner.await.expect("it does not panic");
    });
    task.await.expect("it does not panic");
}

pub(super) async fn aborted(number: u64) {
    let at_once = spawn(pending::<()>());
    at_once.abort();
    let (begins, begun) = tokio::sync::oneshot::channel();
    let later = spawn(async move {
        let _query = AsyncResource::new(QUERY);
        check(number);
        let _nobody_waits = begins.send(());
        pending::<()>().await;
    });
    begun.await.expect("it begins");
    later.abort();
    for task in [at_once, later] {
        assert!(task.await.is_err_and(|error| error.is_cancelled()));
    }
}

pub(super) async fn panicking(number: u64) {
    let task = spawn(async move {
        yield_now().await;
        panic_on_purpose(number);
    });
    assert!(task.await.is_err_and(|error| error.is_panic()));
}
