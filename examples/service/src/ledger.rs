//! The service that is called.

use axum::{Router, extract::Path, routing::get};

use crate::http::with_layers;

pub(crate) fn app() -> Router {
    with_layers(Router::new().route("/charges/{order}", get(charge)))
}

async fn charge(Path(order): Path<u32>) {
    tokio::task::yield_now().await;
    tracing::info!(order, "charged");
}
