//! Methods run in the scope of their object, by whatever they get hold of it.

#![allow(clippy::needless_arbitrary_self_type, reason = "that one, too")]

use std::{pin::Pin, rc::Rc, sync::Arc};

use async_hooks::async_resource;

use crate::support::{block_on, logged, runs_in, yield_once};
use crate::test;

#[async_resource("THING")]
struct Thing {
    n: u32,
    name: String,
}

#[async_resource]
impl Thing {
    pub fn new(n: u32) -> Self {
        Self {
            n,
            name: n.to_string(),
        }
    }
    pub fn by_ref(&self) -> bool {
        runs_in(self)
    }
    pub fn by_lifetime<'a>(&'a self, other: &'a str) -> (&'a str, bool) {
        (if self.n > 3 { &self.name } else { other }, runs_in(self))
    }
    pub fn by_mut(&mut self, n: u32) -> &mut Self {
        assert!(runs_in(self));
        self.n = n;
        self
    }
    pub fn by_value(self) -> bool {
        runs_in(&self)
    }
    pub fn by_mut_value(mut self) -> bool {
        self.n += 1;
        runs_in(&self)
    }
    pub fn by_box(self: Box<Self>) -> bool {
        runs_in(&*self)
    }
    pub fn by_rc(self: Rc<Self>) -> (Rc<Self>, bool) {
        let here = runs_in(&*self);
        (self, here)
    }
    pub fn by_arc(self: Arc<Self>) -> (Arc<Self>, bool) {
        let here = runs_in(&*self);
        (self, here)
    }
    pub fn by_ref_to_arc(self: &Arc<Self>) -> (Arc<Self>, bool) {
        (self.clone(), runs_in(&**self))
    }
    pub fn by_pin(self: Pin<&mut Self>) -> bool {
        runs_in(&*self)
    }
    pub fn by_pinned_ref(self: Pin<&Self>) -> bool {
        runs_in(&*self)
    }
    pub fn by_pinned_box(self: Pin<Box<Self>>) -> bool {
        runs_in(&*self)
    }
    pub fn by_typed(self: &Self) -> bool {
        runs_in(self)
    }
    pub fn returns_early(&self, s: &str) -> Result<u32, std::num::ParseIntError> {
        let n = s.parse::<u32>()?;
        if n > 3 {
            return Ok(n);
        }
        Ok(self.n)
    }
    pub fn nests(&mut self) -> bool {
        let here = runs_in(self);
        let n = self.n;
        here && self.by_ref() && self.by_mut(n).by_ref() && runs_in(self)
    }

    pub async fn async_ref(&self, s: &str) -> Option<u32> {
        yield_once().await;
        assert!(runs_in(self));
        let n = s.parse::<u32>().ok()?;
        if n > 3 {
            return Some(n);
        }
        Some(self.n)
    }
    pub async fn async_mut(&mut self, by: u32) -> &mut u32 {
        yield_once().await;
        assert!(runs_in(self));
        self.n += by;
        &mut self.n
    }
    pub async fn async_value(self) -> String {
        yield_once().await;
        assert!(runs_in(&self));
        self.name
    }
    pub async fn async_mut_value(mut self, (a, mut b): (u32, u32), _: String) -> Self {
        b += a;
        yield_once().await;
        assert!(runs_in(&self));
        self.n += b;
        self
    }
    pub async fn async_arc(self: Arc<Self>) -> bool {
        yield_once().await;
        runs_in(&*self)
    }
    pub async fn async_ref_to_arc(self: &Arc<Self>) -> bool {
        yield_once().await;
        runs_in(&**self)
    }
    pub async fn async_pin(self: Pin<&mut Self>) -> bool {
        yield_once().await;
        runs_in(&*self)
    }
    pub async fn async_box(self: Box<Self>) -> bool {
        yield_once().await;
        runs_in(&*self)
    }
}

#[test]
fn sync_methods() {
    let mut thing = Thing::new(1);
    assert!(thing.by_ref() && thing.by_typed() && thing.nests());
    assert_eq!(thing.by_lifetime("other"), ("other", true));
    thing.by_mut(3).by_mut(4);
    assert_eq!(thing.by_lifetime("other"), ("1", true));
    assert_eq!(
        (thing.returns_early("9"), thing.returns_early("1")),
        (Ok(9), Ok(4))
    );
    assert!(thing.returns_early("x").is_err());
    assert!(thing.by_value() && Thing::new(1).by_mut_value() && Box::new(Thing::new(1)).by_box());
    assert!(Rc::new(Thing::new(1)).by_rc().1);
    let (thing, here) = Arc::new(Thing::new(1)).by_arc();
    assert!(here && thing.by_ref_to_arc().1);
    let mut pinned = Box::pin(Thing::new(1));
    assert!(pinned.as_mut().by_pin() && pinned.as_ref().by_pinned_ref() && pinned.by_pinned_box());
    assert_eq!(async_hooks::execution_async_id().get(), 1);
}

#[test]
fn async_methods() {
    let mut thing = Thing::new(1);
    assert_eq!(block_on(thing.async_ref("1")), Some(1));
    assert_eq!(block_on(thing.async_ref("x")), None);
    *block_on(thing.async_mut(2)) += 1;
    assert_eq!(thing.n, 4);
    let thing = block_on(thing.async_mut_value((1, 2), String::new()));
    assert_eq!(thing.n, 7);
    assert_eq!(block_on(thing.async_value()), "1");
    let arc = Arc::new(Thing::new(1));
    assert!(block_on(arc.async_ref_to_arc()) && block_on(arc.async_arc()));
    assert!(block_on(Box::pin(Thing::new(1)).as_mut().async_pin()));
    assert!(block_on(Box::new(Thing::new(1)).async_box()));
}

#[test]
fn scopes_nest_like_calls() {
    logged(|log| {
        Thing::new(1).nests();
        let once = ["before 2", "after 2"];
        let expected = [
            &["init THING 2<1", "before 2"][..],
            &once,
            &once,
            &once,
            &["after 2", "destroy 2"],
        ]
        .concat();
        assert_eq!(log.take(), expected);
    });
}

#[test]
fn an_object_may_be_replaced_while_its_method_runs() {
    #[async_resource("SLOT")]
    struct Slot {
        n: u8,
    }
    #[async_resource]
    impl Slot {
        fn new(n: u8) -> Self {
            Self { n }
        }
        #[async_resource]
        fn replace(&mut self) -> u8 {
            let old = std::mem::replace(self, Self { n: 2 });
            old.n
        }
    }
    logged(|log| {
        let mut slot = Slot::new(1);
        assert_eq!(slot.replace() + slot.n, 3);
        assert_eq!(
            log.take(),
            [
                "init SLOT 2<1",
                "before 2",
                "init SLOT 3<2",
                "after 2",
                "destroy 2"
            ]
        );
    });
}
