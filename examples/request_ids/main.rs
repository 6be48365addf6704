//! A server that keeps its request ids: through `await`, spawned tasks, blocking threads, timers and a channel.
//!
//! `cargo run --release --example request_ids` sends 2,000 requests, checks every line that was logged against the
//! request it belongs to, and exits with 1 if one is wrong. `-- --serve 127.0.0.1:8080` keeps the server up for curl.

mod check;
mod client;
mod log;
mod request_id;
mod server;

use std::{io, process::ExitCode, time::Duration};

use ah_inspect::{Recorder, Settings};
use tokio::net::TcpListener;

use crate::{client::Load, server::Storages};

const REQUESTS: usize = 2_000;
const AT_A_TIME: usize = 64;

#[tokio::main]
async fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let result = match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] => measure_and_check().await,
        ["--serve", address] => serve(address).await,
        ["--inspected"] => inspected().await,
        _ => {
            eprintln!("usage: request_ids [--serve ADDRESS:PORT | --inspected]");
            return ExitCode::from(2);
        }
    };
    result.unwrap_or_else(|error| {
        eprintln!("request_ids: {error}");
        ExitCode::FAILURE
    })
}

/// Serves until Ctrl-C, with the log on the screen.
async fn serve(address: &str) -> io::Result<ExitCode> {
    let listener = TcpListener::bind(address).await?;
    println!(
        "try: curl -i -H 'x-request-id: my-id' http://{}/work/1",
        listener.local_addr()?
    );
    log::to_screen();
    let ctrl_c = async { drop(tokio::signal::ctrl_c().await) };
    server::serve(listener, Storages::On, ctrl_c).await?;
    println!("drained");
    Ok(ExitCode::SUCCESS)
}

async fn measure_and_check() -> io::Result<ExitCode> {
    run(Storages::Off, "warming up").await?;
    let without = run(Storages::Off, "without storages").await?;
    log::take(); // without storages the lines have no ids
    let with = run(Storages::On, "with storages").await?;
    let refused_raw = with.refused_raw;
    let report = check::check(&log::take(), &with);

    println!("requests served     {}", with.served.len());
    println!(
        "requests refused    {} (and {refused_raw} that were no HTTP)",
        with.refused
    );
    println!("lines logged        {}", report.lines);
    println!("lines with wrong id {}", report.wrong);
    println!("lines with no id    {}", report.without_id);
    println!("lines missing       {}", report.missing);
    println!(
        "requests per second {:.0} with storages, {:.0} without",
        with.per_second(),
        without.per_second()
    );
    for error in with.errors.iter().chain(&without.errors) {
        println!("error: {error}");
    }
    let good = report.is_good() && with.errors.is_empty() && without.errors.is_empty();
    Ok(if good {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// Sends the requests with everything recorded: no id is lost, and none is reported as lost.
async fn inspected() -> io::Result<ExitCode> {
    let recorder = Recorder::start(&Settings::default()).map_err(io::Error::other)?;
    let load = run(Storages::On, "inspected").await?;
    let lost = ah_inspect::lost();
    lost.iter().for_each(|loss| println!("{loss}"));
    println!("requests inspected  {}", load.served.len());
    println!("events kept         {}", recorder.stop().events());
    println!("contexts lost       {}", lost.len());
    Ok(ExitCode::from(u8::from(!lost.is_empty())))
}

/// Sends all requests to a server of their own.
async fn run(storages: Storages, title: &str) -> io::Result<Load> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let server = tokio::spawn(server::serve(listener, storages, async {
        drop(stopped.await)
    }));
    let load = client::send(address, REQUESTS, AT_A_TIME, title).await?;
    drop(stop);
    match tokio::time::timeout(Duration::from_secs(10), server).await {
        Ok(joined) => joined??,
        Err(_) => return Err(io::Error::other("the server did not drain within 10 s")),
    }
    Ok(load)
}
