//! tonic, as a server and as a client, with messages that are written here: unary calls and streams.

use std::{
    convert::Infallible,
    future::{Future, ready},
    net::SocketAddr,
    pin::Pin,
    task::{Context, Poll, ready as ready_or_pending},
};

use ::tonic::{
    Request, Response, Status,
    body::Body,
    client, server,
    transport::{Channel, Endpoint, Server, server::TcpIncoming},
};
use ah_tower::{ClientLayer, ClientService, ServerLayer};
use http::uri::PathAndQuery;
use tonic_prost::ProstCodec;
use tower::{Layer as _, service_fn};

use crate::support::{PARENT, Runtime, TRACE_ID, pending_once, seen, seen_by_a_task};

/// A message of one text: what protoc would write for `string text = 1`.
#[derive(Clone, PartialEq, prost::Message)]
struct Text {
    #[prost(string, tag = "1")]
    text: String,
}

type Codec = ProstCodec<Text, Text>;
type Boxed<T> = Pin<Box<dyn Future<Output = Result<Response<T>, Status>> + Send>>;
type Calls = ClientService<Channel>;

async fn connect(to: SocketAddr, layer: ClientLayer) -> Calls {
    let endpoint = Endpoint::from_shared(format!("http://{to}")).unwrap();
    layer.layer(endpoint.connect().await.unwrap())
}

async fn unary(channel: Calls) -> Result<String, Status> {
    let mut client = client::Grpc::new(channel);
    client.ready().await.unwrap();
    let path = PathAndQuery::from_static("/test.Test/Unary");
    let request = Request::new(Text::default());
    let answer = client.unary(request, path, Codec::default()).await?;
    Ok(answer.into_inner().text)
}

/// What a task sees and, where there is a next server, what that one does.
#[derive(Clone)]
struct Seen(Runtime, Option<Calls>);

impl server::UnaryService<Text> for Seen {
    type Response = Text;
    type Future = Boxed<Text>;

    fn call(&mut self, _: Request<Text>) -> Self::Future {
        let Self(runtime, next) = self.clone();
        Box::pin(async move {
            let mut text = seen_by_a_task(runtime).await;
            if let Some(next) = next {
                text = format!("{text}\n{}\n{}", unary(next).await?, seen());
            }
            Ok(Response::new(Text { text }))
        })
    }
}

/// What is seen while the response is streamed, three times.
struct Late {
    left: u8,
    polled: bool,
}

impl futures_core::Stream for Late {
    type Item = Result<Text, Status>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        ready_or_pending!(pending_once(cx, &mut self.polled));
        self.polled = false;
        let text = seen();
        Poll::Ready(self.left.checked_sub(1).map(|left| {
            self.left = left;
            Ok(Text { text })
        }))
    }
}

impl server::ServerStreamingService<Text> for Seen {
    type Response = Text;
    type ResponseStream = Late;
    type Future = std::future::Ready<Result<Response<Late>, Status>>;

    fn call(&mut self, _: Request<Text>) -> Self::Future {
        ready(Ok(Response::new(Late {
            left: 3,
            polled: false,
        })))
    }
}

async fn answer(
    seen: Seen,
    request: http::Request<Body>,
) -> Result<http::Response<Body>, Infallible> {
    let mut server = server::Grpc::new(Codec::default());
    Ok(match request.uri().path() {
        "/test.Test/Unary" => server.unary(seen, request).await,
        _ => server.server_streaming(seen, request).await,
    })
}

async fn serve(runtime: Runtime, next: Option<Calls>) -> SocketAddr {
    let incoming = TcpIncoming::bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let address = incoming.local_addr().unwrap();
    let seen = Seen(runtime, next);
    let service = service_fn(move |request| answer(seen.clone(), request));
    let server = Server::builder().layer(ServerLayer::new());
    runtime.spawn(async { server.serve_with_incoming(service, incoming).await.unwrap() });
    address
}

/// Asks as a caller does that is no program of ours: with metadata.
fn asked() -> Request<Text> {
    let mut request = Request::new(Text::default());
    let metadata = request.metadata_mut();
    metadata.insert("x-request-id", "req-7".parse().unwrap());
    metadata.insert("traceparent", PARENT.parse().unwrap());
    metadata.insert("tracestate", "rojo=1".parse().unwrap());
    metadata.insert("baggage", "tenant=1".parse().unwrap());
    request
}

async fn plain_client(to: SocketAddr) -> client::Grpc<Channel> {
    let endpoint = Endpoint::from_shared(format!("http://{to}")).unwrap();
    let mut client = client::Grpc::new(endpoint.connect().await.unwrap());
    client.ready().await.unwrap();
    client
}

#[test]
fn a_call_through_two_servers_has_its_values_in_both() {
    for runtime in Runtime::ALL {
        runtime.block_on(async {
            let last = serve(runtime, None).await;
            let first = serve(runtime, Some(connect(last, ClientLayer::new()).await)).await;
            let path = PathAndQuery::from_static("/test.Test/Unary");
            let mut client = plain_client(first).await;
            let answer = client.unary(asked(), path, Codec::default()).await.unwrap();
            assert_eq!(answer.metadata().get("x-request-id").unwrap(), "req-7");
            let text = answer.into_inner().text;
            let [by_a_task, by_next, after] = text.lines().collect::<Vec<_>>()[..] else {
                panic!("{text}")
            };
            let line = |parent| format!("req-7 {TRACE_ID} {parent} rojo=1 1");
            let here = line("00f067aa0ba902b7");
            assert_eq!([by_a_task, after], [&*here; 2]);
            let call = by_next.split(' ').nth(2).unwrap();
            assert_eq!(by_next, line(call));
            assert_ne!(call, "00f067aa0ba902b7");
        });
    }
}

#[test]
fn a_stream_runs_with_the_stores_of_its_call() {
    Runtime::Plain.block_on(async {
        let server = serve(Runtime::Plain, None).await;
        let path = PathAndQuery::from_static("/test.Test/Stream");
        let mut client = plain_client(server).await;
        let answer = client
            .server_streaming(asked(), path, Codec::default())
            .await
            .unwrap();
        let mut stream = answer.into_inner();
        let expected = format!("req-7 {TRACE_ID} 00f067aa0ba902b7 rojo=1 1");
        for _ in 0..3 {
            let text = stream.message().await.unwrap().unwrap().text;
            assert_eq!(text, expected);
        }
        assert_eq!(stream.message().await.unwrap(), None);
        assert!(
            stream.trailers().await.unwrap().is_some(),
            "the status is a trailer"
        );
    });
}

#[test]
fn a_channel_whose_client_has_no_origin_shows_no_host() {
    Runtime::Plain.block_on(async {
        let last = serve(Runtime::Plain, None).await;
        let only = ClientLayer::new().only_to(|uri| uri.host() == Some("127.0.0.1"));
        let channel = connect(last, only).await;
        let id = "req-7".parse().unwrap();
        let text = ah_tower::REQUEST_ID
            .scope(id, unary(channel))
            .await
            .unwrap();
        assert!(!text.starts_with("req-7 "), "{text}");
    });
}
