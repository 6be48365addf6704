//! Methods, with every kind of receiver, in impls and traits.

use std::{fmt::Display, future::Future, pin::Pin, rc::Rc, sync::Arc};

use async_hooks::traced;

use super::support::{block_on, is_send, yield_once};
use crate::test;

struct Named<'s, T: ?Sized, const N: usize> {
    name: &'s str,
    bytes: [u8; N],
    value: Box<T>,
}

impl<'s, T: ?Sized + Display, const N: usize> Named<'s, T, N> {
    #[traced]
    async fn new(name: &'s str, value: Box<T>) -> Self {
        Self {
            name,
            bytes: [1; N],
            value,
        }
    }

    #[traced]
    async fn by_ref(&self, x: &str) -> &str {
        let _ = x;
        self.name
    }

    #[traced]
    async fn by_mut(&mut self, x: &str) -> &mut [u8; N] {
        let _ = x;
        yield_once().await;
        &mut self.bytes
    }

    #[traced]
    async fn by_value(self) -> &'s str {
        self.name
    }

    #[traced]
    async fn by_mut_value(mut self) -> Self {
        self.bytes = [0; N];
        self
    }

    #[traced]
    async fn by_arc(self: Arc<Self>) -> usize {
        self.bytes.len()
    }

    #[traced]
    async fn by_rc(self: Rc<Self>) -> usize {
        self.bytes.len()
    }

    #[traced]
    async fn by_pin(self: Pin<&mut Self>) -> usize {
        self.bytes.len()
    }

    #[traced]
    async fn by_box(self: Box<Self>) -> String {
        self.value.to_string()
    }

    #[traced]
    async fn by_ref_arc(self: &Arc<Self>) -> usize {
        self.bytes.len()
    }

    #[traced]
    async fn generic<U: Into<String>>(&self, u: U) -> Result<String, Self>
    where
        Self: Sized,
    {
        Ok(u.into())
    }

    #[traced]
    async fn two(&self, other: &Self) -> usize {
        self.bytes.len() + other.bytes.len()
    }

    #[traced]
    fn sync(&mut self, to: &'s str) -> &mut Self {
        self.name = to;
        self
    }
}

#[test]
fn case_08_receivers_of_all_kinds() {
    block_on(async {
        let mut named = Named::<str, 2>::new("n", "v".into()).await;
        assert_eq!(is_send(named.by_ref("x")).await, "n");
        named.by_mut("x").await[0] = 7;
        assert_eq!(named.bytes, [7, 1]);
        assert_eq!(named.two(&named).await, 4);
        assert_eq!(named.generic("g").await.ok().unwrap(), "g");
        assert_eq!(Pin::new(&mut named).by_pin().await, 2);
        named.sync("o").sync("p");
        let named = named.by_mut_value().await;
        assert_eq!((named.bytes, named.name), ([0, 0], "p"));
        let arc = Arc::new(named);
        assert_eq!(arc.by_ref_arc().await, 2);
        assert_eq!(arc.by_arc().await, 2);
        let fresh = || Named::<str, 1>::new("m", "w".into());
        assert_eq!(Rc::new(fresh().await).by_rc().await, 1);
        assert_eq!(Box::new(fresh().await).by_box().await, "w");
        assert_eq!(fresh().await.by_value().await, "m");
    });
}

trait Native {
    type Out;
    const ONE: u8;

    async fn declared(&self, x: &str) -> usize;

    #[traced]
    async fn with_a_body(&self, x: &str) -> usize
    where
        Self: Sized,
    {
        self.declared(x).await + 1
    }

    fn opaque(&self) -> impl Future<Output = u8> + Send;

    async fn associated(&self) -> Self::Out;

    async fn generic<T: Display>(&mut self, t: T) -> String;
}

struct OneByOne(u8);

impl Native for OneByOne {
    type Out = String;
    const ONE: u8 = 1;

    #[traced]
    async fn declared(&self, x: &str) -> usize {
        usize::from(self.0) + x.len()
    }

    #[traced]
    async fn opaque(&self) -> u8 {
        Self::ONE
    }

    #[traced]
    async fn associated(&self) -> Self::Out {
        String::new()
    }

    #[traced]
    async fn generic<T: Display>(&mut self, t: T) -> String {
        self.0 += 1;
        t.to_string()
    }
}

struct AsAWhole;

#[traced]
impl Native for AsAWhole {
    type Out = u8;
    const ONE: u8 = 2;

    async fn declared(&self, x: &str) -> usize {
        x.len()
    }

    async fn opaque(&self) -> u8 {
        Self::ONE
    }

    async fn associated(&self) -> u8 {
        1
    }

    async fn generic<T: Display>(&mut self, t: T) -> String {
        t.to_string()
    }
}

#[test]
fn case_09_native_async_functions_in_traits() {
    block_on(async {
        let mut one = OneByOne(1);
        assert_eq!(one.declared("a").await, 2);
        assert_eq!(one.with_a_body("a").await, 3);
        assert_eq!(is_send(one.opaque()).await, 1);
        assert_eq!(one.associated().await, "");
        assert_eq!(one.generic(1).await, "1");
        let mut whole = AsAWhole;
        assert_eq!(Native::with_a_body(&whole, "a").await, 2);
        assert_eq!(is_send(whole.opaque()).await, 2);
        assert_eq!(whole.associated().await, 1);
        assert_eq!(whole.generic(1).await, "1");
    });
}

#[traced]
trait Whole {
    async fn declared(&self) -> u8;

    async fn with_a_body(&self) -> u8 {
        self.declared().await + 1
    }

    fn sync(&self) -> u8 {
        3
    }

    #[traced(skip)]
    fn left_out(&self) -> u8 {
        4
    }
}

impl Whole for AsAWhole {
    async fn declared(&self) -> u8 {
        1
    }
}

struct Counter(u8);

#[traced]
impl Counter {
    const START: u8 = 1;

    const fn new() -> Self {
        Self(Self::START)
    }

    async fn add(&mut self, n: u8) -> u8 {
        yield_once().await;
        self.0 += n;
        self.0
    }

    #[traced(name = "COUNTER_GET")]
    fn get(&self) -> u8 {
        self.0
    }

    #[traced(skip)]
    async fn skipped(&self) -> u8 {
        self.0
    }
}

#[test]
fn case_16_whole_blocks() {
    block_on(async {
        assert_eq!(Whole::with_a_body(&AsAWhole).await, 2);
        assert_eq!(AsAWhole.sync() + AsAWhole.left_out(), 7);
        let mut counter = Counter::new();
        assert_eq!(counter.add(2).await, 3);
        assert_eq!(counter.get() + counter.skipped().await, 6);
    });
}

macro_rules! make_method {
    ($name:ident, $this:ident, $ty:ty) => {
        impl Counter {
            #[traced]
            async fn $name(&$this, v: $ty) -> $ty {
                $this.0 + v
            }
        }
    };
}

make_method!(made, self, u8);

#[test]
fn case_15_methods_made_by_macros() {
    assert_eq!(block_on(Counter(1).made(2)), 3);
}
