//! The stores that rows are measured with.

use std::{future::Future, pin::Pin, task, time::Duration};

use async_hooks::AsyncLocalStorage;

/// The storage that rows read and set.
pub(crate) static STORE: AsyncLocalStorage<u64> = AsyncLocalStorage::new();

static OTHERS: [AsyncLocalStorage<u64>; 99] = [const { AsyncLocalStorage::new() }; 99];

tokio::task_local! {
    /// What [`STORE`] is to us.
    pub(crate) static TASK_LOCAL: u64;
}

/// A value in OpenTelemetry's context, which knows values by their type.
#[derive(Debug)]
pub(crate) struct Value(pub(crate) u64);

/// Runs `f` with so many storages set, of which [`STORE`] is the oldest.
pub(crate) fn with_set(storages: usize, f: &mut dyn FnMut() -> Duration) -> Duration {
    match storages {
        0 => f(),
        1.. => STORE.run(7, || with_others(storages - 1, f)),
    }
}

fn with_others(storages: usize, f: &mut dyn FnMut() -> Duration) -> Duration {
    match storages {
        0 => f(),
        1.. => OTHERS[storages - 1].run(1, || with_others(storages - 1, f)),
    }
}

/// A future that is never ready, and does nothing else.
#[derive(Clone, Copy)]
pub(crate) struct Never;

impl Future for Never {
    type Output = ();
    fn poll(self: Pin<&mut Self>, _: &mut task::Context<'_>) -> task::Poll<()> {
        std::hint::black_box(task::Poll::Pending)
    }
}

/// Polls a future once.
#[inline(always)]
pub(crate) fn poll<F: Future>(future: Pin<&mut F>) -> task::Poll<F::Output> {
    future.poll(&mut task::Context::from_waker(task::Waker::noop()))
}

/// Polls a future that never waits, where it was created, as `.await` does.
#[inline(always)]
pub(crate) fn ready<F: Future>(future: F) -> F::Output {
    match poll(std::pin::pin!(future)) {
        task::Poll::Ready(output) => output,
        task::Poll::Pending => unreachable!("it waits for nothing"),
    }
}
