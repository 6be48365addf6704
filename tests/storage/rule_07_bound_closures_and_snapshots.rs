//! Rule 5.7: `bind!` and `snapshot()` capture all stores and are resources of type `bound-anonymous-fn`.

use std::{
    num::ParseIntError,
    pin::pin,
    sync::{Arc, Mutex},
};

use ah_testing::{CheckedEnv, exempt};
use async_hooks::{AsyncId, AsyncLocalStorage, AsyncResource, BOUND_ANONYMOUS_FN, Hooks, Snapshot};

use crate::support::{Storage, block_on, outlived_snapshot, poll_pending, poll_ready, yield_now};

use super::test;

// They capture the whole frame.

#[test]
fn a_bound_closure_runs_with_all_stores_of_where_it_was_bound() {
    static A: Storage = Storage::new();
    static B: AsyncLocalStorage<&str> = AsyncLocalStorage::new();
    let bound = A.run(1, || {
        B.run("b", || async_hooks::bind!(move || (A.get(), B.get())))
    });
    assert_eq!(A.run(9, bound), (Some(1), Some("b")));
}

#[test]
fn a_snapshot_restores_all_stores_of_where_it_was_taken() {
    static A: Storage = Storage::new();
    static B: AsyncLocalStorage<&str> = AsyncLocalStorage::new();
    let snapshot = A.run(1, || B.run("b", async_hooks::snapshot));
    let seen = A.run(9, || snapshot.run(|| (A.get(), B.get())));
    assert_eq!(seen, (Some(1), Some("b")));
    assert_eq!((A.get(), B.get()), (None, None));
}

#[test]
fn a_function_made_by_bind_runs_with_all_stores_of_where_it_was_bound() {
    static A: Storage = Storage::new();
    let job = A.run(1, || async_hooks::bind(|| A.get()));
    assert_eq!(std::thread::spawn(job).join().unwrap(), Some(1));
}

#[test]
fn what_was_unset_at_the_capture_is_unset_inside() {
    static A: Storage = Storage::new();
    let snapshot = async_hooks::snapshot();
    let bound = async_hooks::bind!(move || A.get());
    let job = async_hooks::bind(|| A.get());
    A.run(1, || {
        assert_eq!(snapshot.run(|| A.get()), None);
        assert_eq!(block_on(snapshot.scope(async { A.get() })), None);
        assert_eq!(bound(), None);
        assert_eq!(job(), None);
        assert_eq!(A.get(), Some(1));
    });
}

#[test]
fn a_snapshot_of_one_type_of_store_needs_no_type_to_be_named() {
    let _snapshot: Snapshot = async_hooks::snapshot();
    let bound = async_hooks::bind!(move || 7);
    assert_eq!(bound(), 7);
}

#[test]
fn what_is_entered_inside_is_gone_at_the_end_and_at_the_next_call() {
    static A: Storage = Storage::new();
    let snapshot = async_hooks::snapshot();
    let bound = async_hooks::bind!(move || {
        let before = A.get();
        A.enter_with(1);
        before
    });
    assert_eq!((bound(), bound()), (None, None));
    snapshot.run(|| A.enter_with(2));
    assert_eq!(snapshot.run(|| A.get()), None);
    assert_eq!(A.get(), None);
}

#[test]
fn what_a_future_under_a_snapshot_enters_stays_from_poll_to_poll() {
    static A: Storage = Storage::new();
    let snapshot = A.run(1, async_hooks::snapshot);
    let mut future = pin!(snapshot.scope(async {
        let before = A.get();
        A.enter_with(2);
        yield_now().await;
        (before, A.get())
    }));
    poll_pending(future.as_mut());
    assert_eq!(A.get(), None);
    assert_eq!(A.run(9, || poll_ready(future)), (Some(1), Some(2)));
}

#[test]
fn a_future_under_a_snapshot_does_not_need_the_snapshot() {
    static A: Storage = Storage::new();
    let snapshot = A.run(1, outlived_snapshot);
    let future = snapshot.scope(async { A.get() });
    drop(snapshot);
    assert_eq!(block_on(future), Some(1));
}

#[test]
fn a_snapshot_can_be_used_on_several_threads_at_once() {
    static A: Storage = Storage::new();
    let snapshot = A.run(1, async_hooks::snapshot);
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| assert_eq!(snapshot.run(|| A.get()), Some(1)));
        }
    });
}

// They create a resource in whose scope everything runs.

