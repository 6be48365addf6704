//! An indented log of everything asynchronous that happens: a TCP server, one client, a timer, two ticks.
//!
//! `cargo run --example hooks_log`
//!
//! Each resource is created manually around the real thing, as an integration with a runtime would do it. What Node's
//! documentation of `async_hooks` shows for `net.createServer`, this shows for a listener of tokio.

use std::{
    io::{self, Read as _, Write as _},
    net::SocketAddr,
    sync::atomic::{AtomicUsize, Ordering::Relaxed},
    thread,
    time::Duration,
};

use async_hooks::{
    AsyncResource, default_trigger_async_id_scope, embedder, execution_async_id,
    providers::{TCPSERVERWRAP, TCPWRAP},
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    sync::oneshot,
    task::{LocalSet, spawn_local},
    time::sleep,
};

const GREETING: &[u8; 5] = b"hello";

static INDENT: AtomicUsize = AtomicUsize::new(0);

fn log(text: &str) {
    let indent = INDENT.load(Relaxed);
    println!("{:indent$}{text}", "");
}

/// What the program itself has to say, from within some scope.
fn say(text: &str) {
    log(&format!(">>> {}: {text}", execution_async_id()));
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
        .destroy(|id| log(&format!("destroy: {id}")))
        .build();
    async_hooks::create_hook(hooks).enable();
}

/// Runs `f` soon, in the scope of a tick that is triggered by whoever asks for it.
fn next_tick(f: impl FnOnce() + 'static) {
    let tick = AsyncResource::new("TickObject");
    spawn_local(async move { tick.run_in_async_scope(f) });
}

/// Runs `f` later, in the scope of a timer.
fn set_timeout(delay: Duration, f: impl FnOnce() + 'static) {
    let timeout = AsyncResource::new("Timeout");
    spawn_local(async move {
        sleep(delay).await;
        timeout.run_in_async_scope(f);
    });
}

struct Server {
    resource: AsyncResource,
    listener: TcpListener,
}

struct Connection {
    resource: AsyncResource,
    stream: TcpStream,
}

impl Server {
    /// The tick that delivers it is caused by the server, though the server does not run.
    async fn listen(on_listening: impl FnOnce() + 'static) -> io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let resource = AsyncResource::new(TCPSERVERWRAP);
        default_trigger_async_id_scope(resource.async_id(), || next_tick(on_listening));
        Ok(Self { resource, listener })
    }

    /// A connection is accepted on no code's behalf, so the execution id is 0; but the server is why it is there.
    async fn accept(&self, on_connection: impl FnOnce()) -> io::Result<Connection> {
        let (stream, _) = self.listener.accept().await?;
        let resource = embedder::run_in_worker(|| {
            default_trigger_async_id_scope(self.resource.async_id(), || AsyncResource::new(TCPWRAP))
        });
        self.resource.run_in_async_scope(on_connection);
        Ok(Connection { resource, stream })
    }
}

impl Connection {
    /// The socket is awaited outside of the scope, so that the log does not depend on how often it is polled.
    async fn read(&mut self, on_data: impl FnOnce(&[u8])) -> io::Result<()> {
        let mut data = [0; GREETING.len()];
        self.stream.read_exact(&mut data).await?;
        self.resource.run_in_async_scope(|| on_data(&data));
        self.stream.write_all(&data).await
    }
}

/// Somebody else's program, in a thread without hooks.
fn client(address: SocketAddr) -> io::Result<[u8; GREETING.len()]> {
    let mut stream = std::net::TcpStream::connect(address)?;
    stream.write_all(GREETING)?;
    let mut echo = [0; GREETING.len()];
    stream.read_exact(&mut echo)?;
    Ok(echo)
}

async fn serve_one_client() -> io::Result<()> {
    let (ready, is_ready) = oneshot::channel();
    let server = Server::listen(|| {
        set_timeout(Duration::from_millis(10), || {
            say("listening for 10 ms");
            next_tick(|| {
                let _nobody_waits = ready.send(());
            });
        });
    })
    .await?;
    is_ready.await.map_err(io::Error::other)?;

    let address = server.listener.local_addr()?;
    let client = thread::spawn(move || client(address));
    let mut connection = server.accept(|| say("somebody connected")).await?;
    connection
        .read(|data| say(&format!("got {:?}", String::from_utf8_lossy(data))))
        .await?;

    match client.join() {
        Ok(Ok(echo)) if echo == *GREETING => Ok(()),
        Ok(Err(error)) => Err(error),
        _ => Err(io::Error::other("the client did not get its greeting back")),
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> io::Result<()> {
    log_all_events();
    LocalSet::new().run_until(serve_one_client()).await
}
