//! Customers, who check out over a socket.

use std::net::SocketAddr;

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

use crate::Result;

pub(crate) struct Customer {
    number: u64,
}

impl Customer {
    pub(crate) fn new(number: u64) -> Self {
        Self { number }
    }

    /// Returns what the shop answers.
    pub(crate) async fn check_out(self, shop: SocketAddr) -> Result<String> {
        let Self { number } = self;
        let tenant = ["acme", "globex", "initech"][number as usize % 3];
        let mut stream = TcpStream::connect(shop).await?;
        let request = format!(
            "POST /checkout HTTP/1.1\r\nhost: shop\r\nx-request-id: {}\r\nx-tenant: {tenant}\r\nconnection: close\r\n\r\n",
            7001 + number
        );
        stream.write_all(request.as_bytes()).await?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await?;
        Ok(answer)
    }
}
