//! Rule 5: the life of a resource.

use std::{
    future::{Future, pending, poll_fn, ready},
    pin::{Pin, pin},
    sync::{Arc, Mutex},
    task::{Context, Poll, Waker},
};

use ah_testing::test;
use async_hooks::{AsyncLocalStorage, AsyncResource, Env, ResourceError, Task, bind, prelude::*};

use crate::support::{
    Log, OnDrop, STORE, here, in_both_envs, in_env, in_env_exempt, in_quiet_env, panic_of, poll,
    yield_once,
};

static SHARED: AsyncLocalStorage<Arc<()>> = AsyncLocalStorage::new();

#[test]
fn new_panics_on_an_empty_type() {
    in_env(|| {
        let message = panic_of(|| AsyncResource::new(""));
        assert!(message.contains("must not be empty"), "{message}");
    });
}

#[test]
fn the_builder_returns_an_error_for_an_empty_type() {
    in_env(|| {
        let error = AsyncResource::builder("").build().unwrap_err();
        assert_eq!(error, ResourceError::EmptyType);
    });
}

#[test]
fn validation_comes_first_a_refused_resource_takes_no_id_and_emits_nothing() {
    in_env(|| {
        let log = Log::start();
        panic_of(|| AsyncResource::new(""));
        let _ = AsyncResource::builder("").build();
        assert_eq!(AsyncResource::new("A").async_id(), 2);
        assert_eq!(log.take(), ["init A", "destroy A"]);
    });
}

#[test]
fn the_frame_is_captured_before_init_is_emitted() {
    in_env(|| {
        let enters = async_hooks::Hooks::builder().init(|_| STORE.enter_with(99));
        async_hooks::create_hook(enters.build()).enable();
        let resource = STORE.run(7, || AsyncResource::new("A"));
        assert_eq!(resource.run_in_async_scope(|| STORE.get()), Some(7));
    });
}

#[test]
fn init_runs_in_the_context_of_the_maker_and_tells_the_new_id() {
    in_env(|| {
        let log = Log::start_detailed();
        let maker = AsyncResource::new("MAKER");
        log.take();
        let _made = maker.run_in_async_scope(|| STORE.run(7, || AsyncResource::new("A")));
        assert_eq!(log.take()[1], "init A 3<2, in 2<1, store 7");
    });
}

#[test]
fn before_and_after_see_the_ids_and_stores_of_the_resource() {
    in_env(|| {
        let log = Log::start_detailed();
        let resource = STORE.run(7, || AsyncResource::new("A"));
        STORE.run(8, || resource.run_in_async_scope(|| log.note(here())));
        let expected = [
            "init A 2<1, in 1<0, store 7",
            "before A 2, in 2<1, store 7",
            "in 2<1, store 7",
            "after A 2, in 2<1, store 7",
        ];
        assert_eq!(log.take(), expected);
    });
}

#[test]
fn before_and_after_see_the_handle_of_the_resource() {
    in_env(|| {
        let log = Log::new();
        let (before, after) = (log.clone(), log.clone());
        let type_here = || async_hooks::execution_async_resource().resource_type();
        let hooks = async_hooks::Hooks::builder()
            .before(move |_| before.note(type_here()))
            .after(move |_| after.note(type_here()));
        async_hooks::create_hook(hooks.build()).enable();
        AsyncResource::new("A").run_in_async_scope(|| ());
        assert_eq!(log.take(), ["A", "A"]);
    });
}

#[test]
fn after_sees_the_frame_as_the_body_left_it() {
    in_env(|| {
        let log = Log::start_detailed();
        let resource = STORE.run(7, || AsyncResource::new("A"));
        resource.run_in_async_scope(|| STORE.enter_with(8));
        assert_eq!(log.take()[2], "after A 2, in 2<1, store 8");
    });
}

#[test]
fn the_last_after_of_a_future_sees_the_frame_as_the_body_left_it() {
    in_env(|| {
        let log = Log::start_detailed();
        let mut future = pin!(async { STORE.enter_with(8) }.traced("F"));
        assert!(poll(future.as_mut()).is_ready());
        assert_eq!(log.take()[3], "after F 2, in 2<1, store 8");
        assert_eq!(STORE.get(), None);
    });
}

#[test]
fn leaving_takes_the_frame_out_and_pops_the_context() {
    in_env(|| {
        let resource = STORE.run(7, || AsyncResource::new("A"));
        STORE.run(8, || {
            resource.run_in_async_scope(|| STORE.enter_with(9));
            assert_eq!(here(), "in 1<0, store 8");
        });
    });
}

