//! Destroy comes last.

use async_hooks::async_resource;

use crate::support::{Log, block_on, logged, yield_once};
use crate::test;

#[async_resource("INNER")]
struct Inner;

#[async_resource]
impl Inner {
    fn new() -> Self {
        Self
    }
}

#[async_resource("OUTER")]
struct Outer {
    log: Log,
    inner: Inner,
}

#[async_resource]
impl Outer {
    fn new(log: &Log) -> Self {
        Self {
            log: log.clone(),
            inner: Inner::new(),
        }
    }
    #[async_resource]
    fn consume(self) {
        self.log.note("consumed");
    }
    #[async_resource]
    async fn consume_later(self) {
        yield_once().await;
        self.log.note("consumed");
    }
    #[async_resource]
    fn fail(&self) {
        let _ = &self.inner;
        panic!("on purpose")
    }
}

impl Drop for Outer {
    fn drop(&mut self) {
        self.log
            .note(format!("drop in {}", async_hooks::execution_async_id()));
    }
}

const MADE: [&str; 2] = ["init INNER 2<1", "init OUTER 3<1"];

#[test]
fn after_the_users_own_drop_and_after_the_fields() {
    logged(|log| {
        let outer = Outer::new(log);
        assert_eq!(log.take(), MADE);
        drop(outer);
        assert_eq!(log.take(), ["drop in 1", "destroy 2", "destroy 3"]);
    });
}

#[test]
fn after_the_scope_of_a_method_that_consumes_it() {
    logged(|log| {
        Outer::new(log).consume();
        assert_eq!(
            log.take()[2..],
            [
                "before 3",
                "consumed",
                "after 3",
                "drop in 1",
                "destroy 2",
                "destroy 3"
            ]
        );
    });
}

#[test]
fn within_the_last_poll_of_an_async_method_that_consumes_it() {
    logged(|log| {
        block_on(Outer::new(log).consume_later());
        assert_eq!(
            log.take()[2..],
            [
                "before 3",
                "after 3",
                "before 3",
                "consumed",
                "drop in 3",
                "after 3",
                "destroy 2",
                "destroy 3"
            ]
        );
    });
}

#[test]
fn case_31_a_future_that_was_never_polled_or_half_polled_drops_in_the_scope() {
    logged(|log| {
        drop(Outer::new(log).consume_later());
        assert_eq!(log.take()[2..], ["drop in 3", "destroy 2", "destroy 3"]);
        let mut half = Box::pin(Outer::new(log).consume_later());
        assert!(crate::support::poll(half.as_mut()).is_pending());
        drop(half);
        assert_eq!(
            log.take()[2..],
            ["before 5", "after 5", "drop in 5", "destroy 4", "destroy 5"]
        );
    });
}

#[test]
fn case_32_a_panic_leaves_the_scope() {
    logged(|log| {
        let outer = Outer::new(log);
        let caught = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| outer.fail()));
        assert!(caught.is_err());
        assert_eq!(async_hooks::execution_async_id().get(), 1);
        drop(outer);
        assert_eq!(
            log.take()[2..],
            ["before 3", "after 3", "drop in 1", "destroy 2", "destroy 3"]
        );
    });
}

#[test]
fn an_annotated_drop_runs_in_the_scope() {
    #[async_resource("CLOSES")]
    struct Closes {
        log: Log,
    }
    #[async_resource]
    impl Closes {
        fn new(log: &Log) -> Self {
            Self { log: log.clone() }
        }
    }
    #[async_resource]
    impl Drop for Closes {
        fn drop(&mut self) {
            let Self { log } = self;
            log.note(format!("drop in {}", async_hooks::execution_async_id()));
        }
    }
    logged(|log| {
        drop(Closes::new(log));
        assert_eq!(
            log.take(),
            [
                "init CLOSES 2<1",
                "before 2",
                "drop in 2",
                "after 2",
                "destroy 2"
            ]
        );
    });
}
