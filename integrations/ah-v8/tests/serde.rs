//! Types through serde, and what JavaScript makes of them.

mod support;

use std::collections::{BTreeMap, HashMap};

use ah_v8::{
    Date, Deserializer, Map, Object, Serializer, Set, Value, from_reader, from_slice, to_vec,
    to_writer,
};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use support::{hex, unhex};

fn same<T: Serialize + DeserializeOwned + PartialEq + std::fmt::Debug>(value: &T) -> Value {
    let bytes = to_vec(value).expect("it can be written");
    assert_eq!(
        from_slice::<T>(&bytes).unwrap_or_else(|error| panic!("{error}: {}", hex(&bytes))),
        *value
    );
    from_slice(&bytes).expect("any value")
}

#[derive(Serialize, Deserialize, PartialEq, Debug)]
struct Request {
    id: u64,
    #[serde(rename = "userName")]
    user: String,
    ratio: f64,
    tags: Vec<String>,
    parent: Option<Box<Request>>,
    unit: (),
    pair: (i8, char),
}

fn request(parent: Option<Box<Request>>) -> Request {
    Request {
        id: 7,
        user: "Zoë €".into(),
        ratio: 0.5,
        tags: vec!["a".into()],
        parent,
        unit: (),
        pair: (-1, 'ß'),
    }
}

#[test]
fn structs_are_objects() {
    let value = same(&request(Some(Box::new(request(None)))));
    assert_eq!(value.get("userName").and_then(Value::as_str), Some("Zoë €"));
    assert_eq!(value.get("id"), Some(&Value::from(7)));
    assert_eq!(
        value.get("parent").and_then(|parent| parent.get("parent")),
        Some(&Value::Null)
    );
    assert_eq!(
        value.get("pair"),
        Some(&vec![Value::from(-1), Value::from("ß")].into())
    );
}

#[test]
fn unknown_fields_are_passed_over_whatever_they_are() {
    #[derive(Deserialize, PartialEq, Debug)]
    struct Known {
        a: u8,
    }
    let me = ah_v8::Label::new();
    let itself = Value::Shared(me, Box::new(vec![Value::Same(me)].into()));
    let alone = ah_v8::JsString::from_utf16(vec![0xD800]);
    let mut object = Object::from_iter([
        ("x", itself),
        ("y", ah_v8::RegExp::new("a", "").expect("flags").into()),
    ]);
    object.insert("z", alone.clone());
    object.insert(
        "m",
        Map::from_iter([(Value::from(1), Value::Set(Set::from_iter([1])))]),
    );
    object.insert("e", ah_v8::JsError::new(ah_v8::JsErrorKind::Error, alone));
    object.insert(
        "b",
        ah_v8::View::new(ah_v8::ViewKind::Buffer, [1]).expect("one"),
    );
    object.insert("a", 1);
    let bytes = to_vec(&Value::from(object)).expect("it can be written");
    assert_eq!(
        from_slice::<Known>(&bytes).expect("the known one"),
        Known { a: 1 }
    );
}

#[test]
fn integers_are_numbers_as_far_as_those_are_exact_and_then_big_ints() {
    assert_eq!(hex(&to_vec(&1u8).expect("a number")), "ff0f4902");
    assert_eq!(
        hex(&to_vec(&i64::from(i32::MIN)).expect("a number")),
        "ff0f49ffffffff0f"
    );
    let largest = 9_007_199_254_740_991i64;
    assert_eq!(same(&largest), Value::from(largest as f64));
    assert_eq!(
        same(&(largest + 1)),
        ah_v8::BigInt::from(largest + 1).into()
    );
    for value in [0, 1, -1, i64::MAX, i64::MIN, largest, -largest] {
        same(&value);
        same(&i128::from(value));
    }
    for value in [0, 1, u64::MAX, largest as u64] {
        same(&value);
        same(&u128::from(value));
    }
    same(&u128::MAX);
    same(&i128::MIN);
    assert!(from_slice::<u8>(&to_vec(&256).expect("a number")).is_err());
    assert_eq!(
        from_slice::<u64>(&unhex("ff0f4e000000000000e841")).expect("a double that is whole"),
        0xC000_0000
    );
    assert!(
        from_slice::<u64>(&unhex("ff0f4e000000000000f83f")).is_err(),
        "1.5 is no integer"
    );
}

