//! axum: handlers, and what they leave to others.

use ::axum::{
    Router,
    body::{Body, Bytes},
    extract::Request,
    routing::get,
};
use async_hooks::ContextExt as _;
use hyper_util::rt::TokioIo;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    sync::mpsc,
};
use tokio_stream::wrappers::ReceiverStream;

use crate::support::{
    Connection, HEADER, checked, only_held_are, seen_by_a_task, serve, what_is_seen,
};

fn chunk(text: String) -> Result<Bytes, std::convert::Infallible> {
    Ok(Bytes::from(text))
}

#[test]
fn a_task_of_a_handler_sees_its_request_and_the_next_on_the_connection_its_own() {
    checked(async || {
        let handler = async || format!("{:?}", seen_by_a_task().await);
        let server = serve(Router::new().route("/", get(handler))).await;
        server.answers_each_with_its_own_id("/").await;
        only_held_are(&[]).await; // while the connection's task lives on
    });
}

#[test]
fn requests_at_the_same_time_do_not_mix() {
    checked(async || {
        let handler = async || format!("{:?}", seen_by_a_task().await);
        let server = serve(Router::new().route("/", get(handler))).await;
        let clients = (0..20_u64).map(async |client| {
            let mut connection = Connection::to(&server).await;
            for round in 0..10 {
                let id = (round % 3 != 2).then_some(client * 10 + round);
                assert_eq!(connection.get("/", id).await, format!("{id:?}"));
            }
        });
        futures::future::join_all(clients).await;
        only_held_are(&[]).await;
    });
}

#[test]
fn a_task_that_feeds_a_streamed_body_sees_its_request() {
    checked(async || {
        let handler = async || {
            let (sender, receiver) = mpsc::channel(1);
            tokio::spawn(async move {
                // the handler is over by the second one
                for part in ["<", ">"] {
                    let text = format!("{part}{:?}", seen_by_a_task().await);
                    sender.send(chunk(text)).await.unwrap();
                }
            });
            Body::from_stream(ReceiverStream::new(receiver))
        };
        let server = serve(Router::new().route("/", get(handler))).await;
        let mut connection = Connection::to(&server).await;
        for id in [Some(1), None, Some(2)] {
            let expected = format!("<{id:?}>{id:?}");
            assert_eq!(connection.get("/", id).await, expected);
        }
        assert_eq!(server.accepted(), 1);
        only_held_are(&[]).await;
    });
}

/// A body is polled after the handler is over, outside of the layer's scope, by the task of the connection: it sees no
/// request unless it is wrapped to carry the one that it was created in.
#[test]
fn a_body_that_hyper_polls_sees_its_request_if_it_carries_its_context() {
    checked(async || {
        let bare = async || Body::from_stream(what_is_seen());
        let carried = async || Body::from_stream(what_is_seen().in_current_context());
        let router = Router::new().route("/bare", get(bare));
        let server = serve(router.route("/carried", get(carried))).await;
        let mut connection = Connection::to(&server).await;
        for id in [Some(1), None, Some(2)] {
            assert_eq!(connection.get("/bare", id).await, "None");
            assert_eq!(connection.get("/carried", id).await, format!("{id:?}"));
        }
        assert_eq!(server.accepted(), 1);
        only_held_are(&[]).await;
    });
}

#[test]
fn a_task_of_an_upgraded_connection_sees_the_request_that_asked_for_it() {
    checked(async || {
        let handler = async |request: Request| {
            tokio::spawn(async {
                let upgraded = hyper::upgrade::on(request).await.unwrap();
                let text = format!("{:?}", seen_by_a_task().await);
                TokioIo::new(upgraded)
                    .write_all(text.as_bytes())
                    .await
                    .unwrap();
            });
            let answer = hyper::Response::builder()
                .status(101)
                .header("upgrade", "test");
            answer.body(Body::empty()).unwrap()
        };
        let server = serve(Router::new().route("/", get(handler))).await;
        for id in [1, 2] {
            let mut connection = Connection::to(&server).await;
            let request = Request::get("/")
                .header("upgrade", "test")
                .header(HEADER, id);
            let response = connection.send(request.body(Body::empty()).unwrap()).await;
            let upgraded = hyper::upgrade::on(response).await.unwrap();
            let mut text = String::new();
            TokioIo::new(upgraded)
                .read_to_string(&mut text)
                .await
                .unwrap();
            assert_eq!(text, format!("Some({id})"));
        }
        only_held_are(&[]).await;
    });
}
