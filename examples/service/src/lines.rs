//! One JSON object a line, with what is current where it is written.

use std::{
    io,
    sync::{Arc, Mutex, PoisonError},
};

use ah_tower::{REQUEST_ID, TRACE};
use json_subscriber::JsonLayer;
use serde_json::Value;
use tracing_subscriber::{
    filter::LevelFilter, fmt::MakeWriter, layer::SubscriberExt as _, registry,
};

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
    let mut layer = JsonLayer::new(lines.clone());
    layer.with_flattened_event();
    layer.with_level("level");
    layer.add_dynamic_field("request_id", |_, _| REQUEST_ID.get().map(text));
    layer.add_dynamic_field("trace", |_, _| TRACE.get().map(text));
    layer.add_dynamic_field("tenant", |_, _| TENANT.get().map(text));
    tracing::subscriber::set_global_default(registry().with(LevelFilter::INFO).with(layer))?;
    Ok(lines)
}

fn text(store: impl ToString) -> Value {
    Value::String(store.to_string())
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
