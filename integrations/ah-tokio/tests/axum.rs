//! With the feature `axum`, `axum::serve` takes the listeners of `observed::net`: its connections announce themselves.
#![cfg(feature = "axum")]

mod support;

use ah_tokio::observed::net::{TcpListener, TcpStream};
use async_hooks::prelude::*;
use axum::{Router, routing::get};
use support::{checked, inits};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

#[test]
fn a_connection_that_axum_serves_is_a_resource_of_its_listener() {
    checked(async |collector| {
        let app = Router::new().route("/", get(async || "hello"));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (id, address) = (listener.async_id(), listener.local_addr().unwrap());
        let server = tokio::spawn(async { axum::serve(listener, app).await.unwrap() });
        let mut client = TcpStream::connect(address).await.unwrap();
        let request = b"GET / HTTP/1.1\r\nhost: here\r\nconnection: close\r\n\r\n";
        client.write_all(request).await.unwrap();
        let mut answer = String::new();
        client.read_to_string(&mut answer).await.unwrap();
        assert!(answer.ends_with("hello"), "{answer}");
        let connections = inits(collector, "TCPWRAP");
        let triggers: Vec<_> = connections.iter().map(|(_, trigger)| *trigger).collect();
        assert_eq!(triggers, [async_hooks::AsyncId::ROOT, id]);
        server.abort();
        assert!(server.await.is_err());
    });
}
