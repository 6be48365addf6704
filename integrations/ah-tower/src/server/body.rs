use std::{
    fmt,
    pin::Pin,
    task::{Context, Poll},
};

use ah_core::{ContextExt as _, Framed};
use futures_core::Stream;
use http_body::{Body, Frame, SizeHint};
use pin_project_lite::pin_project;

pin_project! {
    /// The body of a response: runs with the stores of the request that it answers, up to its last frame, the trailers.
    pub struct ContextBody<B> {
        #[pin]
        inner: Framed<Frames<B>>,
    }
}

pin_project! {
    /// A body as a stream, which is what can carry a context.
    struct Frames<B> {
        #[pin]
        body: B,
    }
}

impl<B> ContextBody<B> {
    /// Captures the current frame.
    pub(super) fn capture(body: B) -> Self {
        Self {
            inner: Frames { body }.in_current_context(),
        }
    }
}

impl<B: Body> Stream for Frames<B> {
    type Item = Result<Frame<B::Data>, B::Error>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.project().body.poll_frame(cx)
    }
}

impl<B: Body> Body for ContextBody<B> {
    type Data = B::Data;
    type Error = B::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<B::Data>, B::Error>>> {
        self.project().inner.poll_next(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.inner.get_ref().body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.get_ref().body.size_hint()
    }
}

impl<B> fmt::Debug for ContextBody<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ContextBody").finish_non_exhaustive()
    }
}
