//! What the rules are tested with: storages, futures polled manually, and values that are counted.

use std::{
    future::{Future, poll_fn},
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
    task::{Context, Poll, Waker},
};

use ah_testing::exempt;
use async_hooks::{AsyncLocalStorage, AsyncResource, Snapshot};

pub(crate) type Storage = AsyncLocalStorage<u32>;

/// Is pending once, and wakes its task at once.
pub(crate) async fn yield_now() {
    let mut yielded = false;
    poll_fn(|cx| {
        if std::mem::replace(&mut yielded, true) {
            return Poll::Ready(());
        }
        cx.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}

pub(crate) fn poll<F: Future + ?Sized>(future: Pin<&mut F>) -> Poll<F::Output> {
    future.poll(&mut Context::from_waker(Waker::noop()))
}

/// Polls a future that must not be ready yet.
pub(crate) fn poll_pending<F: Future + ?Sized>(future: Pin<&mut F>) {
    assert!(poll(future).is_pending(), "ready too early");
}

/// Polls a future that must be ready now.
pub(crate) fn poll_ready<F: Future + ?Sized>(future: Pin<&mut F>) -> F::Output {
    match poll(future) {
        Poll::Ready(output) => output,
        Poll::Pending => panic!("not ready yet"),
    }
}

pub(crate) use futures::executor::block_on;

pub(crate) fn current_thread() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread()
        .build()
        .expect("a runtime")
}

pub(crate) fn multi_thread(workers: usize) -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(workers)
        .build()
        .expect("a runtime")
}

/// Runs a test on both kinds of tokio's runtime.
pub(crate) fn on_tokio<F: Future>(test: impl Fn() -> F) {
    current_thread().block_on(test());
    multi_thread(2).block_on(test());
}

/// Counts the values that live.
#[derive(Clone, Default)]
pub(crate) struct Live(Arc<AtomicUsize>);

/// A store that is counted for as long as it lives.
pub(crate) struct Counted {
    pub(crate) number: usize,
    live: Live,
}

impl Live {
    pub(crate) fn value(&self, number: usize) -> Counted {
        self.0.fetch_add(1, SeqCst);
        Counted {
            number,
            live: self.clone(),
        }
    }

    pub(crate) fn count(&self) -> usize {
        self.0.load(SeqCst)
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.live.0.fetch_sub(1, SeqCst);
    }
}

/// A resource whose scopes and bound closures outlive it: the laws do not hold for it.
pub(crate) fn outlived_resource() -> AsyncResource {
    let resource = AsyncResource::new("R");
    exempt(resource.async_id());
    resource
}

/// A snapshot whose scopes outlive it.
pub(crate) fn outlived_snapshot() -> Snapshot {
    let snapshot = async_hooks::snapshot();
    exempt(snapshot.run(async_hooks::execution_async_id));
    snapshot
}
