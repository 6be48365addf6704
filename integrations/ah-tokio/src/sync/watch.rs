//! The last value: see [the module above](super) for its context, which is that of the first value's maker to begin with.

use std::ops::Deref;

pub use tokio::sync::watch::error;

use self::error::{RecvError, SendError};
use super::{Context, asks, context::Envelope};

/// As [`tokio::sync::watch::channel`].
pub fn channel<T>(init: T) -> (Sender<T>, Receiver<T>) {
    let (sender, receiver) = tokio::sync::watch::channel(Envelope::new(init));
    (Sender(sender), Receiver(receiver))
}

/// As [`tokio::sync::watch::Sender`]: each value takes the stores in force along.
#[derive(Debug)]
pub struct Sender<T>(tokio::sync::watch::Sender<Envelope<T>>);

/// As [`tokio::sync::watch::Receiver`]: it may ask for the context of each value.
#[derive(Debug)]
pub struct Receiver<T>(tokio::sync::watch::Receiver<Envelope<T>>);

/// As [`tokio::sync::watch::Ref`], with the context of the value.
#[derive(Debug)]
pub struct Ref<'a, T>(tokio::sync::watch::Ref<'a, Envelope<T>>);

asks!(Sender: is_closed -> bool, receiver_count -> usize, sender_count -> usize);
asks!(Receiver: is_closed -> bool);

impl<T> Sender<T> {
    /// As [`tokio::sync::watch::Sender::new`].
    pub fn new(init: T) -> Self {
        Self(tokio::sync::watch::Sender::new(Envelope::new(init)))
    }

    /// As [`tokio::sync::watch::Sender::send`].
    ///
    /// # Errors
    ///
    /// As tokio's.
    pub fn send(&self, value: T) -> Result<(), SendError<T>> {
        let sent = self.0.send(Envelope::new(value));
        sent.map_err(|SendError(envelope)| SendError(envelope.message))
    }

    /// As [`tokio::sync::watch::Sender::send_modify`]. The value's context is that of this call from now on.
    ///
    /// # Panics
    ///
    /// As tokio's.
    pub fn send_modify<F: FnOnce(&mut T)>(&self, modify: F) {
        self.send_if_modified(|value| {
            modify(value);
            true
        });
    }

    /// As [`tokio::sync::watch::Sender::send_if_modified`]. The value's context is that of this call if it is sent.
    ///
    /// # Panics
    ///
    /// As tokio's.
    pub fn send_if_modified<F: FnOnce(&mut T) -> bool>(&self, modify: F) -> bool {
        let mut context = Context::here();
        // the context that is replaced is dropped when the channel is not locked: with it may go stores of the user's
        self.0.send_if_modified(|envelope| {
            let is_modified = modify(&mut envelope.message);
            if is_modified {
                std::mem::swap(&mut envelope.context, &mut context);
            }
            is_modified
        })
    }

    /// As [`tokio::sync::watch::Sender::send_replace`].
    pub fn send_replace(&self, value: T) -> T {
        self.0.send_replace(Envelope::new(value)).message()
    }

    /// As [`tokio::sync::watch::Sender::borrow`].
    pub fn borrow(&self) -> Ref<'_, T> {
        Ref(self.0.borrow())
    }

    /// As [`tokio::sync::watch::Sender::closed`].
    pub async fn closed(&self) {
        self.0.closed().await;
    }

    /// As [`tokio::sync::watch::Sender::subscribe`].
    pub fn subscribe(&self) -> Receiver<T> {
        Receiver(self.0.subscribe())
    }

    /// As [`tokio::sync::watch::Sender::same_channel`].
    pub fn same_channel(&self, other: &Self) -> bool {
        self.0.same_channel(&other.0)
    }
}

impl<T> Receiver<T> {
    /// As [`tokio::sync::watch::Receiver::borrow`].
    pub fn borrow(&self) -> Ref<'_, T> {
        Ref(self.0.borrow())
    }

    /// As [`tokio::sync::watch::Receiver::borrow_and_update`].
    pub fn borrow_and_update(&mut self) -> Ref<'_, T> {
        Ref(self.0.borrow_and_update())
    }

    /// As [`tokio::sync::watch::Receiver::has_changed`].
    ///
    /// # Errors
    ///
    /// As tokio's.
    pub fn has_changed(&self) -> Result<bool, RecvError> {
        self.0.has_changed()
    }

    /// As [`tokio::sync::watch::Receiver::mark_changed`].
    pub fn mark_changed(&mut self) {
        self.0.mark_changed();
    }

    /// As [`tokio::sync::watch::Receiver::mark_unchanged`].
    pub fn mark_unchanged(&mut self) {
        self.0.mark_unchanged();
    }

    /// As [`tokio::sync::watch::Receiver::changed`].
    ///
    /// # Errors
    ///
    /// As tokio's.
    pub async fn changed(&mut self) -> Result<(), RecvError> {
        self.0.changed().await
    }

    /// As [`tokio::sync::watch::Receiver::wait_for`].
    ///
    /// # Errors
    ///
    /// As tokio's.
    pub async fn wait_for(
        &mut self,
        mut f: impl FnMut(&T) -> bool,
    ) -> Result<Ref<'_, T>, RecvError> {
        let found = self.0.wait_for(|envelope| f(&envelope.message)).await;
        found.map(Ref)
    }

    /// As [`tokio::sync::watch::Receiver::same_channel`].
    pub fn same_channel(&self, other: &Self) -> bool {
        self.0.same_channel(&other.0)
    }
}

impl<T> Ref<'_, T> {
    /// Returns the context in which the value was sent.
    pub fn context(&self) -> Context {
        self.0.context.clone()
    }

    /// As [`tokio::sync::watch::Ref::has_changed`].
    pub fn has_changed(&self) -> bool {
        self.0.has_changed()
    }
}

impl<T> Deref for Ref<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0.message
    }
}

impl<T> Clone for Sender<T> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<T> Clone for Receiver<T> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<T: Default> Default for Sender<T> {
    fn default() -> Self {
        Self::new(T::default())
    }
}
