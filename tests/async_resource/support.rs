//! A log of what a hook hears, in an environment of the test's own: the first id is 2.

use std::{
    future::{Future, poll_fn},
    pin::Pin,
    sync::{Arc, Mutex},
    task::{Context, Poll, Waker},
};

use ah_testing::CheckedEnv;
use async_hooks::{AsyncHooks, AsyncId, AsyncLocalStorage, Init};

pub(crate) static REQUEST_ID: AsyncLocalStorage<u64> = AsyncLocalStorage::new();

/// Lines such as `init DBQuery 2<1`, `before 2`, `after 2`, `destroy 2`.
#[derive(Clone, Default)]
pub(crate) struct Log(Arc<Mutex<Vec<String>>>);

impl Log {
    /// Hears all events of the current environment.
    pub(crate) fn start() -> Self {
        let log = Self::default();
        async_hooks::create_hook(log.clone()).enable();
        log
    }

    pub(crate) fn note(&self, line: impl Into<String>) {
        self.0.lock().unwrap().push(line.into());
    }

    pub(crate) fn take(&self) -> Vec<String> {
        std::mem::take(&mut self.0.lock().unwrap())
    }
}

impl AsyncHooks for Log {
    fn init(&self, resource: &Init<'_>) {
        let (ty, id) = (resource.resource_type(), resource.async_id());
        self.note(format!("init {ty} {id}<{}", resource.trigger_async_id()));
    }
    fn before(&self, id: AsyncId) {
        self.note(format!("before {id}"));
    }
    fn after(&self, id: AsyncId) {
        self.note(format!("after {id}"));
    }
    fn destroy(&self, id: AsyncId) {
        self.note(format!("destroy {id}"));
    }
}

/// Runs a test in an environment of its own, under the laws and with a log of its events.
pub(crate) fn logged<R: async_hooks::RunOutput<async_hooks::Value>>(
    f: impl FnOnce(&Log) -> R,
) -> R {
    CheckedEnv::new().run(|| f(&Log::start()))
}

pub(crate) fn poll<F: Future + ?Sized>(future: Pin<&mut F>) -> Poll<F::Output> {
    future.poll(&mut Context::from_waker(Waker::noop()))
}

/// Polls until it is ready.
pub(crate) fn finish<F: Future>(future: F) -> F::Output {
    let mut future = std::pin::pin!(future);
    loop {
        if let Poll::Ready(output) = poll(future.as_mut()) {
            return output;
        }
    }
}

/// Pending at its first poll, ready at the second.
pub(crate) async fn yield_once() {
    let mut polled = false;
    poll_fn(|_| match std::mem::replace(&mut polled, true) {
        true => Poll::Ready(()),
        false => Poll::Pending,
    })
    .await;
}

/// Does this run in the scope of `value`?
pub(crate) fn runs_in(value: &(impl async_hooks::Resource + ?Sized)) -> bool {
    async_hooks::execution_async_id() == value.async_id()
        && async_hooks::trigger_async_id() == value.trigger_async_id()
}
