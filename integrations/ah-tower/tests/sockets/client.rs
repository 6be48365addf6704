//! What is sent on, and to whom.

use std::net::SocketAddr;

use ah_tower::{BAGGAGE, ClientLayer, REQUEST_ID, ServerLayer, headers};
use axum::{Router, body::Body, extract::State, routing::get};
use http::{HeaderName, Request};
use tower::{Layer as _, ServiceExt as _};

use crate::support::{
    PARENT, Runtime, TRACE_ID, ask, header, headers_received, http, parent, serve, text,
};

const ALL: &[(&str, &str)] = &[
    ("x-request-id", "req-7"),
    ("traceparent", PARENT),
    ("tracestate", "rojo=1"),
    ("baggage", "tenant=1"),
];

/// Calls through the layer, and returns which headers arrived.
async fn call(layer: &ClientLayer, to: SocketAddr) -> String {
    let request = Request::get(format!("http://{to}/received")).body(Body::empty());
    let service = layer.layer(http());
    text(service.oneshot(request.unwrap()).await.unwrap()).await
}

/// A server that says what it received, and one whose handler calls that one twice.
async fn two(layer: ClientLayer) -> SocketAddr {
    let received = Router::new().route("/received", get(headers_received));
    let last = serve(Runtime::Plain, ServerLayer::new(), received).await;
    let twice = |State((layer, last)): State<(ClientLayer, SocketAddr)>| async move {
        call(&layer, last).await + "--\n" + &call(&layer, last).await
    };
    let first = Router::new()
        .route("/twice", get(twice))
        .with_state((layer, last));
    serve(Runtime::Plain, ServerLayer::new(), first).await
}

#[test]
fn each_call_is_an_operation_of_the_trace() {
    Runtime::Plain.block_on(async {
        let first = two(ClientLayer::new()).await;
        let (_, body) = ask(first, "/twice", ALL).await;
        let (one, two) = body.split_once("--\n").unwrap();
        for received in [one, two] {
            assert_eq!(header(received, "x-request-id"), Some("req-7"));
            assert_eq!(header(received, "tracestate"), Some("rojo=1"));
            assert_eq!(header(received, "baggage"), Some("tenant=1"));
            assert_eq!(parent(received).trace_id.to_string(), TRACE_ID);
            assert_ne!(parent(received).parent_id.to_string(), "00f067aa0ba902b7");
            assert_eq!(parent(received).flags.to_byte(), 3);
        }
        assert_ne!(parent(one).parent_id, parent(two).parent_id);
    });
}

#[test]
fn nothing_is_sent_where_it_is_not_allowed() {
    Runtime::Plain.block_on(async {
        let elsewhere = ClientLayer::new().only_to(|uri| uri.host() == Some("ledger.internal"));
        let (_, body) = ask(two(elsewhere).await, "/twice", ALL).await;
        for name in ["x-request-id", "traceparent", "tracestate", "baggage"] {
            assert_eq!(header(&body, name), None, "{body}");
        }
        let here = ClientLayer::new().only_to(|uri| uri.host() == Some("127.0.0.1"));
        let (_, body) = ask(two(here).await, "/twice", ALL).await;
        assert_eq!(header(&body, "x-request-id"), Some("req-7"));
    });
}

#[test]
fn the_header_of_the_id_can_be_another() {
    Runtime::Plain.block_on(async {
        let named = HeaderName::from_static("x-correlation-id");
        let (_, body) = ask(
            two(ClientLayer::new().request_id_header(named)).await,
            "/twice",
            ALL,
        )
        .await;
        assert_eq!(header(&body, "x-correlation-id"), Some("req-7"));
        assert_eq!(header(&body, "x-request-id"), None);
    });
}

#[test]
fn outside_of_a_request_the_headers_of_the_caller_stay() {
    let mut outside = http::HeaderMap::new();
    outside.insert("traceparent", PARENT.parse().unwrap());
    ah_tower::inject(&mut outside);
    assert_eq!(
        (outside.len(), &outside["traceparent"]),
        (1, &PARENT.parse().unwrap())
    );
    assert!(headers().is_empty());
}

#[test]
fn what_a_worker_sets_itself_is_sent_without_a_trace() {
    let sent = REQUEST_ID.run("job-1".parse().unwrap(), || {
        BAGGAGE.run("tenant=1".parse().unwrap(), headers)
    });
    assert_eq!(sent.len(), 2);
    assert_eq!(
        (&sent["x-request-id"], &sent["baggage"]),
        (&"job-1".parse().unwrap(), &"tenant=1".parse().unwrap())
    );
}