/// What is delivered while `body` runs in an environment of its own.
fn heard(body: impl FnOnce()) -> Vec<String> {
    let log = Arc::new(Mutex::new(Vec::new()));
    let note = |word: &'static str| {
        let log = log.clone();
        move |id: AsyncId| log.lock().unwrap().push(format!("{word} {id}"))
    };
    let init = log.clone();
    let hooks = Hooks::builder()
        .init(move |resource| {
            let line = format!("init {} {}", resource.async_id(), resource.resource_type());
            init.lock().unwrap().push(line);
        })
        .before(note("before"))
        .after(note("after"))
        .destroy(note("destroy"))
        .build();
    CheckedEnv::new().run(|| {
        let hook = async_hooks::create_hook(hooks);
        hook.enable();
        body();
        async_hooks::flush_destroys();
        hook.disable();
    });
    log.lock().unwrap().clone()
}

#[test]
fn every_call_of_a_bound_closure_runs_in_the_scope_of_its_resource() {
    let log = heard(|| {
        let bound = async_hooks::bind!(move || u64::from(async_hooks::execution_async_id()));
        assert_eq!((bound(), bound()), (2, 2));
    });
    let life = ["before 2", "after 2", "before 2", "after 2", "destroy 2"];
    assert_eq!(log[0], "init 2 bound-anonymous-fn");
    assert_eq!(log[1..], life);
}

#[test]
fn the_call_of_a_function_made_by_bind_runs_in_the_scope_of_its_resource() {
    let log = heard(|| {
        let job = async_hooks::bind(|| u64::from(async_hooks::execution_async_id()));
        assert_eq!(job(), 2);
    });
    assert_eq!(log[0], "init 2 bound-anonymous-fn");
    assert_eq!(log[1..], ["before 2", "after 2", "destroy 2"]);
}

#[test]
fn every_restore_of_a_snapshot_runs_in_the_scope_of_its_resource() {
    let log = heard(|| {
        let snapshot = async_hooks::snapshot();
        snapshot.run(|| assert_eq!(u64::from(async_hooks::execution_async_id()), 2));
        snapshot.run(|| ());
    });
    let life = ["before 2", "after 2", "before 2", "after 2", "destroy 2"];
    assert_eq!(log[0], "init 2 bound-anonymous-fn");
    assert_eq!(log[1..], life);
}

#[test]
fn every_poll_under_a_snapshot_runs_in_the_scope_of_its_resource() {
    let log = heard(|| {
        let snapshot = async_hooks::snapshot();
        block_on(snapshot.scope(async {
            yield_now().await;
            assert_eq!(u64::from(async_hooks::execution_async_id()), 2);
        }));
    });
    let life = ["before 2", "after 2", "before 2", "after 2", "destroy 2"];
    assert_eq!(log[0], "init 2 bound-anonymous-fn");
    assert_eq!(log[1..], life);
}

#[test]
fn the_type_of_these_resources_is_a_public_constant() {
    assert_eq!(BOUND_ANONYMOUS_FN, "bound-anonymous-fn");
    let ty =
        async_hooks::snapshot().run(|| async_hooks::execution_async_resource().resource_type());
    assert_eq!(ty, BOUND_ANONYMOUS_FN);
}

#[test]
fn a_closure_bound_to_a_resource_runs_in_that_ones_scope_and_makes_none() {
    let log = heard(|| {
        let query = AsyncResource::new("DBQuery");
        exempt(query.async_id()); // entered after its destroy
        let on_row = async_hooks::bind!(query, move |row: u64| row
            + u64::from(async_hooks::execution_async_id()));
        drop(query);
        async_hooks::flush_destroys();
        assert_eq!(on_row(1), 3);
    });
    assert_eq!(
        log,
        ["init 2 DBQuery", "destroy 2", "before 2", "after 2"],
        "the closure does not keep the resource alive"
    );
}

#[test]
fn a_closure_bound_to_a_resource_has_the_stores_of_that_resource() {
    static A: Storage = Storage::new();
    let query = A.run(1, || AsyncResource::new("DBQuery"));
    let on_row = A.run(2, || {
        async_hooks::bind!(query, move |row: u32| (row, A.get()))
    });
    assert_eq!(on_row(7), (7, Some(1)));
    let bound_method = A.run(2, || query.bind(|| A.get()));
    assert_eq!(bound_method(), Some(1));
}

// A closure of the same arity and kind.

/// The store that all the closures below run with.
static S: Storage = Storage::new();

