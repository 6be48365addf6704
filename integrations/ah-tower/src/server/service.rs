use std::{
    fmt,
    sync::Arc,
    task::{Context, Poll},
};

use http::{Request, Response};
use tower_service::Service;

use super::{ContextBody, ResponseFuture, layer::Settings, received::Received};
use crate::Refusal;

/// The service of [`ServerLayer`](crate::ServerLayer).
#[derive(Clone)]
pub struct ServerService<S> {
    inner: S,
    settings: Arc<Settings>,
}

impl<S> ServerService<S> {
    pub(super) fn new(inner: S, settings: Arc<Settings>) -> Self {
        Self { inner, settings }
    }

    /// Returns a reference to the inner service.
    pub fn get_ref(&self) -> &S {
        &self.inner
    }

    /// Returns a mutable reference to the inner service.
    pub fn get_mut(&mut self) -> &mut S {
        &mut self.inner
    }

    /// Returns the inner service.
    pub fn into_inner(self) -> S {
        self.inner
    }
}

impl<S, B, C> Service<Request<B>> for ServerService<S>
where
    S: Service<Request<B>, Response = Response<C>>,
{
    type Response = Response<ContextBody<C>>;
    type Error = S::Error;
    type Future = ResponseFuture<S::Future>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let mut refusals = Vec::new();
        let received = Received::read(&self.settings, request.headers(), &mut refusals);
        let id = (self.settings.id_header.clone(), received.id.clone());
        received.run(|| {
            for refusal in refusals {
                self.settings.report(refusal);
            }
            ResponseFuture::capture(self.inner.call(request), id)
        })
    }
}

impl Settings {
    fn report(&self, refusal: Refusal) {
        self.counters.count(refusal);
        if let Some(on_refused) = &self.on_refused {
            on_refused(refusal);
        }
    }
}

impl<S: fmt::Debug> fmt::Debug for ServerService<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ServerService")
            .field("inner", &self.inner)
            .finish_non_exhaustive()
    }
}
