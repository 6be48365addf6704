//! The way in and the way out, the same for all services.

use std::net::SocketAddr;

use ah_tower::{BAGGAGE, ClientLayer, ClientService, ServerLayer};
use async_hooks::AsyncLocalStorage;
use axum::{
    Router,
    body::Body,
    http::Request,
    middleware::{Next, from_fn},
    response::Response,
};
use hyper_util::{
    client::legacy::{self, connect::HttpConnector},
    rt::TokioExecutor,
};
use tower::{Layer as _, ServiceExt as _};

use crate::{Result, spans};

/// The customer that orders: from the baggage.
pub(crate) static TENANT: AsyncLocalStorage<String> =
    AsyncLocalStorage::builder().name("tenant").build();

/// Wraps the layers around an application. The last is the outermost.
pub(crate) fn with_layers(app: Router) -> Router {
    let requests = ServerLayer::new().on_refused(|refusal| tracing::warn!(%refusal, "refused"));
    app.layer(from_fn(spans::server))
        .layer(from_fn(tenant))
        .layer(requests)
}

async fn tenant(request: Request<Body>, next: Next) -> Response {
    let tenant = BAGGAGE.with(|baggage| Some(baggage?.get("tenant")?.into_owned()));
    if let Some(tenant) = tenant {
        TENANT.enter_with(tenant); // for the rest of the request, its body too
    }
    next.run(request).await
}

/// Calls one other service.
#[derive(Clone)]
pub(crate) struct Client {
    http: ClientService<legacy::Client<HttpConnector, Body>>,
    to: SocketAddr,
}

impl Client {
    pub(crate) fn new(to: SocketAddr) -> Self {
        let http = legacy::Client::builder(TokioExecutor::new()).build_http();
        let host = to.ip().to_string();
        let layer = ClientLayer::new().only_to(move |uri| uri.host() == Some(&host));
        Self {
            http: layer.layer(http),
            to,
        }
    }

    pub(crate) async fn get(&self, path: &str) -> Result<u16> {
        let request = Request::get(format!("http://{}{path}", self.to)).body(Body::empty())?;
        let response = self.http.clone().oneshot(request).await?;
        Ok(response.status().as_u16())
    }
}