fn bound<R>(make: impl FnOnce() -> R) -> R {
    S.run(1, make)
}

fn store() -> u32 {
    S.get().expect("a store")
}

#[test]
fn bind_takes_closures_of_any_arity() {
    let none = bound(|| async_hooks::bind!(move || store()));
    let one = bound(|| async_hooks::bind!(move |a: u32| store() + a));
    let three = bound(|| {
        async_hooks::bind!(move |a: u32, b: u8, c: &str| store()
            + a
            + u32::from(b)
            + c.len() as u32)
    });
    assert_eq!((none(), one(10), three(10, 20, "abc")), (1, 11, 34));
}

#[test]
fn bind_takes_trailing_commas_and_unused_arguments() {
    let trailing = bound(|| async_hooks::bind!(move |a: u32| store() + a));
    let unused = bound(|| async_hooks::bind!(move |_, _b: u32| store()));
    assert_eq!((trailing(10), unused("a", 2)), (11, 1));
}

#[test]
fn a_bound_fn_is_a_fn() {
    fn call(f: impl Fn(u32) -> u32) -> u32 {
        async_hooks::detached(|| f(1) + f(2))
    }
    S.enter_with(1);
    assert_eq!(call(async_hooks::bind!(move |n| n + store())), 5);
}

#[test]
fn a_bound_fn_mut_is_a_fn_mut() {
    fn call(mut f: impl FnMut(u32) -> u32) -> u32 {
        async_hooks::detached(|| {
            f(1);
            f(2)
        })
    }
    S.enter_with(1);
    let mut sum = 0;
    let total = call(async_hooks::bind!(move |n| {
        sum += n + store();
        sum
    }));
    assert_eq!(total, 5);
}

#[test]
fn a_bound_fn_mut_may_borrow_mutably_what_is_outside() {
    let mut rows = Vec::new();
    let into = &mut rows;
    let mut on_row = bound(|| async_hooks::bind!(move |row: u32| into.push(row + store())));
    on_row(1);
    on_row(2);
    assert_eq!(rows, [2, 3]);
}

#[test]
fn a_bound_fn_once_is_a_fn_once() {
    fn call(f: impl FnOnce(&str) -> String) -> String {
        async_hooks::detached(|| f("b"))
    }
    S.enter_with(1);
    let token = String::from("a");
    let consumed = call(async_hooks::bind!(move |more| {
        let mut token = token;
        token.push_str(more);
        format!("{token}{}", store())
    }));
    assert_eq!(consumed, "ab1");
}

#[test]
fn a_bound_closure_is_send_and_sync_if_what_it_takes_along_is() {
    fn shared<F: Fn() -> u32 + Send + Sync + 'static>(f: F) -> F {
        f
    }
    let shared = shared(bound(|| async_hooks::bind!(move || store())));
    assert_eq!(std::thread::spawn(shared).join().unwrap(), 1);
}

#[test]
fn a_bound_closure_may_take_along_what_cannot_be_sent() {
    let rc = std::rc::Rc::new(7);
    let bound = bound(|| async_hooks::bind!(move || *rc + store()));
    assert_eq!(bound(), 8);
}

#[test]
fn a_bound_closure_may_take_references() {
    fn call(f: impl Fn(&str, &mut Vec<u32>)) -> Vec<u32> {
        let mut rows = Vec::new();
        async_hooks::detached(|| f(&String::from("abc"), &mut rows));
        rows
    }
    S.enter_with(1);
    let rows = call(async_hooks::bind!(
        move |text, rows| rows.push(text.len() as u32 + store())
    ));
    assert_eq!(rows, [4]);
}

#[test]
fn a_bound_closure_may_give_references_back() {
    fn call(f: impl Fn(&str) -> &str) -> usize {
        async_hooks::detached(|| f(&String::from("1 ")).len())
    }
    S.enter_with(1);
    let inferred = call(async_hooks::bind!(move |text| text.trim_end_matches(' ')));
    let written = call(async_hooks::bind!(move |text: &str| -> &str {
        &text[store() as usize..]
    }));
    assert_eq!((inferred, written), (1, 1));
}

#[test]
fn a_bound_closure_may_be_a_trait_object() {
    type OnRow = Box<dyn Fn(&str, &mut u32) + Send + Sync>;
    let on_row: OnRow =
        bound(|| -> OnRow { Box::new(async_hooks::bind!(move |_text, n| *n += store())) });
    let mut n = 1;
    on_row("row", &mut n);
    assert_eq!(n, 2);
}

