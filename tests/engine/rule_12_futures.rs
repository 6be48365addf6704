//! Rule 12: futures, and promise hooks.

use std::{
    convert::Infallible,
    future::{Future, pending, poll_fn, ready},
    pin::{Pin, pin},
    sync::{Arc, Mutex},
    task::{Context, Poll, Waker},
};

use ah_testing::test;
use async_hooks::{
    AsyncId, AsyncResource, Env, Hooks, Interest, Phase, Propagating, Task, create_hook,
    prelude::*,
    promise_hooks::{self, Outcome},
};
use futures::{
    Sink, Stream, StreamExt,
    executor::LocalPool,
    stream::{self, FuturesUnordered},
    task::SpawnExt,
};

use crate::support::{Log, STORE, here, ids, in_env, in_quiet_env, panic_of, poll, yield_once};

#[test]
fn resources_and_tasks_take_an_id_when_made_though_nobody_listens() {
    in_env(|| {
        assert_eq!(AsyncResource::new("A").async_id(), 2);
        assert_eq!(Task::new(async {}).async_id(), 3);
    });
}

#[test]
fn a_future_takes_an_id_when_made_if_an_enabled_hook_wants_it() {
    in_env(|| {
        let log = Log::start();
        let future = async {}.traced("F");
        assert_eq!(future.async_id(), Some(AsyncId::from(2)));
        assert_eq!(log.take(), ["init F"]);
    });
}

#[test]
fn a_future_takes_no_id_when_made_if_nobody_listens() {
    in_quiet_env(|| assert_eq!(async {}.traced("F").async_id(), None));
}

#[test]
fn a_future_takes_no_id_for_a_hook_that_wants_no_phase() {
    // another environment's hook, so that there is one in the process that wants futures
    Env::new().run(|| {
        let _listening = Log::start();
        in_quiet_env(|| {
            Log::new().hook(Interest::new().phases([])).enable();
            assert_eq!(async {}.traced("F").async_id(), None);
        });
    });
}

#[test]
fn a_future_takes_no_id_for_a_hook_of_another_environment() {
    Env::new().run(|| {
        let _listening = Log::start();
        in_quiet_env(|| assert_eq!(async {}.traced("F").async_id(), None));
    });
}

#[test]
fn a_future_made_before_the_hook_is_announced_at_its_next_poll() {
    in_quiet_env(|| {
        let mut future = pin!(yield_once().traced("F"));
        assert!(poll(future.as_mut()).is_pending());
        let log = Log::start();
        assert!(log.take().is_empty());
        assert!(poll(future.as_mut()).is_ready());
        assert_eq!(log.take(), ["init F", "before F", "resolve F", "after F"]);
    });
}

#[test]
fn a_late_init_keeps_the_trigger_from_creation() {
    in_quiet_env(|| {
        let maker = AsyncResource::new("MAKER");
        let poller = AsyncResource::new("POLLER");
        let mut future =
            pin!(maker.run_in_async_scope::<_, async_hooks::Value>(|| async {}.traced("F")));
        let log = Log::start_detailed();
        assert!(
            poller
                .run_in_async_scope(|| poll(future.as_mut()))
                .is_ready()
        );
        assert_eq!(log.take()[1], "init F 4<2, in 3<1, store -");
    });
}

#[test]
fn a_late_init_tells_no_location() {
    in_quiet_env(|| {
        let mut future = pin!(async {}.traced("F"));
        let location = Arc::new(Mutex::new(None));
        let slot = location.clone();
        let hooks = Hooks::builder().init(move |resource| {
            *slot.lock().unwrap() = Some(resource.location());
        });
        async_hooks::create_hook(hooks.build()).enable();
        assert!(poll(future.as_mut()).is_ready());
        assert_eq!(*location.lock().unwrap(), Some(None));
    });
}

#[test]
fn a_poll_that_began_without_an_id_ends_without_events_and_reports_the_ids_around_it() {
    in_quiet_env(|| {
        let log = Log::new();
        let hook = log.hook(Interest::new());
        let surrounding = AsyncResource::new("A");
        let mut inside = (0, 0);
        let future = async {
            hook.enable();
            inside = ids();
        };
        surrounding.run_in_async_scope(|| assert!(poll(pin!(future.traced("F"))).is_ready()));
        assert_eq!(inside, (2, 1));
        assert_eq!(log.take(), ["after ?"], "of A, and nothing of F");
    });
}

