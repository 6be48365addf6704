//! Ways in which futures are polled, moved and dropped.

use std::{future::Future, pin::pin, sync::Arc, time::Duration};

use async_hooks::traced;
use futures::{FutureExt, StreamExt, stream::FuturesUnordered};
use tokio::task::yield_now;

use super::support::{Heard, REQUEST_ID, block_on, yield_once};
use crate::test;

type Id = Option<u64>;

#[traced]
async fn id() -> Id {
    yield_once().await;
    REQUEST_ID.get()
}

/// Looks at its context when it is dropped.
struct OnDrop<F: FnMut(Id)>(F);

impl<F: FnMut(Id)> Drop for OnDrop<F> {
    fn drop(&mut self) {
        (self.0)(REQUEST_ID.get());
    }
}

#[traced(name = "HOLDS")]
async fn holds<T>(value: T) {
    let _value = value;
    std::future::pending::<()>().await;
}

fn poll_once<F: Future>(future: &mut std::pin::Pin<&mut F>) -> bool {
    let mut cx = std::task::Context::from_waker(std::task::Waker::noop());
    future.as_mut().poll(&mut cx).is_ready()
}

/// A future that was created where the request id is 7.
fn with_id<F: Future>(f: impl FnOnce() -> F) -> F {
    REQUEST_ID.run::<_, async_hooks::Value>(7, f)
}

#[test]
fn case_31_is_dropped_in_its_own_context_and_destroyed_once() {
    let mut seen = Vec::new();
    let heard = Heard::of(|| {
        let never_polled = with_id(|| holds(OnDrop(|id| seen.push(id))));
        drop(never_polled);
        let mut half = Box::pin(with_id(|| holds(OnDrop(|id| seen.push(id)))));
        poll_once(&mut half.as_mut());
        drop(half);
    });
    assert_eq!(seen, [Some(7); 2]);
    assert_eq!(
        heard.lines(),
        [
            "init HOLDS 2<1",
            "destroy HOLDS",
            "init HOLDS 3<1",
            "before HOLDS",
            "after HOLDS",
            "destroy HOLDS",
        ]
    );
}

#[test]
fn case_31_dropped_on_another_thread() {
    let (sender, receiver) = std::sync::mpsc::channel();
    let mut future = Box::pin(with_id(|| {
        holds(OnDrop(move |id| sender.send(id).unwrap()))
    }));
    poll_once(&mut future.as_mut());
    std::thread::spawn(move || drop(future)).join().unwrap();
    assert_eq!(receiver.recv(), Ok(Some(7)));
}

#[test]
fn case_31_dropped_while_unwinding() {
    let mut seen = Vec::new();
    let caught = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        let mut future = pin!(with_id(|| holds(OnDrop(|id| seen.push(id)))));
        poll_once(&mut future);
        panic!("on purpose");
    }));
    assert!(caught.is_err());
    assert_eq!(seen, [Some(7)]);
    assert_eq!(REQUEST_ID.get(), None);
}

#[test]
fn case_31_dropped_when_the_runtime_shuts_down() {
    let (sender, receiver) = std::sync::mpsc::channel();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .build()
        .unwrap();
    runtime.block_on(async {
        let future = with_id(|| holds(OnDrop(move |id| sender.send(id).unwrap())));
        tokio::spawn(future);
        yield_now().await;
    });
    runtime.shutdown_timeout(Duration::from_secs(5));
    assert_eq!(receiver.recv(), Ok(Some(7)));
}

#[test]
fn case_31_dropped_while_the_thread_ends() {
    thread_local! {
        static KEPT: std::cell::RefCell<Option<futures::future::BoxFuture<'static, ()>>> =
            const { std::cell::RefCell::new(None) };
    }
    let (sender, receiver) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        let future = with_id(|| holds(OnDrop(move |id| sender.send(id).unwrap())));
        KEPT.set(Some(Box::pin(future)));
    })
    .join()
    .unwrap();
    assert_eq!(receiver.recv(), Ok(Some(7)));
}

#[traced]
async fn panics() {
    REQUEST_ID.enter_with(9);
    yield_once().await;
    panic!("on purpose");
}

#[test]
fn case_32_a_panic_in_a_poll_restores_the_context() {
    REQUEST_ID.run(8, || {
        let caught = std::panic::catch_unwind(|| block_on(panics()));
        assert!(caught.is_err());
        assert_eq!(REQUEST_ID.get(), Some(8));
    });
}

#[ah_testing::test(tokio)]
async fn case_33_select_join_and_unordered() {
    let mut first = pin!(with_id(id).fuse());
    let second = REQUEST_ID.scope(8, id());
    let (a, b) = tokio::join!(&mut first, second);
    assert_eq!((a, b), (Some(7), Some(8)));
    let polled_again = futures::select! {
        _ = first => true,
        complete => false,
    };
    assert!(!polled_again);
    let lost = tokio::select! {
        biased;
        id = with_id(id) => id,
        () = std::future::ready(()) => None,
    };
    assert_eq!(lost, None);
    let mut all: FuturesUnordered<_> = (0..9u64).map(|n| REQUEST_ID.scope(n, id())).collect();
    let mut sum = 0;
    while let Some(id) = all.next().await {
        sum += id.unwrap();
    }
    assert_eq!(sum, 36);
}

#[ah_testing::test(tokio(flavor = "multi_thread", worker_threads = 2))]
async fn case_33_moved_between_tasks() {
    let mut future = Box::pin(with_id(id));
    assert!(!poll_once(&mut future.as_mut()));
    assert_eq!(tokio::spawn(future).await.unwrap(), Some(7));
}

#[test]
#[should_panic(expected = "`async fn` resumed after completion")]
fn case_33_polled_after_it_was_ready() {
    let mut future = pin!(id());
    while !poll_once(&mut future) {}
    poll_once(&mut future);
}

#[test]
fn case_34_values_that_call_back_when_they_are_dropped() {
    struct CallsBack;
    impl Drop for CallsBack {
        fn drop(&mut self) {
            assert_eq!(block_on(id()), REQUEST_ID.get());
        }
    }
    static KEPT: async_hooks::AsyncLocalStorage<Arc<CallsBack>> =
        async_hooks::AsyncLocalStorage::new();
    let kept = Arc::new(CallsBack);
    let future = KEPT.run::<_, async_hooks::Value>(kept, || with_id(id));
    assert_eq!(block_on(future), Some(7));
}

#[ah_testing::test(tokio(flavor = "multi_thread", worker_threads = 2))]
async fn case_35_nested_executors() {
    #[traced]
    async fn nests() -> [Id; 4] {
        let here = block_on(id());
        let blocking = tokio::task::block_in_place(|| REQUEST_ID.get());
        let handle = tokio::runtime::Handle::current();
        let nested = tokio::task::block_in_place(|| handle.block_on(id()));
        [here, blocking, nested, id().await]
    }
    let task = tokio::spawn(with_id(nests));
    assert_eq!(task.await.unwrap(), [Some(7); 4]);
}

#[test]
fn case_35_local_sets() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    let set = tokio::task::LocalSet::new();
    let joined = set.block_on(&runtime, async {
        tokio::task::spawn_local(with_id(id)).await
    });
    assert_eq!(joined.unwrap(), Some(7));
}