#[test]
fn the_argument_types_of_a_bound_closure_are_inferred() {
    struct Row(String);
    impl Row {
        fn name(&self) -> &str {
            &self.0
        }
    }
    fn each(f: impl Fn(Row) -> usize) -> usize {
        async_hooks::detached(|| f(Row("ada".into())))
    }
    S.enter_with(1);
    let length = each(async_hooks::bind!(
        move |row| row.name().len() + store() as usize
    ));
    assert_eq!(length, 4);
}

#[test]
fn a_return_in_a_bound_closure_leaves_the_closure_alone() {
    let bound = bound(|| {
        async_hooks::bind!(move |n: u32| {
            if n == 0 {
                return "early";
            }
            assert_eq!(store(), 1);
            "late"
        })
    });
    assert_eq!((bound(0), bound(1)), ("early", "late"));
    assert_eq!(S.get(), None);
}

#[test]
fn a_question_mark_in_a_bound_closure_leaves_the_closure_alone() {
    fn call(f: impl Fn(&str) -> Result<u32, ParseIntError>) -> [bool; 2] {
        async_hooks::detached(|| [f("5") == Ok(6), f("five").is_ok()])
    }
    S.enter_with(1);
    let inferred = call(async_hooks::bind!(move |text| {
        let n: u32 = text.parse()?;
        Ok(n + store())
    }));
    let written = call(async_hooks::bind!(
        move |text: &str| -> Result<u32, ParseIntError> { Ok(text.parse::<u32>()? + store()) }
    ));
    assert_eq!((inferred, written), ([true, false], [true, false]));
}

#[test]
fn a_bound_closure_takes_patterns() {
    let bound = bound(|| {
        async_hooks::bind!(
            move |(a, b): (u32, u32), [c, ..]: [u32; 2], _d: u8, mut e: u32| {
                e += a + b + c;
                e + store()
            }
        )
    });
    assert_eq!(bound((1, 2), [3, 4], 5, 6), 13);
}

#[test]
fn a_bound_closure_takes_nested_closures_and_a_body_without_braces() {
    let nested =
        bound(|| async_hooks::bind!(move |n: u32| (0..n).map(|m| m + store()).sum::<u32>()));
    let condition =
        bound(|| async_hooks::bind!(move |n: u32| if n > store() { "more" } else { "less" }));
    assert_eq!(nested(3), 6);
    assert_eq!((condition(0), condition(2)), ("less", "more"));
}

#[test]
fn a_bound_closure_does_not_see_the_names_of_the_macro() {
    let context = 5;
    let bound = bound(|| async_hooks::bind!(move |n: u32| n + context + store()));
    assert_eq!(bound(1), 7);
}

#[test]
fn a_bound_closure_may_recurse_into_another_one() {
    let inner = bound(|| async_hooks::bind!(move |n: u32| n + store()));
    let outer = S.run(10, || async_hooks::bind!(move |n: u32| inner(n) + store()));
    assert_eq!(outer(1), 12);
}

#[test]
fn all_kinds_take_a_resource_in_front() {
    let query = bound(|| AsyncResource::new("DBQuery"));
    let queries = [&query];
    let by_ref = async_hooks::bind!(query, move || store());
    let by_expression = async_hooks::bind!(queries[0], move |n: u32| n + store());
    let text = String::from("a");
    let once = async_hooks::bind!(query, move |(a, _): (u32, u32)| (text, a + store()));
    let written = async_hooks::bind!(query, move |text: &str| -> Result<u32, ParseIntError> {
        Ok(text.parse::<u32>()? + store())
    });
    let mut sum = 0;
    let mut counts = async_hooks::bind!(&query, move |n: u32| {
        sum += n + store();
        sum
    });
    assert_eq!((by_ref(), by_expression(1)), (1, 2));
    assert_eq!(once((1, 2)), (String::from("a"), 2));
    assert_eq!(written("5"), Ok(6));
    assert_eq!((counts(1), counts(1)), (2, 4));
}

#[test]
fn a_bound_closure_leaves_its_context_on_a_panic() {
    let bound = bound(|| async_hooks::bind!(move || -> () { panic!("as meant") }));
    let call = std::panic::AssertUnwindSafe(bound);
    assert!(std::panic::catch_unwind(call).is_err());
    assert_eq!(S.get(), None);
    assert_eq!(async_hooks::execution_async_id(), AsyncId::ROOT);
}
