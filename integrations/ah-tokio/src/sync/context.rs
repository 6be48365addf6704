//! The context of a sender, and what travels through the channels.

use std::future::Future;

use ah_core::{Framed, RunOutput, frame::Frame};

/// All stores that were in force where a message was sent.
///
/// It is no resource: what runs in it is announced by nobody, and keeps the ids of whoever runs it.
#[derive(Clone, Debug)]
#[must_use = "a context does nothing unless something is run in it"]
pub struct Context(Frame);

impl Context {
    /// The one in force here.
    pub(super) fn here() -> Self {
        Self(Frame::capture())
    }

    /// Runs `f` with exactly the stores of the sender: what was unset there is unset inside. What `f` enters is gone when
    /// it returns.
    ///
    /// A closure that returns a future does not compile: use [`scope`](Self::scope).
    pub fn run<R, AFutureWouldLeaveItsContextUseScope>(&self, f: impl FnOnce() -> R) -> R
    where
        R: RunOutput<AFutureWouldLeaveItsContextUseScope>,
    {
        self.0.run(f)
    }

    /// Wraps a future so that it runs with exactly the stores of the sender, wherever it is polled.
    ///
    /// # Examples
    ///
    /// ```
    /// # static REQUEST_ID: async_hooks::AsyncLocalStorage<u64> = async_hooks::AsyncLocalStorage::new();
    /// # ::tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
    /// # async fn work(_job: ()) -> Option<u64> { REQUEST_ID.get() }
    /// let (sender, receiver) = ah_tokio::sync::oneshot::channel();
    /// REQUEST_ID.run(7, || sender.send(())).expect("somebody receives");
    /// let (job, context) = receiver.with_context().await.expect("it was sent");
    /// assert_eq!(context.scope(work(job)).await, Some(7));
    /// # });
    /// # Ok::<(), std::io::Error>(())
    /// ```
    pub fn scope<F: Future>(&self, future: F) -> Framed<F> {
        Framed::within(self.0.clone(), future)
    }
}

/// A message as it travels.
#[derive(Clone, Debug)]
pub(super) struct Envelope<T> {
    pub(super) message: T,
    pub(super) context: Context,
}

impl<T> Envelope<T> {
    /// Sent from here.
    pub(super) fn new(message: T) -> Self {
        Self {
            message,
            context: Context::here(),
        }
    }

    /// Received with its context.
    pub(super) fn open(self) -> (T, Context) {
        (self.message, self.context)
    }

    /// Received, or given back to the sender.
    pub(super) fn message(self) -> T {
        self.message
    }
}
