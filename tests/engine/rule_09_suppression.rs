//! Rule 9: what a hook causes is suppressed for life.

use std::{
    convert::Infallible,
    pin::{Pin, pin},
    sync::{Arc, Mutex},
    task::{Context, Poll, Waker},
};

use ah_testing::test;
use async_hooks::{AsyncId, AsyncResource, Hooks, Interest, Task, Traced, embedder, prelude::*};
use futures::{Sink, Stream};

use crate::support::{
    Log, OnDrop, STORE, here, ids, in_env, in_env_exempt, in_quiet_env, poll, yield_once,
};

type Later<T> = Arc<Mutex<Option<T>>>;

/// Enables a hook that creates something in the first `init` of an `A`; returns where it will be.
fn make_in_callback<T: Send + 'static>(make: impl Fn() -> T + Send + Sync + 'static) -> Later<T> {
    let made = Later::default();
    let slot = made.clone();
    let hooks = Hooks::builder().types(["A"]).init(move |_| {
        let value = make();
        slot.lock().unwrap().get_or_insert(value);
    });
    async_hooks::create_hook(hooks.build()).enable();
    made
}

/// What a callback created with `make`.
fn made_in_callback<T: Send + 'static>(make: impl Fn() -> T + Send + Sync + 'static) -> T {
    let made = make_in_callback(make);
    drop(AsyncResource::new("A"));
    made.lock().unwrap().take().unwrap()
}

/// A future on the heap, as hooks hand them over.
type Boxed = Pin<Box<dyn Future<Output = ()> + Send>>;

#[test]
fn a_resource_made_in_a_callback_is_silent_for_life() {
    in_env(|| {
        let log = Log::start();
        let suppressed = made_in_callback(|| AsyncResource::new("SUPPRESSED"));
        suppressed.run_in_async_scope(|| log.note("body"));
        drop(suppressed);
        assert_eq!(log.take(), ["init A", "destroy A", "body"]);
    });
}

#[test]
fn a_resource_made_in_a_callback_has_an_id_and_carries_the_context() {
    in_env(|| {
        let resource = AsyncResource::new("SCOPE");
        let suppressed = resource.run_in_async_scope(|| {
            STORE.run(7, || made_in_callback(|| AsyncResource::new("SUPPRESSED")))
        });
        assert_eq!(suppressed.trigger_async_id(), resource.async_id());
        let inside = suppressed.run_in_async_scope(here);
        assert_eq!(inside, format!("in {}<2, store 7", suppressed.async_id()));
    });
}

#[test]
fn what_is_made_in_the_scope_of_a_suppressed_resource_is_silent_too() {
    in_env(|| {
        let log = Log::start();
        let suppressed = made_in_callback(|| AsyncResource::new("SUPPRESSED"));
        log.take();
        let child = suppressed.run_in_async_scope(|| AsyncResource::new("CHILD"));
        let grandchild = child.run_in_async_scope(|| AsyncResource::new("GRANDCHILD"));
        grandchild.run_in_async_scope(|| drop(async {}.traced("F")));
        drop((child, grandchild));
        assert!(log.take().is_empty());
    });
}

#[test]
fn a_resource_beside_a_suppressed_one_is_heard() {
    in_env(|| {
        let log = Log::start();
        let _suppressed = made_in_callback(|| AsyncResource::new("SUPPRESSED"));
        log.take();
        drop(AsyncResource::new("B"));
        assert_eq!(log.take(), ["init B", "destroy B"]);
    });
}

#[test]
fn a_heard_resource_entered_in_a_callback_is_heard_but_what_it_makes_there_is_not() {
    // A is forgotten, and the hook that is never disabled keeps OUTSIDE
    in_env_exempt([2, 3], || {
        let log = Log::start();
        let outside = Arc::new(AsyncResource::new("OUTSIDE"));
        let entered = outside.clone();
        let hooks = Hooks::builder().types(["A"]).init(move |_| {
            entered.run_in_async_scope(|| drop(AsyncResource::new("SUPPRESSED")));
        });
        async_hooks::create_hook(hooks.build()).enable();
        log.take();
        std::mem::forget(AsyncResource::new("A"));
        assert_eq!(log.take(), ["init A", "before OUTSIDE", "after OUTSIDE"]);
    });
}

#[test]
fn a_future_made_in_a_callback_is_silent_for_life() {
    in_env(|| {
        let log = Log::start();
        let mut suppressed =
            made_in_callback(|| -> Boxed { Box::pin(yield_once().traced("SUPPRESSED")) });
        log.take();
        assert!(poll(suppressed.as_mut()).is_pending());
        assert!(poll(suppressed.as_mut()).is_ready());
        drop(suppressed);
        assert!(log.take().is_empty());
    });
}

