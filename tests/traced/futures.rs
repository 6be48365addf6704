//! Functions that return a future or a stream.

use std::{
    future::{Future, Ready, ready},
    pin::Pin,
};

use async_hooks::traced;
use futures::{
    StreamExt,
    future::{BoxFuture, LocalBoxFuture},
    stream::{self, BoxStream, Stream},
};

use super::support::{REQUEST_ID, block_on, is_send, yield_once};
use crate::test;

type Id = Option<u64>;

#[traced]
fn opaque(a: u8, log: &mut Vec<u8>) -> impl Future<Output = (Id, u8)> + Send + use<> {
    log.push(a);
    let b = a + 1;
    async move {
        yield_once().await;
        (REQUEST_ID.get(), b)
    }
}

#[traced]
#[expect(clippy::elidable_lifetime_names, reason = "named")]
fn opaque_that_borrows<'a>(a: &'a str) -> impl Future<Output = usize> + 'a {
    let n = a.len();
    async move { n + a.len() }
}

#[traced]
fn opaque_early(a: u8) -> impl Future<Output = u8> {
    if a > 3 {
        return ready(1);
    }
    ready(a)
}

#[traced]
fn opaque_of_patterns((a, _): (u8, String), mut b: u8) -> impl Future<Output = u8> {
    b += a;
    ready(b)
}

#[traced(boxed)]
fn opaque_boxed(a: [u8; 1000]) -> impl Future<Output = usize> {
    async move {
        yield_once().await;
        a.len()
    }
}

#[traced]
fn boxed(a: &str) -> Pin<Box<dyn Future<Output = (Id, usize)> + Send + '_>> {
    if a.is_empty() {
        return Box::pin(ready((None, 0)));
    }
    Box::pin(async move { (REQUEST_ID.get(), a.len()) })
}

#[traced]
fn boxed_alone(a: &str) -> Pin<Box<dyn Future<Output = (Id, usize)> + Send + '_>> {
    Box::pin(async move { (REQUEST_ID.get(), a.len()) })
}

#[traced]
fn boxed_opaque(a: u8) -> Pin<Box<impl Future<Output = (Id, u8)>>> {
    Box::pin(async move { (REQUEST_ID.get(), a) })
}

#[traced]
fn boxed_fallibly(a: &str) -> BoxFuture<'static, Result<u8, std::num::ParseIntError>> {
    let a: u8 = match a.parse() {
        Ok(a) => a,
        Err(error) => return Box::pin(async move { Err(error) }),
    };
    Box::pin(async move { Ok(a) })
}

#[traced]
fn boxed_by_alias<'a>(a: &'a str, list: &'a mut Vec<u8>) -> BoxFuture<'a, (Id, usize)> {
    Box::pin(async move {
        list.push(1);
        (REQUEST_ID.get(), a.len())
    })
}

#[traced]
fn boxed_local<'a>(a: std::rc::Rc<u8>) -> LocalBoxFuture<'a, (Id, u8)> {
    Box::pin(async move { (REQUEST_ID.get(), *a) })
}

type ResponseFuture<'a> = Pin<Box<dyn Future<Output = (Id, u8)> + Send + 'a>>;

#[traced]
fn boxed_by_own_alias(a: &u8) -> ResponseFuture<'_> {
    Box::pin(async move { (REQUEST_ID.get(), *a) })
}

#[traced]
fn named_future(a: u8) -> ReadyFuture {
    ready(a)
}

type ReadyFuture = Ready<u8>;

/// Runs `f` where the request id is 7, and what it returns elsewhere.
fn made_with_id<F: Future>(f: impl FnOnce() -> F) -> F::Output {
    block_on(REQUEST_ID.run::<_, async_hooks::Value>(7, f))
}

#[test]
fn case_06_opaque_futures() {
    let mut log = vec![];
    assert_eq!(made_with_id(|| is_send(opaque(1, &mut log))), (Some(7), 2));
    assert_eq!(log, [1]);
    assert_eq!(block_on(opaque_that_borrows("ab")), 4);
    assert_eq!(block_on(opaque_early(4)), 1);
    assert_eq!(block_on(opaque_early(2)), 2);
    assert_eq!(block_on(opaque_of_patterns((1, String::new()), 2)), 3);
    assert_eq!(block_on(opaque_boxed([0; 1000])), 1000);
    assert!(size_of_val(&opaque_boxed([0; 1000])) <= 48);
}

