//! tonic: an interceptor sends the id, trace and baggage of the request as metadata.
//!
//! On the side of the server an interceptor cannot do it, since it is over when the method runs: that takes
//! `Server::builder().layer(ServerLayer::new())`.

use std::{
    convert::Infallible,
    future::{Ready, ready},
    net::SocketAddr,
};

use ah_tower::ServerLayer;
use axum::http::{self, HeaderMap, uri::PathAndQuery};
use tonic::{
    Request, Response, Status,
    body::Body,
    client::Grpc,
    metadata::MetadataMap,
    server::{self, UnaryService},
    service::interceptor::InterceptedService,
    transport::{Endpoint, Server, server::TcpIncoming},
};
use tonic_prost::ProstCodec;
use tower::service_fn;

use crate::support::{id, in_request, operation};

/// All that a program writes: for `GreeterClient::with_interceptor(channel, inject)`.
fn inject(mut request: Request<()>) -> Result<Request<()>, Status> {
    let sent: HeaderMap = ah_tower::headers();
    let mut headers = std::mem::take(request.metadata_mut()).into_headers();
    headers.extend(sent);
    *request.metadata_mut() = MetadataMap::from_headers(headers);
    Ok(request)
}

/// What protoc would write for `string text = 1`.
#[derive(Clone, PartialEq, prost::Message)]
struct Text {
    #[prost(string, tag = "1")]
    text: String,
}

struct Seen;

impl UnaryService<Text> for Seen {
    type Response = Text;
    type Future = Ready<Result<Response<Text>, Status>>;

    fn call(&mut self, _: Request<Text>) -> Self::Future {
        let text = format!("{:?} {}", id(), operation().trace_id);
        ready(Ok(Response::new(Text { text })))
    }
}

async fn method(request: http::Request<Body>) -> Result<http::Response<Body>, Infallible> {
    let mut server = server::Grpc::new(ProstCodec::<Text, Text>::default());
    Ok(server.unary(Seen, request).await)
}

async fn serve() -> SocketAddr {
    let incoming = TcpIncoming::bind(([127, 0, 0, 1], 0).into()).expect("a port");
    let address = incoming.local_addr().expect("it is bound");
    let server = Server::builder().layer(ServerLayer::new());
    tokio::spawn(server.serve_with_incoming(service_fn(method), incoming));
    address
}

#[tokio::test]
async fn a_method_runs_with_the_id_and_in_the_trace_of_its_caller() {
    let endpoint = Endpoint::from_shared(format!("http://{}", serve().await)).unwrap();
    let channel = endpoint.connect().await.unwrap();
    in_request("req-7", async {
        let mut client = Grpc::new(InterceptedService::new(channel, inject));
        client.ready().await.unwrap();
        let path = PathAndQuery::from_static("/test.Greeter/Seen");
        let mut request = Request::new(Text::default());
        request
            .metadata_mut()
            .insert("own", "kept".parse().unwrap());
        let codec = ProstCodec::<Text, Text>::default();
        let text = client
            .unary(request, path, codec)
            .await
            .unwrap()
            .into_inner()
            .text;
        assert_eq!(
            text,
            format!("{:?} {}", Some("req-7"), operation().trace_id)
        );
    })
    .await;
}

#[test]
fn the_metadata_of_the_call_stays() {
    let mut request = Request::new(());
    request
        .metadata_mut()
        .insert("own", "kept".parse().unwrap());
    let request = inject(request).unwrap();
    assert_eq!(request.metadata().get("own").unwrap(), "kept");
}
