//! What other attribute macros got wrong: the cases that concern methods of an annotated block, by their number.

#![allow(
    unsafe_code,
    clippy::manual_unwrap_or,
    clippy::manual_unwrap_or_default,
    clippy::multiple_bound_locations,
    reason = "some of the cases are about it"
)]

use std::{
    error::Error,
    fmt::{Debug, Display},
    future::Future,
    pin::Pin,
    sync::{Arc, Mutex},
};

use async_hooks::async_resource;

use crate::support::{block_on, runs_in, yield_once};
use crate::test;

#[async_resource("CASES")]
#[derive(Debug, Clone, Default)]
struct Cases {
    n: u8,
}

struct Drops(&'static str, Arc<Mutex<Vec<&'static str>>>);

impl Drop for Drops {
    fn drop(&mut self) {
        self.1.lock().unwrap().push(self.0);
    }
}

#[async_resource]
impl Cases {
    pub async fn case_01(
        &self,
        mut a: Vec<u8>,
        (b, [c, ..]): (u8, [u8; 3]),
        _: String,
        ref d: u8,
        _unused: u8,
    ) -> usize {
        a.push(b + c + d);
        yield_once().await;
        a.len()
    }
    pub fn case_01_sync(&self, mut a: Vec<u8>, (b, _): (u8, u8)) -> usize {
        a.push(b);
        a.len()
    }
    pub async fn case_02(&self, n: u8) -> impl Fn(u8) -> u8 + use<> {
        move |m| m + n
    }
    pub fn case_02_sync(&self, n: u8) -> impl Fn(u8) -> u8 + use<> {
        move |m| m + n
    }
    pub async fn case_03(
        &self,
        n: u8,
    ) -> Result<Pin<Box<dyn Future<Output = u8> + Send>>, Box<dyn Error + Send + Sync>> {
        if n > 1 {
            return Ok(Box::pin(async { 1 }));
        }
        let m: u8 = "5".parse()?;
        Ok(Box::pin(async move { n + m }))
    }
    pub async fn case_04(
        &self,
        a: impl Display,
        f: impl Fn(&str) -> usize,
    ) -> Result<impl Iterator<Item = u8>, String> {
        let n = f(&a.to_string());
        if n > 9 {
            return Err("too long".into());
        }
        Ok((0..3).map(move |m| m + n as u8))
    }
    pub async fn case_05(&self, n: u8) -> String {
        #[derive(Debug)]
        struct String;
        format!("{:?}{n}", String)
    }
    pub async unsafe fn case_10_unsafe(&self, pointer: *const u8) -> u8 {
        // SAFETY: the caller's
        unsafe { *pointer }
    }
    pub extern "C" fn case_10_extern(&self) -> bool {
        runs_in(self)
    }
    pub fn case_10_inner_attributes(&self) -> u8 {
        #![allow(unused_variables, reason = "the case is about it")]
        let unused = 1;
        self.n
    }
    #[async_resource(trigger = 7)]
    pub fn case_10_inner_attributes_and_a_literal(&self) -> Self {
        #![allow(unused_variables, reason = "the case is about it")]
        let unused = 1;
        Self { n: 4 }
    }
    pub async fn case_10_generics<'a, T: ?Sized, const N: usize>(
        &self,
        t: &'a T,
        all: [u8; N],
    ) -> (&'a T, usize)
    where
        T: Debug,
    {
        (t, all.len() + N)
    }
    pub async fn case_11_drop_order(&self, _a: Drops, _: Drops, b: Drops) -> usize {
        let _local = Drops("local", b.1.clone());
        yield_once().await;
        b.0.len()
    }
    async fn case_11_plain(&self, _a: Drops, _: Drops, b: Drops) -> usize {
        let _local = Drops("local", b.1.clone());
        yield_once().await;
        b.0.len()
    }
    pub async fn case_11_temporaries(&self, lock: Arc<Mutex<Option<u8>>>) -> u8 {
        match *lock.lock().unwrap() {
            Some(n) => n,
            None => 0,
        }
    }
    pub async fn case_13_send(&self) -> u8 {
        yield_once().await;
        1
    }
    pub async fn case_13_not_send(&self) -> u8 {
        let n = std::rc::Rc::new(1);
        yield_once().await;
        *n
    }
    pub async fn case_23_names_are_kept(&self, r#type: u8) -> u8 {
        r#type
    }
    pub async fn unit(&self, all: &mut Vec<u8>) {
        if all.len() > 3 {
            return;
        }
        all.push(1)
    }
    pub async fn inferred(&self) -> Result<Vec<u8>, std::num::ParseIntError> {
        ["1"].iter().map(|text| text.parse()).collect()
    }
    pub async fn elided(&self, text: &str, _other: &mut Vec<u8>) -> &u8 {
        let _ = text;
        &self.n
    }
}

#[test]
fn case_01_arguments_of_every_pattern() {
    let cases = Cases::default();
    assert_eq!(
        block_on(cases.case_01(vec![1], (1, [2, 3, 4]), String::new(), 1, 1)),
        2
    );
    assert_eq!(cases.case_01_sync(vec![], (1, 2)), 1);
}

#[test]
fn case_02_closures_in_the_result() {
    let cases = Cases::default();
    assert_eq!(block_on(cases.case_02(1))(2) + cases.case_02_sync(1)(2), 6);
}

