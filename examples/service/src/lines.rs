//! One JSON object a line, with what is current where it is written.

use std::{
    io,
    sync::{Arc, Mutex, PoisonError},
};

use ah_tower::{REQUEST_ID, TRACE};
use ah_tracing::Stores;
use serde_json::Value;
use tracing_subscriber::fmt::MakeWriter;

use crate::{Result, http::TENANT};

/// Where the lines are, unless they are printed.
#[derive(Clone)]
pub(crate) struct Lines {
    print: bool,
    written: Arc<Mutex<Vec<u8>>>,
}

pub(crate) fn init(print: bool) -> Result<Lines> {
    let lines = Lines {
        print,
        written: Arc::default(),
    };
    let stores = Stores::new()
        .display(&REQUEST_ID)
        .display(&TRACE)
        .display(&TENANT);
    tracing_subscriber::fmt()
        .json()
        .flatten_event(true)
        .with_writer(lines.clone())
        .map_event_format(|format| stores.format(format))
        .try_init()?;
    Ok(lines)
}

impl Lines {
    /// All lines so far.
    pub(crate) fn take(&self) -> Result<Vec<Value>> {
        let mut written = self.written.lock().unwrap_or_else(PoisonError::into_inner);
        let lines = std::mem::take(&mut *written);
        let lines = lines
            .split(|byte| *byte == b'\n')
            .filter(|line| !line.is_empty());
        lines
            .map(|line| Ok(serde_json::from_slice(line)?))
            .collect()
    }
}

impl io::Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.print {
            return io::stdout().write(bytes);
        }
        let mut written = self.written.lock().unwrap_or_else(PoisonError::into_inner);
        written.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        io::stdout().flush()
    }
}

impl<'a> MakeWriter<'a> for Lines {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}