#[test]
fn leaving_by_a_panic_emits_after_takes_the_frame_out_and_pops() {
    in_env(|| {
        let log = Log::start_detailed();
        let resource = STORE.run(7, || AsyncResource::new("A"));
        panic_of(|| resource.run_in_async_scope(|| panic!("body")));
        assert_eq!(log.take()[2], "after A 2, in 2<1, store 7");
        assert_eq!(here(), "in 1<0, store -");
    });
}

#[test]
fn run_in_async_scope_returns_what_the_closure_returns() {
    in_env(|| {
        let resource = AsyncResource::new("A");
        assert_eq!(resource.run_in_async_scope(|| "rows"), "rows");
    });
}

#[test]
fn a_scope_is_reentrant() {
    in_env(|| {
        let log = Log::start();
        let resource = AsyncResource::new("A");
        resource.run_in_async_scope(|| {
            resource.run_in_async_scope(|| log.note(here()));
            log.note(here());
        });
        let expected = [
            "init A",
            "before A",
            "before A",
            "in 2<1, store -",
            "after A",
            "in 2<1, store -",
            "after A",
        ];
        assert_eq!(log.take(), expected);
    });
}

#[test]
fn the_scope_of_a_future_is_around_every_poll() {
    in_env(|| {
        let log = Log::start_detailed();
        let resource = STORE.run(7, || AsyncResource::new("A"));
        let mut future = pin!(resource.scope(yield_once()));
        assert!(poll(future.as_mut()).is_pending());
        log.note(here());
        assert!(poll(future).is_ready());
        let expected = [
            "init A 2<1, in 1<0, store 7",
            "before A 2, in 2<1, store 7",
            "after A 2, in 2<1, store 7",
            "in 1<0, store -",
            "before A 2, in 2<1, store 7",
            "after A 2, in 2<1, store 7",
        ];
        assert_eq!(log.take(), expected);
    });
}

/// A future that is never ready, and that notes where it is dropped.
fn pending_noting_its_drop(log: &Log) -> impl Future<Output = ()> + use<> {
    let log = log.clone();
    async move {
        let _noted = OnDrop(|| log.note(format!("drop, {}", here())));
        pending().await
    }
}

fn poll_and_drop(future: impl Future<Output = ()>) {
    assert!(poll(pin!(future)).is_pending());
}

#[test]
fn a_dropped_scoped_future_has_its_context_and_frame_without_before_and_after() {
    in_env(|| {
        let log = Log::start();
        let resource = STORE.run(7, || AsyncResource::new("A"));
        poll_and_drop(resource.scope(pending_noting_its_drop(&log)));
        let expected = ["init A", "before A", "after A", "drop, in 2<1, store 7"];
        assert_eq!(log.take(), expected);
    });
}

#[test]
fn a_dropped_traced_future_has_its_context_and_frame_without_before_and_after() {
    in_env(|| {
        let log = Log::start();
        poll_and_drop(
            STORE.run::<_, async_hooks::Value>(7, || pending_noting_its_drop(&log).traced("F")),
        );
        let expected = [
            "init F",
            "before F",
            "after F",
            "drop, in 2<1, store 7",
            "destroy F",
        ];
        assert_eq!(log.take(), expected);
    });
}

#[test]
fn a_dropped_task_has_its_context_and_frame_without_before_and_after() {
    in_env(|| {
        let log = Log::start();
        poll_and_drop(
            STORE.run::<_, async_hooks::Value>(7, || Task::new(pending_noting_its_drop(&log))),
        );
        let expected = [
            "init TASK",
            "before TASK",
            "after TASK",
            "drop, in 2<1, store 7",
            "destroy TASK",
        ];
        assert_eq!(log.take(), expected);
    });
}

#[test]
fn a_future_that_was_never_polled_is_dropped_in_its_context_and_frame_too() {
    in_env(|| {
        let log = Log::start();
        let noting = log.clone();
        let held = OnDrop(move || noting.note(format!("drop, {}", here())));
        let wrap = move || async move { drop(held) }.traced("F");
        drop(STORE.run::<_, async_hooks::Value>(7, wrap));
        let expected = ["init F", "drop, in 2<1, store 7", "destroy F"];
        assert_eq!(log.take(), expected);
    });
}

