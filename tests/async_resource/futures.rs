//! Async methods: poll by poll, with nothing of the object borrowed but what the method borrows.

use std::{
    future::{Future, ready},
    pin::Pin,
    sync::Arc,
};

use async_hooks::{AsyncLocalStorage, Resource, async_resource};

use crate::support::{REQUEST_ID, block_on, logged, poll, runs_in, yield_once};
use crate::test;

static STEP: AsyncLocalStorage<u32> = AsyncLocalStorage::new();

type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

#[async_resource("CLIENT")]
struct Client {
    n: u32,
}

#[async_resource]
impl Client {
    fn new(n: u32) -> Self {
        Self { n }
    }
    pub async fn steps(&self) -> Option<u32> {
        STEP.enter_with(1);
        yield_once().await;
        assert!(runs_in(self));
        STEP.get()
    }
    pub async fn request(self: Arc<Self>) -> (bool, Option<u64>) {
        for _ in 0..20 {
            tokio::task::yield_now().await;
            if !runs_in(&*self) {
                return (false, None);
            }
        }
        (true, REQUEST_ID.get())
    }
    pub fn lazily(&self) -> impl Future<Output = bool> + Send + '_ {
        async move {
            yield_once().await;
            runs_in(self)
        }
    }
    pub fn eagerly(&mut self) -> impl Future<Output = (bool, bool)> {
        self.n += 1;
        let first = runs_in(self);
        let id = self.async_id();
        async move { (first, async_hooks::execution_async_id() == id) }
    }
    pub fn boxed(&self, early: bool) -> Pin<Box<dyn Future<Output = bool> + Send + '_>> {
        if early {
            return Box::pin(ready(runs_in(self)));
        }
        Box::pin(async move {
            yield_once().await;
            runs_in(self)
        })
    }
    pub fn aliased<'a>(&'a self, text: &'a str) -> BoxFuture<'a, (bool, usize)> {
        Box::pin(async move { (runs_in(self), text.len()) })
    }
    pub async fn recursive(&self, n: u32) -> u32 {
        if n == 0 {
            return 0;
        }
        Box::pin(self.recursive(n - 1)).await + 1
    }
    pub async fn never(&self) -> ! {
        std::future::pending().await
    }
}

#[test]
fn before_and_after_surround_each_poll() {
    logged(|log| {
        let client = Client::new(1);
        let mut future = Box::pin(client.steps());
        assert_eq!(log.take(), ["init CLIENT 2<1"]);
        assert!(poll(future.as_mut()).is_pending());
        assert_eq!(log.take(), ["before 2", "after 2"]);
        assert_eq!(
            (async_hooks::execution_async_id().get(), STEP.get()),
            (1, None)
        );
        assert!(poll(future.as_mut()).is_ready());
        assert_eq!(log.take(), ["before 2", "after 2"]);
    });
}

#[test]
fn what_a_method_enters_stays_from_poll_to_poll_and_ends_with_it() {
    let client = Client::new(1);
    assert_eq!(block_on(client.steps()), Some(1));
    assert_eq!(block_on(client.steps()), Some(1));
    assert_eq!(STEP.get(), None);
}

#[ah_testing::test(tokio(flavor = "multi_thread", worker_threads = 4))]
async fn a_scope_around_the_call_does_not_replace_what_the_object_was_made_with() {
    let client = Arc::new(REQUEST_ID.run(7, || Client::new(1)));
    let tasks: Vec<_> = (0..16)
        .map(|n| tokio::spawn(REQUEST_ID.scope(n, client.clone().request())))
        .collect();
    for task in tasks {
        assert_eq!(task.await.unwrap(), (true, Some(7)));
    }
}

#[test]
fn methods_that_return_futures() {
    logged(|log| {
        let mut client = Client::new(1);
        assert!(block_on(client.lazily()));
        assert_eq!(
            log.take()[1..],
            ["before 2", "after 2", "before 2", "after 2"]
        );
        assert_eq!(block_on(client.eagerly()), (true, true));
        assert_eq!(log.take(), ["before 2", "after 2", "before 2", "after 2"]);
        assert!(block_on(client.boxed(true)) && block_on(client.boxed(false)));
        assert_eq!(block_on(client.aliased("abc")), (true, 3));
        assert_eq!(client.n, 2);
    });
}

#[test]
fn case_19_recursion() {
    assert_eq!(block_on(Client::new(1).recursive(5)), 5);
}

#[test]
fn case_02_never_returns() {
    assert!(poll(Box::pin(Client::new(1).never()).as_mut()).is_pending());
}

#[test]
fn case_30_a_scope_costs_forty_bytes() {
    #[async_resource("PLAIN")]
    struct Plain;
    #[async_resource]
    impl Plain {
        fn new() -> Self {
            Self
        }
        async fn plain(&self, n: u64) -> u64 {
            yield_once().await;
            n
        }
        #[async_resource]
        async fn scoped(&self, n: u64) -> u64 {
            yield_once().await;
            n
        }
    }
    let object = Plain::new();
    let (plain, scoped) = (object.plain(1), object.scoped(1));
    let (plain, scoped) = (size_of_val(&plain), size_of_val(&scoped));
    // an `async fn` keeps an argument twice if it is used after it was moved in; so does this one
    assert!(scoped <= plain + 40 + 16, "{scoped} for {plain}");
}

#[test]
fn case_33_poll_of_a_branch_in_join() {
    let client = Client::new(1);
    let (one, two) = block_on(::futures::future::join(client.lazily(), client.steps()));
    assert!(one && two == Some(1));
}

#[test]
fn case_31_the_object_may_go_before_its_future() {
    logged(|log| {
        #[async_resource("DETACHED")]
        struct Detached;
        #[async_resource]
        impl Detached {
            fn new() -> Self {
                Self
            }
            #[async_resource]
            fn later(&self) -> impl Future<Output = u64> + use<> {
                async { async_hooks::execution_async_id().get() }
            }
        }
        let object = Detached::new();
        ah_testing::exempt(object.async_id()); // entered after its destroy
        let future = object.later();
        drop(object);
        assert_eq!(block_on(future), 2);
        assert_eq!(
            log.take(),
            ["init DETACHED 2<1", "destroy 2", "before 2", "after 2"]
        );
    });
}
