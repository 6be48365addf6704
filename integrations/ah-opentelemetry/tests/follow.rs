//! `Context::current()` follows the work. A binary of its own, since bridges are the process's.

use std::{future::poll_fn, pin::pin, sync::Once, task::Poll};

use ah_opentelemetry::OpenTelemetry;
use ah_testing::test;
use async_hooks::{AsyncResource, bind, bridge, detached, prelude::*};
use futures::executor::block_on;
use opentelemetry::{
    Context, KeyValue,
    baggage::BaggageExt as _,
    trace::{
        FutureExt as _, SpanContext, SpanId, TraceContextExt as _, TraceFlags, TraceId, TraceState,
    },
};

/// A value of the program's own.
struct Tenant(u64);

fn begin() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        bridge::register(OpenTelemetry::new().also::<Tenant>()).expect("there is room")
    });
}

fn context(number: u8) -> Context {
    let (trace, span) = (
        TraceId::from(u128::from(number)),
        SpanId::from(u64::from(number)),
    );
    let span = SpanContext::new(trace, span, TraceFlags::SAMPLED, true, TraceState::NONE);
    Context::new().with_remote_span_context(span)
}

/// The number of the current context.
fn current() -> u8 {
    Context::current()
        .span()
        .span_context()
        .trace_id()
        .to_bytes()[15]
}

fn within<R>(context: Context, f: impl FnOnce() -> R) -> R {
    let _attached = context.attach();
    f()
}

#[async_hooks::traced]
async fn traced() -> u8 {
    tokio::task::yield_now().await;
    current()
}

#[test]
fn it_follows_resources_closures_futures_and_threads() {
    begin();
    let resource = within(context(1), || AsyncResource::new("R"));
    assert_eq!(resource.run_in_async_scope(current), 1);
    let bound = within(context(2), || bind(current));
    assert_eq!(within(context(9), bound), 2);
    let thread = within(context(3), || async_hooks::thread::spawn(current));
    assert_eq!(thread.join().expect("it does not panic"), 3);
    let future = within(context(4), || async { current() }.in_current_context());
    assert_eq!(block_on(future), 4);
    assert_eq!(within(context(5), || detached(current)), 0);
    assert_eq!(current(), 0);
}

#[test]
fn what_is_nearer_wins_for_every_poll() {
    begin();
    let mut polls = 0;
    let twice = move || {
        poll_fn(move |cx| {
            polls += 1;
            cx.waker().wake_by_ref();
            if polls == 1 {
                Poll::Pending
            } else {
                Poll::Ready(current())
            }
        })
        .traced("T")
    };
    let other = within(context(1), || twice().with_context(context(2)));
    assert_eq!(block_on(other), 2);
    let around = within(context(1), twice);
    assert_eq!(within(context(3), || block_on(around)), 3);
}

#[test]
fn baggage_suppression_and_values_of_the_program_are_carried_by_themselves() {
    begin();
    let baggage = Context::new().with_baggage([KeyValue::new("tenant", "7")]);
    let resource = within(baggage, || AsyncResource::new("R"));
    let seen = resource.run_in_async_scope(|| {
        Context::current()
            .baggage()
            .get("tenant")
            .map(ToString::to_string)
    });
    assert_eq!(seen.as_deref(), Some("7"));
    let suppressed = within(Context::new().with_telemetry_suppressed(), || {
        AsyncResource::new("R")
    });
    assert!(suppressed.run_in_async_scope(Context::is_current_telemetry_suppressed));
    assert!(!Context::is_current_telemetry_suppressed());
    let of_ours = within(Context::new().with_value(Tenant(8)), || {
        AsyncResource::new("R")
    });
    let seen =
        of_ours.run_in_async_scope(|| Context::current().get::<Tenant>().map(|tenant| tenant.0));
    assert_eq!(seen, Some(8));
}

#[test]
fn a_value_that_changes_is_another_context() {
    begin();
    let tenant = |number| Context::current().with_value(Tenant(number));
    let resource = within(context(1), || AsyncResource::new("R"));
    let inner = resource.run_in_async_scope(|| within(tenant(5), || AsyncResource::new("R")));
    let seen = inner.run_in_async_scope(|| {
        (
            current(),
            Context::current().get::<Tenant>().map(|tenant| tenant.0),
        )
    });
    assert_eq!(seen, (1, Some(5)));
}

#[test]
fn it_follows_tasks_under_work_stealing() {
    begin();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .build()
        .expect("a runtime");
    runtime.block_on(async {
        let tasks: Vec<_> = (1..=64)
            .map(|number| {
                within(context(number), || {
                    ah_tokio::spawn(async move {
                        for _ in 0..8 {
                            assert_eq!(current(), number);
                            tokio::task::yield_now().await;
                        }
                        let blocking = ah_tokio::task::spawn_blocking(current)
                            .await
                            .expect("it does not panic");
                        let plain = tokio::spawn(traced()).await.expect("it does not panic");
                        (blocking, plain)
                    })
                })
            })
            .collect();
        for (number, task) in (1..).zip(tasks) {
            assert_eq!(task.await.expect("it does not panic"), (number, number));
        }
    });
    assert_eq!(current(), 0);
}

#[test]
fn a_capture_while_the_context_is_lent_is_made() {
    begin();
    let resource = within(context(6), || {
        Context::map_current(|_| AsyncResource::new("R"))
    });
    assert_eq!(resource.run_in_async_scope(current), 6);
    let mut future = pin!(within(context(7), || async { current() }.in_current_context()));
    assert_eq!(block_on(future.as_mut()), 7);
}

#[test]
fn what_is_sent_from_here_is_of_the_current_context() {
    begin();
    let parent = || ah_w3c::current()?.parent.map(|parent| parent.to_string());
    let resource = within(context(4), || AsyncResource::new("R"));
    let expected = "00-00000000000000000000000000000004-0000000000000004-01";
    assert_eq!(
        resource.run_in_async_scope(parent).as_deref(),
        Some(expected)
    );
    assert_eq!(ah_w3c::current(), None);
    let baggage = Context::new().with_baggage([KeyValue::new("tenant", "7")]);
    let sent = within(baggage, ah_w3c::current).expect("there is baggage");
    assert_eq!((sent.parent, sent.baggage.as_str()), (None, "tenant=7"));
}
