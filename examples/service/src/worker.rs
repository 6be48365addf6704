//! A worker that was started before any request, and takes its jobs over a channel.

use async_hooks::WithContext;
use tokio::sync::{mpsc, oneshot};

use crate::{Result, spans};

struct Job {
    order: u32,
    done: oneshot::Sender<()>,
}

/// The sending side.
#[derive(Clone)]
pub(crate) struct Worker(mpsc::Sender<WithContext<Job>>);

pub(crate) fn start() -> Worker {
    let (sender, mut jobs) = mpsc::channel::<WithContext<Job>>(16);
    tokio::spawn(async move {
        while let Some(message) = jobs.recv().await {
            message.scope(pack).await; // in the context of the sender
        }
    });
    Worker(sender)
}

async fn pack(Job { order, done }: Job) {
    let span = spans::start("pack", order);
    tokio::task::yield_now().await;
    tracing::info!(order, "packed");
    drop(span);
    let _ = done.send(()); // whoever waits may have given up
}

impl Worker {
    /// Waits until the order is packed.
    pub(crate) async fn pack(&self, order: u32) -> Result<()> {
        let (done, packed) = oneshot::channel();
        self.0.send(WithContext::new(Job { order, done })).await?;
        Ok(packed.await?)
    }
}
