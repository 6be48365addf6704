//! Callbacks that wait for nothing but their turn.

use std::{future::poll_fn, task::Poll};

use ah_core::{
    AsyncId,
    providers::{IMMEDIATE, TICK_OBJECT},
};

use super::waiting::{Handle, Waiting, once};

/// Calls `f` once, after what was spawned and deferred before in this turn: see [the order](super#order).
///
/// # Panics
///
/// Outside of a runtime.
///
/// # Examples
///
/// ```
/// # ::tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
/// static REQUEST_ID: async_hooks::AsyncLocalStorage<u64> = async_hooks::AsyncLocalStorage::new();
///
/// let (send, seen) = tokio::sync::oneshot::channel();
/// REQUEST_ID.run(7, || ah_tokio::set_immediate(|| send.send(REQUEST_ID.get()).unwrap()));
/// assert_eq!(seen.await.unwrap(), Some(7));
/// # });
/// # Ok::<(), std::io::Error>(())
/// ```
#[doc(alias = "setImmediate")]
#[track_caller]
pub fn set_immediate(f: impl FnOnce() + Send + 'static) -> CallbackHandle {
    let waiting = Waiting::new(IMMEDIATE, once(f));
    CallbackHandle(Handle::spawn(waiting, |waiting| async move {
        to_the_back_of_the_queue().await;
        waiting.call_once();
    }))
}

/// Calls `f` once, before the immediates of this turn: see [the order](super#order).
///
/// # Panics
///
/// Outside of a runtime.
///
/// # Examples
///
/// ```
/// # ::tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
/// let (send, seen) = tokio::sync::oneshot::channel();
/// let tick = ah_tokio::next_tick(|| send.send(async_hooks::execution_async_id()).unwrap());
/// assert_eq!(seen.await.unwrap(), tick.async_id());
/// # });
/// # Ok::<(), std::io::Error>(())
/// ```
#[doc(alias = "nextTick")]
#[track_caller]
pub fn next_tick(f: impl FnOnce() + Send + 'static) -> CallbackHandle {
    let waiting = Waiting::new(TICK_OBJECT, once(f));
    CallbackHandle(Handle::spawn(waiting, |waiting| async move {
        waiting.call_once();
    }))
}

/// Ongoing once. `yield_now` wakes the waiting tasks in the reverse order.
async fn to_the_back_of_the_queue() {
    let mut was_polled = false;
    poll_fn(|cx| {
        if std::mem::replace(&mut was_polled, true) {
            return Poll::Ready(());
        }
        cx.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}

/// What [`set_immediate`] and [`next_tick`] return. Dropping it clears nothing.
#[derive(Clone, Debug)]
pub struct CallbackHandle(Handle);

impl CallbackHandle {
    /// Returns the id of the resource.
    #[must_use]
    pub fn async_id(&self) -> AsyncId {
        self.0.async_id()
    }

    /// Destroys the callback, unless it was called. Does nothing the second time.
    #[doc(alias = "clearImmediate")]
    pub fn clear(&self) {
        self.0.clear();
    }
}