#[test]
fn a_life_is_init_then_before_and_after_per_poll_with_resolve_before_the_last_after_then_destroy() {
    in_env(|| {
        let log = Log::start();
        {
            let mut future = pin!(yield_once().traced("F"));
            assert!(poll(future.as_mut()).is_pending());
            assert!(poll(future.as_mut()).is_ready());
        }
        let expected = [
            "init F",
            "before F",
            "after F",
            "before F",
            "resolve F",
            "after F",
            "destroy F",
        ];
        assert_eq!(log.take(), expected);
    });
}

#[test]
fn a_future_that_panics_has_its_after_and_no_resolve() {
    in_env(|| {
        let log = Log::start();
        let future = async { panic!("body") };
        panic_of(|| poll(pin!(future.traced("F"))));
        assert_eq!(log.take(), ["init F", "before F", "after F", "destroy F"]);
    });
}

#[test]
fn a_future_that_is_dropped_before_it_is_ready_has_no_resolve() {
    in_env(|| {
        let log = Log::start();
        let mut future = Box::pin(pending::<()>().traced("F"));
        assert!(poll(future.as_mut()).is_pending());
        drop(future);
        assert_eq!(log.take(), ["init F", "before F", "after F", "destroy F"]);
    });
}

#[test]
fn a_spawned_task_is_announced_by_its_spawner_and_runs_with_its_stores() {
    in_env(|| {
        let mut pool = LocalPool::new();
        let spawner = Propagating::new(pool.spawner());
        let log = Log::start_detailed();
        let noting = log.clone();
        let task = async move { noting.note(here()) };
        STORE.run(7, || spawner.spawn(task)).unwrap();
        log.note("spawned");
        pool.run();
        let expected = [
            "init TASK 2<1, in 1<0, store 7",
            "spawned",
            "before TASK 2, in 2<1, store 7",
            "in 2<1, store 7",
            "after TASK 2, in 2<1, store 7",
            "destroy TASK 2, in 0<0, store -",
        ];
        assert_eq!(log.take(), expected);
    });
}

#[test]
fn a_task_lives_as_a_resource_without_resolve() {
    in_env(|| {
        let log = Log::start();
        assert!(poll(pin!(Task::new(async {}))).is_ready());
        let expected = ["init TASK", "before TASK", "after TASK", "destroy TASK"];
        assert_eq!(log.take(), expected);
    });
}

#[test]
fn a_nested_future_polls_in_its_own_scope_inside_the_outer_one() {
    in_env(|| {
        let log = Log::start_detailed();
        let outer = async { async {}.traced("INNER").await }.traced("OUTER");
        assert!(poll(pin!(outer)).is_ready());
        let expected = [
            "init OUTER 2<1, in 1<0, store -",
            "before OUTER 2, in 2<1, store -",
            "init INNER 3<2, in 2<1, store -",
            "before INNER 3, in 3<2, store -",
            "resolve INNER 3, in 3<2, store -",
            "after INNER 3, in 3<2, store -",
            "resolve OUTER 2, in 2<1, store -",
            "after OUTER 2, in 2<1, store -",
            "destroy INNER 3, in 0<0, store -",
            "destroy OUTER 2, in 0<0, store -",
        ];
        assert_eq!(log.take(), expected);
    });
}

/// The lines that tell of scopes.
fn scopes(log: &Log) -> Vec<String> {
    let mut lines = log.take();
    lines.retain(|line| line.starts_with("before") || line.starts_with("after"));
    lines
}

#[test]
fn in_join_each_branch_polls_in_its_own_scope_inside_the_drivers() {
    in_env(|| {
        let log = Log::start();
        let driver = async { futures::join!(async {}.traced("X"), async {}.traced("Y")) };
        assert!(poll(pin!(driver.traced("DRIVER"))).is_ready());
        let expected = [
            "before DRIVER",
            "before X",
            "after X",
            "before Y",
            "after Y",
            "after DRIVER",
        ];
        assert_eq!(scopes(&log), expected);
    });
}

