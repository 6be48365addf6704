//! A subscriber that is set for a scope follows the work, with its spans. A binary of its own, since bridges are the
//! process's.

use std::sync::{Arc, Mutex};

use ah_tracing::{Dispatchers, Spans};
use async_hooks::bridge::register;
use tracing::{
    Instrument as _, Subscriber, info_span,
    span::{Attributes, Id},
    subscriber::{NoSubscriber, with_default},
};
use tracing_subscriber::{
    Layer,
    layer::{Context, SubscriberExt as _},
    registry,
    registry::LookupSpan,
};

/// Each new span with its parent.
#[derive(Clone, Default)]
struct Parents(Arc<Mutex<Vec<String>>>);

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for Parents {
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let parent = context
            .span(id)
            .and_then(|span| span.parent().map(|parent| parent.name()));
        let (name, parent) = (attributes.metadata().name(), parent.unwrap_or("nothing"));
        self.0
            .lock()
            .expect("nothing panics under it")
            .push(format!("{name} in {parent}"));
    }
}

/// Starts work in tasks, blocking threads and closures, and returns the spans that were created.
fn spans_of(name: &'static str, runtime: &tokio::runtime::Runtime) -> Vec<String> {
    let parents = Parents::default();
    with_default(registry().with(parents.clone()), || {
        let request = async {
            let task = ah_tokio::spawn(async {
                tokio::task::yield_now().await;
                info_span!("in the task").in_scope(|| ());
                let blocking = ah_tokio::task::spawn_blocking(|| drop(info_span!("blocking")));
                blocking.await.expect("it does not panic");
            });
            task.await.expect("it does not panic");
            let bound = async_hooks::bind(|| drop(info_span!("bound")));
            std::thread::spawn(bound).join().expect("it does not panic");
        };
        let span = if name == "one" {
            info_span!("one")
        } else {
            info_span!("two")
        };
        runtime.block_on(request.instrument(span));
    });
    std::mem::take(&mut *parents.0.lock().expect("nothing panics under it"))
}

#[test]
fn each_scope_has_the_spans_of_its_own_tasks() {
    register(Dispatchers::new()).expect("it is the first");
    register(Spans).expect("there is room");
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    let runtime = builder.worker_threads(2).build().expect("a runtime");
    let expected =
        |name: &str| ["in the task", "blocking", "bound"].map(|inner| format!("{inner} in {name}"));
    for _ in 0..8 {
        let [one, two] = ["one", "two"].map(|name| {
            let runtime = &runtime;
            std::thread::scope(|scope| {
                scope
                    .spawn(move || spans_of(name, runtime))
                    .join()
                    .expect("it does not panic")
            })
        });
        assert_eq!(one[1..], expected("one"));
        assert_eq!(two[1..], expected("two"));
    }
    let worker = runtime.spawn(async {
        tracing::dispatcher::get_default(|dispatch| dispatch.is::<NoSubscriber>())
    });
    let is_none = runtime.block_on(worker).expect("it does not panic");
    assert!(is_none, "nothing is left behind on a worker");
}
