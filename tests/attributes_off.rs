//! The feature `off`: functions are what they would be without the attributes.
//!
//! ```sh
//! cargo test --features off --test attributes_off
//! ```

#![cfg(feature = "off")]

use std::{future::Future, pin::Pin};

use ah_testing::checked;
use async_hooks::{AsyncId, Phase, Resource as _, async_resource, traced};
use futures::executor::block_on;

#[traced]
async fn asynchronous(n: u8) -> u8 {
    n
}

#[traced(name = "SYNC", fields(n), ret)]
fn synchronous(n: u8) -> u8 {
    n
}

#[traced]
fn opaque(n: u8) -> impl Future<Output = u8> {
    std::future::ready(n)
}

#[traced]
fn pinned(n: u8) -> Pin<Box<dyn Future<Output = u8>>> {
    Box::pin(async move { n })
}

#[traced(boxed)]
async fn calls_itself(n: u8) -> u8 {
    if n == 0 {
        0
    } else {
        calls_itself(n - 1).await + 1
    }
}

struct Counter(u8);

#[traced]
impl Counter {
    async fn next(&mut self) -> u8 {
        self.0 += 1;
        self.0
    }
    #[traced(skip)]
    fn reset(&mut self) {
        self.0 = 0;
    }
}

#[async_resource("DBQuery")]
struct DbQuery {
    rows: u8,
}

#[async_resource]
impl DbQuery {
    pub(crate) fn new(rows: u8) -> Self {
        Self { rows }
    }
    pub(crate) async fn rows(&self) -> (u8, AsyncId) {
        (self.rows, async_hooks::execution_async_id())
    }
    pub(crate) fn each<R>(&self, f: impl FnOnce() -> R) -> R {
        f()
    }
}

/// What hooks receive of `f`.
fn heard(f: impl FnOnce()) -> Vec<Phase> {
    checked(|collector| {
        f();
        let events = collector.events();
        events.iter().map(|event| event.phase).collect()
    })
}

#[test]
fn no_hook_hears_of_a_traced_function() {
    let heard = heard(|| {
        assert_eq!(block_on(asynchronous(1)), 1);
        assert_eq!(synchronous(2), 2);
        assert_eq!(block_on(opaque(3)), 3);
        assert_eq!(block_on(pinned(4)), 4);
        let mut counter = Counter(4);
        assert_eq!(block_on(counter.next()), 5);
        counter.reset();
    });
    assert!(heard.is_empty(), "{heard:?}");
}

#[test]
fn a_box_is_still_made_where_it_was_asked_for() {
    let heard = heard(|| assert_eq!(block_on(calls_itself(3)), 3));
    assert!(heard.is_empty(), "{heard:?}");
}

#[test]
fn a_traced_function_is_as_large_as_a_plain_one() {
    async fn plain(n: u8) -> u8 {
        n
    }
    assert_eq!(size_of_val(&asynchronous(1)), size_of_val(&plain(1)));
}

#[test]
fn an_object_is_a_resource_and_its_methods_are_plain() {
    let heard = heard(|| {
        let query = DbQuery::new(7);
        assert_ne!(query.async_id(), async_hooks::execution_async_id());
        assert_eq!(block_on(query.rows()), (7, AsyncId::ROOT));
        assert_eq!(query.each(async_hooks::execution_async_id), AsyncId::ROOT);
    });
    assert_eq!(heard, [Phase::Init, Phase::Destroy]);
}