#[test]
fn numbers_of_every_kind_are_floats() {
    for value in [0.0, -0.0, 1.0, f64::MAX, f64::INFINITY, 5e-324] {
        same(&value);
        assert_eq!(
            from_slice::<f64>(&to_vec(&value).expect("a number"))
                .expect("a number")
                .to_bits(),
            value.to_bits()
        );
    }
    same(&0.1f32);
    assert!(
        from_slice::<f64>(&to_vec(&f64::NAN).expect("a number"))
            .expect("a number")
            .is_nan()
    );
    assert_eq!(
        from_slice::<f64>(&to_vec(&7).expect("a number")).expect("a number"),
        7.0
    );
}

#[derive(Serialize, Deserialize, PartialEq, Debug)]
enum Shape {
    Nothing,
    Circle(f64),
    Line(i32, i32),
    Rectangle { width: u32, height: u32 },
}

#[test]
fn enums_are_strings_or_objects_of_one_property() {
    assert_eq!(same(&Shape::Nothing), Value::from("Nothing"));
    assert_eq!(
        same(&Shape::Circle(0.5)),
        Object::from_iter([("Circle", 0.5)]).into()
    );
    let line = Value::from(vec![Value::from(1), Value::from(2)]);
    assert_eq!(
        same(&Shape::Line(1, 2)),
        Object::from_iter([("Line", line)]).into()
    );
    same(&Shape::Rectangle {
        width: 1,
        height: 2,
    });
    same(&vec![Shape::Nothing, Shape::Line(3, 4), Shape::Nothing]);
    let two = Object::from_iter([("Circle", 0.5), ("Line", 1.0)]);
    assert!(from_slice::<Shape>(&to_vec(&Value::from(two)).expect("an object")).is_err());
}

#[test]
fn other_shapes_of_enums_work_too() {
    #[derive(Serialize, Deserialize, PartialEq, Debug)]
    #[serde(tag = "type", content = "value")]
    enum Adjacent {
        A(u64),
        B { name: String },
    }
    #[derive(Serialize, Deserialize, PartialEq, Debug)]
    #[serde(tag = "type")]
    enum Internal {
        A { id: u64 },
        B,
    }
    #[derive(Serialize, Deserialize, PartialEq, Debug)]
    #[serde(untagged)]
    enum Untagged {
        Number(u64),
        Text(String),
        List(Vec<u8>),
    }
    same(&Adjacent::A(1 << 40));
    same(&Adjacent::B { name: "x".into() });
    same(&Internal::A { id: 1 << 40 });
    same(&Internal::B);
    same(&Untagged::Number(1 << 60));
    same(&Untagged::Text("€".into()));
    same(&Untagged::List(vec![1, 2]));
}

#[test]
fn maps_with_names_are_objects_and_others_are_maps() {
    let named = same(&BTreeMap::from([("b".to_owned(), 1), ("a".to_owned(), 2)]));
    assert_eq!(named, Object::from_iter([("a", 2), ("b", 1)]).into());
    let numbered = same(&BTreeMap::from([
        (-1i64, 'a'),
        (1, 'b'),
        (5_000_000_000, 'c'),
    ]));
    assert_eq!(
        numbered,
        Object::from_iter([("-1", "a"), ("1", "b"), ("5000000000", "c")]).into()
    );
    same(&HashMap::from([(u128::MAX, ())]));
    same(&HashMap::from([('ß', Some(1))]));
    let pairs = same(&BTreeMap::from([((1, 2), 3), ((4, 5), 6)]));
    let key = |a, b| Value::from(vec![Value::from(a), Value::from(b)]);
    assert_eq!(
        pairs,
        Value::Map(Map::from_iter([(key(1, 2), 3), (key(4, 5), 6)]))
    );
    same(&BTreeMap::from([(true, 1), (false, 2)]));
    assert_eq!(
        same(&BTreeMap::<(i32, i32), i32>::new()),
        Object::new().into(),
        "an empty one has no keys to tell by"
    );
}

#[test]
fn what_has_a_readable_form_has_it_here() {
    let address = std::net::IpAddr::from([127, 0, 0, 1]);
    assert_eq!(same(&address), Value::from("127.0.0.1"));
    assert_eq!(
        same(&BTreeMap::from([(address, 1)])),
        Object::from_iter([("127.0.0.1", 1)]).into()
    );
}

