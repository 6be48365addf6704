//! A service that takes orders, and the ledger that it calls, each on a socket of its own. The order passes through a
//! spawned task, a worker behind a channel, a call and a streamed body; each of its lines and spans must be its
//! request's.
//!
//! `cargo run -p service` sends itself 1,000 requests, 64 at a time, and checks all lines and spans, and that the
//! inspector, which records meanwhile, reports no context as lost.
//! `cargo run -p service -- --serve 127.0.0.1:8080` serves, and prints its lines.

extern crate ah_tokio as tokio; // the whole migration: spawned tasks carry their context

mod check;
mod http;
mod ledger;
mod lines;
mod orders;
mod requests;
mod spans;
mod worker;

use std::{env, error::Error, net::SocketAddr};

use ah_inspect::{Recorder, Settings};
use axum::Router;
use lines::Lines;
use spans::Spans;
use tokio::net::TcpListener;

type Result<T> = std::result::Result<T, Box<dyn Error + Send + Sync>>;

const REQUESTS: u32 = 1_000;

#[tokio::main]
async fn main() -> Result<()> {
    match env::args().skip_while(|word| word != "--serve").nth(1) {
        Some(address) => serve_at(&address).await,
        None => check_itself().await,
    }
}

async fn serve_at(address: &str) -> Result<()> {
    let (orders, _lines, _spans) = orders(true).await?;
    println!("POST /orders/1 to http://{}", serve(address, orders).await?);
    std::future::pending().await
}

async fn check_itself() -> Result<()> {
    let recorder = Recorder::start(&Settings::default())?;
    let (orders, lines, spans) = orders(false).await?;
    let orders = serve("127.0.0.1:0", orders).await?;
    let answers = requests::send(orders, REQUESTS).await?;
    println!(
        "{}",
        check::check(&answers, &lines.take()?, &spans.take()?)?
    );
    println!("{}", check::none_lost(&recorder.stop())?);
    Ok(())
}

/// The service that takes orders, with the ledger and the worker that it needs, and where its lines and spans are.
async fn orders(prints: bool) -> Result<(Router, Lines, Spans)> {
    let (lines, spans) = (lines::init(prints)?, spans::init()?);
    let ledger = serve("127.0.0.1:0", ledger::app()).await?;
    let orders = orders::app(http::Client::new(ledger), worker::start());
    Ok((orders, lines, spans))
}

/// Serves in a task of its own, and returns where.
async fn serve(address: &str, app: Router) -> Result<SocketAddr> {
    let listener = TcpListener::bind(address).await?;
    let address = listener.local_addr()?;
    tokio::spawn(async { axum::serve(listener, app).await });
    Ok(address)
}
