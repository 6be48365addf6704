//! Methods of async-trait, with the attributes in either order.

use std::{error::Error, sync::Arc};

use async_hooks::traced;
use async_trait::async_trait;

use super::support::{Heard, REQUEST_ID, block_on, is_send, yield_once};
use crate::test;

type BoxError = Box<dyn Error + Send + Sync>;
type Id = Option<u64>;

#[async_trait]
trait Handler {
    async fn parse(&self, x: &str) -> Result<u8, BoxError>;

    async fn change(&mut self) -> Id;

    #[traced]
    async fn with_a_body(&self, s: &str) -> (Id, String) {
        yield_once().await;
        (REQUEST_ID.get(), s.to_string())
    }

    async fn by_arc(self: Arc<Self>, _: String, (a, b): (u8, u8)) -> u8
    where
        Self: 'static;
}

struct OneByOne(u8);

#[async_trait]
impl Handler for OneByOne {
    #[traced(err, fields(x))]
    async fn parse(&self, x: &str) -> Result<u8, BoxError> {
        yield_once().await;
        Ok(self.0 + x.parse::<u8>()?)
    }

    #[traced(name = "CHANGE")]
    async fn change(&mut self) -> Id {
        self.0 += 1;
        yield_once().await;
        REQUEST_ID.get()
    }

    #[traced]
    async fn by_arc(self: Arc<Self>, _: String, (a, b): (u8, u8)) -> u8
    where
        Self: 'static,
    {
        a + b + self.0
    }
}

struct Above;

#[traced]
#[async_trait]
impl Handler for Above {
    async fn parse(&self, x: &str) -> Result<u8, BoxError> {
        yield_once().await;
        Ok(x.parse::<u8>()?)
    }

    async fn change(&mut self) -> Id {
        REQUEST_ID.get()
    }

    async fn by_arc(self: Arc<Self>, _: String, (a, b): (u8, u8)) -> u8
    where
        Self: 'static,
    {
        a + b
    }
}

struct Below;

#[async_trait]
#[traced]
impl Handler for Below {
    async fn parse(&self, x: &str) -> Result<u8, BoxError> {
        yield_once().await;
        Ok(x.parse::<u8>()?)
    }

    #[traced(skip)]
    async fn change(&mut self) -> Id {
        REQUEST_ID.get()
    }

    async fn by_arc(self: Arc<Self>, _: String, (a, b): (u8, u8)) -> u8
    where
        Self: 'static,
    {
        a + b
    }
}

#[async_trait(?Send)]
trait Local {
    async fn local(&self) -> usize;
}

#[async_trait(?Send)]
impl Local for OneByOne {
    #[traced]
    async fn local(&self) -> usize {
        let counted = std::rc::Rc::new(1);
        yield_once().await;
        *counted
    }
}

fn all() -> [Box<dyn Handler + Send + Sync>; 3] {
    [Box::new(OneByOne(0)), Box::new(Above), Box::new(Below)]
}

#[test]
fn case_08_methods_of_async_trait() {
    for mut handler in all() {
        assert_eq!(block_on(is_send(handler.parse("2"))).unwrap(), 2);
        assert!(block_on(handler.parse("x")).is_err());
        block_on(handler.change());
    }
    assert_eq!(
        block_on(Arc::new(OneByOne(1)).by_arc(String::new(), (1, 2))),
        4
    );
    assert_eq!(block_on(OneByOne(1).local()), 1);
}

#[test]
fn case_08_the_context_is_that_of_the_call() {
    let change = |handler: &mut dyn Handler| {
        block_on(REQUEST_ID.run::<_, async_hooks::Value>(7, || handler.change()))
    };
    assert_eq!(change(&mut OneByOne(1)), Some(7));
    assert_eq!(change(&mut Above), Some(7));
    assert_eq!(change(&mut Below), None, "skipped");
    let with_a_body = REQUEST_ID.run::<_, async_hooks::Value>(7, || Above.with_a_body("s"));
    assert_eq!(block_on(with_a_body), (Some(7), "s".into()));
}

#[test]
fn case_08_is_one_resource_with_the_options_of_the_method() {
    let heard = Heard::of(|| {
        let mut one = OneByOne(1);
        block_on(one.parse("x")).unwrap_err();
        block_on(one.change());
    });
    let inits: Vec<_> = heard
        .lines()
        .into_iter()
        .filter(|line| line.starts_with("init"))
        .collect();
    assert_eq!(inits, ["init parse 2<1", "init CHANGE 3<1"]);
    assert_eq!(heard.fields(), ["x=\"x\""]);
    assert_eq!(
        heard.returned()[0].to_string(),
        "invalid digit found in string"
    );
}
