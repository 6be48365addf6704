//! What a request brings, and a server that says what it received.

use std::{future::Future, net::SocketAddr};

use ah_tower::{BAGGAGE, REQUEST_ID, ServerLayer, TRACE, Trace};
use ah_w3c::{Remote, TraceParent};
use axum::{Router, http::HeaderMap, routing::get};
use tokio::net::TcpListener;

/// Runs as in the handler of a request: what `ServerLayer` does there.
pub(crate) async fn in_request<F: Future>(id: &str, work: F) -> F::Output {
    let trace = Trace::answering(&Remote::default(), true);
    let work = BAGGAGE.scope("tenant=7".parse().unwrap(), work);
    let id = id.parse().expect("a request id");
    REQUEST_ID.scope(id, TRACE.scope(trace, work)).await
}

/// The id of the current request.
pub(crate) fn id() -> Option<String> {
    REQUEST_ID.get().map(|id| id.to_string())
}

/// Serves the headers of each request, and what is current in its handler.
pub(crate) async fn server() -> SocketAddr {
    let received = async |headers: HeaderMap| {
        let seen = id().expect("a request has an id");
        let trace = TRACE
            .get()
            .expect("a request has a trace")
            .operation
            .trace_id;
        let sent: Vec<_> = headers.keys().map(|name| name.as_str()).collect();
        format!("{seen} {trace} {}", sent.join(","))
    };
    let app = Router::new()
        .route("/", get(received))
        .layer(ServerLayer::new());
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("it is bound");
    tokio::spawn(async { axum::serve(listener, app).await.expect("it serves") });
    address
}

/// The trace of the current request.
pub(crate) fn operation() -> TraceParent {
    TRACE.get().expect("a request has a trace").operation
}
