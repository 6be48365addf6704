//! As much of HTTP as a checkout needs. The stores of a request are entered here.

use std::{net::SocketAddr, sync::Arc};

use async_hooks::AsyncLocalStorage;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
};

use crate::{
    Result,
    shop::{REQUEST, Shop, log},
};

static TENANT: AsyncLocalStorage<String> =
    AsyncLocalStorage::builder().name("tenant").shown().build();
/// Inspectors know that it is there, and not what it is.
static TOKEN: AsyncLocalStorage<String> = AsyncLocalStorage::builder().name("token").build();

pub(crate) async fn listen(shop: Arc<Shop>) -> Result<SocketAddr> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    log("open"); // of no request, and so no loss
    tokio::spawn(accept(listener, shop));
    Ok(address)
}

async fn accept(listener: TcpListener, shop: Arc<Shop>) {
    while let Ok((stream, _)) = listener.accept().await {
        tokio::spawn(connection(stream, Arc::clone(&shop)));
    }
}

async fn connection(mut stream: TcpStream, shop: Arc<Shop>) -> Result {
    let request = head(&mut stream).await?;
    let id = header(&request, "x-request-id").parse().unwrap_or(0);
    let tenant = header(&request, "x-tenant").to_owned();
    let checkout = async { shop.checkout().await };
    let checkout = TENANT.scope(tenant, TOKEN.scope("s3cr3t".to_owned(), checkout));
    let total = REQUEST.scope(id, checkout).await?.to_string();
    let answer = format!(
        "HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{total}",
        total.len()
    );
    stream.write_all(answer.as_bytes()).await?;
    Ok(())
}

/// The head of a request, of at most 4 KiB.
async fn head(stream: &mut TcpStream) -> Result<String> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        if head.len() >= 4096 || stream.read_buf(&mut head).await? == 0 {
            return Err("this is no request".into());
        }
    }
    Ok(String::from_utf8(head)?)
}

fn header<'a>(head: &'a str, name: &str) -> &'a str {
    let mut headers = head.lines().filter_map(|line| line.split_once(": "));
    headers
        .find(|(key, _)| *key == name)
        .map_or("", |(_, value)| value)
}
