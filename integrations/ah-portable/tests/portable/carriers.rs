//! Each carrier brings what was captured.

use ah_testing::test;
use ah_v8::{Map, Value};
use ah_w3c::Baggage;

use crate::support::{CONTEXT, TENANT, both, captured, nothing_is_refused, read, seen};

#[test]
fn as_v8_has_it() {
    let bytes = captured().to_v8().expect("it has a form");
    let object: Value = ah_v8::from_slice(&bytes).expect("V8's format");
    assert_eq!(object.get("request_id"), Some(&7.into()));
    assert_eq!(object.get("tenant"), Some(&"Amélie & co".into()));
    let map = CONTEXT
        .from_v8(&bytes, nothing_is_refused)
        .expect("a context");
    assert_eq!(map.run(seen), both());
}

/// A program in JavaScript may keep its context in a `Map`, and have a `BigInt` for an id.
#[test]
fn as_a_map_of_javascript() {
    let entries = [
        (Value::from(3), Value::from("of no storage")),
        (Value::from(ah_v8::Array::default()), Value::Null),
        (
            Value::from("request_id"),
            Value::from(ah_v8::BigInt::from(7_u64)),
        ),
        (Value::from("tenant"), Value::from("Amélie & co")),
    ];
    let bytes = ah_v8::to_vec(&Value::Map(Map::from_iter(entries))).expect("it has a form");
    let map = CONTEXT
        .from_v8(&bytes, nothing_is_refused)
        .expect("a context");
    assert_eq!(map.run(seen), both());
}

#[test]
fn as_json() {
    let json = captured().to_json().expect("it has a form");
    assert_eq!(json, r#"{"request_id":7,"tenant":"Amélie & co"}"#);
    let map = CONTEXT
        .from_json(json.as_bytes(), nothing_is_refused)
        .expect("a context");
    assert_eq!(map.run(seen), both());
}

#[test]
fn as_baggage() {
    let others = "tenant=another,shop=7;ttl=60".parse().expect("a baggage");
    let baggage = captured().to_baggage(&others, nothing_is_refused);
    assert_eq!(
        baggage.as_str(),
        "shop=7;ttl=60,request_id=7,tenant=Am%C3%A9lie%20&%20co"
    );
    let map = CONTEXT.from_baggage(&baggage, nothing_is_refused);
    assert_eq!(map.run(seen), both());
}

/// What does not fit is named, the rest is sent, and no older value stands in its place.
#[test]
fn what_does_not_fit_into_a_baggage_is_reported() {
    let map = TENANT.run("&".repeat(3_000) + &" ".repeat(2_000), || CONTEXT.capture());
    let others = "tenant=another,shop=7".parse().expect("a baggage");
    let mut refused = Vec::new();
    let baggage = map.to_baggage(&others, |why| refused.push(why.to_string()));
    assert_eq!(baggage.as_str(), "shop=7");
    assert_eq!(
        refused,
        [
            "the store of `tenant` is refused: with it, the baggage is too large: it is longer than 8192 bytes"
        ]
    );

    let full = (0..63).fold(Baggage::default(), |all, n| {
        all.with(&n.to_string(), "").expect("room")
    });
    let mut refused = Vec::new();
    let baggage = captured().to_baggage(&full, |why| refused.push(why.name()));
    assert_eq!(
        (baggage.iter().count(), baggage.get("request_id").as_deref()),
        (64, Some("7"))
    );
    assert_eq!(refused, ["tenant"]);
}

#[test]
fn unknown_names_are_ignored_however_large() {
    let deep = "[".repeat(100) + &"]".repeat(100);
    let long = "x".repeat(100_000);
    let json =
        format!(r#"{{"a": {deep}, "b": "{long}", "tenant": "acme", "Tenant": 1, "": null}}"#);
    assert_eq!(read(&json), ((None, Some("acme".to_owned())), vec![]));
}

#[test]
fn nothing_is_a_context_without_stores() {
    assert_eq!(read("null"), ((None, None), vec![]));
    assert_eq!(read("{}"), ((None, None), vec![]));
    assert_eq!(read(r#"{"request_id": null}"#), ((None, None), vec![]));
    let undefined = ah_v8::to_vec(&Value::Undefined).expect("it has a form");
    assert!(
        CONTEXT
            .from_v8(&undefined, nothing_is_refused)
            .expect("a context")
            .is_empty()
    );
}

/// Within a message of the program's own, in any format of serde's.
#[test]
fn as_a_part_of_a_message() {
    let json = serde_json::to_string(&("job", captured())).expect("it has a form");
    assert_eq!(json, r#"["job",{"request_id":7,"tenant":"Amélie & co"}]"#);
    assert_eq!(format!("{:?}", captured()), r#"["request_id", "tenant"]"#);
}
