//! Async functions of all shapes keep their meaning.

use std::{
    collections::HashMap,
    error::Error,
    fmt::{Debug, Display},
    future::Future,
    pin::Pin,
    sync::{Arc, Mutex},
};

use async_hooks::traced;

use super::support::{block_on, is_send, yield_once};
use crate::test;

type BoxError = Box<dyn Error + Send + Sync>;

struct Point {
    x: u8,
    y: u8,
}

#[traced]
async fn plain() {}

#[traced]
async fn owned_and_borrowed(a: u8, b: &str) -> String {
    format!("{a}{b}")
}

#[traced]
async fn elided(a: &str, b: &str, _c: &mut Vec<u8>) -> usize {
    yield_once().await;
    a.len() + b.len()
}

#[traced]
async fn returns_a_borrow(a: &str) -> &str {
    a.trim()
}

#[traced]
async fn returns_static(a: &str, _b: &str) -> &'static str {
    let _ = a;
    "x"
}

#[traced]
async fn named<'a, 'b: 'a>(a: &'a str, b: &'b str) -> &'a str {
    if a.len() > 1 { a } else { b }
}

#[traced]
async fn early_bound<'a: 'a>(a: &'a str) -> &'a str {
    a
}

#[traced]
async fn anonymous<'a>(a: &'a str, _m: &mut HashMap<&'_ str, &'a str>) -> &'a str {
    a
}

#[traced]
async fn generic<T: Display + ?Sized, U>(t: &T, _u: U) -> String
where
    U: Debug,
{
    t.to_string()
}

#[traced]
async fn const_generic<const N: usize>(a: [u8; N]) -> usize {
    a.len() + N
}

#[test]
fn case_10_generics_where_clauses_and_lifetimes() {
    block_on(async {
        is_send(plain()).await;
        assert_eq!(is_send(owned_and_borrowed(1, "a")).await, "1a");
        assert_eq!(is_send(elided("a", "b", &mut vec![])).await, 2);
        assert_eq!(returns_a_borrow(" a ").await, "a");
        let kept = {
            let gone = String::from("l");
            returns_static(&gone, "b").await
        };
        assert_eq!(kept, "x");
        let long = String::from("abc");
        let kept = {
            let short = String::from("s");
            anonymous(&long, &mut HashMap::from([(&*short, &*long)])).await
        };
        assert_eq!(named(kept, early_bound("b").await).await, "abc");
        assert_eq!(is_send(generic("x", 1)).await, "x");
        assert_eq!(const_generic([1, 2]).await, 4);
    });
}

#[traced]
async fn impl_arguments(a: impl Display, f: impl Fn(&str) -> usize) -> usize {
    f(&a.to_string())
}

#[traced]
async fn impl_result(n: u8) -> impl Display {
    n
}

#[traced]
async fn impl_result_that_borrows(n: &u8) -> impl Display + '_ {
    n
}

#[traced]
async fn impl_result_nested(n: u8) -> Result<impl Iterator<Item = u8>, String> {
    if n > 3 {
        return Err("x".into());
    }
    Ok(0..n)
}

#[traced]
async fn impl_result_with_a_lifetime<'a>(a: &'a str, b: &str) -> impl Iterator<Item = char> + 'a {
    let _ = b;
    a.chars()
}

#[test]
fn case_04_impl_trait_in_arguments_and_results() {
    block_on(async {
        assert_eq!(impl_arguments(10, str::len).await, 2);
        assert_eq!(impl_result(1).await.to_string(), "1");
        assert_eq!(impl_result_that_borrows(&2).await.to_string(), "2");
        assert_eq!(impl_result_nested(2).await.unwrap().count(), 2);
        assert!(impl_result_nested(4).await.is_err());
        let long = String::from("ab");
        let characters = {
            let short = String::new();
            impl_result_with_a_lifetime(&long, &short).await
        };
        assert_eq!(characters.count(), 2);
    });
}

#[traced]
async fn returns_a_closure(n: u8) -> impl Fn(u8) -> u8 {
    move |x| x + n
}

#[traced]
async fn ends_in_a_closure_call() -> u8 {
    let closure = |x: u8| x + 1;
    closure(1)
}