#[test]
fn in_futures_unordered_each_branch_polls_in_its_own_scope_inside_the_drivers() {
    in_env(|| {
        let log = Log::start();
        let driver = async {
            let branches = FuturesUnordered::new();
            branches.push(ready(()).traced("X"));
            branches.push(ready(()).traced("Y"));
            branches.collect::<Vec<()>>().await;
        };
        assert!(poll(pin!(driver.traced("DRIVER"))).is_ready());
        let expected = [
            "before DRIVER",
            "before X",
            "after X",
            "before Y",
            "after Y",
            "after DRIVER",
        ];
        assert_eq!(scopes(&log), expected);
    });
}

#[test]
fn the_trigger_of_a_branch_is_where_it_was_made_not_its_driver() {
    in_env(|| {
        let log = Log::start_detailed();
        let maker = AsyncResource::new("MAKER");
        let branch = maker
            .run_in_async_scope::<_, async_hooks::Value>(|| async { log.note(here()) }.traced("X"));
        log.take();
        let driver = async { futures::join!(branch) };
        assert!(poll(pin!(driver.traced("DRIVER"))).is_ready());
        assert!(log.take().contains(&"in 3<2, store -".to_string()));
    });
}

#[test]
fn a_traced_stream_resolves_when_it_has_ended() {
    in_env(|| {
        let log = Log::start();
        {
            let mut items = async_hooks::ContextExt::traced(stream::iter([1]), "STREAM");
            assert_eq!(poll(pin!(items.next())), Poll::Ready(Some(1)));
            log.note("item");
            assert_eq!(poll(pin!(items.next())), Poll::Ready(None));
        }
        let expected = [
            "init STREAM",
            "before STREAM",
            "after STREAM",
            "item",
            "before STREAM",
            "resolve STREAM",
            "after STREAM",
            "destroy STREAM",
        ];
        assert_eq!(log.take(), expected);
    });
}

#[test]
fn init_tells_whether_it_is_a_promise() {
    in_env(|| {
        let log = Log::new();
        let noting = log.clone();
        let hooks = Hooks::builder().init(move |resource| {
            noting.note(format!(
                "{} {}",
                resource.resource_type(),
                resource.is_promise()
            ));
        });
        async_hooks::create_hook(hooks.build()).enable();
        drop((
            async {}.traced("F"),
            AsyncResource::new("A"),
            Task::new(async {}),
        ));
        assert_eq!(log.take(), ["F true", "A false", "TASK false"]);
    });
}

/// Starts all four promise hooks.
fn promise_log() -> Log {
    let log = Log::new();
    let notes = |event: &'static str| {
        let log = log.clone();
        move |promise: &promise_hooks::Promise| {
            log.note(format!("{event} {}", promise.resource_type()));
        }
    };
    let (init, settled) = (notes("init"), log.clone());
    promise_hooks::on_init(move |promise, _| init(promise));
    promise_hooks::on_before(notes("before"));
    promise_hooks::on_after(notes("after"));
    promise_hooks::on_settled(move |promise, outcome| {
        settled.note(format!("{outcome:?} {}", promise.resource_type()));
    });
    log
}

#[test]
fn promise_hooks_hear_a_future_that_is_ready() {
    in_env(|| {
        let log = promise_log();
        assert!(poll(pin!(async {}.traced("F"))).is_ready());
        assert_eq!(log.take(), ["init F", "before F", "Ready F", "after F"]);
    });
}

#[test]
fn promise_hooks_hear_a_future_that_is_cancelled() {
    in_env(|| {
        let log = promise_log();
        let mut future = Box::pin(pending::<()>().traced("F"));
        assert!(poll(future.as_mut()).is_pending());
        drop(future);
        assert_eq!(log.take(), ["init F", "before F", "after F", "Cancelled F"]);
    });
}

