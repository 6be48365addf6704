//! json-subscriber: a field of each line that a store fills.
//!
//! `ah-tracing` does the same for the formats of `tracing-subscriber`.

use std::{
    io,
    sync::{Arc, Mutex},
};

use ah_tower::REQUEST_ID;
use json_subscriber::JsonLayer;
use serde_json::Value;
use tracing_subscriber::{
    fmt::MakeWriter,
    layer::{Layer, SubscriberExt as _},
    registry::Registry,
};

use crate::support::in_request;

/// All that a program writes: for `tracing_subscriber::registry().with(…)`.
fn lines<W>(writer: W) -> impl Layer<Registry>
where
    W: for<'a> MakeWriter<'a> + Send + Sync + 'static,
{
    let mut layer = JsonLayer::new(writer);
    layer.with_flattened_event();
    layer.with_level("level");
    layer.add_dynamic_field("request_id", |_, _| {
        REQUEST_ID.with(|id| Some(Value::from(id?.as_str())))
    });
    layer
}

#[async_hooks::traced]
async fn work(step: u32) {
    tokio::task::yield_now().await;
    tracing::info!(step, "working");
}

#[test]
fn each_line_has_the_id_of_its_request() {
    let written = Written::default();
    let subscriber = tracing_subscriber::registry().with(lines(written.clone()));
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    tracing::subscriber::with_default(subscriber, || {
        runtime.block_on(async {
            let one = in_request("req-1", async { tokio::spawn(work(1)).await.unwrap() });
            let two = in_request("req-2", async { tokio::spawn(work(2)).await.unwrap() });
            tokio::join!(one, two);
            tracing::info!(step = 0, "outside");
        });
    });
    let text = String::from_utf8(written.0.lock().unwrap().clone()).unwrap();
    let mut seen: Vec<_> = text
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).expect("a line is JSON"))
        .map(|line| {
            (
                line["step"].as_u64(),
                line["request_id"].as_str().map(str::to_owned),
            )
        })
        .collect();
    seen.sort();
    let id = |id: &str| Some(id.to_owned());
    assert_eq!(
        seen,
        [
            (Some(0), None),
            (Some(1), id("req-1")),
            (Some(2), id("req-2"))
        ]
    );
}

/// What was written.
#[derive(Clone, Default)]
struct Written(Arc<Mutex<Vec<u8>>>);

impl io::Write for Written {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Written {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}