#[test]
fn a_map_of_javascript_is_a_map_and_a_set_a_sequence() {
    let map = Value::Map(Map::from_iter([("a", 1), ("b", 2)]));
    let read: BTreeMap<String, u8> = from_slice(&to_vec(&map).expect("a Map")).expect("a map");
    assert_eq!(
        read,
        BTreeMap::from([("a".to_owned(), 1), ("b".to_owned(), 2)])
    );
    let set = Value::Set(Set::from_iter([3, 1]));
    assert_eq!(
        from_slice::<Vec<u8>>(&to_vec(&set).expect("a Set")).expect("a sequence"),
        [3, 1]
    );
}

#[test]
fn an_array_with_holes_is_a_sequence_of_nothing_there() {
    let holes = "ff0f610349004902490449064002 03".replace(' ', "");
    let read: Vec<Option<u8>> = from_slice(&unhex(&holes)).expect("a sequence");
    assert_eq!(read, [Some(1), None, Some(3)]);
    let full: Vec<u8> = from_slice(&unhex(
        "ff0f610249004902490249044002 02".replace(' ', "").as_str(),
    ))
    .expect("full");
    assert_eq!(
        full,
        [1, 2],
        "v8.deserialize returns arrays that V8 writes so"
    );
    let named: Vec<u8> = from_slice(&unhex("ff0f4102490249042201784906240102"))
        .expect("what is named is passed over");
    assert_eq!(named, [1, 2]);
    let pair = from_slice::<(u8,)>(&unhex("ff0f41024902490424 0002".replace(' ', "").as_str()));
    assert!(
        pair.expect_err("two are not one")
            .to_string()
            .contains("more elements")
    );
}

struct Unsized(Vec<u8>);

impl Serialize for Unsized {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeSeq as _;
        let mut seq = serializer.serialize_seq(None)?;
        self.0
            .iter()
            .try_for_each(|element| seq.serialize_element(element))?;
        seq.end()
    }
}

#[test]
fn a_sequence_may_not_know_its_length() {
    for length in [0, 1, 127, 128, 300] {
        let bytes = to_vec(&Unsized(vec![7; length])).expect("an array");
        assert_eq!(
            from_slice::<Vec<u8>>(&bytes).expect("an array"),
            vec![7; length]
        );
    }
}

struct Bytes(Vec<u8>);

impl Serialize for Bytes {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(&self.0)
    }
}

#[test]
fn bytes_are_a_uint8array_and_typed_arrays_are_sequences() {
    assert_eq!(
        hex(&to_vec(&Bytes(vec![1, 2])).expect("bytes")),
        "ff0f5c01020102",
        "as v8.serialize has it"
    );
    let mut serializer = Serializer::new();
    serializer.write_header();
    serializer
        .write(&(Bytes(vec![1, 2]), Bytes(vec![3])))
        .expect("bytes");
    let bytes = serializer.release_buffer();
    let value: Value = from_slice(&bytes).expect("views");
    let view = |bytes: &[u8]| {
        Value::from(ah_v8::View::new(ah_v8::ViewKind::Uint8Array, bytes).expect("bytes"))
    };
    assert_eq!(value, vec![view(&[1, 2]), view(&[3])].into());
    assert_eq!(
        from_slice::<(&[u8], Vec<u8>)>(&bytes).expect("bytes"),
        (&[1, 2][..], vec![3]),
        "lent, or copied"
    );
    let floats =
        ah_v8::View::new(ah_v8::ViewKind::Float32Array, 0.5f32.to_le_bytes()).expect("one");
    let bytes = to_vec(&Value::from(floats)).expect("a Float32Array");
    assert_eq!(from_slice::<Vec<f32>>(&bytes).expect("numbers"), [0.5]);
}

#[test]
fn strings_are_lent_where_they_are_ascii() {
    let bytes = to_vec(&("plain", "é", "€")).expect("strings");
    let (lent, ..): (&str, String, String) = from_slice(&bytes).expect("strings");
    assert_eq!(lent, "plain");
    assert!(
        from_slice::<(&str, &str, String)>(&bytes).is_err(),
        "another encoding cannot be lent"
    );
    let alone = Value::from(ah_v8::JsString::from_utf16(vec![0xD800]));
    let error =
        from_slice::<String>(&to_vec(&alone).expect("a string")).expect_err("no Rust string");
    assert_eq!(error.offset(), Some(2));
}

