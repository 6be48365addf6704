//! Events of hooks as events of `tracing`.

use std::{
    fmt::Write as _,
    sync::{Arc, Mutex},
};

use ah_testing::test;
use ah_tracing::Events;
use async_hooks::{AsyncResource, create_hook, flush_destroys, traced};
use futures::executor::block_on;
use tracing::{
    Event, Subscriber,
    field::{Field, Visit},
    subscriber::with_default,
};
use tracing_subscriber::{
    Layer,
    layer::{Context, SubscriberExt as _},
    registry,
};

/// The events of the target, as text, without the numbers of ids and lines.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<String>>>);

impl<S: Subscriber> Layer<S> for Log {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        struct Text(String, String);
        impl Visit for Text {
            fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
                match field.name() {
                    "message" => self.0 = format!("{value:?}"),
                    "id" | "trigger" => (),
                    "location" => assert!(format!("{value:?}").contains("events.rs:")),
                    name => write!(self.1, " {name}={value:?}").expect("it is a text"),
                }
            }
        }
        assert_eq!(event.metadata().target(), "async_hooks");
        let mut text = Text(String::new(), String::new());
        event.record(&mut text);
        let line = format!("{} {}{}", event.metadata().level(), text.0, text.1);
        self.0.lock().expect("nothing panics under it").push(line);
    }
}

/// What a hook writes while `f` runs.
fn written(events: Events, f: impl FnOnce()) -> Vec<String> {
    let log = Log::default();
    let hook = create_hook(events);
    with_default(registry().with(log.clone()), || {
        hook.enable();
        f();
        flush_destroys();
        hook.disable();
    });
    std::mem::take(&mut *log.0.lock().expect("nothing panics under it"))
}

#[traced(fields(amount), err, ret)]
async fn charge(amount: u32) -> Result<u32, String> {
    if amount == 0 {
        Err("nothing to charge".into())
    } else {
        Ok(amount)
    }
}

#[traced(ret)]
fn double(amount: u32) -> u32 {
    2 * amount
}

#[test]
fn the_life_of_a_resource() {
    let lines = written(Events::new().types(["DBQuery"]), || {
        let query = AsyncResource::new("DBQuery");
        query.run_in_async_scope(|| drop(AsyncResource::new("OTHER")));
    });
    let expected = [
        "TRACE init type=\"DBQuery\"",
        "TRACE before",
        "TRACE after",
        "TRACE destroy",
    ];
    assert_eq!(lines, expected);
}

#[test]
fn what_functions_return() {
    let lines = written(Events::returns(), || {
        assert_eq!(block_on(charge(12)), Ok(12));
        assert!(block_on(charge(0)).is_err());
        assert_eq!(double(4), 8);
        drop(AsyncResource::new("DBQuery"));
    });
    let expected = [
        "DEBUG returned type=\"charge\" return=\"12\"",
        "ERROR failed type=\"charge\" error=\"nothing to charge\"",
        "DEBUG returned type=\"double\" return=\"8\"",
    ];
    assert_eq!(lines, expected);
}

#[test]
fn a_traced_function_with_its_fields() {
    let lines = written(Events::new().types(["charge"]), || {
        assert_eq!(block_on(charge(12)), Ok(12));
    });
    let expected = [
        "TRACE init type=\"charge\" fields=amount=12",
        "TRACE before",
        "TRACE promise_resolve",
        "DEBUG returned type=\"charge\" return=\"12\"",
        "TRACE after",
        "TRACE destroy",
    ];
    assert_eq!(lines, expected);
}
