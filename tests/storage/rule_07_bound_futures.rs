//! Rules 5.3 and 5.7: the future of a bound `async` closure runs in the bound context.

use async_hooks::{AsyncResource, execution_async_id};

use crate::support::{Storage, block_on, poll_pending, poll_ready, yield_now};

use super::test;

static A: Storage = Storage::new();

#[test]
fn each_poll_runs_with_the_stores_of_where_it_was_bound() {
    let bound = A.run(7, || {
        async_hooks::bind!(async move |x: u32| {
            let before = A.get();
            yield_now().await;
            (x, before, A.get())
        })
    });
    let mut future = std::pin::pin!(bound(1));
    A.run(9, || poll_pending(future.as_mut()));
    assert_eq!(A.run(9, || poll_ready(future)), (1, Some(7), Some(7)));
}

#[test]
fn it_may_have_no_arguments_or_say_its_type() {
    let bound = A.run(7, || async_hooks::bind!(async move || A.get()));
    assert_eq!(block_on(bound()), Some(7));
    let parsed = async_hooks::bind!(async move |text: &str,
                                                more: u32|
                -> Result<u32, std::num::ParseIntError> {
        let number: u32 = text.parse()?;
        Ok(number + more)
    });
    assert_eq!(block_on(parsed("3", 4)), Ok(7));
    assert!(block_on(parsed("x", 4)).is_err());
}

#[test]
fn it_is_called_again_and_lends_what_it_owns() {
    let name = String::from("ada");
    let bound = A.run(7, || {
        async_hooks::bind!(async move |n: usize| (name.len() + n, A.get()))
    });
    assert_eq!(block_on(bound(1)), (4, Some(7)));
    assert_eq!(block_on(bound(2)), (5, Some(7)));
}

#[test]
fn it_keeps_what_it_alters() {
    let mut sum = 0;
    let mut bound = A.run(7, || {
        async_hooks::bind!(async move |n: u32| {
            sum += n;
            sum
        })
    });
    assert_eq!((block_on(bound(1)), block_on(bound(2))), (1, 3));
}

#[test]
fn it_may_give_away_what_it_owns() {
    let name = String::from("ada");
    let bound = A.run(7, || async_hooks::bind!(async move || name));
    assert_eq!(block_on(bound()), "ada");
}

#[test]
fn it_is_taken_where_an_async_closure_or_one_that_returns_a_future_is() {
    async fn on_row(callback: impl AsyncFn(u32) -> Option<u32>) -> Option<u32> {
        callback(1).await.and(callback(2).await)
    }
    fn spawn<F: Future<Output: Send> + Send + 'static>(call: impl FnOnce(u32) -> F) -> F::Output {
        block_on(call(1))
    }
    let bound = || A.run(7, || async_hooks::bind!(async move |_: u32| A.get()));
    assert_eq!(block_on(on_row(bound())), Some(7));
    assert_eq!(spawn(bound()), Some(7));
}

#[test]
fn in_a_resource_each_poll_runs_in_its_scope() {
    let query = A.run(7, || AsyncResource::new("DBQuery"));
    let id = query.async_id();
    let bound = async_hooks::bind!(query, async move |x: u32| {
        yield_now().await;
        (x, execution_async_id(), A.get())
    });
    let other = async_hooks::bind!(&query, async move || execution_async_id());
    assert_eq!(block_on(bound(1)), (1, id, Some(7)));
    assert_eq!(block_on(other()), id);
}

#[test]
fn a_handle_that_is_meant_is_returned() {
    let job = A.run(7, || {
        async_hooks::bind::<_, async_hooks::Value>(|| std::future::ready(A.get()))
    });
    assert_eq!(block_on(job()), Some(7));
    let query = A.run(7, || AsyncResource::new("DBQuery"));
    let job = query.bind::<_, async_hooks::Value, _>(|| std::future::ready(A.get()));
    assert_eq!(block_on(job()), Some(7));
    let bound = A.run(7, || {
        async_hooks::bind!(move || Some(std::future::ready(A.get())))
    });
    assert_eq!(bound().map(block_on), Some(Some(7)));
}