#[test]
fn case_02_unnameable_types() {
    assert_eq!(block_on(returns_a_closure(1))(2), 3);
    assert_eq!(block_on(ends_in_a_closure_call()), 2);
}

#[traced]
async fn boxed_result(n: u8) -> Box<dyn Display> {
    if n > 1 {
        return Box::new(n);
    }
    Box::new("s")
}

type Boxed = Pin<Box<dyn Future<Output = u8> + Send>>;

#[traced]
async fn coerces(n: u8) -> Result<Boxed, BoxError> {
    if n > 1 {
        return Ok(Box::pin(async { 1 }));
    }
    let five: u8 = "5".parse()?;
    Ok(Box::pin(async move { n + five }))
}

#[test]
fn case_03_results_coerce_to_trait_objects() {
    block_on(async {
        assert_eq!(boxed_result(2).await.to_string(), "2");
        assert_eq!(boxed_result(1).await.to_string(), "s");
        assert_eq!(coerces(2).await.unwrap().await, 1);
        assert_eq!(coerces(1).await.unwrap().await, 6);
    });
}

#[traced]
async fn question_mark(s: &str) -> Result<u32, Box<dyn Error>> {
    let n: u32 = s.parse()?;
    if n == 3 {
        Err("three")?;
    }
    Ok(n)
}

#[traced]
async fn option(s: Option<&str>) -> Option<usize> {
    Some(s?.len())
}

#[traced]
async fn infers_default() -> Vec<u8> {
    Default::default()
}

#[traced]
async fn infers_collect() -> Result<Vec<u8>, std::num::ParseIntError> {
    ["1"].iter().map(|s| s.parse()).collect()
}

#[traced]
async fn infers_into(s: &str) -> String {
    s.into()
}

#[traced]
async fn never() -> ! {
    panic!("never")
}

#[test]
fn case_24_the_return_type_guides_inference() {
    block_on(async {
        assert_eq!(question_mark("1").await.unwrap(), 1);
        assert_eq!(question_mark("3").await.unwrap_err().to_string(), "three");
        assert_eq!(option(None).await, None);
        assert!(infers_default().await.is_empty());
        assert_eq!(infers_collect().await.unwrap(), [1]);
        assert_eq!(infers_into("s").await, "s");
    });
    let caught = std::panic::catch_unwind(|| block_on(async { never().await }));
    assert!(caught.is_err());
}

#[traced]
async fn patterns(
    (a, b): (u8, u8),
    [c, ..]: [u8; 3],
    mut list: Vec<u8>,
    _: String,
    _unused: u8,
    Point { x, .. }: Point,
    &r: &u8,
) -> usize {
    list.push(a + b + c + x + r);
    list.len()
}

#[traced]
async fn binds_by_reference(ref a: String, ref mut b: String) -> usize {
    b.push_str(a);
    b.len()
}

#[traced]
async fn binds_at(whole @ Point { .. }: Point) -> u8 {
    whole.x + whole.y
}

#[traced]
async fn raw_identifiers(r#type: u8) -> u8 {
    r#type
}

#[traced]
async fn shadows(a: u8) -> u8 {
    let a = a + 1;
    a
}

#[traced]
async fn without_a_parameter(#[cfg(any())] a: Missing, b: u8) -> u8 {
    b
}

#[test]
fn case_01_arguments_move_in_by_any_pattern() {
    block_on(async {
        let point = || Point { x: 1, y: 2 };
        assert_eq!(
            patterns((1, 2), [3; 3], vec![], String::new(), 0, point(), &1).await,
            1
        );
        assert_eq!(binds_by_reference("a".into(), "b".into()).await, 2);
        assert_eq!(binds_at(point()).await, 3);
        assert_eq!(raw_identifiers(1).await, 1);
        assert_eq!(shadows(1).await, 2);
        assert_eq!(without_a_parameter(1).await, 1);
    });
}

#[traced]
async fn tail_locks(mutex: Mutex<u8>) -> u8 {
    *mutex.lock().unwrap()
}

#[traced]
async fn tail_locks_shared(mutex: Arc<Mutex<Vec<u8>>>) -> usize {
    mutex.lock().unwrap().len()
}

