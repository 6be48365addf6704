//! A server on a thread of its own.

use std::{
    io,
    net::{Ipv4Addr, SocketAddr, SocketAddrV4, TcpListener},
    thread,
};

use console_api::instrument::instrument_server::InstrumentServer;
use tokio::runtime::{Builder, Runtime};
use tokio_stream::wrappers::TcpListenerStream;
use tonic::transport::Server;

use crate::service::Service;

/// Where tokio-console connects to unless it is given an address: port 6669 of this machine, for this machine alone.
pub const DEFAULT_ADDRESS: SocketAddr =
    SocketAddr::V4(SocketAddrV4::new(Ipv4Addr::LOCALHOST, 6669));

/// Serves tokio-console until the process ends, from a thread with a runtime of its own: a program whose workers are all
/// blocked is shown, too. Returns the address, whose port is chosen by the system if the one given is 0.
///
/// What is shown is what [`ah_inspect::Recorder`] records; before one is started, nothing is.
///
/// # Errors
///
/// If the address cannot be bound, or no thread can be spawned.
///
/// # Examples
///
/// ```
/// let address = ah_console::serve("127.0.0.1:0".parse()?)?;
/// println!("tokio-console http://{address}");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn serve(address: SocketAddr) -> io::Result<SocketAddr> {
    let listener = TcpListener::bind(address)?;
    listener.set_nonblocking(true)?;
    let address = listener.local_addr()?;
    let runtime = Builder::new_current_thread().enable_all().build()?;
    thread::Builder::new()
        .name("ah-console".to_owned())
        .spawn(move || run(&runtime, listener))?;
    Ok(address)
}

fn run(runtime: &Runtime, listener: TcpListener) {
    let served = runtime.block_on(async {
        let listener = tokio::net::TcpListener::from_std(listener)?;
        let service = InstrumentServer::new(Service::default());
        let server = Server::builder().add_service(service);
        let served = server.serve_with_incoming(TcpListenerStream::new(listener));
        served.await.map_err(io::Error::other)
    });
    if let Err(error) = served {
        eprintln!("ah-console: consoles are served no more: {error}");
    }
}
