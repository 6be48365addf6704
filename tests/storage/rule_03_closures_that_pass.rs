//! Rule 5.3: what `run` must go on to take, with nothing said of its types: each way in which a closure can give its
//! result. Most of these tests are passed by compiling.

#![expect(
    clippy::box_default,
    clippy::diverging_sub_expression,
    clippy::needless_question_mark,
    clippy::ptr_arg,
    clippy::redundant_closure,
    clippy::type_complexity,
    reason = "users write these"
)]

use std::{
    cell::{Ref, RefCell},
    collections::{BTreeMap, HashSet},
    error::Error,
    fmt::Display,
    future::{Future, Ready, ready},
    num::ParseIntError,
    ops::ControlFlow,
    panic::{AssertUnwindSafe, catch_unwind},
    pin::Pin,
    rc::Rc,
    sync::{Mutex, MutexGuard},
    task::{Context, Poll},
};

use async_hooks::AsyncLocalStorage;

use crate::support::block_on;

use super::test;

type Storage = AsyncLocalStorage<u64>;

static S: Storage = Storage::new();

#[test]
fn unit() {
    S.run(1, || ());
    S.run(1, || {});
}

#[test]
fn a_statement_with_a_semicolon() {
    let mut seen = None;
    S.run(1, || {
        seen = S.get();
    });
    assert_eq!(seen, Some(1));
}

#[test]
fn a_panic() {
    fn as_u32() -> u32 {
        S.run(1, || panic!("as meant"))
    }
    assert!(catch_unwind(as_u32).is_err());
}

#[test]
fn a_panic_whose_type_nothing_says() {
    let caught = catch_unwind(|| {
        let _x = S.run(1, || panic!("as meant"));
    });
    assert!(caught.is_err());
}

#[test]
fn a_panic_in_a_block() {
    let caught = catch_unwind(|| {
        S.run(1, || {
            panic!("as meant");
        });
    });
    assert!(caught.is_err());
}

#[test]
fn never() {
    let caught = catch_unwind(|| {
        S.run(1, || -> ! { panic!("as meant") });
    });
    assert!(caught.is_err());
}

#[test]
fn a_divergence_on_one_way() {
    let taken = S.run(1, || match S.get() {
        Some(store) => store,
        None => unreachable!(),
    });
    assert_eq!(taken, 1);
}

#[test]
fn a_process_exit_that_is_not_reached() {
    let run = || {
        if S.get().is_some() {
            S.run(1, || std::process::exit(1))
        }
    };
    run();
}

#[test]
fn a_question_mark_with_a_written_result() {
    fn parse() -> Result<u32, Box<dyn Error>> {
        let n = S.run(1, || -> Result<u32, Box<dyn Error>> { Ok("5".parse()?) })?;
        Ok(n)
    }
    assert_eq!(parse().unwrap(), 5);
}

#[test]
fn a_question_mark_with_the_error_named_at_the_end() {
    let parsed = S.run(1, || Ok::<_, ParseIntError>("5".parse::<u32>()?));
    assert_eq!(parsed, Ok(5));
}

#[test]
fn a_question_mark_with_the_result_of_the_function() {
    fn parse(text: &str) -> Result<u32, Box<dyn Error>> {
        S.run(1, || {
            let n: u32 = text.parse()?;
            Ok(n)
        })
    }
    assert_eq!(parse("5").unwrap(), 5);
    assert!(parse("five").is_err());
}

#[test]
fn a_question_mark_on_an_option() {
    let next = S.run(1, || Some(S.get()? + 1));
    assert_eq!(next, Some(2));
}

#[test]
fn an_early_return() {
    let seen = S.run(1, || {
        if S.get() == Some(1) {
            return "early";
        }
        "late"
    });
    assert_eq!(seen, "early");
}

#[test]
fn a_control_flow() {
    let flow: ControlFlow<u64> = S.run(1, || ControlFlow::Break(5));
    assert_eq!(flow, ControlFlow::Break(5));
}

#[test]
fn collect_into_the_result_of_the_function() {
    fn numbers() -> Vec<u8> {
        S.run(1, || (0..3).collect())
    }
    assert_eq!(numbers(), [0, 1, 2]);
}

#[test]
fn collect_into_a_half_written_type() {
    let set: HashSet<_> = S.run(1, || (0..3u8).collect());
    assert_eq!(set.len(), 3);
}

