//! Tasks of the wrappers: awaited, aborted, panicking, or left to themselves.

use std::{future::pending, panic::resume_unwind};

use ah_tokio::{
    spawn,
    task::{JoinSet, spawn_blocking, yield_now},
};
use async_hooks::{AsyncResource, prelude::*};

use super::{QUERY, REQUEST, check};

pub(super) async fn spawned(number: u64) {
    let parent = async_hooks::execution_async_id();
    let task = spawn(async move {
        check(number);
        assert_eq!(async_hooks::trigger_async_id(), parent);
        let inner = spawn(REQUEST.scope(number + 1, async move {
            yield_now().await;
            check(number + 1);
        }));
        inner.await.expect("it does not panic");
        check(number);
    });
    task.await.expect("it does not panic");
}

pub(super) async fn blocking(number: u64) {
    let made = spawn_blocking(move || {
        check(number);
        REQUEST.enter_with(number + 1); // for the rest of this task
        AsyncResource::new(QUERY)
    });
    let made = made.await.expect("it does not panic");
    made.run_in_async_scope(|| check(number + 1));
}

pub(super) async fn joined(number: u64) {
    let mut set = JoinSet::new();
    for step in 0..8 {
        set.spawn(async move {
            if step % 2 == 0 {
                yield_now().await;
            }
            check(number);
            if step == 7 {
                pending::<()>().await;
            }
        });
    }
    for _ in 0..7 {
        let ended = set.join_next().await.expect("seven of them end");
        ended.expect("it does not panic");
    }
} // the last one is aborted

/// Mostly before its first poll.
pub(super) async fn aborted_at_once(number: u64) {
    let task = spawn(hold_much(number));
    task.abort();
    assert!(task.await.is_err_and(|error| error.is_cancelled()));
}

pub(super) async fn aborted_later(number: u64) {
    let (begins, begun) = tokio::sync::oneshot::channel();
    let task = spawn(async move {
        let _nobody_waits = begins.send(());
        hold_much(number).traced("HELD").await;
    });
    begun.await.expect("it begins");
    task.abort();
    assert!(task.await.is_err_and(|error| error.is_cancelled()));
}

/// Waits for ever with a bit of everything in its hands.
async fn hold_much(number: u64) {
    let _query = AsyncResource::new(QUERY);
    let _snapshot = REQUEST.run(number + 1, async_hooks::snapshot);
    let _bound = async_hooks::bind!(move || REQUEST.get());
    let never = async { pending::<()>().traced("NEVER").await };
    REQUEST.scope(number + 2, never).await;
}

pub(super) async fn panicking(number: u64) {
    let task = spawn(async move {
        let query = AsyncResource::new(QUERY);
        let body = async {
            yield_now().await;
            query.run_in_async_scope(|| panic_on_purpose(number));
        };
        REQUEST.scope(number, body.traced("PANICS")).await;
    });
    assert!(task.await.is_err_and(|error| error.is_panic()));
    let blocking = spawn_blocking(move || panic_on_purpose(number));
    assert!(blocking.await.is_err_and(|error| error.is_panic()));
}

/// Without the message that a panic hook would print.
pub(super) fn panic_on_purpose(number: u64) {
    check(number);
    resume_unwind(Box::new("a task panics on purpose"));
}

/// Nobody waits for it; it may still run when the load is over.
pub(super) async fn sent_away(number: u64) {
    drop(spawn(async move {
        yield_now().await;
        check(number);
    }));
}
