//! A timer that fires again and again.

use std::{
    future::poll_fn,
    task::{Context, Poll},
    time::Duration,
};

use tokio::time::Instant;

use crate::observed::{announce, handle::handle};

/// Ticks now and then each `period`, as [`tokio::time::interval`].
///
/// # Panics
///
/// As [`tokio::time::interval`].
///
/// # Examples
///
/// ```
/// use ah_tokio as tokio;
/// use tokio::observed::time::interval;
///
/// # ::tokio::runtime::Builder::new_current_thread().enable_time().build()?.block_on(async {
/// let mut interval = interval(std::time::Duration::from_millis(1)); // init
/// interval.tick().await; // before, after
/// interval.tick().await; // before, after
/// drop(interval); // destroy
/// # });
/// # Ok::<(), std::io::Error>(())
/// ```
#[track_caller]
pub fn interval(period: Duration) -> Interval {
    Interval::from(tokio::time::interval(period))
}

/// Ticks at `start` and then each `period`, as [`tokio::time::interval_at`].
///
/// # Panics
///
/// As [`tokio::time::interval_at`].
#[track_caller]
pub fn interval_at(start: Instant, period: Duration) -> Interval {
    Interval::from(tokio::time::interval_at(start, period))
}

handle! {
    /// As [`tokio::time::Interval`], a resource of type `Timeout`: entered for each tick. It keeps its id when it is reset.
    Interval(tokio::time::Interval), TIMEOUT
}

impl Interval {
    /// As [`tokio::time::Interval::tick`].
    pub async fn tick(&mut self) -> Instant {
        poll_fn(|cx| self.poll_tick(cx)).await
    }

    /// As [`tokio::time::Interval::poll_tick`].
    pub fn poll_tick(&mut self, cx: &mut Context<'_>) -> Poll<Instant> {
        let tick = self.inner.poll_tick(cx);
        if tick.is_ready() {
            announce::deliver(&self.resource);
        }
        tick
    }
}
