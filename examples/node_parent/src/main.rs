//! A Rust child of a Node parent. Each message on Node's channel brings the context of whoever sent it, as `AsyncLocalStorage`
//! has it in Node: the handler, the tasks that it spawns and their log lines have it, and the answer takes it back.
//!
//! `cargo build -p node_parent && node examples/node_parent/parent.mjs` sends 10,000 messages, 64 at a time, and checks
//! every answer and every line; `node examples/node_parent/parent.mjs json` does it in Node's other serialization.

extern crate ah_tokio as tokio; // the whole migration: spawned tasks carry their context

#[cfg(unix)]
mod context;
#[cfg(unix)]
mod handler;
#[cfg(unix)]
mod ipc;
#[cfg(unix)]
mod serve;

use std::{
    io::{Write, stderr},
    process::ExitCode,
};

#[cfg(unix)]
#[tokio::main]
async fn main() -> ExitCode {
    context::show_in_lines();
    match run().await {
        Ok(report) => exit(&report, ExitCode::SUCCESS),
        Err(error) => exit(&error, ExitCode::FAILURE),
    }
}

#[cfg(unix)]
async fn run() -> Result<String, ipc::IpcError> {
    let (channel, mode) = ipc::channel_of_parent()?;
    serve::serve(channel, mode).await
}

#[cfg(not(unix))]
fn main() -> ExitCode {
    exit(
        &"Node's channel is no socket here: this example is for Unix",
        ExitCode::FAILURE,
    )
}

/// The parent may have gone, and whatever it read of this with it.
fn exit(report: &dyn std::fmt::Display, code: ExitCode) -> ExitCode {
    let _ = writeln!(stderr(), "child: {report}");
    code
}
