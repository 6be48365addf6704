//! Callbacks that wait for their time.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use ah_core::{AsyncId, providers::TIMEOUT};
use tokio::time::{Instant, sleep, sleep_until};

use super::waiting::{Handle, Waiting, once};

/// Calls `f` once, when this much time has passed: a millisecond at least, as in Node.
///
/// # Panics
///
/// Outside of a runtime.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
///
/// # ::tokio::runtime::Builder::new_current_thread().enable_time().build()?.block_on(async {
/// let (send, seen) = tokio::sync::oneshot::channel();
/// let fired = ah_tokio::set_timeout(Duration::from_millis(1), || {
///     send.send(async_hooks::execution_async_id()).unwrap();
/// });
/// let cleared = ah_tokio::set_timeout(Duration::from_millis(1), || unreachable!());
/// cleared.clear();
/// assert_eq!(seen.await.unwrap(), fired.async_id());
/// # });
/// # Ok::<(), std::io::Error>(())
/// ```
#[doc(alias = "setTimeout")]
#[track_caller]
pub fn set_timeout(duration: Duration, f: impl FnOnce() + Send + 'static) -> TimeoutHandle {
    TimeoutHandle::new(duration, once(f), |timer, waiting| async move {
        timer.wait().await;
        waiting.call_once();
    })
}

/// Calls `f` again and again, each time when this much time has passed since the last call: a millisecond at least, as in
/// Node. A call that takes long delays the next one.
///
/// # Panics
///
/// Outside of a runtime.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
///
/// # ::tokio::runtime::Builder::new_current_thread().enable_time().build()?.block_on(async {
/// let (send, mut seen) = tokio::sync::mpsc::unbounded_channel();
/// let interval = ah_tokio::set_interval(Duration::from_millis(1), move || send.send(()).unwrap());
/// seen.recv().await;
/// seen.recv().await;
/// interval.clear(); // drops the closure, and with it the sender
/// while let Some(()) = seen.recv().await {}
/// # });
/// # Ok::<(), std::io::Error>(())
/// ```
#[doc(alias = "setInterval")]
#[track_caller]
pub fn set_interval(duration: Duration, f: impl FnMut() + Send + 'static) -> TimeoutHandle {
    TimeoutHandle::new(duration, f, |timer, waiting| async move {
        loop {
            timer.wait().await;
            if !waiting.call() {
                break;
            }
            timer.set_again();
        }
    })
}

/// What [`set_timeout`] and [`set_interval`] return. Dropping it clears nothing.
#[derive(Clone, Debug)]
pub struct TimeoutHandle {
    handle: Handle,
    timer: Arc<Timer>,
}

impl TimeoutHandle {
    #[track_caller]
    fn new<F: Future<Output = ()> + Send + 'static>(
        duration: Duration,
        f: impl FnMut() + Send + 'static,
        run: impl FnOnce(Arc<Timer>, Arc<Waiting>) -> F,
    ) -> Self {
        let timer = Arc::new(Timer::new(duration));
        let waiting = Waiting::new(TIMEOUT, f);
        let handle = Handle::spawn(waiting, |waiting| run(Arc::clone(&timer), waiting));
        Self { handle, timer }
    }

    /// Returns the id of the resource.
    #[must_use]
    pub fn async_id(&self) -> AsyncId {
        self.handle.async_id()
    }

    /// Destroys the timer, unless it was called for the last time. Does nothing the second time.
    #[doc(alias = "clearTimeout")]
    #[doc(alias = "clearInterval")]
    pub fn clear(&self) {
        self.handle.clear();
    }

    /// Begins the time anew. Does nothing if the timer was cleared or, for a timeout, called.
    ///
    /// The timer keeps its id.
    pub fn refresh(&self) {
        self.timer.set_again();
    }
}

/// What Node takes for shorter times. An interval without any would never end its turn.
const SHORTEST: Duration = Duration::from_millis(1);

/// When a timer is due.
#[derive(Debug)]
struct Timer {
    duration: Duration,
    /// Only ever moved to a later time, so that the task that sleeps need not be woken for it. None: in the far future.
    deadline: Mutex<Option<Instant>>,
}

impl Timer {
    fn new(duration: Duration) -> Self {
        let duration = duration.max(SHORTEST);
        Self {
            duration,
            deadline: Mutex::new(Instant::now().checked_add(duration)),
        }
    }

    fn set_again(&self) {
        let deadline = Instant::now().checked_add(self.duration);
        *self.deadline.lock().unwrap_or_else(PoisonError::into_inner) = deadline;
    }

    fn deadline(&self) -> Option<Instant> {
        *self.deadline.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sleeps until the deadline that there is then.
    async fn wait(&self) {
        loop {
            let deadline = self.deadline();
            match deadline {
                Some(deadline) => sleep_until(deadline).await,
                None => sleep(Duration::MAX).await,
            }
            if self.deadline() == deadline {
                break;
            }
        }
    }
}
