//! Impls of traits: all methods run in the scope.

#![allow(
    clippy::async_yields_async,
    reason = "`Query` is a future, among other things"
)]

use std::{
    fmt,
    future::Future,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use async_hooks::{Resource, async_resource, traced};

use crate::support::{block_on, runs_in, yield_once};
use crate::test;

#[async_resource("QUERY")]
#[derive(Debug)]
struct Query {
    n: u32,
}

#[async_resource]
impl Query {
    fn new(n: u32) -> Self {
        Self { n }
    }
}

#[async_resource]
impl fmt::Display for Query {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        assert!(runs_in(self));
        write!(f, "{}", self.n)
    }
}

#[async_resource]
impl From<u32> for Query {
    fn from(n: u32) -> Self {
        Query { n }
    }
}

#[async_resource]
impl Iterator for Query {
    type Item = u32;

    fn next(&mut self) -> Option<u32> {
        assert!(runs_in(self));
        self.n = self.n.checked_sub(1)?;
        Some(self.n)
    }
}

#[async_resource]
impl Future for Query {
    type Output = bool;

    fn poll(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<bool> {
        Poll::Ready(runs_in(&*self))
    }
}

#[async_resource]
impl PartialEq<u32> for &Query {
    fn eq(&self, other: &u32) -> bool {
        runs_in(*self) && self.n == *other
    }
}

trait Native {
    type Out;
    async fn native(&self, text: &str) -> Self::Out;
    fn future(&self) -> impl Future<Output = bool> + Send;
    async fn own(self) -> Self
    where
        Self: Sized;
    async fn by_default(&self) -> bool {
        yield_once().await;
        false
    }
}

#[async_resource]
impl Native for Query {
    type Out = Result<usize, String>;

    async fn native(&self, text: &str) -> Self::Out {
        yield_once().await;
        assert!(runs_in(self));
        Ok(text.len())
    }
    fn future(&self) -> impl Future<Output = bool> + Send {
        async move { runs_in(self) }
    }
    async fn own(self) -> Self {
        assert!(runs_in(&self));
        Self { n: 7, ..self }
    }
    async fn by_default(&self) -> bool {
        yield_once().await;
        runs_in(self)
    }
}

#[async_trait::async_trait]
trait Fetch: Send {
    async fn fetch(&self, text: &str) -> (bool, usize);
    async fn change(&mut self) -> Query;
    async fn shared(self: Arc<Self>, _: String, (a, b): (u8, u8)) -> u8;
    fn sync(&self) -> bool;
}

macro_rules! fetch {
    ($name:ident, #[$first:meta] #[$second:meta]) => {
        #[async_resource("FETCH")]
        struct $name;

        #[$first]
        #[$second]
        impl Fetch for $name {
            async fn fetch(&self, text: &str) -> (bool, usize) {
                yield_once().await;
                (runs_in(self), text.len())
            }
            async fn change(&mut self) -> Query {
                Query::from(u32::from(runs_in(self)))
            }
            async fn shared(self: Arc<Self>, _: String, (a, b): (u8, u8)) -> u8 {
                yield_once().await;
                if runs_in(&*self) { a + b } else { 0 }
            }
            fn sync(&self) -> bool {
                runs_in(self)
            }
        }

        #[async_resource]
        impl $name {
            fn new() -> Self {
                Self
            }
        }
    };
}

fetch!(Conditional, #[async_resource] #[cfg_attr(all(), async_trait::async_trait)]);
fetch!(Above, #[async_resource] #[async_trait::async_trait]);
fetch!(Below, #[async_trait::async_trait] #[async_resource]);

#[test]
fn of_the_standard_library() {
    let mut query = Query::from(3);
    assert_eq!(query.to_string(), "3");
    assert_eq!(&query, 3);
    assert_eq!(query.by_ref().collect::<Vec<_>>(), [2, 1, 0]);
    assert!(block_on(query));
}

#[test]
fn case_09_native_async_methods() {
    let query = Query::new(1);
    let id = query.async_id();
    assert_eq!(block_on(query.native("abc")), Ok(3));
    assert!(block_on(query.future()) && block_on(query.by_default()));
    let query = block_on(query.own());
    assert_eq!((query.n, query.async_id()), (7, id));
}

#[test]
fn case_08_async_trait_above_and_below() {
    fn check<T: Fetch + Sync + 'static>(mut object: T) {
        assert_eq!(block_on(object.fetch("abc")), (true, 3));
        assert!(object.sync());
        assert_eq!(block_on(object.change()).n, 1);
        assert_eq!(block_on(Arc::new(object).shared(String::new(), (1, 2))), 3);
    }
    check(Conditional::new());
    check(Above::new());
    check(Below::new());
}

#[async_resource]
impl Query {
    #[traced]
    pub async fn traced_above(&self, n: u8) -> (bool, u8) {
        yield_once().await;
        (runs_in(self), n)
    }
    #[tracing::instrument(skip(self))]
    pub async fn instrumented(&self, n: u8) -> (bool, u8) {
        yield_once().await;
        (runs_in(self), n)
    }
    #[tracing::instrument]
    pub fn instrumented_sync(&self, n: u8) -> (bool, u8) {
        (runs_in(self), n)
    }
    #[must_use]
    #[inline]
    #[doc(hidden)]
    pub async fn built_in_attributes(&self) -> bool {
        runs_in(self)
    }
}

#[test]
fn case_17_other_attributes_on_the_methods() {
    let query = Query::new(1);
    assert_eq!(block_on(query.traced_above(3)), (true, 3));
    assert_eq!(block_on(query.instrumented(3)), (true, 3));
    assert_eq!(query.instrumented_sync(3), (true, 3));
    assert!(block_on(query.built_in_attributes()));
}

#[test]
fn case_16_traced_and_a_resource_on_one_block() {
    #[async_resource("BOTH")]
    struct Both;
    #[async_resource]
    #[traced]
    impl Both {
        pub fn new() -> Self {
            Self
        }
        pub async fn look(&self) -> bool {
            yield_once().await;
            runs_in(self)
        }
    }
    #[traced]
    #[async_resource]
    impl Both {
        pub async fn look_again(&self) -> bool {
            yield_once().await;
            runs_in(self)
        }
    }
    let both = Both::new();
    assert!(block_on(both.look()) && block_on(both.look_again()));
}

#[test]
fn as_a_trait_object() {
    let both: Box<dyn Resource> = Box::new(Query::new(1));
    assert_ne!(both.async_id(), both.trigger_async_id());
    assert_eq!(both.async_resource().resource_type(), "QUERY");
}
