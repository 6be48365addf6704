//! What a caller sent as a context, and back.

use ah_opentelemetry::{context_of, remote_of};
use ah_testing::test;
use ah_w3c::{Baggage, Remote, TraceParent};
use opentelemetry::{
    Context, KeyValue,
    baggage::{BaggageExt as _, BaggageMetadata, KeyValueMetadata},
    trace::{self, SpanContext, SpanId, TraceContextExt as _, TraceFlags, TraceId},
};

fn read(parent: &str, state: &str, baggage: &str) -> Remote {
    let [parent, state, baggage] = [parent, state, baggage].map(|value| [value.as_bytes()]);
    Remote::read(parent, state, baggage, |refused| panic!("{refused}"))
}

const PARENT: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-03";

#[test]
fn what_was_read_is_the_remote_parent_with_its_state_and_baggage() {
    let remote = read(
        PARENT,
        "vendor=a:b,other=c",
        "tenant=7,user=ad%20a;ttl=3;shown",
    );
    let context = context_of(&remote);
    let span = context.span().span_context().clone();
    assert!(span.is_remote() && span.is_sampled());
    assert_eq!(
        span.trace_id().to_string(),
        "4bf92f3577b34da6a3ce929d0e0e4736"
    );
    assert_eq!(span.span_id().to_string(), "00f067aa0ba902b7");
    assert_eq!(
        span.trace_flags().to_u8(),
        3,
        "the flag for random ids, too"
    );
    assert_eq!(span.trace_state().header(), "vendor=a:b,other=c");
    let baggage = context.baggage();
    assert_eq!(
        baggage.get("tenant").map(ToString::to_string).as_deref(),
        Some("7")
    );
    let (user, properties) = baggage.get_with_metadata("user").expect("it was sent");
    assert_eq!(
        (user.as_str(), properties.as_str()),
        ("ad a", "ttl=3;shown")
    );
}

#[test]
fn there_and_back_is_what_was_read() {
    let whole = read(
        PARENT,
        "vendor=a:b,other=c",
        "tenant=7,user=ad%20a;ttl=3;shown",
    );
    assert_eq!(remote_of(&context_of(&whole)), whole);
    let parent = Remote {
        baggage: Baggage::default(),
        ..whole.clone()
    };
    assert_eq!(remote_of(&context_of(&parent)), parent);
    let baggage = Remote {
        baggage: whole.baggage,
        ..Remote::default()
    };
    assert_eq!(remote_of(&context_of(&baggage)), baggage);
    assert_eq!(
        remote_of(&context_of(&Remote::default())),
        Remote::default()
    );
    assert_eq!(remote_of(&Context::new()), Remote::default());
}

#[test]
fn a_span_of_this_process_is_a_parent_to_be_sent() {
    let state = trace::TraceState::from_key_value([("vendor", "1")]).expect("it is of the grammar");
    let ids = (TraceId::from(0x7b_u128), SpanId::from(0x1c8_u64));
    let span = SpanContext::new(ids.0, ids.1, TraceFlags::SAMPLED, false, state);
    let remote = remote_of(&Context::new().with_remote_span_context(span));
    let parent = remote.parent.as_ref().map(TraceParent::to_string);
    let expected = "00-0000000000000000000000000000007b-00000000000001c8-01";
    assert_eq!(parent.as_deref(), Some(expected));
    assert_eq!(remote.state.as_str(), "vendor=1");
    let without_ids = SpanContext::new(
        TraceId::INVALID,
        ids.1,
        TraceFlags::SAMPLED,
        false,
        trace::TraceState::NONE,
    );
    let remote = remote_of(&Context::new().with_remote_span_context(without_ids));
    assert_eq!(remote, Remote::default());
}

#[test]
fn what_cannot_be_sent_is_left_out() {
    let with = |key: &'static str, value: &str, properties: &str| {
        KeyValueMetadata::new(key, value.to_owned(), BaggageMetadata::from(properties))
    };
    let context = Context::new().with_baggage([
        with("good", "a,b;c=\"d\"\u{e9}", ""),
        with("bad key", "1", ""),
        with("long", &"x".repeat(8192), ""),
        with("properties", "2", "a=\u{1},forged=3"),
        with("tail", "4", "shown"),
    ]);
    let baggage = remote_of(&context).baggage;
    assert_eq!(baggage.get("good").as_deref(), Some("a,b;c=\"d\"\u{e9}"));
    let keys: Vec<_> = baggage.iter().map(|member| member.key()).collect();
    assert_eq!(keys, ["good", "properties", "tail"]);
    let properties = |key: &str| {
        let member = baggage.iter().find(|member| member.key() == key);
        member.expect("it is sent").properties().count()
    };
    assert_eq!((properties("properties"), properties("tail")), (0, 1));
}

#[test]
fn the_members_are_sent_in_one_order() {
    let names: Vec<String> = (0..40).map(|number| format!("k{number:02}")).collect();
    let pairs = names
        .iter()
        .rev()
        .map(|name| KeyValue::new(name.clone(), "v"));
    let baggage = remote_of(&Context::new().with_baggage(pairs)).baggage;
    let keys: Vec<_> = baggage
        .iter()
        .map(|member| member.key().to_owned())
        .collect();
    assert_eq!(keys, names);
}
