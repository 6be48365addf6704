//! Input that nobody can vouch for is refused by the name of the storage, with a reason, and without the value.

use std::error::Error;

use ah_portable::Portable;
use ah_testing::test;
use ah_v8::{BigInt, JsString, Label, Object, RegExp, Value};
use async_hooks::AsyncLocalStorage;
use serde::{Deserialize, Deserializer, Serialize, de::Error as _};

use crate::support::{CONTEXT, captured, nothing_is_refused, read};

#[test]
fn a_wrong_type_is_refused_and_the_others_are_used() {
    let ((id, tenant), refused) = read(r#"{"request_id": "s3cret", "tenant": "acme"}"#);
    assert_eq!((id, tenant.as_deref()), (None, Some("acme")));
    assert_eq!(
        refused,
        ["the store of `request_id` is refused: a string where u64 is expected"]
    );
    let (_, refused) = read(r#"{"request_id": -4711}"#);
    assert_eq!(
        refused,
        ["the store of `request_id` is refused: an integer that is not u64"]
    );
    let (_, refused) = read(r#"{"tenant": {"s3cret": [1]}}"#);
    assert_eq!(
        refused,
        ["the store of `tenant` is refused: an object where a string is expected"]
    );
}

#[test]
fn a_store_that_is_too_long_is_refused_and_the_others_are_used() {
    for long in [
        format!("{:?}", "x".repeat(8_193)),
        format!("[{}1]", "1,".repeat(1_100)),
        format!("{{{}\"\":1}}", "\"\":1,".repeat(600)),
    ] {
        let ((id, tenant), refused) = read(&format!(r#"{{"tenant": {long}, "request_id": 7}}"#));
        assert_eq!((id, tenant), (Some(7), None));
        assert_eq!(
            refused,
            ["the store of `tenant` is refused: it is longer than 8192 bytes"]
        );
    }
    let ((_, tenant), refused) = read(&format!(r#"{{"tenant": {:?}}}"#, "x".repeat(8_192)));
    assert_eq!(
        (tenant.map(|tenant| tenant.len()), refused),
        (Some(8_192), vec![])
    );
}

#[test]
fn the_limit_is_the_programs() {
    let small = CONTEXT.clone().max_bytes(8);
    let refused = |json: &[u8]| {
        let mut refused = Vec::new();
        let map = small
            .from_json(json, |why| refused.push(why.to_string()))
            .expect("JSON");
        (map.names().count(), refused)
    };
    assert_eq!(
        refused(br#"{"request_id": 1, "tenant": "12345678"}"#),
        (2, vec![])
    );
    let long = "the store of `tenant` is refused: it is longer than 8 bytes".to_owned();
    assert_eq!(
        refused(br#"{"request_id": 1, "tenant": "123456789"}"#),
        (1, vec![long.clone()])
    );
    let baggage = "tenant=123456789".parse().expect("a baggage");
    let mut from_baggage = Vec::new();
    let _ = small.from_baggage(&baggage, |why| from_baggage.push(why.to_string()));
    assert_eq!(from_baggage, [long]);
}

#[test]
fn a_store_that_is_too_deep_is_refused_and_the_others_are_used() {
    let deep = "[".repeat(33) + &"]".repeat(33);
    let ((id, _), refused) = read(&format!(r#"{{"tenant": {deep}, "request_id": 7}}"#));
    assert_eq!(id, Some(7));
    assert_eq!(
        refused,
        ["the store of `tenant` is refused: it has more than 32 values within one another"]
    );
}

/// Neither of two is the right one: which one counts would depend on the reader.
#[test]
fn a_store_that_comes_twice_is_refused() {
    let ((id, tenant), refused) =
        read(r#"{"tenant": "a", "tenant": "b", "request_id": 7, "tenant": "c"}"#);
    assert_eq!((id, tenant), (Some(7), None));
    assert_eq!(
        refused,
        ["the store of `tenant` is refused: it comes more than once"]
    );
    let baggage = "tenant=a,tenant=b".parse().expect("a baggage");
    let mut refused = Vec::new();
    assert!(
        CONTEXT
            .from_baggage(&baggage, |why| refused.push(why.name()))
            .is_empty()
    );
    assert_eq!(refused, ["tenant"]);
}

#[test]
fn texts_that_are_not_of_the_type_are_refused() {
    for text in [
        "s3cret",
        "7 8",
        "-1",
        "7.5",
        "",
        "{",
        "\"7\"",
        "99999999999999999999",
    ] {
        let baggage = ah_w3c::Baggage::default()
            .with("request_id", text)
            .expect("room");
        let mut refused = Vec::new();
        assert!(
            CONTEXT
                .from_baggage(&baggage, |why| refused.push(why.to_string()))
                .is_empty()
        );
        assert_eq!(refused.len(), 1, "{text}");
        assert!(
            refused[0].starts_with("the store of `request_id` is refused: ")
                && !refused[0].contains("s3cret"),
            "{}",
            refused[0]
        );
    }
}

#[track_caller]
fn carrier_fails(error: ah_portable::CarrierError, expected: &str) {
    let source = error
        .source()
        .map(|source| source.to_string())
        .unwrap_or_default();
    assert!(!source.contains("s3cret"), "{source}");
    assert_eq!(error.to_string(), expected);
}

#[test]
fn a_carrier_that_is_not_in_its_format_is_an_error() {
    for json in [
        "",
        "{",
        r#"{"tenant": s3cret}"#,
        r#""s3cret""#,
        "7",
        "[]",
        "{} {}",
        "{\"a\": 1,}",
        &"[".repeat(100_000),
        &("{\"a\":".to_owned() + &"[".repeat(1_000)),
    ] {
        let error = CONTEXT
            .from_json(json.as_bytes(), nothing_is_refused)
            .map(drop);
        carrier_fails(error.expect_err(json), "it is no context in JSON");
    }
    let whole = captured().to_v8().expect("a form");
    let string = ah_v8::to_vec("s3cret").expect("a form");
    for bytes in [&b""[..], b"\xff\x0f", &whole[..whole.len() - 3], &string] {
        let error = CONTEXT.from_v8(bytes, nothing_is_refused).map(drop);
        carrier_fails(
            error.expect_err("no context"),
            "it is no context in V8's format",
        );
    }
}

/// A length that the bytes do not have is an error, and no memory.
#[test]
fn lengths_are_not_believed() {
    let array_of_4_gib = [
        &b"\xff\x0fo\"\x06tenantA"[..],
        &[0xff, 0xff, 0xff, 0xff, 0x0f],
    ]
    .concat();
    assert!(
        CONTEXT
            .from_v8(&array_of_4_gib, nothing_is_refused)
            .is_err()
    );
}

/// Of a kind that no type has: it is refused as any other wrong one.
#[test]
fn what_javascript_alone_has_is_refused_and_the_others_are_used() {
    let half = JsString::from_utf16(vec![0xd800]);
    let itself = Label::new();
    for hostile in [
        Value::RegExp(RegExp::new("s3cret", "g").expect("one")),
        Value::String(half),
        Value::from(BigInt::from_le_bytes(false, &[0xff; 17])),
        Value::Shared(
            itself,
            Box::new(Object::from_iter([("s3cret", Value::Same(itself))]).into()),
        ),
    ] {
        let context = Object::from_iter([("tenant", hostile), ("request_id", 7.into())]);
        let bytes = ah_v8::to_vec(&Value::from(context)).expect("it has a form");
        let mut refused = Vec::new();
        let map = CONTEXT
            .from_v8(&bytes, |why| refused.push(why.to_string()))
            .expect("a context");
        assert!(map.names().eq(["request_id"]));
        assert_eq!(
            refused,
            ["the store of `tenant` is refused: it is of a kind that JavaScript alone has"]
        );
    }
}

/// Repeats what it is given in its own words.
#[derive(Clone, Serialize)]
struct Talkative;

impl<'de> Deserialize<'de> for Talkative {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Err(D::Error::custom(format!("{text} is not good")))
    }
}

static TALKATIVE: AsyncLocalStorage<Talkative> =
    AsyncLocalStorage::builder().name("talkative").build();

#[test]
fn what_a_type_says_of_a_value_is_not_repeated() {
    let portable = Portable::new().with_secret(&TALKATIVE);
    let mut refused = Vec::new();
    let map = portable.from_json(br#"{"talkative": "s3cret"}"#, |why| {
        refused.push(format!("{why} {why:?}"))
    });
    assert!(map.expect("JSON").is_empty());
    assert!(
        refused[0].starts_with("the store of `talkative` is refused: its type does not accept it"),
        "{refused:?}"
    );
    assert!(!refused[0].contains("s3cret"), "{refused:?}");
}
