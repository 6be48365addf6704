//! The example server, with storages and a hook that counts all events, against the same without either.

use std::{
    io,
    net::SocketAddr,
    time::{Duration, Instant},
};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    runtime::Runtime,
};

use crate::{
    harness::{Row, at_least},
    hooks, log, server,
};

pub(super) use crate::server::Storages;

/// Requests that are under way at a time.
const CONNECTIONS: u32 = 64;
const AT_LEAST: u32 = 512;
const REQUEST: &[u8] = b"GET /work/1 HTTP/1.1\r\nhost: bench\r\nx-request-id: request-1\r\n\r\n";

/// 1.02 times as long is 0.98 of the requests per second.
pub(super) fn rows() -> Vec<Row> {
    vec![
        Row::new("http_overhead", with_hook(requests(Storages::On)))
            .against("the server without", requests(Storages::Off))
            .at_most(1.02),
        Row::new(
            "http_overhead_vs_storages_only",
            with_hook(requests(Storages::On)),
        )
        .against("the server without hooks", requests(Storages::On)),
    ]
}

fn with_hook(mut batch: impl FnMut(u32) -> Duration) -> impl FnMut(u32) -> Duration {
    move |times| {
        let _hook = hooks::counting(hooks::ALL, 1);
        batch(times)
    }
}

/// Sends requests to a server that is started at the first call.
pub(super) fn requests(storages: Storages) -> impl FnMut(u32) -> Duration {
    let mut running: Option<(Runtime, SocketAddr)> = None;
    at_least(AT_LEAST, move |requests| {
        let (runtime, address) = running.get_or_insert_with(|| start(storages));
        let took = runtime.block_on(send(*address, requests));
        drop(log::take());
        took.expect("the server answers")
    })
}

fn start(storages: Storages) -> (Runtime, SocketAddr) {
    let runtime = Runtime::new().expect("a runtime can be made here");
    let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0"));
    let listener = listener.expect("a port is free");
    let address = listener.local_addr().expect("it is bound");
    runtime.spawn(server::serve(listener, storages, std::future::pending()));
    (runtime, address)
}

async fn send(address: SocketAddr, requests: u32) -> io::Result<Duration> {
    let mut connections = Vec::new();
    for _ in 0..CONNECTIONS {
        connections.push(TcpStream::connect(address).await?);
    }
    let start = Instant::now();
    let each = requests.div_ceil(CONNECTIONS);
    let senders: Vec<_> = connections
        .into_iter()
        .map(|connection| tokio::spawn(send_one_by_one(connection, each)))
        .collect();
    for sender in senders {
        sender.await.map_err(io::Error::other)??;
    }
    Ok(start.elapsed())
}

async fn send_one_by_one(mut connection: TcpStream, requests: u32) -> io::Result<()> {
    let mut answer = Vec::new();
    for _ in 0..requests {
        connection.write_all(REQUEST).await?;
        answer.clear();
        while !answer.ends_with(b"done\n") {
            if connection.read_buf(&mut answer).await? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
        }
    }
    Ok(())
}
