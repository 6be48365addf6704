//! Clients, each on a thread of its own, few at a time, and none for long.
//!
//! If there are too many, the oldest loses its connection: those that stall make room for those that ask.

use std::{
    collections::VecDeque,
    io::{self, Read, Write as _},
    net::Shutdown,
    os::unix::net::UnixStream,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    thread,
    time::{Duration, Instant},
};

use super::answer::answer;

/// So many clients at a time.
const MOST: usize = 16;
/// A request is no longer than this.
const LONGEST: usize = 256;
/// How long a client may take to ask.
const TO_ASK: Duration = Duration::from_secs(1);
/// How long it may take to read the answer.
const TO_READ: Duration = Duration::from_secs(10);
/// How much is written at a time.
const PART: usize = 1 << 16;

#[derive(Default)]
pub(super) struct Clients {
    connected: Arc<Connected>,
}

#[derive(Default)]
struct Connected(Mutex<Streams>);

#[derive(Default)]
struct Streams {
    next: u64,
    open: VecDeque<(u64, UnixStream)>,
}

impl Clients {
    pub(super) fn add(&self, stream: UnixStream) {
        if !is_allowed(&stream) {
            return;
        }
        let Ok(number) = self.connected.open(&stream) else {
            return; // out of descriptors
        };
        let connected = Arc::clone(&self.connected);
        let client = move || {
            let _close = Close { connected, number };
            let _too_slow_or_gone = serve(stream);
        };
        let spawned = thread::Builder::new()
            .name("ah-inspect client".to_owned())
            .spawn(client);
        if spawned.is_err() {
            self.connected.close(number);
        }
    }
}

/// Whether whoever connects is the user of this process. Elsewhere than on Linux, the mode of the directory says so alone.
#[cfg(any(target_os = "linux", target_os = "android"))]
fn is_allowed(stream: &UnixStream) -> bool {
    let peer = rustix::net::sockopt::socket_peercred(stream);
    peer.is_ok_and(|peer| peer.uid == rustix::process::geteuid())
}

#[cfg(not(any(target_os = "linux", target_os = "android")))]
fn is_allowed(_: &UnixStream) -> bool {
    true
}

impl Connected {
    fn lock(&self) -> MutexGuard<'_, Streams> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn open(&self, stream: &UnixStream) -> io::Result<u64> {
        let stream = stream.try_clone()?;
        let mut streams = self.lock();
        if streams.open.len() >= MOST {
            if let Some((_, oldest)) = streams.open.pop_front() {
                let _it_may_have_ended = oldest.shutdown(Shutdown::Both);
            }
        }
        streams.next += 1;
        let number = streams.next;
        streams.open.push_back((number, stream));
        Ok(number)
    }

    fn close(&self, number: u64) {
        self.lock().open.retain(|(other, _)| *other != number);
    }
}

struct Close {
    connected: Arc<Connected>,
    number: u64,
}

impl Drop for Close {
    fn drop(&mut self) {
        self.connected.close(self.number);
    }
}

fn serve(mut stream: UnixStream) -> io::Result<()> {
    let answer = match read_line(&mut stream)? {
        Some(line) => answer(&line),
        None => Err(format!("a request is one line of at most {LONGEST} bytes")),
    };
    let (head, body) = match answer {
        Ok(body) => (format!("ok {}\n", body.len()), body),
        Err(why) => (format!("error {why}\n"), Vec::new()),
    };
    write(&mut stream, &[head.into_bytes(), body].concat())?;
    stream.shutdown(Shutdown::Both)
}

/// How much time is left until then. A client that sends or reads byte by byte gets no more of it.
fn left(until: Instant) -> io::Result<Duration> {
    let left = until.saturating_duration_since(Instant::now());
    if left.is_zero() {
        Err(io::ErrorKind::TimedOut.into())
    } else {
        Ok(left)
    }
}

/// Reads the first line; nothing if it is too long.
fn read_line(stream: &mut UnixStream) -> io::Result<Option<Vec<u8>>> {
    let until = Instant::now() + TO_ASK;
    let mut line = Vec::new();
    let mut part = [0; LONGEST];
    loop {
        stream.set_read_timeout(Some(left(until)?))?;
        let len = stream.read(&mut part)?;
        if len == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let end = part[..len].iter().position(|byte| *byte == b'\n');
        line.extend_from_slice(&part[..end.unwrap_or(len)]);
        if line.len() > LONGEST {
            return Ok(None);
        }
        if end.is_some() {
            return Ok(Some(line));
        }
    }
}

fn write(stream: &mut UnixStream, bytes: &[u8]) -> io::Result<()> {
    let until = Instant::now() + TO_READ;
    for part in bytes.chunks(PART) {
        let mut rest = part;
        while !rest.is_empty() {
            stream.set_write_timeout(Some(left(until)?))?;
            let written = stream.write(rest)?;
            rest = &rest[written..];
        }
    }
    Ok(())
}