#[test]
fn promise_hooks_hear_a_future_that_panics_and_settles_only_once() {
    in_env(|| {
        let log = promise_log();
        let mut future = Box::pin(async { panic!("body") }.traced("F"));
        panic_of(|| poll(future.as_mut()));
        drop(future);
        assert_eq!(log.take(), ["init F", "before F", "Panicked F", "after F"]);
    });
}

#[test]
fn promise_hooks_hear_futures_only() {
    in_env(|| {
        let log = promise_log();
        AsyncResource::new("A").run_in_async_scope(|| ());
        assert!(poll(pin!(Task::new(async {}))).is_ready());
        assert!(log.take().is_empty());
    });
}

/// Notes each new promise with its parent.
fn log_of_parents() -> Log {
    let log = Log::new();
    let noting = log.clone();
    promise_hooks::on_init(move |promise, parent| {
        let parent = parent.map(AsyncId::get);
        noting.note(format!("{} {parent:?}", promise.resource_type()));
    });
    log
}

#[test]
fn the_parent_is_the_future_in_whose_poll_it_was_made() {
    in_env(|| {
        let log = log_of_parents();
        let outer = async { async {}.traced("INNER").await }.traced("OUTER");
        assert!(poll(pin!(outer)).is_ready());
        assert_eq!(log.take(), ["OUTER None", "INNER Some(2)"]);
    });
}

#[test]
fn a_future_made_in_a_resource_has_no_parent() {
    in_env(|| {
        let log = log_of_parents();
        AsyncResource::new("A").run_in_async_scope(|| drop(async {}.traced("F")));
        assert_eq!(log.take(), ["F None"]);
    });
}

#[test]
fn a_future_announced_late_still_has_its_parent() {
    in_quiet_env(|| {
        let outer_hook = Log::new().hook(Interest::new().types(["OUTER"]));
        outer_hook.enable();
        let mut inner = None;
        let outer = async { inner = Some(async {}.traced("INNER")) };
        assert!(poll(pin!(outer.traced("OUTER"))).is_ready());
        let log = log_of_parents();
        assert!(poll(pin!(inner.unwrap())).is_ready());
        assert_eq!(log.take(), ["INNER Some(2)"]);
    });
}

#[test]
fn each_stop_stops_its_own_registration_alone() {
    in_env(|| {
        let log = Log::new();
        let start = |name: &'static str| {
            let log = log.clone();
            promise_hooks::on_before(move |_| log.note(name))
        };
        let (first, _second) = (start("first"), start("second"));
        let live = || assert!(poll(pin!(async {}.traced("F"))).is_ready());
        live();
        assert_eq!(log.take(), ["first", "second"]);
        first.stop();
        live();
        assert_eq!(log.take(), ["second"]);
    });
}

#[test]
fn dropping_a_stop_stops_nothing() {
    in_env(|| {
        let log = Log::new();
        let noting = log.clone();
        drop(promise_hooks::on_before(move |_| noting.note("before")));
        assert!(poll(pin!(async {}.traced("F"))).is_ready());
        assert_eq!(log.take(), ["before"]);
    });
}

#[test]
fn a_settled_hook_alone_makes_futures_take_ids() {
    in_env(|| {
        let outcomes = Arc::new(Mutex::new(Vec::new()));
        let slot = outcomes.clone();
        promise_hooks::on_settled(move |promise, outcome| {
            slot.lock().unwrap().push((promise.async_id(), outcome));
        });
        drop(async {}.traced("F"));
        assert_eq!(
            *outcomes.lock().unwrap(),
            [(AsyncId::from(2), Outcome::Cancelled)]
        );
    });
}

#[test]
fn what_is_enabled_when_a_future_is_ready_hears_that_it_is_settled_and_left() {
    in_quiet_env(|| {
        let log = Log::new();
        let of_ready = log.clone();
        let ready = Hooks::builder().promise_resolve(move |_| {
            of_ready.note("ready");
            let (of_settled, of_after) = (of_ready.clone(), of_ready.clone());
            promise_hooks::on_after(move |_| of_after.note("after"));
            promise_hooks::on_settled(move |_, outcome| of_settled.note(format!("{outcome:?}")));
        });
        let of_after = log.clone();
        let first = ready.after(move |_| of_after.note("first after"));
        create_hook(first.build()).enable();
        assert!(poll(pin!(async {}.traced("F"))).is_ready());
        assert_eq!(log.take(), ["ready", "Ready", "first after", "after"]);
    });
}