#[test]
fn what_is_shared_is_read_once_for_each_place() {
    #[derive(Deserialize, PartialEq, Debug)]
    struct Pair {
        a: BTreeMap<String, u8>,
        b: BTreeMap<String, u8>,
        v: Value,
    }
    let shared = ah_v8::Label::new();
    let object = Value::Shared(shared, Box::new(Object::from_iter([("x", 1)]).into()));
    let again = Value::from(vec![Value::Same(shared), Value::Same(shared)]);
    let pair = Object::from_iter([("a", object), ("b", Value::Same(shared)), ("v", again)]);
    let pair: Pair = from_slice(&to_vec(&Value::from(pair)).expect("an object")).expect("a struct");
    assert_eq!(pair.a, BTreeMap::from([("x".to_owned(), 1)]));
    assert_eq!(pair.b, pair.a);
    let copy = || Value::from(Object::from_iter([("x", 1)]));
    assert_eq!(
        pair.v,
        vec![copy(), copy()].into(),
        "copies, since the object is elsewhere"
    );

    let bytes = unhex(
        "ff0f4102420201025642010100 5e015642000100240002"
            .replace(' ', "")
            .as_str(),
    );
    let views: (Vec<u8>, Vec<u8>) = from_slice(&bytes).expect("two views of one buffer");
    assert_eq!(views, (vec![2], vec![1]));
}

#[test]
fn what_is_within_itself_is_an_error() {
    #[derive(Deserialize, Debug)]
    struct Node {
        #[expect(dead_code, reason = "it is never read")]
        next: Option<Box<Node>>,
    }
    let bytes = unhex("ff0f6f22046e6578745e007b01");
    let error = from_slice::<Node>(&bytes).expect_err("no end of it");
    assert_eq!(
        error.to_string(),
        "an object within itself: only a `Value` can be that (at byte 9)"
    );
}

#[test]
fn dates_are_dates() {
    #[derive(Serialize, Deserialize, PartialEq, Debug)]
    struct Event {
        at: Date,
        until: Option<Date>,
    }
    let value = same(&Event {
        at: Date::from_millis(1e12),
        until: None,
    });
    assert_eq!(value.get("at"), Some(&Date::from_millis(1e12).into()));
    assert_eq!(
        from_slice::<f64>(&to_vec(&Date::from_millis(5.0)).expect("a Date")).expect("milliseconds"),
        5.0
    );
}

#[test]
fn errors_of_javascript_are_objects() {
    #[derive(Deserialize, PartialEq, Debug)]
    struct JsError {
        name: String,
        message: String,
        cause: Option<u8>,
    }
    let bytes = unhex(
        "ff0f72546d22016d63490273220173 2e"
            .replace(' ', "")
            .as_str(),
    );
    let error: JsError = from_slice(&bytes).expect("an error");
    assert_eq!(
        error,
        JsError {
            name: "TypeError".into(),
            message: "m".into(),
            cause: Some(1)
        }
    );
}

#[test]
fn readers_and_writers() {
    let mut written = Vec::new();
    to_writer(&mut written, &("a", 1)).expect("a vector takes all");
    assert_eq!(written, to_vec(&("a", 1)).expect("the same"));
    assert_eq!(
        from_reader::<(String, u8)>(&written[..]).expect("a pair"),
        ("a".into(), 1)
    );

    struct Closed;
    impl std::io::Write for Closed {
        fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
            Err(std::io::ErrorKind::BrokenPipe.into())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let error = to_writer(Closed, &1).expect_err("closed");
    assert_eq!(
        (error.category(), error.offset()),
        (ah_v8::Category::Io, None)
    );
    assert!(std::error::Error::source(&error).is_some());
}

#[test]
fn a_map_with_names_and_other_keys_is_refused_and_leaves_nothing() {
    #[derive(Serialize, PartialEq, Eq, PartialOrd, Ord)]
    #[serde(untagged)]
    enum Key {
        Name(&'static str),
        Flag(bool),
    }
    let mut serializer = Serializer::new();
    serializer.write_header();
    let mixed = BTreeMap::from([(Key::Name("a"), 1), (Key::Flag(true), 2)]);
    assert!(serializer.write(&mixed).is_err());
    serializer.write(&1).expect("a number");
    let bytes = serializer.release_buffer();
    let mut deserializer = Deserializer::new(&bytes);
    deserializer.read_header().expect("a header");
    assert_eq!(deserializer.read::<u8>().expect("a number"), 1);
    deserializer.end().expect("no more");
}
