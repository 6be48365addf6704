//! A timer that fires once.

use std::{
    fmt,
    future::Future,
    ops::Deref,
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};

use ah_core::{AsyncId, AsyncResource, providers::TIMEOUT};
use tokio::time::Instant;

use crate::observed::announce;

/// Waits until this much time has passed, as [`tokio::time::sleep`].
///
/// # Panics
///
/// As [`tokio::time::sleep`].
///
/// # Examples
///
/// ```
/// use ah_tokio as tokio;
/// use tokio::observed::time::sleep;
///
/// # ::tokio::runtime::Builder::new_current_thread().enable_time().build()?.block_on(async {
/// sleep(std::time::Duration::from_millis(1)).await; // init, before, after, destroy
/// # });
/// # Ok::<(), std::io::Error>(())
/// ```
#[track_caller]
pub fn sleep(duration: Duration) -> Sleep {
    Sleep::new(tokio::time::sleep(duration))
}

/// Waits until `deadline`, as [`tokio::time::sleep_until`].
///
/// # Panics
///
/// As [`tokio::time::sleep_until`].
#[track_caller]
pub fn sleep_until(deadline: Instant) -> Sleep {
    Sleep::new(tokio::time::sleep_until(deadline))
}

pin_project_lite::pin_project! {
    /// As [`tokio::time::Sleep`], with a resource of type `Timeout` until it fires.
    #[must_use = "futures do nothing unless you `.await` or poll them"]
    pub struct Sleep {
        #[pin]
        inner: tokio::time::Sleep,
        timer: Timer,
    }
}

impl Sleep {
    #[track_caller]
    fn new(inner: tokio::time::Sleep) -> Self {
        Self {
            inner,
            timer: Timer::new(),
        }
    }

    /// Returns the id of the timer, or of the last one if it fired.
    #[must_use]
    pub fn async_id(&self) -> AsyncId {
        self.timer.id()
    }

    /// Moves the deadline, as [`tokio::time::Sleep::reset`].
    ///
    /// A timer that has not fired yet keeps its id. One that has fired becomes another: with an id, the stores and the
    /// trigger of this call.
    #[track_caller]
    pub fn reset(self: Pin<&mut Self>, deadline: Instant) {
        let this = self.project();
        this.inner.reset(deadline);
        if this.timer.is_over() {
            *this.timer = Timer::new();
        }
    }

    /// Returns tokio's value. What is done with it is not announced.
    pub fn get_ref(&self) -> &tokio::time::Sleep {
        &self.inner
    }

    /// Returns tokio's value. What is done with it is not announced.
    pub fn get_pin_mut(self: Pin<&mut Self>) -> Pin<&mut tokio::time::Sleep> {
        self.project().inner
    }

    /// Destroys the resource, and returns tokio's value.
    pub fn into_inner(self) -> tokio::time::Sleep {
        self.inner
    }
}

impl Future for Sleep {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let this = self.project();
        ready!(this.inner.poll(cx));
        this.timer.fire();
        Poll::Ready(())
    }
}

/// Announces it: `Timeout`.
impl From<tokio::time::Sleep> for Sleep {
    #[track_caller]
    fn from(inner: tokio::time::Sleep) -> Self {
        Self::new(inner)
    }
}

impl Deref for Sleep {
    type Target = tokio::time::Sleep;

    fn deref(&self) -> &tokio::time::Sleep {
        &self.inner
    }
}

impl fmt::Debug for Sleep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner.fmt(f)
    }
}

/// A timer that fires once. The resource is dropped then, so that its stores are held no longer.
#[derive(Debug)]
pub(super) struct Timer {
    id: AsyncId,
    resource: Option<AsyncResource>,
}

impl Timer {
    #[track_caller]
    pub(super) fn new() -> Self {
        let resource = AsyncResource::new(TIMEOUT);
        Self {
            id: resource.async_id(),
            resource: Some(resource),
        }
    }

    pub(super) fn id(&self) -> AsyncId {
        self.id
    }

    fn is_over(&self) -> bool {
        self.resource.is_none()
    }

    /// Enters its scope, and destroys it.
    pub(super) fn fire(&mut self) {
        self.resource
            .take()
            .into_iter()
            .for_each(announce::complete);
    }

    /// Destroys it.
    pub(super) fn cancel(&mut self) {
        self.resource = None;
    }
}
