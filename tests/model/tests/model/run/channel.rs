//! Streams that are sinks, too, and what is in a slot: a future or one of these.

use std::{
    convert::Infallible,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::SeqCst},
    },
    task::{Context, Poll},
};

use async_hooks::ContextExt;
use futures::{Sink, Stream, StreamExt as _};

use super::{Boxed, Runner};
use crate::program::{CLOSE, Sinks, Wrap, Wraps};

/// A stream, and a sink.
pub(super) trait Duplex: Stream<Item = ()> + Sink<(), Error = Infallible> + Send {}
impl<T: Stream<Item = ()> + Sink<(), Error = Infallible> + Send> Duplex for T {}

pub(super) type BoxedChannel = Pin<Box<dyn Duplex>>;

pub(super) enum Slot {
    Future(Boxed),
    Channel(BoxedChannel),
}

/// What channels say of how many items they have.
const SIZE: (usize, Option<usize>) = (7, Some(8));

/// Has items by a future that says when there is one.
struct Channel {
    runner: Arc<Runner>,
    items: Option<Boxed>,
    has_item: Arc<AtomicBool>,
    sinks: Sinks,
}

impl Stream for Channel {
    type Item = ();

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<()>> {
        let Some(items) = &mut self.items else {
            return Poll::Ready(None);
        };
        match items.as_mut().poll(cx) {
            Poll::Ready(()) => {
                self.items = None;
                Poll::Ready(None)
            }
            Poll::Pending if self.has_item.swap(false, SeqCst) => Poll::Ready(Some(())),
            Poll::Pending => Poll::Pending,
        }
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        SIZE
    }
}

impl Channel {
    fn does(&self, which: usize) -> Poll<Result<(), Infallible>> {
        self.runner.run(&self.sinks[which]);
        Poll::Ready(Ok(()))
    }
}

impl Sink<()> for Channel {
    type Error = Infallible;

    fn poll_ready(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.does(0)
    }
    fn start_send(self: Pin<&mut Self>, (): ()) -> Result<(), Infallible> {
        let _done = self.does(1);
        Ok(())
    }
    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.does(2)
    }
    fn poll_close(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.does(CLOSE)
    }
}

impl Runner {
    pub(super) fn make_channel(
        self: &Arc<Self>,
        wraps: &Wraps,
        items: Boxed,
        has_item: Arc<AtomicBool>,
        sinks: &Sinks,
    ) -> BoxedChannel {
        let channel: BoxedChannel = Box::pin(Channel {
            runner: self.clone(),
            items: Some(items),
            has_item,
            sinks: sinks.clone(),
        });
        let mut as_sink = false;
        let wraps = wraps.iter();
        wraps.fold(channel, |inner, wrap| {
            as_sink = !as_sink;
            match *wrap {
                Wrap::Traced(ty) => Box::pin(inner.traced(ty)),
                _ if as_sink => Box::pin(ContextExt::in_current_context(inner)),
                _ => Box::pin(ContextExt::in_current_context(inner)),
            }
        })
    }

    /// Takes what is in a slot to its end.
    pub(super) async fn await_slot(&self, slot: Slot) {
        match slot {
            Slot::Future(future) => future.await,
            Slot::Channel(mut channel) => {
                while let Some(()) = channel.next().await {
                    self.log("item");
                }
            }
        }
    }
}

impl Slot {
    /// What comes of a poll, in words; and whether it continues after that.
    pub(super) fn poll(&mut self, cx: &mut Context<'_>) -> (&'static str, bool) {
        let polled = match self {
            Self::Future(future) => future.as_mut().poll(cx).map(|()| None),
            Self::Channel(channel) => {
                assert_eq!(channel.size_hint(), SIZE, "wrappers pass it on");
                channel.as_mut().poll_next(cx)
            }
        };
        match polled {
            Poll::Pending => ("Pending", true),
            Poll::Ready(Some(())) => ("Item", true),
            Poll::Ready(None) => ("Over", false),
        }
    }

    pub(super) fn is_channel(&self) -> bool {
        matches!(self, Self::Channel(_))
    }

    /// Does an operation of the sink.
    pub(super) fn sink(&mut self, which: usize, cx: &mut Context<'_>) -> (&'static str, bool) {
        let Self::Channel(channel) = self else {
            unreachable!("no sink");
        };
        let sink = channel.as_mut();
        let Poll::Ready(Ok(())) = (match which {
            0 => sink.poll_ready(cx),
            1 => Poll::Ready(sink.start_send(())),
            2 => sink.poll_flush(cx),
            _ => sink.poll_close(cx),
        }) else {
            unreachable!("it never waits");
        };
        (if which == CLOSE { "Over" } else { "Item" }, true)
    }
}