/// Creates a wrapper of a future under a store, polls it to its end, and reports whether it let go of the store.
fn lets_its_frame_go<F: Future<Output = ()>>(wrap: impl FnOnce() -> F) -> bool {
    let store = Arc::new(());
    let mut future = Box::pin(SHARED.run::<_, async_hooks::Value>(store.clone(), wrap));
    assert_eq!(Arc::strong_count(&store), 2, "captured");
    assert!(poll(future.as_mut()).is_ready());
    Arc::strong_count(&store) == 1
}

#[test]
fn after_ready_a_wrapper_lets_its_frame_go() {
    let all_do = || {
        assert!(lets_its_frame_go(|| ready(()).traced("F")));
        assert!(lets_its_frame_go(|| ready(()).in_current_context()));
        assert!(lets_its_frame_go(|| Task::new(ready(()))));
        assert!(lets_its_frame_go(
            || AsyncResource::new("A").scope(ready(()))
        ));
        let _listening = Log::start();
        assert!(lets_its_frame_go(|| ready(()).traced("F")));
    };
    in_quiet_env(all_do);
    in_env_exempt([4], all_do); // A is entered after its destroy
}

/// Polls a wrapper of a future that is ready as often as it is polled, three times.
fn poll_three_times<F: Future<Output = ()>>(wrap: impl FnOnce(ReadyAlways) -> F, log: &Log) {
    let noting = log.clone();
    let inner = ReadyAlways(Box::new(move || noting.note(here())));
    let mut future = pin!(STORE.run::<_, async_hooks::Value>(7, || wrap(inner)));
    for _ in 0..3 {
        assert!(poll(future.as_mut()).is_ready());
    }
}

/// Calls its closure at every poll, and is ready.
struct ReadyAlways(Box<dyn Fn()>);

impl Future for ReadyAlways {
    type Output = ();
    fn poll(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<()> {
        (self.0)();
        Poll::Ready(())
    }
}

#[test]
fn after_ready_a_scoped_future_is_transparent() {
    in_env(|| {
        let log = Log::start();
        let resource = STORE.run(7, || AsyncResource::new("A"));
        poll_three_times(|inner| resource.scope(inner), &log);
        let expected = [
            "init A",
            "before A",
            "in 2<1, store 7",
            "after A",
            "in 1<0, store -",
            "in 1<0, store -",
        ];
        assert_eq!(log.take(), expected);
    });
}

#[test]
fn after_ready_a_traced_future_is_transparent() {
    in_env(|| {
        let log = Log::start();
        poll_three_times(|inner| inner.traced("F"), &log);
        let expected = [
            "init F",
            "before F",
            "in 2<1, store 7",
            "resolve F",
            "after F",
            "in 1<0, store -",
            "in 1<0, store -",
            "destroy F",
        ];
        assert_eq!(log.take(), expected);
    });
}

#[test]
fn after_ready_a_task_is_transparent() {
    in_env(|| {
        let log = Log::start();
        poll_three_times(Task::new, &log);
        let expected = [
            "init TASK",
            "before TASK",
            "in 2<1, store 7",
            "after TASK",
            "in 1<0, store -",
            "in 1<0, store -",
            "destroy TASK",
        ];
        assert_eq!(log.take(), expected);
    });
}

#[test]
fn after_ready_a_framed_future_is_transparent() {
    in_env(|| {
        let log = Log::new();
        poll_three_times(|inner| inner.in_current_context(), &log);
        let expected = ["in 1<0, store 7", "in 1<0, store -", "in 1<0, store -"];
        assert_eq!(log.take(), expected);
    });
}

#[test]
fn after_ready_the_future_of_an_environment_is_transparent() {
    in_env(|| {
        let log = Log::new();
        let resource = AsyncResource::new("A");
        resource.run_in_async_scope(|| poll_three_times(|inner| Env::new().scope(inner), &log));
        let expected = ["in 1<0, store -", "in 2<1, store -", "in 2<1, store -"];
        assert_eq!(log.take(), expected);
    });
}

#[test]
fn a_bound_closure_runs_in_the_scope_of_the_resource() {
    in_env(|| {
        let log = Log::start();
        let resource = STORE.run(7, || AsyncResource::new("A"));
        let noting = log.clone();
        let callback = bind!(resource, move |row: u32| noting
            .note(format!("{row}, {}", here())));
        callback(1);
        callback(2);
        let expected = [
            "init A",
            "before A",
            "1, in 2<1, store 7",
            "after A",
            "before A",
            "2, in 2<1, store 7",
            "after A",
        ];
        assert_eq!(log.take(), expected);
    });
}

#[test]
fn a_bound_closure_does_not_keep_the_resource_alive() {
    // A is entered after its destroy
    in_env_exempt([2], || {
        let log = Log::start();
        let resource = AsyncResource::new("A");
        let callback = bind!(resource, move || ());
        drop(resource);
        assert_eq!(log.take(), ["init A", "destroy A"]);
        callback();
        assert_eq!(log.take(), ["before A", "after A"]);
    });
}

fn call_fn(f: impl Fn(u32, u32) -> u32) -> u32 {
    f(1, 2) + f(3, 4)
}

fn call_fn_mut(mut f: impl FnMut(u32) -> u32) -> (u32, u32) {
    (f(1), f(2))
}

fn call_fn_once(f: impl FnOnce() -> String) -> String {
    f()
}

#[test]
fn bind_keeps_the_kind_and_the_arity_of_the_closure() {
    in_env(|| {
        let resource = AsyncResource::new("A");
        assert_eq!(call_fn(bind!(resource, move |a, b| a * b)), 14);

        let mut sum = 0;
        let adds = bind!(resource, move |n: u32| {
            sum += n;
            sum
        });
        assert_eq!(call_fn_mut(adds), (1, 3));

        let text = String::from("consumed");
        assert_eq!(call_fn_once(bind!(resource, move || text)), "consumed");
    });
}

fn call_with_a_borrow(f: impl for<'a> Fn(&'a str) -> &'a str) -> String {
    let text = String::from("a row");
    f(&text).to_string()
}

