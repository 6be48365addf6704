//! serde's derives: the resource is no part of the data, and what was written can be read.

use async_hooks::{Resource, async_resource};
use serde::{Deserialize, Serialize};

use crate::support::logged;
use crate::test;

#[async_resource("NAMED")]
#[derive(Serialize, Deserialize, PartialEq, Debug)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Named {
    db_name: String,
    #[serde(default)]
    n: u32,
}

#[async_resource("TUPLE")]
#[derive(Serialize, Deserialize, PartialEq, Debug)]
struct Tuple(u8, u8);

#[async_resource("NEW")]
#[derive(Serialize, Deserialize, PartialEq, Debug)]
struct New(u8);

#[async_resource("NEW")]
#[derive(serde::Serialize, serde::Deserialize, PartialEq, Debug)]
#[serde(transparent)]
struct Transparent(#[serde(rename = "x")] u8);

#[async_resource("UNIT")]
#[derive(Serialize, Deserialize, PartialEq, Debug)]
struct Unit;

#[async_resource("EMPTY")]
#[derive(Serialize, Deserialize, PartialEq, Debug)]
struct Empty {}

#[async_resource("GENERIC")]
#[derive(Serialize, Deserialize, PartialEq, Debug)]
struct Generic<T, const N: usize>
where
    T: Clone,
{
    inner: T,
}

#[async_resource("GENERIC_NEW")]
#[derive(Serialize, Deserialize, PartialEq, Debug)]
struct GenericNew<T>(T);

#[async_resource("BORROWS")]
#[derive(Serialize, Deserialize, PartialEq, Debug)]
struct Borrows<'a>(#[serde(borrow)] &'a str);

#[async_resource("DEFAULTS")]
#[derive(Default, Serialize, Deserialize, PartialEq, Debug)]
#[serde(default)]
struct Defaults {
    a: u8,
    b: u8,
}

#[async_resource("CONDITIONAL")]
#[derive(PartialEq, Debug)]
#[cfg_attr(all(), derive(Serialize, Deserialize))]
struct Conditional {
    a: u8,
}

/// No `Default`.
#[derive(Serialize, Deserialize, PartialEq, Debug, Clone)]
enum Only {
    A,
}

fn read<'de, T: Deserialize<'de>>(text: &'de str) -> T {
    serde_json::from_str(text).unwrap()
}

/// What was read is written in the same way, and read again it is equal.
fn there_and_back<
    T: Serialize + for<'de> Deserialize<'de> + PartialEq + std::fmt::Debug + Resource,
>(
    text: &str,
) {
    let one: T = read(text);
    let written = serde_json::to_string(&one).unwrap();
    assert_eq!(written, text);
    let two: T = read(&written);
    assert_eq!(one, two);
    assert_ne!(one.async_id(), two.async_id());
}

#[test]
fn what_was_written_can_be_read() {
    there_and_back::<Named>(r#"{"dbName":"a","n":7}"#);
    there_and_back::<Tuple>("[1,2]");
    there_and_back::<New>("7");
    there_and_back::<Transparent>("7");
    there_and_back::<Unit>("null");
    there_and_back::<Empty>("{}");
    there_and_back::<Generic<Only, 3>>(r#"{"inner":"A"}"#);
    there_and_back::<GenericNew<Only>>(r#""A""#);
    there_and_back::<Conditional>(r#"{"a":1}"#);
    assert_eq!(read::<Borrows<'_>>(r#""text""#).0, "text");
}

#[test]
fn reading_makes_one_resource() {
    logged(|log| {
        let named: Named = read(r#"{"dbName":"b"}"#);
        assert_eq!((named.db_name.as_str(), named.n), ("b", 0));
        assert_eq!(log.take(), ["init NAMED 2<1"]);
        let (new, unit): (New, Unit) = (read("3"), read("null"));
        assert_eq!(log.take(), ["init NEW 3<1", "init UNIT 4<1"]);
        drop((named, new, unit));
        let defaults: Defaults = read(r#"{"b":2}"#);
        assert_eq!((defaults.a, defaults.b), (0, 2));
        drop(defaults);
        assert_eq!(log.take().len(), 5);
    });
}

#[test]
fn the_field_is_unknown_in_data() {
    let text =
        r#"{"dbName":"b","resource_made_in_annotated_impls_and_by_derives_below_the_attribute":1}"#;
    assert!(serde_json::from_str::<Named>(text).is_err());
}

#[test]
fn the_name_in_errors_is_the_struct_s() {
    let error = serde_json::from_str::<New>("[]").unwrap_err().to_string();
    assert!(!error.contains("__Ah"), "{error}");
}
