//! A limit to the time of a future.

use std::{
    future::{Future, IntoFuture},
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};

use ah_core::AsyncId;
use tokio::time::{Instant, error::Elapsed};

use super::sleep::Timer;

/// Gives a future this much time, as [`tokio::time::timeout`].
///
/// The future itself runs in the context of whoever polls it, as with tokio.
///
/// # Panics
///
/// As [`tokio::time::timeout`].
///
/// # Examples
///
/// ```
/// use ah_tokio as tokio;
/// use tokio::observed::time::timeout;
///
/// # ::tokio::runtime::Builder::new_current_thread().enable_time().build()?.block_on(async {
/// let never = timeout(std::time::Duration::from_millis(1), std::future::pending::<()>());
/// assert!(never.await.is_err()); // init, before, after, destroy
/// # });
/// # Ok::<(), std::io::Error>(())
/// ```
#[track_caller]
pub fn timeout<F: IntoFuture>(duration: Duration, future: F) -> Timeout<F::IntoFuture> {
    Timeout::new(tokio::time::timeout(duration, future))
}

/// Gives a future until `deadline`, as [`tokio::time::timeout_at`].
///
/// # Panics
///
/// As [`tokio::time::timeout_at`].
#[track_caller]
pub fn timeout_at<F: IntoFuture>(deadline: Instant, future: F) -> Timeout<F::IntoFuture> {
    Timeout::new(tokio::time::timeout_at(deadline, future))
}

pin_project_lite::pin_project! {
    /// As [`tokio::time::Timeout`], with a resource of type `Timeout` for its timer.
    #[must_use = "futures do nothing unless you `.await` or poll them"]
    #[derive(Debug)]
    pub struct Timeout<T> {
        #[pin]
        inner: tokio::time::Timeout<T>,
        timer: Timer,
    }
}

impl<T> Timeout<T> {
    #[track_caller]
    fn new(inner: tokio::time::Timeout<T>) -> Self {
        Self {
            inner,
            timer: Timer::new(),
        }
    }

    /// Returns the id of the timer.
    #[must_use]
    pub fn async_id(&self) -> AsyncId {
        self.timer.id()
    }

    /// Returns the future.
    pub fn get_ref(&self) -> &T {
        self.inner.get_ref()
    }

    /// Returns the future.
    pub fn get_mut(&mut self) -> &mut T {
        self.inner.get_mut()
    }

    /// Destroys the timer, and returns the future.
    pub fn into_inner(self) -> T {
        self.inner.into_inner()
    }
}

impl<T: Future> Future for Timeout<T> {
    type Output = Result<T::Output, Elapsed>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let output = ready!(this.inner.poll(cx));
        match output {
            Ok(_) => this.timer.cancel(),
            Err(_) => this.timer.fire(),
        }
        Poll::Ready(output)
    }
}

/// Announces it: `Timeout`.
impl<T> From<tokio::time::Timeout<T>> for Timeout<T> {
    #[track_caller]
    fn from(inner: tokio::time::Timeout<T>) -> Self {
        Self::new(inner)
    }
}
