//! A layer that sets the storage for each request.

use std::{
    future::Future,
    pin::Pin,
    task::{Context, Poll},
};

use axum::http::{HeaderMap, Request};
use tower::{Layer, Service};

use super::with_id;

/// The header that has a request's id, if it has one.
pub(crate) const HEADER: &str = "x-request-id";

/// Sets the storage while a request is answered: this is all that an application would have of its own.
#[derive(Clone)]
pub(crate) struct RequestIds<S = ()>(S);

impl RequestIds {
    pub(crate) const LAYER: Self = Self(());
}

impl<S> Layer<S> for RequestIds {
    type Service = RequestIds<S>;

    fn layer(&self, inner: S) -> RequestIds<S> {
        RequestIds(inner)
    }
}

impl<S, B> Service<Request<B>> for RequestIds<S>
where
    S: Service<Request<B>, Future: Send + 'static>,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<S::Response, S::Error>> + Send>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.0.poll_ready(cx)
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let id = id_of(request.headers());
        Box::pin(with_id(id, self.0.call(request)))
    }
}

fn id_of(headers: &HeaderMap) -> Option<u64> {
    let value = headers.get(HEADER)?;
    Some(value.to_str().unwrap().parse().unwrap())
}
