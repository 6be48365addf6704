//! Rule 5.3: a closure that returns a future is refused; how to say that one is meant. What is refused is in `tests/ui`.

use std::future::Future;

use async_hooks::{AsyncResource, Env, Snapshot, Value};

use crate::support::{Storage, block_on, on_tokio};

use super::test;

static S: Storage = Storage::new();

#[test]
fn a_join_handle_may_leave_run_if_one_says_that_it_is_meant() {
    on_tokio(|| async {
        let handle = S.run::<_, Value>(7, || tokio::spawn(S.scope(8, async { S.get() })));
        assert_eq!(handle.await.unwrap(), Some(8));
    });
}

#[test]
fn a_future_may_leave_exit_if_one_says_that_it_is_meant() {
    assert_eq!(block_on(S.exit::<_, Value>(|| std::future::ready(1))), 1);
}

#[test]
fn a_future_may_leave_a_snapshot_if_one_says_that_it_is_meant() {
    let future = async_hooks::snapshot().run::<_, Value>(|| std::future::ready(1));
    assert_eq!(block_on(future), 1);
    let future = Snapshot::empty().run::<_, Value>(|| std::future::ready(2));
    assert_eq!(block_on(future), 2);
}

#[test]
fn a_future_may_leave_detached_if_one_says_that_it_is_meant() {
    let future = async_hooks::detached::<_, Value>(|| std::future::ready(1));
    assert_eq!(block_on(future), 1);
}

#[test]
fn a_future_may_leave_the_scope_of_a_resource_if_one_says_that_it_is_meant() {
    let resource = AsyncResource::new("R");
    let future = resource.run_in_async_scope::<_, Value>(|| std::future::ready(1));
    assert_eq!(block_on(future), 1);
}

#[test]
fn a_future_may_leave_an_environment_if_one_says_that_it_is_meant() {
    let future = Env::new().run::<_, Value>(|| std::future::ready(1));
    assert_eq!(block_on(future), 1);
}

#[test]
fn a_future_may_leave_a_default_trigger_scope_if_one_says_that_it_is_meant() {
    let make = || std::future::ready(1);
    let future = async_hooks::default_trigger_async_id_scope::<_, Value>(1, make);
    assert_eq!(block_on(future), 1);
}

#[test]
fn a_generic_wrapper_lets_values_and_meant_futures_through() {
    fn wrapped<R>(f: impl FnOnce() -> R) -> R {
        S.run::<_, Value>(7, f)
    }
    assert_eq!(wrapped(|| S.get()), Some(7));
    assert_eq!(block_on(wrapped(|| S.scope(8, async { S.get() }))), Some(8));
}

#[test]
fn a_generic_wrapper_can_pass_the_refusal_on() {
    fn wrapped<R, M>(f: impl FnOnce() -> R) -> R
    where
        R: async_hooks::RunOutput<M>,
    {
        S.run(7, f)
    }
    assert_eq!(wrapped(|| S.get()), Some(7));
}

#[test]
fn scope_is_what_a_future_is_for() {
    fn is_ready<F: Future<Output = Option<u32>>>(future: F) -> Option<u32> {
        block_on(future)
    }
    assert_eq!(is_ready(S.scope(7, async { S.get() })), Some(7));
}
