//! Channels with room for all messages.

use tokio::sync::mpsc::error::SendError;

use super::{not_sent, receives::receives};
use crate::sync::{asks, context::Envelope, debugs};

/// As [`tokio::sync::mpsc::unbounded_channel`].
pub fn unbounded_channel<T>() -> (UnboundedSender<T>, UnboundedReceiver<T>) {
    let (sender, receiver) = tokio::sync::mpsc::unbounded_channel();
    (UnboundedSender(sender), UnboundedReceiver(receiver))
}

/// As [`tokio::sync::mpsc::UnboundedSender`]: each message takes the stores in force along.
pub struct UnboundedSender<T>(tokio::sync::mpsc::UnboundedSender<Envelope<T>>);

/// As [`tokio::sync::mpsc::WeakUnboundedSender`].
pub struct WeakUnboundedSender<T>(tokio::sync::mpsc::WeakUnboundedSender<Envelope<T>>);

/// As [`tokio::sync::mpsc::UnboundedReceiver`]: it may ask for the context of each message.
pub struct UnboundedReceiver<T>(tokio::sync::mpsc::UnboundedReceiver<Envelope<T>>);

receives!(UnboundedReceiver);
asks!(UnboundedSender: is_closed -> bool, strong_count -> usize, weak_count -> usize);
asks!(WeakUnboundedSender: strong_count -> usize, weak_count -> usize);
debugs!(
    UnboundedSender<T>,
    WeakUnboundedSender<T>,
    UnboundedReceiver<T>
);

impl<T> UnboundedSender<T> {
    /// As [`tokio::sync::mpsc::UnboundedSender::send`].
    ///
    /// # Errors
    ///
    /// As tokio's.
    pub fn send(&self, message: T) -> Result<(), SendError<T>> {
        self.0.send(Envelope::new(message)).map_err(not_sent)
    }

    /// As [`tokio::sync::mpsc::UnboundedSender::closed`].
    pub async fn closed(&self) {
        self.0.closed().await;
    }

    /// As [`tokio::sync::mpsc::UnboundedSender::same_channel`].
    pub fn same_channel(&self, other: &Self) -> bool {
        self.0.same_channel(&other.0)
    }

    /// As [`tokio::sync::mpsc::UnboundedSender::downgrade`].
    #[must_use = "a weak sender does nothing unless it is used"]
    pub fn downgrade(&self) -> WeakUnboundedSender<T> {
        WeakUnboundedSender(self.0.downgrade())
    }
}

impl<T> WeakUnboundedSender<T> {
    /// As [`tokio::sync::mpsc::WeakUnboundedSender::upgrade`].
    pub fn upgrade(&self) -> Option<UnboundedSender<T>> {
        self.0.upgrade().map(UnboundedSender)
    }
}

impl<T> Clone for UnboundedSender<T> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<T> Clone for WeakUnboundedSender<T> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}
