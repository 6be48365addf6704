//! Channels with room for a number of messages.

use tokio::sync::mpsc::error::{SendError, TrySendError};

use super::{
    not_sent, not_sent_yet,
    permit::{OwnedPermit, Permit, PermitIterator},
    receives::receives,
};
use crate::sync::{asks, context::Envelope, debugs};

/// As [`tokio::sync::mpsc::channel`].
///
/// # Panics
///
/// As tokio's.
#[track_caller]
pub fn channel<T>(buffer: usize) -> (Sender<T>, Receiver<T>) {
    let (sender, receiver) = tokio::sync::mpsc::channel(buffer);
    (Sender(sender), Receiver(receiver))
}

/// As [`tokio::sync::mpsc::Sender`]: each message takes the stores in force along.
pub struct Sender<T>(pub(super) tokio::sync::mpsc::Sender<Envelope<T>>);

/// As [`tokio::sync::mpsc::WeakSender`].
pub struct WeakSender<T>(tokio::sync::mpsc::WeakSender<Envelope<T>>);

/// As [`tokio::sync::mpsc::Receiver`]: it may ask for the context of each message.
pub struct Receiver<T>(tokio::sync::mpsc::Receiver<Envelope<T>>);

receives!(Receiver);
asks!(Receiver: capacity -> usize, max_capacity -> usize);
asks!(Sender:
    is_closed -> bool,
    capacity -> usize,
    max_capacity -> usize,
    strong_count -> usize,
    weak_count -> usize
);
asks!(WeakSender: strong_count -> usize, weak_count -> usize);
debugs!(Sender<T>, WeakSender<T>, Receiver<T>);

impl<T> Sender<T> {
    /// As [`tokio::sync::mpsc::Sender::send`].
    ///
    /// # Errors
    ///
    /// As tokio's.
    pub async fn send(&self, value: T) -> Result<(), SendError<T>> {
        let sent = self.0.send(Envelope::new(value)).await;
        sent.map_err(not_sent)
    }

    /// As [`tokio::sync::mpsc::Sender::try_send`].
    ///
    /// # Errors
    ///
    /// As tokio's.
    pub fn try_send(&self, message: T) -> Result<(), TrySendError<T>> {
        let sent = self.0.try_send(Envelope::new(message));
        sent.map_err(not_sent_yet)
    }

    /// As [`tokio::sync::mpsc::Sender::send_timeout`]. Its timer is tokio's own.
    ///
    /// # Errors
    ///
    /// As tokio's.
    #[cfg(feature = "time")]
    pub async fn send_timeout(
        &self,
        value: T,
        timeout: std::time::Duration,
    ) -> Result<(), super::error::SendTimeoutError<T>> {
        use super::error::SendTimeoutError::{Closed, Timeout};
        let sent = self.0.send_timeout(Envelope::new(value), timeout).await;
        sent.map_err(|error| match error {
            Timeout(envelope) => Timeout(envelope.message),
            Closed(envelope) => Closed(envelope.message),
        })
    }

    /// As [`tokio::sync::mpsc::Sender::blocking_send`].
    ///
    /// # Errors
    ///
    /// As tokio's.
    ///
    /// # Panics
    ///
    /// As tokio's.
    #[track_caller]
    pub fn blocking_send(&self, value: T) -> Result<(), SendError<T>> {
        let sent = self.0.blocking_send(Envelope::new(value));
        sent.map_err(not_sent)
    }

    /// As [`tokio::sync::mpsc::Sender::closed`].
    pub async fn closed(&self) {
        self.0.closed().await;
    }

    /// As [`tokio::sync::mpsc::Sender::reserve`]. The context is that in which the permit is used.
    ///
    /// # Errors
    ///
    /// As tokio's.
    pub async fn reserve(&self) -> Result<Permit<'_, T>, SendError<()>> {
        self.0.reserve().await.map(Permit)
    }

    /// As [`tokio::sync::mpsc::Sender::reserve_many`].
    ///
    /// # Errors
    ///
    /// As tokio's.
    pub async fn reserve_many(&self, n: usize) -> Result<PermitIterator<'_, T>, SendError<()>> {
        self.0.reserve_many(n).await.map(PermitIterator)
    }

    /// As [`tokio::sync::mpsc::Sender::reserve_owned`].
    ///
    /// # Errors
    ///
    /// As tokio's.
    pub async fn reserve_owned(self) -> Result<OwnedPermit<T>, SendError<()>> {
        self.0.reserve_owned().await.map(OwnedPermit)
    }

    /// As [`tokio::sync::mpsc::Sender::try_reserve`].
    ///
    /// # Errors
    ///
    /// As tokio's.
    pub fn try_reserve(&self) -> Result<Permit<'_, T>, TrySendError<()>> {
        self.0.try_reserve().map(Permit)
    }

    /// As [`tokio::sync::mpsc::Sender::try_reserve_many`].
    ///
    /// # Errors
    ///
    /// As tokio's.
    pub fn try_reserve_many(&self, n: usize) -> Result<PermitIterator<'_, T>, TrySendError<()>> {
        self.0.try_reserve_many(n).map(PermitIterator)
    }

    /// As [`tokio::sync::mpsc::Sender::try_reserve_owned`].
    ///
    /// # Errors
    ///
    /// As tokio's.
    pub fn try_reserve_owned(self) -> Result<OwnedPermit<T>, TrySendError<Self>> {
        let reserved = self.0.try_reserve_owned().map(OwnedPermit);
        reserved.map_err(|error| match error {
            TrySendError::Full(sender) => TrySendError::Full(Self(sender)),
            TrySendError::Closed(sender) => TrySendError::Closed(Self(sender)),
        })
    }

    /// As [`tokio::sync::mpsc::Sender::same_channel`].
    pub fn same_channel(&self, other: &Self) -> bool {
        self.0.same_channel(&other.0)
    }

    /// As [`tokio::sync::mpsc::Sender::downgrade`].
    #[must_use = "a weak sender does nothing unless it is used"]
    pub fn downgrade(&self) -> WeakSender<T> {
        WeakSender(self.0.downgrade())
    }
}

impl<T> WeakSender<T> {
    /// As [`tokio::sync::mpsc::WeakSender::upgrade`].
    pub fn upgrade(&self) -> Option<Sender<T>> {
        self.0.upgrade().map(Sender)
    }
}

impl<T> Clone for Sender<T> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<T> Clone for WeakSender<T> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}