#[test]
fn collect_of_results() {
    fn parse(texts: &[&str]) -> Result<Vec<u32>, ParseIntError> {
        S.run(1, || texts.iter().map(|text| text.parse()).collect())
    }
    assert_eq!(parse(&["1", "2"]), Ok(vec![1, 2]));
}

#[test]
fn a_sum() {
    let sum: u64 = S.run(1, || [1, 2].iter().sum());
    assert_eq!(sum, 3);
}

#[test]
fn a_default_named_outside() {
    let text: String = S.run(1, Default::default);
    assert_eq!(text, "");
    let text: String = S.run(1, || Default::default());
    assert_eq!(text, "");
}

#[test]
fn a_parse_named_outside() {
    let n: i32 = S.run(1, || "3".parse().unwrap());
    assert_eq!(n, 3);
}

#[test]
fn an_into_named_outside() {
    let n: u64 = S.run(1, || 3u8.into());
    assert_eq!(n, 3);
}

#[test]
fn a_box_that_becomes_a_trait_object() {
    fn boxed() -> Box<dyn Display> {
        S.run(1, || Box::new(3))
    }
    assert_eq!(boxed().to_string(), "3");
}

#[test]
fn a_box_cast_to_a_trait_object() {
    let boxed = S.run(1, || Box::new(3) as Box<dyn Display>);
    assert_eq!(boxed.to_string(), "3");
}

#[test]
fn a_boxed_closure() {
    fn boxed() -> Box<dyn Fn(u8) -> u8 + Send> {
        S.run(1, || Box::new(|x| x + 1))
    }
    assert_eq!(boxed()(1), 2);
}

#[test]
fn a_type_behind_impl() {
    fn shown() -> impl Display {
        S.run(1, || 5)
    }
    assert_eq!(shown().to_string(), "5");
}

#[test]
fn an_iterator_behind_impl() {
    fn numbers() -> impl Iterator<Item = u64> {
        S.run(1, || (0..3).map(|n| n * 2))
    }
    assert_eq!(numbers().sum::<u64>(), 6);
}

#[test]
fn a_closure_behind_impl() {
    fn adds() -> impl Fn(u64) -> u64 {
        S.run(1, || |n| n + 1)
    }
    assert_eq!(adds()(1), 2);
}

#[test]
fn a_generic_closure() {
    fn wrapped<R>(f: impl FnOnce() -> R) -> R {
        S.run(1, f)
    }
    assert_eq!(wrapped(|| S.get()), Some(1));
}

#[test]
fn a_generic_value() {
    fn wrapped<T: Default + Send + 'static>() -> T {
        S.run(1, || T::default())
    }
    assert_eq!(wrapped::<u8>(), 0);
}

#[test]
fn an_associated_type() {
    fn first<I: Iterator>(mut items: I) -> Option<I::Item> {
        S.run(1, || items.next())
    }
    assert_eq!(first(3..5), Some(3));
}

#[test]
fn an_associated_type_of_a_trait_of_ones_own() {
    trait Handler {
        type Out;
        fn call(&self) -> Self::Out;
    }
    struct Handles;
    impl Handler for Handles {
        type Out = Option<u64>;
        fn call(&self) -> Self::Out {
            S.get()
        }
    }
    fn call<H: Handler>(handler: &H) -> H::Out {
        S.run(1, || handler.call())
    }
    assert_eq!(call(&Handles), Some(1));
}

#[test]
fn a_run_in_a_run_in_a_run() {
    assert_eq!(S.run(1, || S.run(2, || S.run(3, || S.get()))), Some(3));
}

#[test]
fn a_generic_closure_in_a_run_in_a_run() {
    fn wrapped<R>(f: impl FnOnce() -> R) -> R {
        S.run(1, || S.run(2, f))
    }
    assert_eq!(wrapped(|| S.get()), Some(2));
}

#[test]
fn a_borrow_of_what_is_outside() {
    fn trimmed(text: &str) -> &str {
        S.run(1, || text.trim())
    }
    assert_eq!(trimmed(" a "), "a");
}

#[test]
fn a_mutable_borrow_of_what_is_outside() {
    fn first(bytes: &mut Vec<u8>) -> &mut u8 {
        S.run(1, || &mut bytes[0])
    }
    assert_eq!(first(&mut vec![7]), &7);
}

#[test]
fn a_borrow_that_is_moved_in() {
    fn passed<P: ?Sized>(value: &mut P) -> &mut P {
        S.run(1, move || value)
    }
    assert_eq!(passed(&mut 7), &7);
}

