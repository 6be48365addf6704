//! Callbacks of a [`Fifo`](crate::Fifo), and the handles of those that can be cancelled.

use std::{cell::Cell, fmt, rc::Weak, time::Duration};

use ah_core::{AsyncId, AsyncResource, embedder};

use crate::fifo::State;

/// A callback with a resource of its own.
pub(crate) struct Job {
    pub(crate) resource: AsyncResource,
    pub(crate) callback: Box<dyn FnMut()>,
}

impl Job {
    #[track_caller]
    pub(crate) fn new(ty: &'static str, callback: impl FnMut() + 'static) -> Self {
        Self {
            resource: AsyncResource::new(ty),
            callback: Box::new(callback),
        }
    }

    #[track_caller]
    pub(crate) fn once(ty: &'static str, callback: impl FnOnce() + 'static) -> Self {
        let mut callback = Some(callback);
        Self::new(ty, move || {
            if let Some(callback) = callback.take() {
                callback();
            }
        })
    }

    /// Hands the callback to `call` in its scope, as a stretch of its own on an idle worker.
    pub(crate) fn run(&mut self, call: impl FnOnce(&mut dyn FnMut())) {
        let Self { resource, callback } = self;
        embedder::run_in_worker(|| resource.run_in_async_scope(|| call(callback)));
    }
}

/// Cancels an immediate. Dropping it does nothing.
#[derive(Clone)]
pub struct Immediate {
    pub(crate) id: AsyncId,
    pub(crate) state: Weak<State>,
}

impl Immediate {
    /// Returns the id of its resource.
    #[must_use]
    pub fn async_id(&self) -> AsyncId {
        self.id
    }

    /// Drops the callback, unless it ran or is running.
    pub fn cancel(&self) {
        if let Some(state) = self.state.upgrade() {
            let mut immediates = state.immediates.borrow_mut();
            let at = immediates
                .iter()
                .position(|(_, job)| job.resource.async_id() == self.id);
            let cancelled = at.and_then(|at| immediates.remove(at));
            drop(immediates); // the callback is the user's to drop
            drop(cancelled);
        }
    }
}

impl fmt::Debug for Immediate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Immediate")
            .field("async_id", &self.id)
            .finish_non_exhaustive()
    }
}

/// A callback that waits for the clock.
pub(crate) struct Timed {
    pub(crate) job: Job,
    pub(crate) after: Duration,
    pub(crate) repeats: bool,
    /// Rises with each time it is set: among those that are due at once, the first to be set fires first.
    pub(crate) order: u64,
    pub(crate) due: Duration,
}

/// What to do with the timer whose callback is running.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Then {
    Nothing,
    SetAgain,
    Cancel,
}

/// The timer whose callback is running.
pub(crate) struct Firing {
    pub(crate) id: Cell<Option<AsyncId>>,
    pub(crate) then: Cell<Then>,
}

/// Cancels a timer or sets it again. Dropping it does nothing.
#[derive(Clone)]
pub struct Timer {
    pub(crate) id: AsyncId,
    pub(crate) state: Weak<State>,
}

impl Timer {
    /// Returns the id of its resource.
    #[must_use]
    pub fn async_id(&self) -> AsyncId {
        self.id
    }

    /// Cancels it: at once, or if its callback is running, after that.
    pub fn cancel(&self) {
        self.act(Then::Cancel);
    }

    /// Sets it again, from now: also from its own callback. A timer that is over stays so.
    pub fn refresh(&self) {
        self.act(Then::SetAgain);
    }

    fn act(&self, then: Then) {
        let Some(state) = self.state.upgrade() else {
            return;
        };
        if state.firing.id.get() == Some(self.id) {
            state.firing.then.set(then);
        } else if let Some(timed) = state.take_timer(self.id) {
            state.settle(timed, then);
        }
    }
}

impl fmt::Debug for Timer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Timer")
            .field("async_id", &self.id)
            .finish_non_exhaustive()
    }
}