#[test]
fn an_announced_future_keeps_its_id_when_nobody_listens_any_more() {
    in_env(|| {
        let hook = Log::new().hook(Interest::new().phases([Phase::Init]));
        hook.enable();
        let seen = poll_fn(|_| Poll::Ready(ids()));
        let future = seen.traced("F");
        hook.disable();
        assert_eq!(poll(pin!(future)), Poll::Ready((2, 1)));
    });
}

fn is_send<F: Future + Send>(future: F) -> F {
    future
}

#[test]
fn a_future_moves_between_threads_with_its_id_and_stores() {
    in_env(|| {
        let log = Log::start_detailed();
        let mut future = Box::pin(is_send(
            STORE.run::<_, async_hooks::Value>(7, || yield_once().traced("F")),
        ));
        assert!(poll(future.as_mut()).is_pending());
        std::thread::spawn(move || assert!(poll(future.as_mut()).is_ready()))
            .join()
            .unwrap();
        assert_eq!(
            log.take()[3..],
            [
                "before F 2, in 2<1, store 7",
                "resolve F 2, in 2<1, store 7",
                "after F 2, in 2<1, store 7",
                "destroy F 2, in 0<0, store -",
            ]
        );
    });
}

#[test]
fn wrappers_lend_and_give_back_what_they_wrap() {
    let mut traced = ready(7).traced("F");
    assert_eq!(traced.get_ref().clone().into_inner(), 7);
    *traced.get_mut() = ready(8);
    assert_eq!(poll(pin!(traced)), Poll::Ready(8));
    let mut framed = ready(7).in_current_context();
    assert_eq!(framed.get_ref().clone().into_inner(), 7);
    *framed.get_mut() = ready(8);
    assert_eq!(poll(pin!(framed)), Poll::Ready(8));
    let mut spawner = async_hooks::Propagating::new(7);
    *spawner.get_mut() += 1;
    assert_eq!((*spawner.get_ref(), spawner.into_inner()), (8, 8));
}

/// A sink and a stream: each item is the store that shows.
struct Duplex;

impl Stream for Duplex {
    type Item = Option<u32>;

    fn poll_next(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Option<u32>>> {
        Poll::Ready(Some(STORE.get()))
    }
}

impl Sink<()> for Duplex {
    type Error = Infallible;

    fn poll_ready(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }
    fn start_send(self: Pin<&mut Self>, (): ()) -> Result<(), Infallible> {
        Ok(())
    }
    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.poll_ready(cx)
    }
    fn poll_close(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.poll_ready(cx)
    }
}

/// Closes a duplex and drops it; in between, its stream half shows the store of its creation.
fn close_and_read() {
    let cx = &mut Context::from_waker(Waker::noop());
    let mut duplex = STORE.run(7, || Duplex.traced("DUPLEX"));
    assert!(Pin::new(&mut duplex).poll_close(cx).is_ready());
    let item = Pin::new(&mut duplex).poll_next(cx);
    assert_eq!(item, Poll::Ready(Some(Some(7))));
}

#[test]
fn the_close_of_a_duplex_is_not_its_end() {
    in_quiet_env(close_and_read);
    in_env(|| {
        let log = Log::start();
        close_and_read();
        let expected = [
            "init DUPLEX",
            "before DUPLEX",
            "after DUPLEX",
            "before DUPLEX",
            "after DUPLEX",
            "resolve DUPLEX",
            "destroy DUPLEX",
        ];
        assert_eq!(log.take(), expected);
    });
}

#[test]
fn a_sink_that_was_closed_is_settled_as_ready_when_it_is_dropped() {
    in_env(|| {
        let log = Log::new();
        let noting = log.clone();
        async_hooks::promise_hooks::on_settled(move |_, outcome| {
            noting.note(format!("{outcome:?}"))
        });
        close_and_read();
        drop(Duplex.traced("DUPLEX"));
        assert_eq!(log.take(), ["Ready", "Cancelled"]);
    });
}
