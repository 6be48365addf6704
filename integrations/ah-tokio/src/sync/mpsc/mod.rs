//! Many senders, one receiver: see [the module above](super) for the context of a message.

mod bounded;
mod permit;
mod receives;
mod unbounded;

pub use bounded::{Receiver, Sender, WeakSender, channel};
pub use permit::{OwnedPermit, Permit, PermitIterator};
pub use tokio::sync::mpsc::error;
pub use unbounded::{UnboundedReceiver, UnboundedSender, WeakUnboundedSender, unbounded_channel};

use error::{SendError, TrySendError};

use super::context::Envelope;

/// The message that could not be sent.
fn not_sent<T>(SendError(envelope): SendError<Envelope<T>>) -> SendError<T> {
    SendError(envelope.message)
}

/// The message that could not be sent.
fn not_sent_yet<T>(error: TrySendError<Envelope<T>>) -> TrySendError<T> {
    match error {
        TrySendError::Full(envelope) => TrySendError::Full(envelope.message),
        TrySendError::Closed(envelope) => TrySendError::Closed(envelope.message),
    }
}
