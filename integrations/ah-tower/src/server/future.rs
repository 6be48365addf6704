use std::{
    fmt,
    future::Future,
    pin::Pin,
    task::{Context, Poll, ready},
};

use ah_core::{ContextExt as _, Framed};
use http::{HeaderName, Response};
use pin_project_lite::pin_project;

use super::ContextBody;
use crate::RequestId;

pin_project! {
    /// The future of [`ServerService`](crate::ServerService): runs with the stores of its request.
    #[must_use = "futures do nothing unless you `.await` or poll them"]
    pub struct ResponseFuture<F> {
        #[pin]
        inner: Framed<Answer<F>>,
    }
}

pin_project! {
    /// What is done in the frame of the request.
    struct Answer<F> {
        #[pin]
        future: F,
        id: Option<(HeaderName, RequestId)>,
    }
}

impl<F> ResponseFuture<F> {
    /// Captures the current frame, which is that of the request.
    pub(super) fn capture(future: F, id: (HeaderName, RequestId)) -> Self {
        let answer = Answer {
            future,
            id: Some(id),
        };
        Self {
            inner: answer.in_current_context(),
        }
    }
}

impl<F, C, E> Future for ResponseFuture<F>
where
    F: Future<Output = Result<Response<C>, E>>,
{
    type Output = Result<Response<ContextBody<C>>, E>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        self.project().inner.poll(cx)
    }
}

impl<F, C, E> Future for Answer<F>
where
    F: Future<Output = Result<Response<C>, E>>,
{
    type Output = Result<Response<ContextBody<C>>, E>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let mut response = ready!(this.future.poll(cx))?;
        if let Some((header, id)) = this.id.take() {
            let entry = response.headers_mut().entry(header);
            entry.or_insert_with(|| id.to_header_value());
        }
        Poll::Ready(Ok(response.map(ContextBody::capture)))
    }
}

impl<F> fmt::Debug for ResponseFuture<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResponseFuture").finish_non_exhaustive()
    }
}
