//! The service that takes orders.

use std::convert::Infallible;

use async_hooks::traced;
use axum::{
    Router,
    body::Body,
    extract::{Path, State},
    http::StatusCode,
    routing::post,
};
use futures::stream;

use crate::{
    Result,
    http::{Client, with_layers},
    spans,
    worker::Worker,
};

pub(crate) fn app(ledger: Client, worker: Worker) -> Router {
    let app = Router::new().route("/orders/{order}", post(take));
    with_layers(app.with_state((ledger, worker)))
}

async fn take(
    Path(order): Path<u32>,
    State((ledger, worker)): State<(Client, Worker)>,
) -> (StatusCode, Body) {
    tracing::info!(order, "received");
    let charged = tokio::spawn(charge(ledger, order));
    let packed = worker.pack(order).await;
    let charged = charged
        .await
        .map_err(Into::into)
        .and_then(|charged| charged);
    tracing::info!(order, "answering");
    match packed.and(charged) {
        Ok(()) => (StatusCode::OK, streamed(order)),
        Err(error) => (StatusCode::BAD_GATEWAY, error.to_string().into()),
    }
}

/// In a task of its own.
#[traced]
async fn charge(ledger: Client, order: u32) -> Result<()> {
    tracing::info!(order, "charging");
    let path = format!("/charges/{order}");
    let status = spans::client("charge", order, ledger.get(&path)).await?;
    (status == 200)
        .then_some(())
        .ok_or_else(|| format!("the ledger says {status}").into())
}

/// Polled by the server, when the handler has returned: `ServerLayer` carries the context there.
fn streamed(order: u32) -> Body {
    let part = async move {
        tracing::info!(order, "streaming");
        Ok::<_, Infallible>(order.to_string())
    };
    Body::from_stream(stream::once(part))
}
