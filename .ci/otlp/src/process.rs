//! Child processes, which end with this one, and free ports.

use std::{
    net::{TcpListener, TcpStream},
    process::Child,
    thread,
    time::{Duration, Instant},
};

use crate::Failure;

/// How long anything may take.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

/// A child that is killed when this is dropped.
pub(crate) struct Killed(pub(crate) Child);

impl Drop for Killed {
    fn drop(&mut self) {
        let _it_may_have_ended = self.0.kill();
        let _it_may_have_ended = self.0.wait();
    }
}

/// A port that was free a moment ago.
pub(crate) fn free_port() -> Result<u16, Failure> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}

/// Waits until somebody listens at this port.
pub(crate) fn await_listener(port: u16) -> Result<(), Failure> {
    retry(|| Ok(TcpStream::connect(("127.0.0.1", port)).ok()).map(|stream| stream.map(drop)))
}

/// Asks until there is an answer.
pub(crate) fn retry<R>(mut ask: impl FnMut() -> Result<Option<R>, Failure>) -> Result<R, Failure> {
    let begin = Instant::now();
    loop {
        if let Some(answer) = ask()? {
            return Ok(answer);
        }
        if begin.elapsed() > PATIENCE {
            return Err(format!("no answer in {PATIENCE:?}").into());
        }
        thread::sleep(Duration::from_millis(50));
    }
}
