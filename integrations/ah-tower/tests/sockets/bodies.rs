//! What is polled after the handler has returned: bodies, trailers, upgraded connections.

use std::{
    convert::Infallible,
    pin::Pin,
    sync::mpsc::{Sender, channel},
    task::{Context, Poll, ready},
};

use ah_tower::{REQUEST_ID, RequestId, ServerLayer};
use async_hooks::bind;
use axum::{
    Router,
    body::{Body, Bytes},
    extract::Request,
    routing::get,
};
use http::{HeaderMap, HeaderValue, Response, StatusCode};
use http_body::Frame;
use http_body_util::BodyExt as _;
use hyper_util::rt::TokioIo;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

use crate::support::{Runtime, ask, http, pending_once, seen, serve};

fn id() -> String {
    REQUEST_ID.get().map_or("none".into(), |id| id.to_string())
}

/// Frames that say which id is current when they are polled, then trailers that do, then a drop that does.
struct Late {
    left: u8,
    polled: bool,
    dropped: Sender<String>,
}

impl Late {
    fn body(dropped: Sender<String>) -> Body {
        Body::new(Self {
            left: 3,
            polled: false,
            dropped,
        })
    }
}

impl http_body::Body for Late {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        ready!(pending_once(cx, &mut self.polled));
        self.polled = false;
        let left = self.left;
        self.left = left.saturating_sub(1);
        let frame = match left {
            0 => None,
            1 => {
                let value = HeaderValue::try_from(id()).unwrap();
                Some(Frame::trailers(HeaderMap::from_iter([(
                    "x-late".parse().unwrap(),
                    value,
                )])))
            }
            _ => Some(Frame::data(format!("{};", id()).into())),
        };
        Poll::Ready(frame.map(Ok))
    }
}

impl Drop for Late {
    fn drop(&mut self) {
        drop(self.dropped.send(id()));
    }
}

#[test]
fn a_body_its_trailers_and_its_drop_run_with_the_stores_of_the_request() {
    for runtime in Runtime::ALL {
        let (sender, dropped) = channel();
        let stream = move || {
            let body = Late::body(sender.clone());
            async {
                Response::builder()
                    .header("trailer", "x-late")
                    .body(body)
                    .unwrap()
            }
        };
        runtime.block_on(async {
            let routes = Router::new().route("/stream", get(stream));
            let address = serve(runtime, ServerLayer::new(), routes).await;
            let request = Request::get(format!("http://{address}/stream"))
                .header("x-request-id", "req-7")
                .header("te", "trailers")
                .body(Body::empty());
            let response = http().request(request.unwrap()).await.unwrap();
            let body = response.into_body().collect().await.unwrap();
            assert_eq!(body.trailers().unwrap()["x-late"], "req-7");
            assert_eq!(body.to_bytes(), "req-7;req-7;");
        });
        assert_eq!(dropped.recv().unwrap(), "req-7");
    }
}

#[test]
fn a_body_that_is_dropped_half_read_is_dropped_with_the_stores() {
    let (sender, dropped) = channel();
    Runtime::Plain.block_on(async {
        let stream = move || {
            let endless = Late {
                left: u8::MAX,
                polled: false,
                dropped: sender.clone(),
            };
            async { Body::new(endless) }
        };
        let routes = Router::new().route("/stream", get(stream));
        let address = serve(Runtime::Plain, ServerLayer::new(), routes).await;
        let mut client = TcpStream::connect(address).await.unwrap();
        client
            .write_all(b"GET /stream HTTP/1.1\r\nhost: h\r\nx-request-id: req-7\r\n\r\n")
            .await
            .unwrap();
        client.read_u8().await.unwrap();
        drop(client);
    }); // the runtime drops the connection, and what it serves
    assert_eq!(dropped.recv().unwrap(), "req-7");
}

