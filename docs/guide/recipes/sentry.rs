//! Sentry: each event has the id of the request in which it was captured, in whatever task or thread.
//!
//! `before_send` runs where the event is captured, so that it sees the stores of that place. A hub for each request is
//! not needed for it. In a program, the options are those of `sentry::init`.

use std::sync::Arc;

use ah_tower::REQUEST_ID;
use sentry_core::{ClientOptions, capture_message, protocol::Event};

use crate::support::in_request;

/// All that a program writes.
fn options() -> ClientOptions {
    let mut options = ClientOptions::default();
    options.before_send = Some(Arc::new(with_request_id));
    options
}

fn with_request_id(mut event: Event<'static>) -> Option<Event<'static>> {
    if let Some(id) = REQUEST_ID.get() {
        event.tags.insert("request_id".into(), id.to_string());
    }
    Some(event)
}

#[async_hooks::traced]
async fn fails(message: &'static str) {
    tokio::task::yield_now().await;
    capture_message(message, sentry_core::Level::Error);
}

#[test]
fn each_event_has_the_id_of_its_request() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    let events = sentry_core::test::with_captured_events_options(
        || {
            runtime.block_on(async {
                let one = in_request("req-1", async { tokio::spawn(fails("one")).await.unwrap() });
                let two = in_request("req-2", async { tokio::spawn(fails("two")).await.unwrap() });
                tokio::join!(one, two);
                capture_message("outside", sentry_core::Level::Error);
            });
        },
        options(),
    );
    let mut seen: Vec<_> = events
        .iter()
        .map(|event| {
            (
                event.message.as_deref().unwrap(),
                event.tags.get("request_id").map(|id| &**id),
            )
        })
        .collect();
    seen.sort();
    assert_eq!(
        seen,
        [
            ("one", Some("req-1")),
            ("outside", None),
            ("two", Some("req-2"))
        ]
    );
}
