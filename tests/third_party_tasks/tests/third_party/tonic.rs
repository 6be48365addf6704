//! tonic, without generated code: a service of one method that takes and returns text.

use std::{
    convert::Infallible,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
};

use ::axum::http::{self, uri::PathAndQuery};
use ::tonic::{
    Request, Response, Status,
    body::Body,
    client,
    codec::{Codec, DecodeBuf, Decoder, EncodeBuf, Encoder},
    server,
    service::interceptor::InterceptedService,
    transport::{Channel, Endpoint, Server},
};
use bytes::{Buf as _, BufMut as _};
use futures::{StreamExt as _, TryStreamExt as _};
use tokio::net::TcpListener;
use tokio_stream::wrappers::{ReceiverStream, TcpListenerStream};
use tower::service_fn;

use crate::support::{HEADER, RequestIds, checked, only_held_are, seen, seen_by_a_task, with_id};

/// Text as it is.
#[derive(Clone, Copy)]
struct Text;

impl Codec for Text {
    type Encode = String;
    type Decode = String;
    type Encoder = Self;
    type Decoder = Self;

    fn encoder(&mut self) -> Self {
        Self
    }
    fn decoder(&mut self) -> Self {
        Self
    }
}

impl Encoder for Text {
    type Item = String;
    type Error = Status;

    fn encode(&mut self, text: String, into: &mut EncodeBuf<'_>) -> Result<(), Status> {
        into.put_slice(text.as_bytes());
        Ok(())
    }
}

impl Decoder for Text {
    type Item = String;
    type Error = Status;

    fn decode(&mut self, from: &mut DecodeBuf<'_>) -> Result<Option<String>, Status> {
        let bytes = from.copy_to_bytes(from.remaining());
        Ok(Some(String::from_utf8(bytes.to_vec()).unwrap()))
    }
}

type Texts = Pin<Box<dyn futures::Stream<Item = Result<String, Status>> + Send>>;

/// Streams what a task of its own sees, twice: the second time the method is over.
async fn method(_: Request<String>) -> Result<Response<Texts>, Status> {
    let (sender, receiver) = tokio::sync::mpsc::channel(1);
    tokio::spawn(async move {
        for _ in 0..2 {
            let text = format!("{:?}", seen_by_a_task().await);
            sender.send(Ok(text)).await.unwrap();
        }
    });
    Ok(Response::new(ReceiverStream::new(receiver).boxed()))
}

struct Method;

impl server::ServerStreamingService<String> for Method {
    type Response = String;
    type ResponseStream = Texts;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Texts>, Status>> + Send>>;

    fn call(&mut self, request: Request<String>) -> Self::Future {
        Box::pin(method(request))
    }
}

async fn answer(request: http::Request<Body>) -> Result<http::Response<Body>, Infallible> {
    Ok(server::Grpc::new(Text)
        .server_streaming(Method, request)
        .await)
}

/// Serves until the runtime ends, and counts connections.
async fn serve() -> (Endpoint, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let accepted = Arc::new(AtomicUsize::new(0));
    let count = accepted.clone();
    let incoming = TcpListenerStream::new(listener).inspect(move |_| {
        count.fetch_add(1, SeqCst);
    });
    let server = Server::builder().layer(RequestIds::LAYER);
    tokio::spawn(server.serve_with_incoming(service_fn(answer), incoming));
    let endpoint = Endpoint::from_shared(format!("http://{address}")).unwrap();
    (endpoint, accepted)
}

/// An interceptor of the client: the request for which a call is sent goes along as metadata.
fn with_metadata(mut request: Request<()>) -> Result<Request<()>, Status> {
    if let Some(id) = seen() {
        request.metadata_mut().insert(HEADER, id.into());
    }
    Ok(request)
}

async fn call(channel: &Channel) -> Vec<String> {
    let channel = InterceptedService::new(channel.clone(), with_metadata);
    let mut client = client::Grpc::new(channel);
    client.ready().await.unwrap();
    let path = PathAndQuery::from_static("/test/method");
    let request = Request::new(String::new());
    let response = client.server_streaming(request, path, Text).await.unwrap();
    response.into_inner().try_collect().await.unwrap()
}

async fn check(channel: &Channel, id: Option<u64>) {
    let answers = with_id(id, call(channel)).await;
    assert_eq!(answers, [format!("{id:?}"), format!("{id:?}")]);
}

#[test]
fn a_task_of_a_method_sees_its_request_and_the_next_on_the_connection_its_own() {
    checked(async || {
        let (endpoint, accepted) = serve().await;
        let channel = endpoint.connect().await.unwrap();
        for id in [Some(1), None, Some(2), None] {
            check(&channel, id).await;
        }
        let at_once = (10..40).map(|number| (number % 3 != 2).then_some(number));
        futures::future::join_all(at_once.map(|id| check(&channel, id))).await;
        assert_eq!(accepted.load(SeqCst), 1);
        only_held_are(&[]).await; // while the connection lives on
    });
}

/// A channel spawns a worker at once and a connection when one is needed: both for whoever makes the channel, and both
/// live as long.
#[test]
fn a_channel_that_is_made_in_a_request_keeps_it_unless_it_is_detached() {
    checked(async || {
        let (endpoint, _) = serve().await;
        let plain = with_id(Some(8), async { endpoint.connect_lazy() }).await;
        let detached = with_id(Some(9), async {
            async_hooks::detached(|| endpoint.connect_lazy())
        })
        .await;
        for channel in [&plain, &detached] {
            for id in [Some(1), None, Some(2)] {
                check(channel, id).await;
            }
        }
        only_held_are(&[8]).await;
    });
}
