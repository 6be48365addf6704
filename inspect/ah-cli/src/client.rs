//! A request to a process, and its answer.

use std::{
    io::{self, Read as _, Write as _},
    os::unix::net::UnixStream,
    time::Duration,
};

use ah_inspect::{PROTOCOL, socket_path};

use crate::failure::Failure;

/// How long a process may take.
const PATIENCE: Duration = Duration::from_secs(10);

pub(crate) fn ask(process: u32, request: &str) -> Result<Vec<u8>, Failure> {
    let stream = connect(process)?;
    let answer = exchange(stream, request).map_err(|error| {
        let why = match error.kind() {
            io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut => "does not answer".to_owned(),
            _ => format!("has closed the connection: {error}"),
        };
        Failure::Refused(format!("process {process} {why}"))
    })?;
    body(process, answer)
}

/// Connects to the socket of a process.
pub(crate) fn connect(process: u32) -> Result<UnixStream, Failure> {
    let path = socket_path(process);
    UnixStream::connect(&path).map_err(|error| {
        let why = match error.kind() {
            io::ErrorKind::NotFound => {
                "does not serve: call `ah_inspect::serve()` in it; `ah ls` lists those that do"
                    .to_owned()
            }
            io::ErrorKind::ConnectionRefused => "has ended".to_owned(),
            _ => format!("cannot be reached at {}: {error}", path.display()),
        };
        Failure::NotServed(format!("process {process} {why}"))
    })
}

fn exchange(mut stream: UnixStream, request: &str) -> io::Result<Vec<u8>> {
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    stream.write_all(format!("{PROTOCOL} {request}\n").as_bytes())?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer)?;
    Ok(answer)
}

/// What was asked for, if the answer is whole.
fn body(process: u32, answer: Vec<u8>) -> Result<Vec<u8>, Failure> {
    let end = answer.iter().position(|byte| *byte == b'\n');
    let cut = || Failure::Refused(format!("the answer of process {process} is cut"));
    let end = end.ok_or_else(cut)?;
    let head = String::from_utf8_lossy(&answer[..end]).into_owned();
    if let Some(why) = head.strip_prefix("error ") {
        return Err(Failure::Refused(why.to_owned()));
    }
    let body = answer[end + 1..].to_vec();
    let is_whole = head == format!("ok {}", body.len());
    is_whole.then_some(body).ok_or_else(cut)
}
