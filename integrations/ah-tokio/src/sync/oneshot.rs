//! One message: see [the module above](super) for its context.

use std::{
    future::Future,
    pin::Pin,
    task::{Context as Poller, Poll},
};

pub use tokio::sync::oneshot::error;

use self::error::{RecvError, TryRecvError};
use super::{Context, asks, context::Envelope};

/// As [`tokio::sync::oneshot::channel`].
pub fn channel<T>() -> (Sender<T>, Receiver<T>) {
    let (sender, receiver) = tokio::sync::oneshot::channel();
    (Sender(sender), Receiver(receiver))
}

/// As [`tokio::sync::oneshot::Sender`]: the message takes the stores in force along.
#[derive(Debug)]
pub struct Sender<T>(tokio::sync::oneshot::Sender<Envelope<T>>);

/// As [`tokio::sync::oneshot::Receiver`]: it may ask for the context of the message.
#[derive(Debug)]
#[must_use = "futures do nothing unless you `.await` or poll them"]
pub struct Receiver<T>(tokio::sync::oneshot::Receiver<Envelope<T>>);

/// Receives a message with its context: see [`Receiver::with_context`].
#[derive(Debug)]
#[must_use = "futures do nothing unless you `.await` or poll them"]
pub struct WithContext<T>(Receiver<T>);

asks!(Sender: is_closed -> bool);
asks!(Receiver: is_terminated -> bool, is_empty -> bool);

impl<T> Sender<T> {
    /// As [`tokio::sync::oneshot::Sender::send`].
    ///
    /// # Errors
    ///
    /// The message, if nobody receives it.
    pub fn send(self, t: T) -> Result<(), T> {
        self.0.send(Envelope::new(t)).map_err(Envelope::message)
    }

    /// As [`tokio::sync::oneshot::Sender::closed`].
    pub async fn closed(&mut self) {
        self.0.closed().await;
    }

    /// As [`tokio::sync::oneshot::Sender::poll_closed`].
    pub fn poll_closed(&mut self, cx: &mut Poller<'_>) -> Poll<()> {
        self.0.poll_closed(cx)
    }
}

impl<T> Receiver<T> {
    /// Receives the message with the context of its sender.
    pub fn with_context(self) -> WithContext<T> {
        WithContext(self)
    }

    /// As [`tokio::sync::oneshot::Receiver::close`].
    pub fn close(&mut self) {
        self.0.close();
    }

    /// As [`tokio::sync::oneshot::Receiver::try_recv`].
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

    /// As [`tokio::sync::oneshot::Receiver::blocking_recv`].
    ///
    /// # Errors
    ///
    /// As tokio's.
    ///
    /// # Panics
    ///
    /// As tokio's.
    #[track_caller]
    pub fn blocking_recv(self) -> Result<T, RecvError> {
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
    #[track_caller]
    pub fn blocking_recv_with_context(self) -> Result<(T, Context), RecvError> {
        self.0.blocking_recv().map(Envelope::open)
    }
}

impl<T> Future for Receiver<T> {
    type Output = Result<T, RecvError>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Poller<'_>) -> Poll<Self::Output> {
        let polled = Pin::new(&mut self.0).poll(cx);
        polled.map_ok(Envelope::message)
    }
}

impl<T> Future for WithContext<T> {
    type Output = Result<(T, Context), RecvError>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Poller<'_>) -> Poll<Self::Output> {
        let polled = Pin::new(&mut self.0.0).poll(cx);
        polled.map_ok(Envelope::open)
    }
}
