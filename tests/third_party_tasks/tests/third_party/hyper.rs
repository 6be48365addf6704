//! hyper, with the executor and the client's pool of hyper-util.

use std::{convert::Infallible, sync::Arc};

use ::axum::body::Body;
use http_body_util::BodyExt as _;
use hyper::{
    Request, Response,
    body::Incoming,
    client::conn::{http1, http2},
    rt::Executor,
};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::{TokioExecutor, TokioIo},
    service::TowerToHyperService,
};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::Mutex,
};
use tower::{Layer as _, service_fn};

use crate::support::{
    ByTasks, Forward, HEADER, RequestIds, checked, only_held_are, seen_by_a_task,
};

async fn text(body: Incoming) -> String {
    let bytes = body.collect().await.unwrap().to_bytes();
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// The task of an HTTP/2 connection spawns one for each stream.
#[test]
fn streams_of_one_http2_connection_do_not_mix() {
    checked(async || {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let stream = TcpStream::connect(listener.local_addr().unwrap())
            .await
            .unwrap();
        let (accepted, _) = listener.accept().await.unwrap();
        let service = RequestIds::LAYER.layer(service_fn(async |_: Request<Incoming>| {
            let answer = format!("{:?}", seen_by_a_task().await);
            Ok::<_, Infallible>(Response::new(answer))
        }));
        let server = hyper::server::conn::http2::Builder::new(TokioExecutor::new());
        let service = TowerToHyperService::new(service);
        tokio::spawn(server.serve_connection(TokioIo::new(accepted), service));
        let client = http2::handshake(TokioExecutor::new(), TokioIo::new(stream)).await;
        let (sender, connection) = client.unwrap();
        tokio::spawn(connection);

        let requests = (0..100_u64).map(async |number| {
            let id = (number % 3 != 2).then_some(number);
            let mut request = Request::get("http://test/");
            if let Some(id) = id {
                request = request.header(HEADER, id);
            }
            let request = request.body(Body::empty()).unwrap();
            let answer = sender.clone().send_request(request).await.unwrap();
            assert_eq!(text(answer.into_body()).await, format!("{id:?}"));
        });
        futures::future::join_all(requests).await;
        only_held_are(&[]).await; // while the connection lives on
    });
}

/// One connection that is created when it is first needed, and kept.
#[derive(Clone, Default)]
struct Kept {
    sender: Arc<Mutex<Option<http1::SendRequest<Body>>>>,
    detached: bool,
}

impl Kept {
    async fn send(self, url: String, body: Body) -> String {
        let mut sender = self.sender.lock().await;
        let sender = match sender.as_mut() {
            Some(sender) => sender,
            None if self.detached => {
                let connect = async_hooks::Snapshot::empty().scope(connect(&url));
                sender.insert(connect.await)
            }
            None => sender.insert(connect(&url).await),
        };
        sender.ready().await.unwrap();
        let request = Request::post("/").header("host", "test").body(body);
        let answer = sender.send_request(request.unwrap()).await.unwrap();
        text(answer.into_body()).await
    }
}

async fn connect(url: &str) -> http1::SendRequest<Body> {
    let address = url.trim_start_matches("http://").trim_end_matches('/');
    let stream = TcpStream::connect(address).await.unwrap();
    let (sender, connection) = http1::handshake(TokioIo::new(stream)).await.unwrap();
    tokio::spawn(connection);
    sender
}

/// The connection's task polls what later requests send, and lives as long as the connection.
#[test]
fn a_kept_connection_keeps_the_request_that_it_was_made_in() {
    checked(async || {
        let kept = Kept::default();
        let send = move |url, body| kept.clone().send(url, body);
        let by_tasks = ByTasks {
            seen: Some(1),
            held: &[1],
        };
        Forward::by(send).await.check(by_tasks).await;
    });
}

#[test]
fn a_kept_connection_that_is_made_with_no_store_keeps_none() {
    checked(async || {
        let kept = Kept {
            detached: true,
            ..Kept::default()
        };
        let send = move |url, body| kept.clone().send(url, body);
        let by_tasks = ByTasks {
            seen: None,
            held: &[],
        };
        Forward::by(send).await.check(by_tasks).await;
    });
}

type Pool = Client<HttpConnector, Body>;

async fn send_by(pool: Pool, url: String, body: Body) -> String {
    let request = Request::post(url).body(body).unwrap();
    text(pool.request(request).await.unwrap().into_body()).await
}

/// As above: a pool spawns the task of a connection for the request that asks for the connection. Requests share one by
/// HTTP/2, so that there is no other one.
#[test]
fn a_pooled_connection_keeps_the_request_that_it_was_made_in() {
    checked(async || {
        let pool: Pool = Client::builder(TokioExecutor::new())
            .http2_only(true)
            .build_http();
        let send = move |url, body| send_by(pool.clone(), url, body);
        let by_tasks = ByTasks {
            seen: Some(1),
            held: &[1],
        };
        Forward::by(send).await.check(by_tasks).await;
    });
}

/// Spawns with no store at all: the tasks of a pool are nobody's.
#[derive(Clone)]
struct Detached;

impl<F> Executor<F> for Detached
where
    F: Future<Output: Send> + Send + 'static,
{
    fn execute(&self, future: F) {
        async_hooks::detached(|| drop(tokio::spawn(future)));
    }
}

#[test]
fn a_pool_that_spawns_with_no_store_keeps_none() {
    checked(async || {
        let pool: Pool = Client::builder(Detached).http2_only(true).build_http();
        let send = move |url, body| send_by(pool.clone(), url, body);
        let by_tasks = ByTasks {
            seen: None,
            held: &[],
        };
        Forward::by(send).await.check(by_tasks).await;
    });
}
