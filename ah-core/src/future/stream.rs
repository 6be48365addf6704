//! The wrappers of futures, for streams and sinks.

use std::{
    pin::Pin,
    task::{Context, Poll, ready},
};

use futures_core::{FusedFuture, FusedStream, Stream};
use futures_sink::Sink;

use super::traced::Traced;
use crate::{env::EnvScope, frame::Framed, resource::async_resource::ResourceScope};

/// Both traits for a wrapper, by its `poll_with`. A stream ends with its last item.
macro_rules! streams_and_sinks {
    ($($wrapper:ident: $close:ident($is_closed:expr);)*) => {$(
        impl<S: Stream> Stream for $wrapper<S> {
            type Item = S::Item;

            fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<S::Item>> {
                self.poll_with(
                    |inner| inner.poll_next(cx),
                    |polled| matches!(polled, Poll::Ready(None)),
                )
            }

            fn size_hint(&self) -> (usize, Option<usize>) {
                self.get_ref().size_hint()
            }
        }

        impl<I, S: Sink<I>> Sink<I> for $wrapper<S> {
            type Error = S::Error;

            fn poll_ready(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
                self.poll_with(|inner| inner.poll_ready(cx), |_| false)
            }

            fn start_send(self: Pin<&mut Self>, item: I) -> Result<(), S::Error> {
                self.poll_with(|inner| inner.start_send(item), |_| false)
            }

            fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
                self.poll_with(|inner| inner.poll_flush(cx), |_| false)
            }

            fn poll_close(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
                self.$close(|inner| inner.poll_close(cx), $is_closed)
            }
        }
    )*};
}

streams_and_sinks! {
    Traced: close_with(Poll::is_ready);
    // a sink that is closed may be a stream, too, which continues
    ResourceScope: poll_with(|_| false);
    EnvScope: poll_with(|_| false);
}

/// What is fused stays so.
macro_rules! fused {
    ($($wrapper:ident)*) => {$(
        impl<F: FusedFuture> FusedFuture for $wrapper<F> {
            fn is_terminated(&self) -> bool {
                self.get_ref().is_terminated()
            }
        }

        impl<S: FusedStream> FusedStream for $wrapper<S> {
            fn is_terminated(&self) -> bool {
                self.get_ref().is_terminated()
            }
        }
    )*};
}

fused! { Traced ResourceScope EnvScope Framed }

impl<S: Stream> Stream for Framed<S> {
    type Item = S::Item;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<S::Item>> {
        let item = ready!(self.as_mut().run(|inner| inner.poll_next(cx)));
        if item.is_none() {
            self.finish();
        }
        Poll::Ready(item)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.get_ref().size_hint()
    }
}

impl<I, S: Sink<I>> Sink<I> for Framed<S> {
    type Error = S::Error;

    fn poll_ready(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.run(|inner| inner.poll_ready(cx))
    }

    fn start_send(self: Pin<&mut Self>, item: I) -> Result<(), S::Error> {
        self.run(|inner| inner.start_send(item))
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.run(|inner| inner.poll_flush(cx))
    }

    fn poll_close(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.run(|inner| inner.poll_close(cx))
    }
}
