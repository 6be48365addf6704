//! What the public types implement, and what can be taken out of wrappers.

use std::{
    collections::HashSet,
    error::Error,
    future::pending,
    panic::{RefUnwindSafe, UnwindSafe},
    pin::Pin,
    task::{Context, Poll, Waker},
};

use async_hooks::{AsyncResource, Env, Hooks, Task, prelude::*};
use futures::{Sink, Stream};

use crate::support::{Log, in_env};

/// What hooks receive meanwhile.
fn logged(f: impl FnOnce()) -> Vec<String> {
    in_env(|| {
        let log = Log::start();
        f();
        log.take()
    })
}

fn assert_unwind_safe<T: UnwindSafe + RefUnwindSafe>() {}

fn assert_values_unwind_safe<T: UnwindSafe + RefUnwindSafe>(_: &T) {}

#[test]
fn every_type_is_unwind_safe_where_what_it_wraps_is() {
    type F = std::future::Ready<u8>;
    assert_unwind_safe::<async_hooks::AsyncHook>();
    assert_unwind_safe::<async_hooks::AsyncId>();
    assert_unwind_safe::<async_hooks::AsyncLocalStorage<u8>>();
    assert_unwind_safe::<AsyncResource>();
    assert_unwind_safe::<Env>();
    assert_unwind_safe::<async_hooks::EnvScope<F>>();
    assert_unwind_safe::<async_hooks::Extensions>();
    assert_unwind_safe::<async_hooks::Fields>();
    assert_unwind_safe::<async_hooks::Framed<F>>();
    assert_unwind_safe::<async_hooks::Interest>();
    assert_unwind_safe::<async_hooks::Propagating<u8>>();
    assert_unwind_safe::<async_hooks::ResourceHandle>();
    assert_unwind_safe::<async_hooks::ResourceScope<F>>();
    assert_unwind_safe::<async_hooks::ScopeGuard>();
    assert_unwind_safe::<async_hooks::Snapshot>();
    assert_unwind_safe::<async_hooks::SnapshotScope<F>>();
    assert_unwind_safe::<async_hooks::Stats>();
    assert_unwind_safe::<Task<F>>();
    assert_unwind_safe::<async_hooks::Traced<F>>();
    assert_unwind_safe::<async_hooks::WithContext<u8>>();
    assert_unwind_safe::<async_hooks::promise_hooks::Promise>();
    assert_unwind_safe::<async_hooks::promise_hooks::Stop>();
    assert_unwind_safe::<async_hooks::embedder::CallbackScope>();
    assert_unwind_safe::<async_hooks::embedder::TaskContext>();
    #[async_hooks::traced]
    async fn traced_fn(x: u8) -> u8 {
        x
    }
    #[async_hooks::traced]
    fn traced_future(x: u8) -> impl Future<Output = u8> {
        async move { x }
    }
    assert_values_unwind_safe(&traced_fn(1));
    assert_values_unwind_safe(&traced_future(1));
    assert_values_unwind_safe(&async_hooks::WithContext::new(1).scope(std::future::ready));
    assert_values_unwind_safe(&async_hooks::bind(|| 7));
    assert_values_unwind_safe(&async_hooks::bind!(move || 7));
    assert_values_unwind_safe(&AsyncResource::new("A").bind(|| 7));
    assert_values_unwind_safe(&async_hooks::bind!(AsyncResource::new("A"), move |n: u8| n));
}

#[test]
fn every_error_is_an_error_whose_text_is_one_clause() {
    fn assert_error<T: Error>() {}
    assert_error::<async_hooks::EngineError<'_>>();
    assert_error::<async_hooks::HookPanic<'_>>();
    assert_error::<async_hooks::DropPanic<'_>>();
    in_env(|| {
        let resource = AsyncResource::new("A");
        resource.emit_destroy().unwrap();
        let again = resource.emit_destroy().unwrap_err();
        assert_eq!(again.async_id(), resource.async_id());
        assert_eq!(again.to_string(), "resource 2 was destroyed already");
    });
}

#[test]
#[expect(
    clippy::mutable_key_type,
    reason = "a handle is compared and hashed by what never changes"
)]
fn handles_are_keys_of_tables() {
    in_env(|| {
        let (one, two) = (AsyncResource::new("A"), AsyncResource::new("A"));
        let seen: HashSet<_> = [one.handle(), two.handle(), one.handle()].into();
        assert_eq!(seen.len(), 2);
    });
}

/// All of a future, a stream and a sink.
struct Duplex;