#[test]
fn bind_keeps_lifetimes_and_infers_arguments() {
    in_env(|| {
        let resource = AsyncResource::new("A");
        let first_word = bind!(resource, move |row: &str| -> usize { row.len() });
        assert_eq!(first_word("a row"), 5);
        assert_eq!(
            call_with_a_borrow(bind!(resource, move |row| &row[..1])),
            "a"
        );
    });
}

#[test]
fn a_bound_closure_can_be_sent_to_another_thread() {
    in_env(|| {
        let resource = STORE.run(7, || AsyncResource::new("A"));
        let callback = bind!(resource, move |row: u32| format!("{row}, {}", here()));
        let there = std::thread::spawn(move || callback(1)).join().unwrap();
        assert_eq!(there, "1, in 2<1, store 7");
    });
}

#[test]
fn the_plain_bind_serves_a_closure_without_arguments() {
    in_env(|| {
        let log = Log::start();
        let resource = STORE.run(7, || AsyncResource::new("A"));
        let callback = resource.bind(here);
        assert_eq!(callback(), "in 2<1, store 7");
        assert_eq!(log.take(), ["init A", "before A", "after A"]);
    });
}

#[test]
fn what_is_entered_in_the_scope_of_a_resource_is_gone_at_its_next_entry() {
    in_env(|| {
        let resource = STORE.run(7, || AsyncResource::new("A"));
        resource.run_in_async_scope(|| STORE.enter_with(8));
        assert_eq!(resource.run_in_async_scope(|| STORE.get()), Some(7));
    });
}

/// Enters a store at its first poll and returns the one of its second.
async fn enter_and_look() -> Option<u32> {
    STORE.enter_with(8);
    yield_once().await;
    STORE.get()
}

fn result_of<T>(future: impl Future<Output = T>) -> T {
    let mut cx = Context::from_waker(Waker::noop());
    let mut future = pin!(future);
    loop {
        if let Poll::Ready(value) = future.as_mut().poll(&mut cx) {
            return value;
        }
    }
}

#[test]
fn what_is_entered_in_one_future_stays_from_poll_to_poll() {
    in_both_envs(|| {
        let resource = AsyncResource::new("A");
        assert_eq!(result_of(resource.scope(enter_and_look())), Some(8));
        assert_eq!(result_of(enter_and_look().traced("F")), Some(8));
        assert_eq!(result_of(enter_and_look().in_current_context()), Some(8));
        assert_eq!(result_of(Task::new(enter_and_look())), Some(8));
        assert_eq!(STORE.get(), None);
    });
}

#[test]
fn what_one_future_of_a_resource_enters_another_one_does_not_see() {
    in_env(|| {
        let resource = AsyncResource::new("A");
        let seen = Arc::new(Mutex::new(None));
        let mut first = pin!(resource.scope(enter_and_look()));
        assert!(poll(first.as_mut()).is_pending());
        let mut second = pin!(resource.scope(poll_fn(|_| {
            *seen.lock().unwrap() = STORE.get();
            Poll::Ready(())
        })));
        assert!(poll(second.as_mut()).is_ready());
        assert_eq!(*seen.lock().unwrap(), None);
    });
}