#[test]
fn what_is_made_in_the_poll_of_a_suppressed_future_is_silent_too() {
    in_env(|| {
        let log = Log::start();
        let make =
            || -> Boxed { Box::pin(async { drop(AsyncResource::new("CHILD")) }.traced("F")) };
        let mut suppressed = made_in_callback(make);
        log.take();
        assert!(poll(suppressed.as_mut()).is_ready());
        assert!(log.take().is_empty());
    });
}

#[test]
fn what_is_made_in_the_drop_of_a_suppressed_future_is_silent_too() {
    in_env(|| {
        let log = Log::start();
        let suppressed = made_in_callback(|| -> Boxed {
            let held = OnDrop(|| drop(AsyncResource::new("CHILD")));
            Box::pin(async { drop(held) }.traced("F"))
        });
        log.take();
        drop(suppressed);
        assert!(log.take().is_empty());
    });
}

#[test]
fn the_poll_and_the_drop_of_a_suppressed_future_are_no_scope_for_destroys_to_wait_in() {
    in_quiet_env(|| {
        let log = Log::start();
        let heard = Arc::new(Mutex::new(vec![
            AsyncResource::new("B"),
            AsyncResource::new("B"),
        ]));
        let noting = log.clone();
        let mut suppressed = made_in_callback(move || -> Boxed {
            let (heard, noting) = (heard.clone(), noting.clone());
            let pop = move |line: &str| {
                drop(heard.lock().unwrap().pop());
                noting.note(line);
            };
            let dropping = pop.clone();
            let held = OnDrop(move || dropping("dropped"));
            let body = async move {
                let _held = held;
                pop("polled");
                yield_once().await;
            };
            Box::pin(body.traced("F"))
        });
        log.take();
        assert!(poll(suppressed.as_mut()).is_pending());
        drop(suppressed);
        assert_eq!(log.take(), ["destroy B", "polled", "destroy B", "dropped"]);
    });
}

#[test]
fn a_task_made_in_a_callback_is_silent_for_life() {
    in_env(|| {
        let log = Log::start();
        let suppressed =
            made_in_callback(|| Task::new(async { drop(AsyncResource::new("CHILD")) }));
        log.take();
        assert!(poll(pin!(suppressed)).is_ready());
        assert!(log.take().is_empty());
    });
}

#[test]
fn a_thread_started_in_a_callback_is_silent() {
    in_env(|| {
        let log = Log::start();
        let start = || async_hooks::thread::spawn(|| drop(AsyncResource::new("CHILD")));
        let thread = made_in_callback(start);
        thread.join().unwrap();
        assert_eq!(log.take(), ["init A", "destroy A"]);
    });
}

#[test]
fn what_a_callback_announces_manually_is_suppressed() {
    // nobody destroys it
    in_env_exempt([3], || {
        let log = Log::start();
        made_in_callback(|| embedder::emit_init(embedder::new_async_id(), "SUPPRESSED", None));
        assert_eq!(log.take(), ["init A", "destroy A"]);
    });
}

#[test]
fn every_callback_suppresses_not_only_init() {
    in_env(|| {
        let log = Log::start();
        let make = || drop(AsyncResource::new("SUPPRESSED"));
        let hooks = Hooks::builder()
            .before(move |_| make())
            .after(move |_| make())
            .promise_resolve(move |_| make())
            .destroy(move |_| make());
        async_hooks::create_hook(hooks.build()).enable();
        assert!(poll(pin!(async {}.traced("F"))).is_ready());
        let expected = ["init F", "before F", "resolve F", "after F", "destroy F"];
        assert_eq!(log.take(), expected);
    });
}

#[test]
fn promise_hooks_suppress_as_well() {
    in_env(|| {
        let log = Log::start();
        async_hooks::promise_hooks::on_init(|_, _| drop(AsyncResource::new("SUPPRESSED")));
        drop(async {}.traced("F"));
        assert_eq!(log.take(), ["init F", "destroy F"]);
    });
}

#[test]
fn a_reentrant_hook_hears_what_hooks_cause() {
    in_env(|| {
        let log = Log::new();
        log.hook(Interest::new().reentrant(true)).enable();
        let suppressed = made_in_callback(|| AsyncResource::new("CAUSED"));
        suppressed.run_in_async_scope(|| drop(AsyncResource::new("CHILD")));
        drop(suppressed);
        let expected = [
            "init A",
            "init CAUSED",
            "destroy A",
            "before CAUSED",
            "init CHILD",
            "after CAUSED",
            "destroy CHILD",
            "destroy CAUSED",
        ];
        assert_eq!(log.take(), expected);
    });
}