impl Future for Duplex {
    type Output = ();
    fn poll(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<()> {
        Poll::Ready(())
    }
}

impl Stream for Duplex {
    type Item = ();
    fn poll_next(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<()>> {
        Poll::Ready(None)
    }
}

impl Sink<u8> for Duplex {
    type Error = ();
    fn poll_ready(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Result<(), ()>> {
        Poll::Ready(Ok(()))
    }
    fn start_send(self: Pin<&mut Self>, _: u8) -> Result<(), ()> {
        Ok(())
    }
    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Result<(), ()>> {
        Poll::Ready(Ok(()))
    }
    fn poll_close(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Result<(), ()>> {
        Poll::Ready(Ok(()))
    }
}

#[test]
fn what_is_a_future_a_stream_and_a_sink_is_wrapped_as_all_of_them() {
    fn all<T: Future + Stream + Sink<u8>>(_: T) {}
    static A: async_hooks::AsyncLocalStorage<u8> = async_hooks::AsyncLocalStorage::new();
    all(Duplex.in_current_context());
    all(Duplex.traced("DUPLEX"));
    all(A.scope(1, Duplex));
    all(A.exit_scope(Duplex));
    all(async_hooks::snapshot().scope(Duplex));
    all(AsyncResource::new("A").scope(Duplex));
    all(Env::new().scope(Duplex));
}

fn poll_once<F: Future>(future: Pin<&mut F>) -> Poll<F::Output> {
    future.poll(&mut Context::from_waker(Waker::noop()))
}

#[test]
fn what_is_taken_out_of_a_wrapper_is_whole_and_dropped_once() {
    let text = || String::from("on the heap");
    static A: async_hooks::AsyncLocalStorage<u8> = async_hooks::AsyncLocalStorage::new();
    assert_eq!(text().in_current_context().into_inner(), text());
    assert_eq!(A.scope(1, text()).into_inner(), text());
    assert_eq!(text().traced("TEXT").into_inner(), text());
    assert_eq!(async_hooks::snapshot().scope(text()).into_inner(), text());
    assert_eq!(
        async_hooks::Snapshot::empty().scope(text()).into_inner(),
        text()
    );
    assert_eq!(AsyncResource::new("A").scope(text()).into_inner(), text());
    assert_eq!(Env::new().scope(text()).into_inner(), text());
    let future = Task::new(std::future::ready(text())).into_inner();
    assert_eq!(futures::executor::block_on(future), text());
}

#[test]
fn a_future_that_is_taken_out_is_cancelled_and_destroyed_for_hooks() {
    let taken = logged(|| drop(pending::<()>().traced("FUTURE").into_inner()));
    let dropped = logged(|| drop(pending::<()>().traced("FUTURE")));
    assert_eq!(taken, dropped);
    assert_eq!(taken, ["init FUTURE", "destroy FUTURE"]);

    let polled = logged(|| {
        let mut future = pending::<()>().traced("FUTURE");
        assert!(poll_once(Pin::new(&mut future)).is_pending());
        drop(future.into_inner());
    });
    assert_eq!(
        polled,
        [
            "init FUTURE",
            "before FUTURE",
            "after FUTURE",
            "destroy FUTURE"
        ]
    );
}

#[test]
fn a_future_that_is_taken_out_is_settled_once() {
    in_env(|| {
        let settled = std::sync::Arc::new(std::sync::Mutex::new(Vec::new()));
        let there = settled.clone();
        let stop = async_hooks::promise_hooks::on_settled(move |_, outcome| {
            there.lock().unwrap().push(outcome)
        });
        let mut ready = std::future::ready(()).traced("READY");
        assert!(poll_once(Pin::new(&mut ready)).is_ready());
        drop(ready.into_inner());
        drop(pending::<()>().traced("CANCELLED").into_inner());
        stop.stop();
        use async_hooks::promise_hooks::Outcome::{Cancelled, Ready};
        assert_eq!(*settled.lock().unwrap(), [Ready, Cancelled]);
    });
}

#[test]
fn a_task_that_is_taken_back_is_destroyed_in_its_environment() {
    let taken = logged(|| drop(Task::new(pending::<()>()).into_inner()));
    assert_eq!(taken, ["init TASK", "destroy TASK"]);
}

#[test]
fn a_task_taken_back_is_destroyed_once_though_nobody_listens_later() {
    in_env(|| {
        let hook = async_hooks::create_hook(Hooks::builder().destroy(|_| ()).build());
        hook.enable();
        drop(Task::new(pending::<()>()).into_inner());
        hook.disable();
    });
}
