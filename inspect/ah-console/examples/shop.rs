//! Something to look at with `tokio-console http://127.0.0.1:6669`: a task that spins, requests, a timer and a socket.
//!
//! `cargo run -p ah-console --example shop [ADDRESS]` goes on until standard input is closed.

extern crate ah_tokio as tokio;

use std::{net::SocketAddr, time::Duration};

use ah_inspect::{Recorder, Settings};
use async_hooks::{AsyncLocalStorage, traced};
use tokio::time::sleep;

static REQUEST: AsyncLocalStorage<u64> =
    AsyncLocalStorage::builder().name("request").shown().build();
static TOKEN: AsyncLocalStorage<String> = AsyncLocalStorage::builder().name("token").build();

#[traced]
async fn load_user(request: u64) {
    sleep(Duration::from_millis(300 + request % 7)).await;
}

async fn fetch_price(milliseconds: u64) {
    sleep(Duration::from_millis(milliseconds)).await;
}

async fn request(number: u64) {
    load_user(number).await;
    let prices = [400, 800, 1200].map(|price| tokio::spawn(fetch_price(price)));
    for price in prices {
        let _it_does_not_panic = price.await;
    }
}

async fn spinner() {
    loop {
        for _ in 0..20 {
            tokio::task::yield_now().await;
        }
        sleep(Duration::from_millis(50)).await;
    }
}

async fn customers() {
    for number in 7000.. {
        TOKEN.run::<_, async_hooks::Value>(format!("secret-{number}"), || {
            REQUEST.run::<_, async_hooks::Value>(number, || tokio::spawn(request(number)))
        });
        sleep(Duration::from_millis(150)).await;
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let _recorder = Recorder::start(&Settings::default())?;
    let address = match std::env::args().nth(1) {
        Some(address) => address.parse::<SocketAddr>()?,
        None => ah_console::DEFAULT_ADDRESS,
    };
    println!("http://{}", ah_console::serve(address)?);
    let _socket = tokio::observed::net::TcpListener::bind("127.0.0.1:0").await?;
    let _reminder = tokio::set_timeout(Duration::from_secs(3600), || ());
    tokio::spawn(spinner());
    tokio::spawn(customers());
    let closed = || std::io::stdin().read_line(&mut String::new());
    tokio::task::spawn_blocking(closed).await??;
    Ok(())
}