#[test]
fn a_reentrant_hook_hears_the_futures_that_hooks_make() {
    in_env(|| {
        let log = Log::new();
        log.hook(Interest::new().types(["CAUSED"]).reentrant(true))
            .enable();
        let make = || -> Boxed { Box::pin(async {}.traced("CAUSED")) };
        let mut caused = made_in_callback(make);
        assert!(poll(caused.as_mut()).is_ready());
        drop(caused);
        let expected = [
            "init CAUSED",
            "before CAUSED",
            "resolve CAUSED",
            "after CAUSED",
            "destroy CAUSED",
        ];
        assert_eq!(log.take(), expected);
    });
}

/// Enables a hook that does something in every callback, and takes a resource through its life inside a scope.
fn is_undone(disturb: impl Fn() + Clone + Send + Sync + 'static) {
    in_env(|| {
        let each = || {
            let disturb = disturb.clone();
            // what it enters manually is delivered, too
            move |id: AsyncId| {
                if id != 99 {
                    disturb();
                }
            }
        };
        let init = each();
        let hooks = Hooks::builder()
            .init(move |resource| init(resource.async_id()))
            .before(each())
            .after(each())
            .destroy(each());
        let scope = STORE.run(7, || AsyncResource::new("SCOPE"));
        async_hooks::create_hook(hooks.build()).enable();
        scope.run_in_async_scope(|| {
            let resource = AsyncResource::new("A");
            assert_eq!(here(), "in 2<1, store 7", "after init");
            assert_eq!(resource.run_in_async_scope(here), "in 3<2, store 7");
            assert_eq!(here(), "in 2<1, store 7", "after before and after");
            drop(resource);
            async_hooks::flush_destroys();
            assert_eq!(here(), "in 2<1, store 7", "after destroy");
            assert_eq!(AsyncResource::new("B").trigger_async_id(), 2);
        });
        assert_eq!(here(), "in 1<0, store -");
    });
}

#[test]
fn a_store_entered_in_a_callback_is_gone_after_it() {
    is_undone(|| STORE.enter_with(99));
}

#[test]
fn a_guard_leaked_in_a_callback_is_gone_after_it() {
    is_undone(|| std::mem::forget(STORE.with_scope(99)));
}

#[test]
fn a_context_entered_manually_in_a_callback_is_gone_after_it() {
    is_undone(|| embedder::emit_before(99.into(), 98.into()));
}

#[test]
fn a_callback_scope_leaked_in_a_callback_is_gone_after_it() {
    is_undone(|| std::mem::forget(embedder::CallbackScope::enter(99.into(), 98.into())));
}

#[test]
fn a_default_trigger_is_the_same_before_and_after_a_callback() {
    in_env_exempt([50], || {
        let inside = make_in_callback(|| AsyncResource::new("SUPPRESSED").trigger_async_id());
        async_hooks::default_trigger_async_id_scope(50, || {
            drop(AsyncResource::new("A"));
            assert_eq!(AsyncResource::new("B").trigger_async_id(), 50);
        });
        assert_eq!(inside.lock().unwrap().unwrap(), 50);
    });
}

#[test]
fn a_context_that_a_callback_leaves_is_current_after_it() {
    in_env_exempt([50], || {
        let hooks = Hooks::builder().init(|_| {
            let _left = embedder::emit_after(50.into());
        });
        async_hooks::create_hook(hooks.build()).enable();
        embedder::emit_before(50.into(), 1.into());
        drop(AsyncResource::new("A"));
        assert_eq!(ids(), (50, 1));
        assert_eq!(embedder::emit_after(50.into()), Ok(()));
        assert_eq!(ids(), (1, 0));
    });
}

/// A duplex whose stream half is at its end at once. Whatever is done with it, it creates and drops a resource.
struct Duplex(Option<AsyncResource>);

impl Duplex {
    fn work(&mut self) {
        self.0 = None;
        self.0 = Some(AsyncResource::new("CHILD"));
    }
}

impl Drop for Duplex {
    fn drop(&mut self) {
        self.work();
    }
}

impl Stream for Duplex {
    type Item = ();

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<()>> {
        self.work();
        Poll::Ready(None)
    }
}

impl Sink<()> for Duplex {
    type Error = Infallible;