#[traced]
async fn tail_matches(mutex: Arc<Mutex<Option<u8>>>) -> u8 {
    match *mutex.lock().unwrap() {
        Some(x) => x,
        None => 0,
    }
}

#[test]
fn case_11_temporaries_of_the_last_expression() {
    block_on(async {
        assert_eq!(tail_locks(Mutex::new(1)).await, 1);
        assert_eq!(tail_locks_shared(Arc::default()).await, 0);
        assert_eq!(is_send(tail_matches(Arc::default())).await, 0);
    });
}

#[traced]
async fn shadowed_return_type(a: u8) -> String {
    #[expect(dead_code, reason = "shadows")]
    struct String;
    format!("{a}")
}

#[traced]
async fn items_inside() -> u8 {
    const TWO: u8 = 2;
    fn three() -> u8 {
        3
    }
    three() + TWO
}

#[traced]
async fn inner_attributes() -> u8 {
    #![allow(unused_variables, reason = "to be seen from here")]
    let unused = 1;
    1
}

#[test]
fn case_05_items_in_the_body_do_not_shadow_the_signature() {
    block_on(async {
        assert_eq!(shadowed_return_type(1).await, "1");
        assert_eq!(items_inside().await, 5);
        assert_eq!(inner_attributes().await, 1);
    });
}

#[expect(unsafe_code, reason = "unsafe functions can be traced")]
mod modifiers {
    use super::*;
    use crate::test;

    /// Documented.
    ///
    /// # Safety
    ///
    /// `p` is valid.
    #[traced]
    #[inline]
    #[doc(hidden)]
    pub(crate) async unsafe fn unsafe_function(p: *const u8) -> u8 {
        // SAFETY: the caller says so
        unsafe { *p }
    }

    #[traced]
    #[must_use]
    async fn must_be_used() -> u8 {
        1
    }

    #[traced]
    #[must_use = "as it says"]
    async fn must_be_used_for_a_reason(#[allow(unused_variables, reason = "unused")] a: u8) -> u8 {
        1
    }

    #[traced]
    extern "C" fn foreign(a: u8) -> u8 {
        a
    }

    #[traced]
    unsafe extern "C" fn unsafe_foreign(a: *const u8) -> u8 {
        // SAFETY: the caller says so
        unsafe { *a }
    }

    #[test]
    fn case_10_modifiers_and_attributes() {
        let one = 1;
        // SAFETY: `one` lives
        assert_eq!(block_on(unsafe { unsafe_function(&raw const one) }), 1);
        assert_eq!(block_on(must_be_used()), 1);
        assert_eq!(block_on(must_be_used_for_a_reason(1)), 1);
        assert_eq!(foreign(1), 1);
        // SAFETY: `one` lives
        assert_eq!(unsafe { unsafe_foreign(&raw const one) }, 1);
    }
}

#[traced]
async fn unit_tail(list: &mut Vec<u8>) {
    list.push(1)
}

#[traced]
async fn returns_early(n: u8, list: &mut Vec<u8>) {
    if n > 1 {
        return;
    }
    list.push(n);
}

#[traced]
async fn labels(list: Vec<u8>) -> u8 {
    let mut count = 0;
    'outer: for x in list {
        for y in 0..x {
            if y > 1 {
                continue 'outer;
            }
            count += 1;
        }
    }
    count
}

#[traced]
async fn takes_a_callback<F, Fut>(f: F) -> u8
where
    F: FnOnce(u8) -> Fut,
    Fut: Future<Output = u8>,
{
    f(1).await
}

#[traced]
async fn takes_objects(f: &dyn Fn(u8) -> u8, mut g: Box<dyn FnMut(&str) -> usize + '_>) -> usize {
    usize::from(f(1)) + g("a")
}

#[traced]
async fn takes_any_lifetime<F>(f: F) -> usize
where
    F: for<'a> Fn(&'a str) -> &'a str,
{
    f("abc").len()
}

#[test]
fn case_10_bodies_of_all_kinds() {
    block_on(async {
        let mut list = vec![];
        unit_tail(&mut list).await;
        returns_early(2, &mut list).await;
        assert_eq!(labels(vec![1, 9]).await, 3);
        assert_eq!(takes_a_callback(|n| async move { n + 1 }).await, 2);
        assert_eq!(takes_objects(&|n| n, Box::new(str::len)).await, 2);
        assert_eq!(takes_any_lifetime(|s| &s[1..]).await, 2);
        assert_eq!(list.len(), 1);
    });
}

