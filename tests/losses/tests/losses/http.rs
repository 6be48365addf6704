//! A server whose handler runs with the id, while its body and its upgraded connection are polled after it is over.

use std::convert::Infallible;

use async_hooks::prelude::*;
use axum::{
    Router,
    body::{Body, Bytes},
    extract::Request,
    middleware::{Next, from_fn},
    response::{IntoResponse as _, Response},
    routing::get,
};
use futures::stream;
use hyper_util::rt::TokioIo;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
};

use super::tiers::{ID, Tier, seen};

pub(crate) async fn body(tier: Tier) -> Option<u64> {
    let chunks = || {
        let chunk = async { Ok::<_, Infallible>(Bytes::from(format!("{:?}", seen().await))) };
        stream::once(chunk)
    };
    let handler = move || async move {
        match tier {
            Tier::Wrapped => Body::from_stream(chunks().in_current_context()).into_response(),
            _ => Body::from_stream(chunks()).into_response(),
        }
    };
    ask(tier, Router::new().route("/", get(handler))).await
}

pub(crate) async fn upgrade(tier: Tier) -> Option<u64> {
    let handler = move |request: Request| async move {
        tier.spawn(async {
            let upgraded = hyper::upgrade::on(request).await.unwrap();
            let text = format!("{:?}", seen().await);
            TokioIo::new(upgraded)
                .write_all(text.as_bytes())
                .await
                .unwrap();
        });
        let headers = [("connection", "upgrade"), ("upgrade", "test")];
        (axum::http::StatusCode::SWITCHING_PROTOCOLS, headers).into_response()
    };
    ask(tier, Router::new().route("/", get(handler))).await
}

async fn with_id(request: Request, next: Next) -> Response {
    ID.scope(7, next.run(request)).await
}

/// Serves one request, from outside of any, and reads which id was seen.
async fn ask(tier: Tier, router: Router) -> Option<u64> {
    let router = router.layer(from_fn(with_id));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let serve = async_hooks::detached::<_, async_hooks::Value>(|| match tier {
        Tier::Spawns => ah_tokio::spawn(async { axum::serve(listener, router).await.unwrap() }),
        _ => tokio::spawn(async { axum::serve(listener, router).await.unwrap() }),
    });
    let mut client = TcpStream::connect(address).await.unwrap();
    let request =
        "GET / HTTP/1.1\r\nhost: here\r\nconnection: upgrade, close\r\nupgrade: test\r\n\r\n";
    client.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    client.read_to_string(&mut answer).await.unwrap();
    serve.abort();
    answer.contains("Some(7)").then_some(7)
}