#[test]
fn a_pin_of_anything() {
    fn passed<P>(pinned: Pin<P>) -> Pin<P> {
        S.run(1, || pinned)
    }
    assert_eq!(*passed(Box::pin(7)), 7);
}

#[test]
fn a_box_of_anything() {
    fn passed<P: ?Sized>(boxed: Box<P>) -> Box<P> {
        S.run(1, || boxed)
    }
    assert_eq!(passed::<str>("a".into()).len(), 1);
}

#[test]
fn a_value_that_cannot_be_sent() {
    let rc = Rc::new(7);
    assert_eq!(*S.run(1, || rc.clone()), 7);
}

#[test]
fn a_guard_of_a_cell() {
    let cell = RefCell::new(7);
    let borrowed: Ref<'_, u8> = S.run(1, || cell.borrow());
    assert_eq!(*borrowed, 7);
}

#[test]
fn a_guard_of_a_mutex() {
    static MUTEX: Mutex<u8> = Mutex::new(7);
    fn locked() -> MutexGuard<'static, u8> {
        S.run(1, || MUTEX.lock().unwrap())
    }
    assert_eq!(*locked(), 7);
}

#[test]
fn a_function_item() {
    assert_eq!(S.run(1, String::new), "");
}

#[test]
fn a_function_that_returns_a_vec() {
    fn bytes() -> Vec<u8> {
        vec![7]
    }
    assert_eq!(S.run(1, bytes), [7]);
    assert_eq!(S.run(1, || bytes()), [7]);
}

#[test]
fn a_pointer_to_run_itself() {
    let run: fn(&Storage, u64, fn() -> Option<u64>) -> Option<u64> = Storage::run::<_, _>;
    assert_eq!(run(&S, 1, || S.get()), Some(1));
}

#[test]
fn a_method_on_the_result() {
    assert_eq!(S.run(1, || "abc").len(), 3);
}

#[test]
fn a_chain_of_methods_on_the_result() {
    let sum: usize = S
        .run(1, || vec![1, 2])
        .iter()
        .map(|n: &i32| *n as usize)
        .sum();
    assert_eq!(sum, 3);
}

#[test]
fn none() {
    fn nothing() -> Option<u8> {
        S.run(1, || None)
    }
    assert_eq!(nothing(), None);
}

#[test]
fn ok() {
    fn fine() -> Result<(), String> {
        S.run(1, || Ok(()))
    }
    assert_eq!(fine(), Ok(()));
}

#[test]
fn an_integer_of_no_stated_type() {
    let n = S.run(1, || 5);
    assert_eq!(n, 5);
}

#[test]
fn a_float_of_no_stated_type() {
    let x = S.run(1, || 5.0);
    assert!(x > 4.5);
}

#[test]
fn a_tuple_whose_types_are_stated_later() {
    let (a, b) = S.run(1, || (vec![], Vec::new()));
    let _: (Vec<u8>, Vec<u16>) = (a, b);
}

#[test]
fn a_vec_whose_type_is_stated_later() {
    let mut bytes = S.run(1, || Vec::new());
    bytes.push(1u8);
    assert_eq!(bytes, [1]);
}

#[test]
fn a_box_whose_type_is_stated_later() {
    let boxed = S.run(1, || Box::new(Default::default()));
    let _: Box<u8> = boxed;
}

#[test]
fn a_map_whose_types_are_stated_later() {
    let mut map = S.run(1, || BTreeMap::new());
    map.insert(1u8, "one");
    assert_eq!(map[&1], "one");
}

#[test]
fn recursion_through_an_opaque_type() {
    fn shown(n: u32) -> impl Display {
        if n == 0 {
            return 1;
        }
        S.run(1, move || {
            let _shown = shown(n - 1);
            5
        })
    }
    assert_eq!(shown(2).to_string(), "5");
}

#[test]
fn recursion_through_a_boxed_type() {
    fn shown(n: u32) -> Box<dyn Display> {
        if n == 0 {
            return Box::new(1);
        }
        S.run(1, move || shown(n - 1))
    }
    assert_eq!(shown(2).to_string(), "1");
}

#[test]
fn in_the_closure_of_an_iterator() {
    let seen: Vec<_> = (0..3).map(|n| S.run(n, || S.get())).collect();
    assert_eq!(seen, [Some(0), Some(1), Some(2)]);
}

#[test]
fn in_an_async_function() {
    async fn look() -> Option<u64> {
        let seen = S.run(1, || S.get());
        ready(()).await;
        seen
    }
    assert_eq!(block_on(look()), Some(1));
}

