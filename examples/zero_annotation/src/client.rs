//! Sends the application its requests, and checks what it logged.

use std::{collections::HashMap, error::Error, net::SocketAddr, process::ExitCode};

use tokio::net::TcpListener;

use crate::app::{self, MESSAGES};

pub(crate) type Result<T> = std::result::Result<T, Box<dyn Error + Send + Sync>>;

const CLIENTS: u32 = 40;
const REQUESTS_OF_EACH: u32 = 50;

pub(crate) async fn run() -> Result<ExitCode> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    let server = tokio::spawn(axum::serve(listener, app::router()).into_future());
    let clients: Vec<_> = (0..CLIENTS)
        .map(|client| tokio::spawn(send_all(address, client)))
        .collect();
    for client in clients {
        client.await??;
    }
    server.abort();
    // what was spawned and not awaited
    while ah_tokio::instrumented_tasks() > 0 {
        tokio::task::yield_now().await;
    }
    Ok(report(&app::take_lines()))
}

/// The id of a request, by the number of its order.
fn id_of(number: u32) -> String {
    format!("request-{}", number * 7)
}

/// Sends one request after the other, and so over one connection.
async fn send_all(address: SocketAddr, client: u32) -> Result<()> {
    let http = reqwest::Client::builder().no_proxy().build()?;
    for number in (0..REQUESTS_OF_EACH).map(|nth| client * REQUESTS_OF_EACH + nth) {
        let request = http.get(format!("http://{address}/orders/{number}"));
        let answer = request.header("x-request-id", id_of(number)).send().await?;
        answer.error_for_status()?.bytes().await?;
    }
    Ok(())
}

fn report(lines: &[String]) -> ExitCode {
    let mut logged: HashMap<&str, usize> = HashMap::new();
    for line in lines {
        *logged.entry(line).or_default() += 1;
    }
    let expected = (0..CLIENTS * REQUESTS_OF_EACH).flat_map(|number| {
        let id = id_of(number);
        MESSAGES.map(|message| format!("{id} order {number}: {message}"))
    });
    // each that is right is taken away: what is left is wrong
    let missing = expected
        .filter(|line| logged.remove(&**line) != Some(1))
        .count();
    let wrong: usize = logged.values().sum();
    println!("requests      {}", CLIENTS * REQUESTS_OF_EACH);
    println!("lines logged  {}", lines.len());
    println!("lines wrong   {wrong}");
    println!("lines missing {missing}");
    if wrong == 0 && missing == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}
