//! What Node's documentation of `async_hooks` shows for a server that one client hits, by sockets, ticks and a timer of
//! tokio.
//!
//! `cargo run --example tcp_hooks`
//!
//! Nothing in here is announced manually: `observed::net` in place of `net` is all that it takes.

use std::{
    error::Error,
    io::Write as _,
    sync::atomic::{AtomicUsize, Ordering::Relaxed},
    thread,
    time::Duration,
};

use ah_tokio as tokio;
use async_hooks::{execution_async_id, prelude::*};
use tokio::{
    io::AsyncReadExt as _, next_tick, observed::net::TcpListener, set_timeout, sync::oneshot,
};

static INDENT: AtomicUsize = AtomicUsize::new(0);

fn log(text: &str) {
    println!("{:indent$}{text}", "", indent = INDENT.load(Relaxed));
}

fn log_all_events() {
    let hooks = async_hooks::Hooks::builder()
        .init(|resource| {
            log(&format!(
                "{}({}): trigger: {} execution: {}",
                resource.resource_type(),
                resource.async_id(),
                resource.trigger_async_id(),
                execution_async_id(),
            ));
        })
        .before(|id| {
            log(&format!("before:  {id}"));
            INDENT.fetch_add(2, Relaxed);
        })
        .after(|id| {
            INDENT.fetch_sub(2, Relaxed);
            log(&format!("after:   {id}"));
        })
        .destroy(|id| log(&format!("destroy: {id}")));
    async_hooks::create_hook(hooks.build()).enable();
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    log_all_events();
    let server = TcpListener::bind("127.0.0.1:0").await?;

    // Node calls `listening` in a tick that the server causes
    let (listening, last) = oneshot::channel();
    async_hooks::default_trigger_async_id_scope(server.async_id(), || {
        next_tick(move || {
            set_timeout(Duration::from_millis(10), move || {
                log(&format!(">>> {}", execution_async_id()));
                next_tick(move || {
                    let _ = listening.send(()); // `main` waits for it
                });
            });
        });
    });
    last.await?;

    // the client is no part of this: a plain thread
    let address = server.local_addr()?;
    let client = thread::spawn(move || std::net::TcpStream::connect(address)?.write_all(b"hello"));
    let (mut connection, _) = server.accept().await?;
    let mut greeting = String::new();
    connection.read_to_string(&mut greeting).await?;
    log(&format!(">>> {greeting}"));

    client.join().map_err(|_| "the client panicked")??;
    Ok(())
}