#[test]
fn in_a_condition_and_in_a_match() {
    if S.run(1, || S.get().is_none()) {
        panic!("unset");
    }
    match S.run(1, || S.get()) {
        Some(store) => assert_eq!(store, 1),
        None => panic!("unset"),
    }
}

#[test]
fn a_poll() {
    let polled: Poll<u8> = S.run(1, || Poll::Ready(1));
    assert_eq!(polled, Poll::Ready(1));
}

#[test]
fn a_poll_of_a_future() {
    let mut future = ready(1);
    let mut cx = Context::from_waker(std::task::Waker::noop());
    let polled = S.run(1, || Pin::new(&mut future).poll(&mut cx));
    assert_eq!(polled, Poll::Ready(1));
}

#[test]
fn the_output_of_a_future_that_was_run_to_its_end() {
    assert_eq!(S.run(1, || block_on(async { S.get() })), Some(1));
}

#[test]
fn an_unpinned_box_of_a_future_object() {
    fn boxed() -> Box<dyn Future<Output = u8>> {
        S.run(1, || Box::new(async { 1 }))
    }
    assert_eq!(block_on(Box::into_pin(boxed())), 1);
}

#[test]
fn several_futures_in_a_vec() {
    fn futures() -> Vec<Ready<u8>> {
        S.run(1, || vec![ready(1)])
    }
    assert_eq!(futures().len(), 1);
}

#[test]
fn a_future_in_a_tuple() {
    let (future,) = S.run(1, || (ready(1),));
    assert_eq!(block_on(future), 1);
}

#[test]
fn a_future_in_a_result() {
    let future: Result<Ready<u8>, ()> = S.run(1, || Ok(ready(1)));
    assert_eq!(block_on(future.unwrap()), 1);
}

#[test]
fn a_wrapper_that_is_a_future_of_only_some_types() {
    struct Wrapper<F>(F);
    impl<F: Future + Unpin> Future for Wrapper<F> {
        type Output = F::Output;
        fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
            Pin::new(&mut self.0).poll(cx)
        }
    }
    let wrapper = S.run(1, || Wrapper(Default::default()));
    let wrapper: Wrapper<u8> = wrapper;
    assert_eq!(wrapper.0, 0);
}

#[test]
fn a_closure_that_mutates_what_is_outside() {
    let mut count = 0;
    let mut increment = || count += 1;
    S.run(1, &mut increment);
    S.run(1, increment);
    assert_eq!(count, 2);
}

#[test]
fn a_boxed_closure_to_run() {
    let boxed: Box<dyn FnOnce() -> Option<u64>> = Box::new(|| S.get());
    assert_eq!(S.run(1, boxed), Some(1));
}

#[test]
fn a_panic_that_was_caught() {
    let caught = S.run(1, || {
        catch_unwind(AssertUnwindSafe(|| -> u8 { panic!("as meant") }))
    });
    assert!(caught.is_err());
}

// The same bound stands on the others: a few kinds each, of those that are hard to infer.

macro_rules! takes_what_run_takes {
    ($name:ident, $run:expr) => {
        #[test]
        fn $name() {
            let _: () = $run(Box::new(|| ()));
            let texts: Vec<String> = $run(Box::new(|| vec![Default::default()]));
            assert_eq!(texts, [""]);
            let parsed: Result<u32, ParseIntError> = $run(Box::new(|| Ok("5".parse()?)));
            assert_eq!(parsed, Ok(5));
            let poll = $run(Box::new(|| Poll::Ready(1)));
            assert_eq!(poll, Poll::Ready(1));
        }
    };
}

macro_rules! call {
    ($run:expr) => {
        |f: Box<dyn FnOnce() -> _>| $run(f)
    };
}

takes_what_run_takes!(exit_takes_the_same, call!(|f| S.exit(f)));
takes_what_run_takes!(
    snapshot_run_takes_the_same,
    call!(|f| async_hooks::snapshot().run(f))
);
takes_what_run_takes!(detached_takes_the_same, call!(async_hooks::detached));
takes_what_run_takes!(
    run_in_async_scope_takes_the_same,
    call!(|f| async_hooks::AsyncResource::new("R").run_in_async_scope(f))
);
takes_what_run_takes!(
    env_run_takes_the_same,
    call!(|f| async_hooks::Env::new().run(f))
);
takes_what_run_takes!(
    default_trigger_async_id_scope_takes_the_same,
    call!(|f| async_hooks::default_trigger_async_id_scope(1, f))
);