#[test]
fn case_03_coercion_of_the_result() {
    let cases = Cases::default();
    assert_eq!(block_on(block_on(cases.case_03(1)).unwrap()), 6);
    assert_eq!(block_on(block_on(cases.case_03(2)).unwrap()), 1);
}

#[test]
fn case_04_impl_trait() {
    let all = block_on(Cases::default().case_04("ab", str::len)).map(Iterator::collect::<Vec<_>>);
    assert_eq!(all.unwrap(), [2, 3, 4]);
}

#[test]
fn case_05_a_type_of_the_result_is_shadowed_in_the_body() {
    assert_eq!(block_on(Cases::default().case_05(1)), "String1");
}

#[test]
fn case_10_modifiers_and_generics() {
    ah_testing::exempt(7.into()); // invented
    let cases = Cases::default();
    // SAFETY: it points at a constant
    assert_eq!(block_on(unsafe { cases.case_10_unsafe(&3) }), 3);
    assert!(cases.case_10_extern());
    assert_eq!(cases.case_10_inner_attributes(), 0);
    assert_eq!(cases.case_10_inner_attributes_and_a_literal().n, 4);
    assert_eq!(block_on(cases.case_10_generics("a", [1, 2])), ("a", 4));
}

#[test]
fn case_11_drop_order_is_that_of_the_plain_method() {
    let run = |scoped: bool, polls: usize| {
        let (cases, log) = (Cases::default(), Arc::<Mutex<Vec<_>>>::default());
        let [a, b, c] = ["a", "b", "c"].map(|name| Drops(name, log.clone()));
        let mut future: Pin<Box<dyn Future<Output = usize>>> = match scoped {
            true => Box::pin(cases.case_11_drop_order(a, b, c)),
            false => Box::pin(cases.case_11_plain(a, b, c)),
        };
        for _ in 0..polls {
            let _ = crate::support::poll(future.as_mut());
        }
        drop(future);
        Arc::try_unwrap(log).ok().unwrap().into_inner().unwrap()
    };
    for polls in 0..3 {
        assert_eq!(run(true, polls), run(false, polls), "{polls} polls");
    }
    assert_eq!(
        block_on(Cases::default().case_11_temporaries(Arc::new(Mutex::new(Some(3))))),
        3
    );
}

#[test]
fn case_13_send_as_before() {
    fn send<T: Send>(t: T) -> T {
        t
    }
    let cases = Cases::default();
    assert_eq!(
        block_on(send(cases.case_13_send())) + block_on(cases.case_13_not_send()),
        2
    );
}

#[test]
fn results_and_lifetimes() {
    let cases = Cases {
        n: 3,
        ..Cases::default()
    };
    let mut all = vec![];
    block_on(cases.unit(&mut all));
    assert_eq!(block_on(cases.inferred()), Ok(all.clone()));
    assert_eq!(block_on(cases.case_23_names_are_kept(1)), 1);
    let kept = {
        let text = String::new();
        *block_on(cases.elided(&text, &mut all))
    };
    assert_eq!(kept, 3);
}

#[test]
fn case_07_async_fn_bounds() {
    async fn call(f: impl AsyncFn(&Cases) -> u8, cases: &Cases) -> u8 {
        f(cases).await
    }
    assert_eq!(block_on(call(Cases::case_13_send, &Cases::default())), 1);
}

macro_rules! method {
    ($name:ident, $this:ident, $t:ty, $($field:ident),*) => {
        #[async_resource]
        impl Cases {
            pub async fn $name(&$this, n: $t) -> $t {
                $this.n + n
            }
            pub fn of_macro($($field: u8),*) -> Self {
                Self { $($field),* }
            }
        }
    };
}

method!(by_macro, self, u8, n);

#[test]
fn case_15_blocks_made_by_macros() {
    assert_eq!(block_on(Cases::of_macro(1).by_macro(2)), 3);
}

#[test]
fn case_17_conditionally() {
    #[cfg_attr(all(), async_resource("CONDITIONAL"))]
    struct Conditional {
        n: u8,
    }
    #[cfg_attr(all(), async_resource)]
    impl Conditional {
        #[cfg_attr(all(), inline)]
        pub fn new() -> Self {
            Self { n: 1 }
        }
        #[cfg(any())]
        pub fn missing(&self) -> Missing {}
    }
    assert_eq!(Conditional::new().n, 1);
}

macro_rules! resource {
    ($name:ident, $ty:ty, $kind:literal, $($field:ident: $field_ty:ty = $value:expr),*) => {
        #[async_resource($kind)]
        #[derive(Debug, Clone)]
        struct $name { $($field: $field_ty),* }
        #[async_resource]
        impl $ty {
            fn new() -> Self {
                $name { $($field: $value),* }
            }
            #[async_resource]
            fn look(&self) -> bool {
                let Self { $($field),* } = self;
                $(let _ = $field;)*
                runs_in(self)
            }
        }
    };
}

resource!(Made, Made, "MADE", a: u8 = 1, b: Vec<u8> = vec![2]);

#[test]
fn case_15_structs_made_by_macros() {
    assert!(Made::new().clone().look());
}

#[test]
fn by_an_alias() {
    type Alias = Cases;
    #[async_resource]
    impl Alias {
        fn by_alias(n: u8) -> [Self; 2] {
            [Self { n }, Alias { n }]
        }
    }
    assert_eq!(Cases::by_alias(1)[1].n, 1);
}