    fn poll_ready(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.work();
        Poll::Ready(Ok(()))
    }
    fn start_send(mut self: Pin<&mut Self>, (): ()) -> Result<(), Infallible> {
        self.work();
        Ok(())
    }
    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.poll_ready(cx)
    }
    fn poll_close(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.poll_ready(cx)
    }
}

/// Uses every half of a duplex before the end of the stream and after it, and drops it.
fn use_and_drop(mut duplex: Pin<Box<Traced<Duplex>>>) {
    let cx = &mut Context::from_waker(Waker::noop());
    assert!(duplex.as_mut().poll_close(cx).is_ready());
    for _ in 0..2 {
        assert!(duplex.as_mut().poll_next(cx).is_ready());
        assert!(duplex.as_mut().poll_ready(cx).is_ready());
        assert_eq!(duplex.as_mut().start_send(()), Ok(()));
        assert!(duplex.as_mut().poll_flush(cx).is_ready());
        assert!(duplex.as_mut().poll_close(cx).is_ready());
    }
}

#[test]
fn what_is_made_in_a_finished_wrapper_of_a_suppressed_stream_is_silent_too() {
    in_env(|| {
        let log = Log::start();
        let duplex = made_in_callback(|| Box::pin(Duplex(None).traced("SUPPRESSED")));
        log.take();
        use_and_drop(duplex);
        assert!(log.take().is_empty());
    });
}

#[test]
fn the_same_holds_for_one_that_a_reentrant_hook_gave_an_id() {
    in_env(|| {
        let reentrant = Log::new();
        let interest = Interest::new().reentrant(true);
        reentrant.hook(interest.types(["SUPPRESSED"])).enable();
        let log = Log::start();
        let duplex = made_in_callback(|| Box::pin(Duplex(None).traced("SUPPRESSED")));
        assert!(duplex.async_id().is_some());
        log.take();
        use_and_drop(duplex);
        assert!(log.take().is_empty());
        assert!(reentrant.take().ends_with(&["destroy SUPPRESSED".into()]));
    });
}

/// A future that is ready at each poll. At each poll and when it is dropped, it creates and drops a resource. It keeps
/// the resource in whose scope it runs.
struct Again(Option<Arc<AsyncResource>>);

impl Future for Again {
    type Output = ();

    fn poll(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<()> {
        drop(AsyncResource::new("CHILD"));
        Poll::Ready(())
    }
}

impl Drop for Again {
    fn drop(&mut self) {
        drop(AsyncResource::new("CHILD"));
        self.0 = None;
    }
}

/// Polls what a callback created to its end and beyond, and drops it: nothing is delivered.
fn is_silent_beyond_its_end(make: impl Fn() -> Boxed + Send + Sync + 'static) {
    in_env(|| {
        let log = Log::start();
        let mut made = made_in_callback(make);
        log.take();
        assert!(poll(made.as_mut()).is_ready());
        assert!(poll(made.as_mut()).is_ready());
        drop(made);
        assert!(log.take().is_empty());
    });
}

#[test]
fn a_finished_future_that_is_suppressed_is_polled_and_dropped_in_silence() {
    is_silent_beyond_its_end(|| Box::pin(Again(None).traced("SUPPRESSED")));
}

#[test]
fn a_finished_task_that_is_suppressed_is_polled_and_dropped_in_silence() {
    is_silent_beyond_its_end(|| Box::pin(Task::new(Again(None))));
}

#[test]
fn a_finished_scope_of_a_suppressed_resource_is_polled_and_dropped_in_silence() {
    is_silent_beyond_its_end(|| {
        let resource = Arc::new(AsyncResource::new("SUPPRESSED"));
        Box::pin(resource.scope(Again(Some(resource.clone()))))
    });
}

#[test]
fn a_finished_wrapper_that_no_hook_caused_is_heard() {
    in_env(|| {
        let log = Log::start();
        let mut future = Box::pin(Again(None).traced("F"));
        assert!(poll(future.as_mut()).is_ready());
        log.take();
        assert!(poll(future.as_mut()).is_ready());
        assert_eq!(log.take(), ["init CHILD", "destroy CHILD"]);
    });
}

#[test]
fn what_is_made_after_the_last_poll_of_a_suppressed_future_is_heard() {
    in_env(|| {
        let log = Log::start();
        let mut made = made_in_callback(|| -> Boxed { Box::pin(async {}.traced("SUPPRESSED")) });
        assert!(poll(made.as_mut()).is_ready());
        log.take();
        drop(AsyncResource::new("B"));
        assert_eq!(log.take(), ["init B", "destroy B"]);
    });
}
