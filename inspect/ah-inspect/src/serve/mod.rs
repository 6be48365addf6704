//! Views for whoever asks from outside: a Unix socket that only the user of the process may open.
//!
//! A request is a line of words, [`PROTOCOL`] first: `ah1 why 17 json columns=120`. The answer is `ok LENGTH` and a line feed,
//! and so many bytes; or `error` and a sentence. Then the connection is closed.

mod answer;
mod clients;
mod directory;

use std::{
    io,
    os::unix::{fs::PermissionsExt as _, net::UnixListener},
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
    thread,
    time::Duration,
};

use crate::clock;
use clients::Clients;

pub use directory::{socket_directory, socket_path};

/// The first word of requests.
pub const PROTOCOL: &str = "ah1";

/// Serves views of this process to the command `ah`, from a thread of its own, until the process ends. Returns the path of the
/// socket: [`socket_path`] of this process. Another call changes nothing.
///
/// Only the user of the process may connect: the directory and the socket are theirs alone, and on Linux the kernel says who
/// asks. A client that stalls, asks for nonsense or sends without end loses its connection, and harms nobody else.
///
/// # Errors
///
/// If the directory belongs to somebody else, or the socket cannot be created.
///
/// # Examples
///
/// ```no_run
/// ah_inspect::serve()?; // then, from outside: `ah pstree PID`
/// # Ok::<(), std::io::Error>(())
/// ```
pub fn serve() -> io::Result<PathBuf> {
    static SERVED: Mutex<Option<PathBuf>> = Mutex::new(None);
    let mut served = SERVED.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(path) = &*served {
        return Ok(path.clone());
    }
    clock::start();
    let path = socket_path(std::process::id());
    directory::create()?;
    let listener = bind(&path)?;
    thread::Builder::new()
        .name("ah-inspect".to_owned())
        .spawn(move || accept(&listener))?;
    *served = Some(path.clone());
    Ok(path)
}

fn bind(path: &Path) -> io::Result<UnixListener> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => (), // of a process that had this id before
    }
    let listener = UnixListener::bind(path)?;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600))?;
    Ok(listener)
}

fn accept(listener: &UnixListener) {
    let clients = Clients::default();
    for stream in listener.incoming() {
        match stream {
            Ok(stream) => clients.add(stream),
            Err(_) => thread::sleep(Duration::from_millis(10)), // out of descriptors: it may pass
        }
    }
}
