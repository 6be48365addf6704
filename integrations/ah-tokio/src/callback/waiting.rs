//! A callback that waits for its time.

#![cfg_attr(
    not(feature = "time"),
    allow(dead_code, reason = "only timers call again")
)]

use std::{
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError, Weak},
};

use ah_core::{AsyncId, AsyncResource, embedder::run_in_worker};
use tokio::task::AbortHandle;

use crate::carried::CarriedGuard;

/// A callback and its resource. Dropping it is its destroy.
struct Callback {
    resource: AsyncResource,
    call: Box<dyn FnMut() + Send>,
}

enum State {
    Waits(Callback),
    /// It is with its caller.
    Runs,
    /// It was called for the last time, or cleared.
    Over,
}

/// The place of a callback, owned by the task that will call it: when that ends, the callback is dropped.
pub(super) struct Waiting {
    id: AsyncId,
    state: Mutex<State>,
}

impl Waiting {
    #[track_caller]
    pub(super) fn new(ty: &'static str, call: impl FnMut() + Send + 'static) -> Self {
        let resource = AsyncResource::new(ty);
        let call = Box::new(call);
        Self {
            id: resource.async_id(),
            state: Mutex::new(State::Waits(Callback { resource, call })),
        }
    }

    /// Calls it in its scope, if it was not cleared, for the last time.
    pub(super) fn call_once(&self) {
        let mut callback = self.take(State::Over);
        callback.iter_mut().for_each(Callback::call);
    }

    /// Calls it in its scope, if it was not cleared. Returns `true` if it will be called again.
    pub(super) fn call(&self) -> bool {
        let Some(mut callback) = self.take(State::Runs) else {
            return false;
        };
        callback.call();
        self.put_back(callback)
    }

    fn clear(&self) {
        drop(self.take(State::Over)); // outside of the lock: it runs what the callback holds
    }

    fn take(&self, next: State) -> Option<Callback> {
        let mut state = self.lock();
        match std::mem::replace(&mut *state, next) {
            State::Waits(callback) => Some(callback),
            State::Runs => None,
            State::Over => {
                *state = State::Over;
                None
            }
        }
    }

    /// Unless it was cleared by its own call, or during that.
    fn put_back(&self, callback: Callback) -> bool {
        let mut state = self.lock();
        if !matches!(*state, State::Runs) {
            drop(state); // before the callback, since that runs what it holds
            return false;
        }
        *state = State::Waits(callback);
        true
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Callback {
    /// At a task boundary: nothing of what the runtime happens to run in shows inside.
    fn call(&mut self) {
        run_in_worker(|| self.resource.run_in_async_scope(|| (self.call)()));
    }
}

/// Turns a callback that is called once into one that may be called again.
pub(super) fn once(f: impl FnOnce() + Send) -> impl FnMut() + Send {
    let mut f = Some(f);
    move || f.take().into_iter().for_each(|f| f())
}

/// What handles of all kinds are.
#[derive(Clone)]
pub(super) struct Handle {
    id: AsyncId,
    waiting: Weak<Waiting>,
    task: AbortHandle,
}

impl Handle {
    /// Of a callback that waits in a task that does this.
    #[track_caller]
    pub(super) fn spawn<F: Future<Output = ()> + Send + 'static>(
        waiting: Waiting,
        task: impl FnOnce(Arc<Waiting>) -> F,
    ) -> Self {
        let (id, waiting) = (waiting.id, Arc::new(waiting));
        let (there, future) = (Arc::downgrade(&waiting), task(waiting));
        let _carried = CarriedGuard::mark();
        Self {
            id,
            waiting: there,
            task: tokio::spawn(future).abort_handle(),
        }
    }

    pub(super) fn async_id(&self) -> AsyncId {
        self.id
    }

    pub(super) fn clear(&self) {
        if let Some(waiting) = self.waiting.upgrade() {
            waiting.clear();
            self.task.abort(); // nothing is left to wait for
        }
    }
}

impl fmt::Debug for Handle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Handle")
            .field("async_id", &self.id)
            .finish_non_exhaustive()
    }
}
