//! A request through the layers of a server: its id in and out, and its trace.

use std::{
    convert::Infallible,
    pin::pin,
    task::{Context, Poll, Waker},
    time::Duration,
};

use ah_tower::{REQUEST_ID, ServerLayer};
use http::{HeaderValue, Request, Response};
use http_body::Body;
use tower::{Service, ServiceBuilder, service_fn};
use tower_http::{
    ServiceBuilderExt as _,
    request_id::{MakeRequestUuid, RequestId},
    trace::TraceLayer,
};

use crate::{
    harness::{Row, time_on},
    peers,
};

const PEER: &str = "tower-http request id and TraceLayer";
const PARENT: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

/// Installs tracing's registry as the global one: no row without a subscriber may follow.
pub(super) fn rows() -> Vec<Row> {
    vec![
        Row::new("tower_request", ours(sent()))
            .against(PEER, theirs(sent()))
            .at_most(1.0),
        Row::new("tower_request_vs_none", ours(sent())).against("the service alone", alone(sent())),
        Row::new("tower_request_new", ours(Request::default()))
            .against(PEER, theirs(Request::default())),
    ]
}

/// With an id and a trace.
fn sent() -> Request<String> {
    let mut request = Request::<String>::default();
    let headers = request.headers_mut();
    headers.insert("x-request-id", HeaderValue::from_static("req-7"));
    headers.insert("traceparent", HeaderValue::from_static(PARENT));
    request
}

fn ours(request: Request<String>) -> impl FnMut(u32) -> Duration {
    let service = service_fn(async |_: Request<String>| {
        let length = REQUEST_ID.with(|id| id.map_or(0, |id| id.as_str().len()));
        answer(length)
    });
    answered_by(
        ServiceBuilder::new()
            .layer(ServerLayer::new())
            .service(service),
        request,
    )
}

/// The id is in the extensions of the request. The span has its method and path; of its `traceparent` nothing is read.
fn theirs(request: Request<String>) -> impl FnMut(u32) -> Duration {
    let service = service_fn(async |request: Request<String>| {
        let id = request.extensions().get::<RequestId>();
        answer(id.map_or(0, |id| id.header_value().len()))
    });
    let layers = ServiceBuilder::new()
        .set_x_request_id(MakeRequestUuid)
        .layer(TraceLayer::new_for_http())
        .propagate_x_request_id();
    let mut batch = answered_by(layers.service(service), request);
    move |times| {
        peers::tracing_registry();
        batch(times)
    }
}

fn alone(request: Request<String>) -> impl FnMut(u32) -> Duration {
    answered_by(service_fn(async |_: Request<String>| answer(5)), request)
}

fn answer(length: usize) -> Result<Response<String>, Infallible> {
    assert!(length > 0, "each request has an id");
    Ok(Response::new("ok".into()))
}

/// A clone of the request is answered, and the body read.
fn answered_by<S, B>(service: S, request: Request<String>) -> impl FnMut(u32) -> Duration
where
    S: Service<Request<String>, Response = Response<B>>,
    B: Body,
{
    let mut state = (service, request);
    move |times| {
        time_on(times, &mut state, |(service, request)| {
            read(service.call(request.clone()))
        })
    }
}

fn read<B: Body, E>(response: impl Future<Output = Result<Response<B>, E>>) {
    let mut cx = Context::from_waker(Waker::noop());
    let Poll::Ready(Ok(response)) = pin!(response).poll(&mut cx) else {
        panic!("the service is always ready")
    };
    let mut body = pin!(response.into_body());
    while let Poll::Ready(Some(Ok(_))) = body.as_mut().poll_frame(&mut cx) {}
}
