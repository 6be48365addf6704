//! A message with the context of its sender.

use std::{
    future::Future,
    pin::Pin,
    task::{Context, Poll},
};

use ah_core::{AValueNotAFuture, RunOutput};

use crate::snapshot::{Snapshot, SnapshotScope, snapshot};

/// A value together with a [`Snapshot`] of where it was created, for any channel of any crate.
///
/// Like [`snapshot`], it captures the whole frame and is a resource. The sender's id is the trigger. Work that the
/// receiver runs for the message runs in the scope of that resource. The resource is destroyed when the message, its
/// clones and that work are dropped.
///
/// # Examples
///
/// ```
/// # use ah_storage as async_hooks;
/// # static REQUEST_ID: async_hooks::AsyncLocalStorage<u64> = async_hooks::AsyncLocalStorage::new();
/// # fn charge(_: u32) -> Option<u64> { REQUEST_ID.get() }
/// use std::sync::mpsc;
///
/// let (tx, rx) = mpsc::channel();
/// REQUEST_ID.run(7, || tx.send(async_hooks::WithContext::new(100)))?;
///
/// let message = rx.recv()?;
/// assert_eq!(message.run(|cents| charge(cents)), Some(7));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// A worker that spawns what a message asks for, or keeps the two apart:
///
/// ```
/// # use ah_storage as async_hooks;
/// # static REQUEST_ID: async_hooks::AsyncLocalStorage<u64> = async_hooks::AsyncLocalStorage::new();
/// # async fn charge(cents: u32) -> (u32, Option<u64>) { (cents, REQUEST_ID.get()) }
/// # futures::executor::block_on(async {
/// let message = REQUEST_ID.run(7, || async_hooks::WithContext::new(100));
/// assert_eq!(message.clone().scope(|cents| charge(cents)).await, (100, Some(7)));
///
/// let (cents, context) = message.into_parts();
/// assert_eq!(context.scope(charge(cents)).await, (100, Some(7)));
/// # });
/// ```
#[must_use = "a message does nothing unless it is sent or run"]
#[derive(Clone, Debug)]
pub struct WithContext<T> {
    value: T,
    context: Snapshot,
}

impl<T> WithContext<T> {
    /// Pairs a value with all current stores.
    #[track_caller]
    pub fn new(value: T) -> Self {
        Self {
            value,
            context: snapshot(),
        }
    }

    /// Returns the value and the context apart.
    pub fn into_parts(self) -> (T, Snapshot) {
        (self.value, self.context)
    }

    /// Returns the value.
    pub fn get_ref(&self) -> &T {
        &self.value
    }

    /// Returns the value.
    pub fn get_mut(&mut self) -> &mut T {
        &mut self.value
    }

    /// Returns the value, without its context.
    pub fn into_inner(self) -> T {
        self.value
    }

    /// Runs `f` on the value in the context of the sender, as [`Snapshot::run`] does.
    pub fn run<R, AFutureWouldLeaveItsContextUseScope>(self, f: impl FnOnce(T) -> R) -> R
    where
        R: RunOutput<AFutureWouldLeaveItsContextUseScope>,
        AFutureWouldLeaveItsContextUseScope: AValueNotAFuture, // a future: `message.scope(|value| async { … })`; a handle: `run::<_, async_hooks::Value>(…)`
    {
        let Self { value, context } = self;
        context.run(|| f(value))
    }

    /// Runs the future that `f` returns for the value in the context of the sender, as [`Snapshot::scope`] does.
    ///
    /// `f` is called there too, at the first poll. If that never comes, the value is dropped there.
    pub fn scope<F: Future>(
        self,
        f: impl FnOnce(T) -> F,
    ) -> MessageScope<impl Future<Output = F::Output>> {
        let Self { value, context } = self;
        MessageScope {
            scope: context.scope(async move { f(value).await }),
            _context: context,
        }
    }
}

pin_project_lite::pin_project! {
    /// Runs a future in the context of a message, poll by poll: see [`WithContext::scope`].
    #[must_use = "futures do nothing unless you `.await` or poll them"]
    #[derive(Debug)]
    pub struct MessageScope<F> {
        #[pin]
        scope: SnapshotScope<F>,
        // dropped last: the resource is destroyed after what runs in it
        _context: Snapshot,
    }
}

impl<F: Future> Future for MessageScope<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        self.project().scope.poll(cx)
    }
}
