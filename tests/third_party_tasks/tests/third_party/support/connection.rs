//! A server that counts its connections, and a client that has just one.

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
};

use axum::{Router, body::Body, http::Request, response::Response, serve::ListenerExt as _};
use http_body_util::BodyExt as _;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};

use super::{HEADER, RequestIds};

/// An axum server that sets the storage for each request.
pub(crate) struct Server {
    address: SocketAddr,
    accepted: Arc<AtomicUsize>,
}

/// Serves until the runtime ends.
pub(crate) async fn serve(router: Router) -> Server {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let accepted = Arc::new(AtomicUsize::new(0));
    let count = accepted.clone();
    let listener = listener.tap_io(move |_| {
        count.fetch_add(1, SeqCst);
    });
    let router = router.layer(RequestIds::LAYER);
    tokio::spawn(axum::serve(listener, router).into_future());
    Server { address, accepted }
}

impl Server {
    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// How many connections there have been.
    pub(crate) fn accepted(&self) -> usize {
        self.accepted.load(SeqCst)
    }

    /// Sends requests with several ids and with none over one connection. Each must be answered with what a task of its
    /// own would see.
    pub(crate) async fn answers_each_with_its_own_id(&self, path: &str) {
        let before = self.accepted();
        let mut connection = Connection::to(self).await;
        for id in [Some(1), None, Some(2), Some(3), None] {
            assert_eq!(connection.get(path, id).await, format!("{id:?}"));
        }
        assert_eq!(self.accepted(), before + 1);
    }
}

/// One connection that is kept alive.
pub(crate) struct Connection(http1::SendRequest<Body>);

impl Connection {
    pub(crate) async fn to(server: &Server) -> Self {
        let stream = TcpStream::connect(server.address).await.unwrap();
        let (sender, connection) = http1::handshake(TokioIo::new(stream)).await.unwrap();
        tokio::spawn(connection.with_upgrades());
        Self(sender)
    }

    pub(crate) async fn get(&mut self, path: &str, id: Option<u64>) -> String {
        let mut request = Request::get(path).header("host", "test");
        if let Some(id) = id {
            request = request.header(HEADER, id);
        }
        let response = self.send(request.body(Body::empty()).unwrap()).await;
        assert_eq!(response.status(), 200);
        let body = response.into_body().collect().await.unwrap().to_bytes();
        String::from_utf8(body.to_vec()).unwrap()
    }

    pub(crate) async fn send(&mut self, request: Request<Body>) -> Response<hyper::body::Incoming> {
        self.0.ready().await.unwrap();
        self.0.send_request(request).await.unwrap()
    }
}