async fn calls(f: impl AsyncFn(&str) -> usize) -> usize {
    f(&String::from("abc")).await
}

#[traced]
async fn length(s: &str) -> usize {
    s.len()
}

#[test]
fn case_09_is_an_async_fn_to_whoever_takes_one() {
    assert_eq!(block_on(calls(length)), 3);
    let _both_of_one_type = [length("a"), length("bb")];
}

#[traced]
async fn not_send() -> usize {
    let counted = std::rc::Rc::new(1);
    yield_once().await;
    *counted
}

#[traced]
async fn send_because_dropped() -> usize {
    let n = {
        let counted = std::rc::Rc::new(1);
        *counted
    };
    yield_once().await;
    n
}

#[test]
fn case_13_send_is_inferred_as_before() {
    assert_eq!(block_on(not_send()), 1);
    assert_eq!(block_on(is_send(send_because_dropped())), 1);
}

#[traced]
async fn recursion(n: u32) -> u32 {
    if n == 0 {
        0
    } else {
        Box::pin(recursion(n - 1)).await + 1
    }
}

#[traced]
async fn even(n: u8) -> bool {
    if n == 0 {
        true
    } else {
        Box::pin(odd(n - 1)).await
    }
}

#[traced]
async fn odd(n: u8) -> bool {
    if n == 0 {
        false
    } else {
        Box::pin(even(n - 1)).await
    }
}

#[traced]
async fn generic_recursion<T: Clone>(n: u8, t: T) -> usize {
    if n == 0 {
        0
    } else {
        Box::pin(generic_recursion(n - 1, t.clone())).await + 1
    }
}

#[traced(boxed)]
async fn boxed_recursion(n: u32) -> u32 {
    if n == 0 {
        0
    } else {
        boxed_recursion(n - 1).await + 1
    }
}

#[test]
fn case_19_recursion() {
    assert_eq!(block_on(is_send(recursion(30))), 30);
    assert!(block_on(is_send(even(10))));
    assert_eq!(block_on(is_send(generic_recursion(5, "t"))), 5);
    assert_eq!(block_on(is_send(boxed_recursion(30))), 30);
}

mod hygiene {
    #![allow(
        non_camel_case_types,
        dead_code,
        reason = "shadow what generated code must not name"
    )]
    mod std {}
    mod core {}
    mod async_hooks {}
    struct Box;
    struct Some;
    struct None;
    struct Option;
    struct Into;
    struct Future;
    struct String;
    trait Call {
        fn traced(self) -> u8;
        fn call(self) -> u8;
    }
    impl<T> Call for T {
        fn traced(self) -> u8 {
            1
        }
        fn call(self) -> u8 {
            2
        }
    }

    #[::async_hooks::traced(fields(x, shown = ?x), trigger = 1u32, ret)]
    pub(super) async fn shadowed(x: u8) -> u8 {
        x
    }

    #[::async_hooks::traced(fields(x, shown = %x), trigger = 1u32, ret)]
    pub(super) fn shadowed_sync(x: u8) -> u8 {
        x
    }

    #[::async_hooks::traced]
    pub(super) fn shadowed_future(x: u8) -> impl ::core::future::Future<Output = u8> {
        ::core::future::ready(x)
    }
}

#[test]
fn case_14_names_of_the_users_do_not_matter() {
    assert_eq!(block_on(hygiene::shadowed(1)), 1);
    assert_eq!(hygiene::shadowed_sync(1), 1);
    assert_eq!(block_on(hygiene::shadowed_future(1)), 1);
}

macro_rules! make_function {
    ($name:ident($($arg:ident: $ty:ty),*) $body:block) => {
        #[traced]
        async fn $name($($arg: $ty),*) -> u8 $body
    };
}

make_function!(made(a: u8, b: u8) { a + b });

#[test]
fn case_15_functions_made_by_macros() {
    assert_eq!(block_on(made(1, 2)), 3);
}