#[test]
fn case_06_boxed_futures() {
    assert_eq!(made_with_id(|| is_send(boxed("ab"))), (Some(7), 2));
    assert_eq!(made_with_id(|| boxed("")), (None, 0));
    assert_eq!(made_with_id(|| boxed_alone("ab")), (Some(7), 2));
    assert_eq!(made_with_id(|| boxed_opaque(2)), (Some(7), 2));
    assert_eq!(made_with_id(|| boxed_fallibly("2")), Ok(2));
    assert!(made_with_id(|| boxed_fallibly("x")).is_err());
    assert_eq!(
        made_with_id(|| boxed_local(std::rc::Rc::new(2))),
        (Some(7), 2)
    );
    let mut list = vec![];
    assert_eq!(
        made_with_id(|| boxed_by_alias("ab", &mut list)),
        (Some(7), 2)
    );
}

#[test]
fn case_06_aliases_of_boxed_futures() {
    assert_eq!(
        made_with_id(|| is_send(boxed_by_own_alias(&2))),
        (Some(7), 2)
    );
    assert_eq!(made_with_id(|| named_future(2)), 2);
}

struct Service {
    calls: u8,
}

impl Service {
    #[traced]
    fn boxed(&mut self, x: u8) -> BoxFuture<'_, u8> {
        self.calls += x;
        Box::pin(async move {
            self.calls += 1;
            self.calls
        })
    }

    /// What is returned borrows through `self`, which is not named in an async block.
    #[traced]
    fn boxed_again(&mut self, x: u8) -> BoxFuture<'_, u8> {
        self.boxed(x)
    }

    #[traced]
    fn opaque(&self) -> impl Future<Output = u8> + '_ {
        async move { self.calls }
    }
}

trait Call {
    type Future: Future<Output = (Id, u8)>;
    fn call(&mut self, a: u8) -> Self::Future;
}

impl Call for Service {
    type Future = Pin<Box<dyn Future<Output = (Id, u8)> + Send>>;

    #[traced(name = "SERVICE")]
    fn call(&mut self, a: u8) -> Self::Future {
        self.calls += 1;
        Box::pin(async move { (REQUEST_ID.get(), a) })
    }
}

#[test]
fn case_06_methods() {
    let mut service = Service { calls: 0 };
    assert_eq!(block_on(service.boxed(1)), 2);
    assert_eq!(block_on(service.boxed_again(1)), 4);
    assert_eq!(block_on(service.opaque()), 4);
    assert_eq!(made_with_id(|| service.call(2)), (Some(7), 2));
}

#[traced]
fn stream(n: u8) -> impl Stream<Item = (Id, u8)> {
    stream::iter(0..n).map(|n| (REQUEST_ID.get(), n))
}

#[traced]
fn boxed_stream<'a>(list: &'a [u8]) -> BoxStream<'a, (Id, u8)> {
    stream::iter(list).map(|n| (REQUEST_ID.get(), *n)).boxed()
}

#[traced]
fn pinned_stream(n: u8) -> Pin<Box<dyn Stream<Item = (Id, u8)> + Send>> {
    Box::pin(stream::iter(0..n).map(|n| (REQUEST_ID.get(), n)))
}

#[traced]
async fn stream_of_items(n: u8) -> impl Stream<Item = u8> {
    stream::iter(0..n)
}

#[test]
fn case_18_streams_carry_the_context_into_every_item() {
    fn collected<S: Stream<Item = (Id, u8)>>(f: impl FnOnce() -> S) -> Vec<(Id, u8)> {
        block_on(REQUEST_ID.run::<_, async_hooks::Value>(7, f).collect())
    }
    let expected = [(Some(7), 0), (Some(7), 1)];
    assert_eq!(collected(|| stream(2)), expected);
    assert_eq!(collected(|| boxed_stream(&[0, 1])), expected);
    assert_eq!(collected(|| pinned_stream(2)), expected);
    assert_eq!(block_on(block_on(stream_of_items(2)).count()), 2);
}
