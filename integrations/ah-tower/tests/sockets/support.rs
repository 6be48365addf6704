//! A server that says what its handlers see, and a client that sends what it is given.

use std::{future::Future, net::SocketAddr, task::Poll};

use ah_tower::{BAGGAGE, REQUEST_ID, ServerLayer, TRACE};
use ah_w3c::TraceParent;
use async_hooks::prelude::*;
use axum::{Router, body::Body, routing::get};
use http::{HeaderMap, Request, Response};
use http_body_util::BodyExt as _;
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::TokioExecutor,
};
use tokio::{net::TcpListener, task::JoinHandle};

pub(crate) const PARENT: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-03";
pub(crate) const TRACE_ID: &str = "4bf92f3577b34da6a3ce929d0e0e4736";

/// How a program runs on tokio.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Runtime {
    /// Plain tokio, on which spawned futures are wrapped.
    Plain,
    /// The runtime and the spawns of `ah-tokio`.
    AhTokio,
}

impl Runtime {
    pub(crate) const ALL: [Self; 2] = [Self::Plain, Self::AhTokio];

    pub(crate) fn block_on<F: Future>(self, future: F) -> F::Output {
        match self {
            Self::Plain => tokio::runtime::Runtime::new().unwrap().block_on(future),
            Self::AhTokio => ah_tokio::runtime::Runtime::new().unwrap().block_on(future),
        }
    }

    pub(crate) fn spawn<F>(self, future: F) -> JoinHandle<F::Output>
    where
        F: Future<Output: Send> + Send + 'static,
    {
        match self {
            Self::Plain => tokio::spawn(future.in_current_context()),
            Self::AhTokio => ah_tokio::spawn(future),
        }
    }
}

/// What is current: the id, the trace id, the parent, the `tracestate` and the tenant of the baggage.
pub(crate) fn seen() -> String {
    let Some(id) = REQUEST_ID.get() else {
        return "nothing".into();
    };
    let trace = TRACE.get().expect("a request has a trace");
    let parent = trace.parent_id.map(|parent| parent.to_string());
    let tenant = BAGGAGE.with(|baggage| Some(baggage?.get("tenant")?.into_owned()));
    format!(
        "{id} {} {} {} {}",
        trace.operation.trace_id,
        parent.as_deref().unwrap_or("-"),
        trace.state.as_str(),
        tenant.as_deref().unwrap_or("-"),
    )
}

/// What a task sees that was spawned here, after it was woken on whatever thread.
pub(crate) async fn seen_by_a_task(runtime: Runtime) -> String {
    let task = runtime.spawn(async {
        tokio::task::yield_now().await;
        seen()
    });
    task.await.expect("it does not panic")
}

/// Serves `/`, where a spawned task says what it sees, and other routes.
pub(crate) async fn serve(runtime: Runtime, layer: ServerLayer, routes: Router) -> SocketAddr {
    let root = move || seen_by_a_task(runtime);
    let app = routes.route("/", get(root)).layer(layer);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    runtime.spawn(async { axum::serve(listener, app).await.unwrap() });
    address
}

pub(crate) type Http = Client<HttpConnector, Body>;

/// A client that adds nothing.
pub(crate) fn http() -> Http {
    Client::builder(TokioExecutor::new()).build_http()
}

pub(crate) async fn text(
    response: Response<impl http_body::Body<Data = axum::body::Bytes>>,
) -> String {
    let body = response.into_body().collect().await.ok().expect("a body");
    String::from_utf8(body.to_bytes().to_vec()).expect("text")
}

/// Sends a request with these headers, and returns those of the response, and its body.
pub(crate) async fn ask(
    address: SocketAddr,
    path: &str,
    headers: &[(&'static str, &str)],
) -> (HeaderMap, String) {
    let mut request = Request::get(format!("http://{address}{path}"));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let response = http().request(request.body(Body::empty()).unwrap()).await;
    let response = response.expect("it answers");
    (response.headers().clone(), text(response).await)
}

/// As what a server says it got: its request headers, a line each.
pub(crate) async fn headers_received(headers: HeaderMap) -> String {
    let mut lines: Vec<_> = headers
        .iter()
        .map(|(name, value)| format!("{name}: {}\n", value.to_str().unwrap()))
        .collect();
    lines.sort();
    lines.concat()
}

/// The values of a header in such lines.
pub(crate) fn header<'a>(lines: &'a str, name: &str) -> Option<&'a str> {
    lines
        .lines()
        .find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
}

/// The `traceparent` in such lines.
pub(crate) fn parent(lines: &str) -> TraceParent {
    let value = header(lines, "traceparent").expect("a traceparent");
    value.parse().expect("in order")
}

/// A future that is pending once, and wakes itself.
pub(crate) fn pending_once(cx: &std::task::Context<'_>, was: &mut bool) -> Poll<()> {
    if std::mem::replace(was, true) {
        return Poll::Ready(());
    }
    cx.waker().wake_by_ref();
    Poll::Pending
}
