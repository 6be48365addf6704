//! Messages that every receiver gets: see [the module above](super) for their context.

pub use tokio::sync::broadcast::error;

use self::error::{RecvError, SendError, TryRecvError};
use super::{Context, asks, context::Envelope, debugs};

/// As [`tokio::sync::broadcast::channel`].
///
/// # Panics
///
/// As tokio's.
#[track_caller]
pub fn channel<T: Clone>(capacity: usize) -> (Sender<T>, Receiver<T>) {
    let (sender, receiver) = tokio::sync::broadcast::channel(capacity);
    (Sender(sender), Receiver(receiver))
}

/// As [`tokio::sync::broadcast::Sender`]: each message takes the stores in force along.
pub struct Sender<T>(tokio::sync::broadcast::Sender<Envelope<T>>);

/// As [`tokio::sync::broadcast::WeakSender`].
pub struct WeakSender<T>(tokio::sync::broadcast::WeakSender<Envelope<T>>);

/// As [`tokio::sync::broadcast::Receiver`]: it may ask for the context of each message.
pub struct Receiver<T>(tokio::sync::broadcast::Receiver<Envelope<T>>);

asks!(Sender:
    len -> usize,
    is_empty -> bool,
    receiver_count -> usize,
    strong_count -> usize,
    weak_count -> usize
);
asks!(WeakSender: strong_count -> usize, weak_count -> usize);
asks!(Receiver:
    len -> usize,
    is_empty -> bool,
    sender_strong_count -> usize,
    sender_weak_count -> usize,
    is_closed -> bool
);
debugs!(Sender<T>, WeakSender<T>, Receiver<T>);

impl<T> Sender<T> {
    /// As [`tokio::sync::broadcast::Sender::new`].
    ///
    /// # Panics
    ///
    /// As tokio's.
    #[track_caller]
    pub fn new(capacity: usize) -> Self {
        Self(tokio::sync::broadcast::Sender::new(capacity))
    }

    /// As [`tokio::sync::broadcast::Sender::send`].
    ///
    /// # Errors
    ///
    /// As tokio's.
    pub fn send(&self, value: T) -> Result<usize, SendError<T>> {
        let sent = self.0.send(Envelope::new(value));
        sent.map_err(|SendError(envelope)| SendError(envelope.message))
    }

    /// As [`tokio::sync::broadcast::Sender::subscribe`].
    pub fn subscribe(&self) -> Receiver<T> {
        Receiver(self.0.subscribe())
    }

    /// As [`tokio::sync::broadcast::Sender::downgrade`].
    #[must_use = "a weak sender does nothing unless it is used"]
    pub fn downgrade(&self) -> WeakSender<T> {
        WeakSender(self.0.downgrade())
    }

    /// As [`tokio::sync::broadcast::Sender::same_channel`].
    pub fn same_channel(&self, other: &Self) -> bool {
        self.0.same_channel(&other.0)
    }

    /// As [`tokio::sync::broadcast::Sender::closed`].
    pub async fn closed(&self) {
        self.0.closed().await;
    }
}

impl<T> WeakSender<T> {
    /// As [`tokio::sync::broadcast::WeakSender::upgrade`].
    #[must_use]
    pub fn upgrade(&self) -> Option<Sender<T>> {
        self.0.upgrade().map(Sender)
    }
}

impl<T> Receiver<T> {
    /// As [`tokio::sync::broadcast::Receiver::same_channel`].
    pub fn same_channel(&self, other: &Self) -> bool {
        self.0.same_channel(&other.0)
    }
}

impl<T: Clone> Receiver<T> {
    /// As [`tokio::sync::broadcast::Receiver::resubscribe`].
    #[must_use = "a receiver does nothing unless it is used"]
    pub fn resubscribe(&self) -> Self {
        Self(self.0.resubscribe())
    }

    /// As [`tokio::sync::broadcast::Receiver::recv`].
    ///
    /// # Errors
    ///
    /// As tokio's.
    pub async fn recv(&mut self) -> Result<T, RecvError> {
        self.0.recv().await.map(Envelope::message)
    }

    /// As [`recv`](Self::recv), with the context of the sender.
    ///
    /// # Errors
    ///
    /// As tokio's.
    pub async fn recv_with_context(&mut self) -> Result<(T, Context), RecvError> {
        self.0.recv().await.map(Envelope::open)
    }

    /// As [`tokio::sync::broadcast::Receiver::try_recv`].
    ///
    /// # Errors
    ///
    /// As tokio's.
    pub fn try_recv(&mut self) -> Result<T, TryRecvError> {
        self.0.try_recv().map(Envelope::message)
    }

    /// As [`try_recv`](Self::try_recv), with the context of the sender.
    ///
    /// # Errors
    ///
    /// As tokio's.
    pub fn try_recv_with_context(&mut self) -> Result<(T, Context), TryRecvError> {
        self.0.try_recv().map(Envelope::open)
    }

    /// As [`tokio::sync::broadcast::Receiver::blocking_recv`].
    ///
    /// # Errors
    ///
    /// As tokio's.
    ///
    /// # Panics
    ///
    /// As tokio's.
    pub fn blocking_recv(&mut self) -> Result<T, RecvError> {
        self.0.blocking_recv().map(Envelope::message)
    }

    /// As [`blocking_recv`](Self::blocking_recv), with the context of the sender.
    ///
    /// # Errors
    ///
    /// As tokio's.
    ///
    /// # Panics
    ///
    /// As tokio's.
    pub fn blocking_recv_with_context(&mut self) -> Result<(T, Context), RecvError> {
        self.0.blocking_recv().map(Envelope::open)
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