#[test]
fn what_the_handler_entered_is_current_in_its_body() {
    Runtime::Plain.block_on(async {
        let (sender, _dropped) = channel();
        let stream = move || {
            let body = Late::body(sender.clone());
            async {
                let own: RequestId = "its-own".parse().unwrap();
                REQUEST_ID.enter_with(own);
                body
            }
        };
        let routes = Router::new().route("/stream", get(stream));
        let address = serve(Runtime::Plain, ServerLayer::new(), routes).await;
        let (headers, body) = ask(address, "/stream", &[("x-request-id", "req-7")]).await;
        assert_eq!(headers["x-request-id"], "req-7");
        assert_eq!(body, "its-own;its-own;");
    });
}

#[test]
fn the_size_and_the_end_of_a_body_are_what_they_were() {
    Runtime::Plain.block_on(async {
        let routes = Router::new()
            .route("/text", get(|| async { "four" }))
            .route("/none", get(|| async { StatusCode::NO_CONTENT }));
        let address = serve(Runtime::Plain, ServerLayer::new(), routes).await;
        let (headers, body) = ask(address, "/text", &[]).await;
        assert_eq!(
            (headers["content-length"].as_bytes(), &*body),
            (&b"4"[..], "four")
        );
        let (headers, body) = ask(address, "/none", &[]).await;
        assert!(headers.get("transfer-encoding").is_none() && body.is_empty());
    });
}

/// Says what it sees, once the connection is upgraded and the request long answered.
async fn upgraded(request: Request) {
    let upgraded = hyper::upgrade::on(request).await.unwrap();
    let mut stream = TokioIo::new(upgraded);
    let line = stream.read_u8().await.unwrap();
    stream
        .write_all(format!("{line} {}", seen()).as_bytes())
        .await
        .unwrap();
}

#[test]
fn an_upgraded_connection_runs_with_the_stores_where_its_task_is_carried() {
    for runtime in Runtime::ALL {
        runtime.block_on(async {
            let handler = move |request: Request| async move {
                runtime.spawn(upgraded(request));
                switching_protocols()
            };
            let routes = Router::new().route("/upgrade", get(handler));
            let address = serve(runtime, ServerLayer::new(), routes).await;
            assert!(upgrade(address).await.starts_with("1 req-7 "));
        });
    }
}

/// What axum's `WebSocketUpgrade::on_upgrade` does with the callback that it is given.
fn on_upgrade<F: Future<Output = ()> + Send + 'static>(
    request: Request,
    callback: impl FnOnce(Request) -> F + Send + 'static,
) -> Response<Body> {
    tokio::spawn(async move { callback(request).await });
    switching_protocols()
}

#[test]
fn a_bound_callback_of_an_upgrade_runs_with_the_stores_on_plain_tokio() {
    Runtime::Plain.block_on(async {
        let handler = |request: Request| async {
            on_upgrade(
                request,
                bind!(async move |request: Request| upgraded(request).await),
            )
        };
        let routes = Router::new().route("/upgrade", get(handler));
        let address = serve(Runtime::Plain, ServerLayer::new(), routes).await;
        assert!(upgrade(address).await.starts_with("1 req-7 "));
    });
}

fn switching_protocols() -> Response<Body> {
    Response::builder()
        .status(StatusCode::SWITCHING_PROTOCOLS)
        .header("connection", "upgrade")
        .header("upgrade", "test")
        .body(Body::empty())
        .unwrap()
}

/// Upgrades a connection, sends a byte on it, and returns what comes.
async fn upgrade(address: std::net::SocketAddr) -> String {
    let mut client = TcpStream::connect(address).await.unwrap();
    let request = b"GET /upgrade HTTP/1.1\r\nhost: h\r\nconnection: upgrade\r\nupgrade: test\r\nx-request-id: req-7\r\n\r\n";
    client.write_all(request).await.unwrap();
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(client.read_u8().await.unwrap());
    }
    assert!(
        head.starts_with(b"HTTP/1.1 101 "),
        "{}",
        String::from_utf8_lossy(&head)
    );
    client.write_u8(1).await.unwrap();
    let mut rest = String::new();
    client.read_to_string(&mut rest).await.unwrap();
    rest
}
