//! Hostile input: it is refused, with the place and without the value.

mod support;

use std::thread;

use ah_v8::{Category, Deserializer, Label, Object, Serializer, Value, from_slice, to_vec};
use serde::{Deserialize, de::IgnoredAny};
use support::{Random, hex, random_value, unhex, vectors};

fn header(rest: &[u8]) -> Vec<u8> {
    [b"\xFF\x0F", rest].concat()
}

/// Reads it as everything that it can be read as.
fn read_all(bytes: &[u8]) {
    #[derive(Deserialize)]
    struct Anything {
        #[expect(dead_code, reason = "it is only read")]
        a: Option<Value>,
        #[serde(flatten)]
        _rest: std::collections::HashMap<String, IgnoredAny>,
    }
    drop(from_slice::<Value>(bytes));
    drop(from_slice::<serde_json::Value>(bytes));
    drop(from_slice::<IgnoredAny>(bytes));
    drop(from_slice::<Vec<Option<f64>>>(bytes));
    drop(from_slice::<Anything>(bytes));
    drop(from_slice::<&str>(bytes));
}

#[test]
fn whatever_is_cut_off_or_changed_nothing_panics() {
    for vector in vectors() {
        let bytes = unhex(&vector.hex);
        for length in 0..bytes.len() {
            let error = from_slice::<Value>(&bytes[..length]).expect_err("cut off");
            let offset = error.offset().expect("a place");
            assert!(offset <= length, "{error}: {length}");
            read_all(&bytes[..length]);
        }
        for at in 0..bytes.len() {
            for change in [0x00, 0x01, 0x7F, 0x80, 0xFF, b'^', b'V', b'A'] {
                let mut changed = bytes.clone();
                changed[at] = change;
                read_all(&changed);
            }
        }
    }
    for seed in 0..300 {
        let random = &mut Random::new(seed);
        let mut bytes = to_vec(&random_value(random)).expect("a value");
        for _ in 0..50 {
            let at = random.below(bytes.len());
            let byte = bytes[at];
            bytes[at] = random.next() as u8;
            read_all(&bytes);
            bytes[at] = byte;
        }
    }
}

/// So many arrays within one another.
fn nested(depth: usize) -> Vec<u8> {
    let (begin, end) = (b"A\x01".repeat(depth), b"$\x00\x01".repeat(depth));
    header(&[&begin[..], b"_", &end].concat())
}

#[test]
fn depth_is_limited_and_the_limit_can_be_moved() {
    assert!(from_slice::<Value>(&nested(128)).is_ok());
    for depth in [129, 1_000_000] {
        for error in [
            from_slice::<Value>(&nested(depth)).expect_err("too deep"),
            from_slice::<serde_json::Value>(&nested(depth)).expect_err("too deep"),
            from_slice::<IgnoredAny>(&nested(depth)).expect_err("too deep"),
        ] {
            assert_eq!(error.category(), Category::Limit);
            assert_eq!(error.offset(), Some(2 + 129 * 2));
            assert_eq!(
                error.to_string(),
                "more than 128 values within one another (at byte 260)"
            );
        }
    }
    let bytes = nested(3);
    let mut deserializer = Deserializer::new(&bytes);
    deserializer.set_max_depth(2);
    deserializer.read_header().expect("a header");
    assert_eq!(
        deserializer.read_value().expect_err("too deep").category(),
        Category::Limit
    );
    let mut deserializer = Deserializer::new(&bytes);
    deserializer.set_max_depth(3);
    deserializer.read_header().expect("a header");
    assert!(deserializer.read_value().is_ok());
}

#[test]
fn the_default_depth_fits_into_a_small_stack() {
    for (begin, end) in [
        (&b"A\x01"[..], &b"$\x00\x01"[..]),
        (b"o\"\x01a", b"{\x01"),
        (b"\x3B_", b":\x02"),
        (b"'", b",\x01"),
        (b"rc", b"."),
        (b"a\x01I\x00", b"@\x01\x01"),
    ] {
        let bytes = header(&[&begin.repeat(128)[..], b"_", &end.repeat(128)].concat());
        let read = move || {
            let value: Value = from_slice(&bytes).expect("a value");
            assert_eq!(value.clone(), value);
            assert_eq!(to_vec(&value).expect("the same"), bytes);
            drop(from_slice::<serde_json::Value>(&bytes));
            drop(from_slice::<IgnoredAny>(&bytes));
        };
        thread::Builder::new()
            .stack_size(1 << 20)
            .spawn(read)
            .expect("a thread")
            .join()
            .expect("1 MiB is enough");
    }
}

#[test]
fn what_is_too_deep_is_not_written_either() {
    let mut value = Value::Null;
    for _ in 0..129 {
        value = vec![value].into();
    }
    let mut serializer = Serializer::new();
    let error = serializer.write_value(&value).expect_err("too deep");
    assert_eq!(
        error.to_string(),
        "more than 128 values within one another (at byte 257)"
    );
    assert_eq!(serializer.release_buffer(), b"", "nothing of it");
    let mut serializer = Serializer::new();
    serializer.set_max_depth(129);
    serializer.write_value(&value).expect("not too deep now");
}

#[test]
fn references_that_multiply_are_refused_where_they_are_copied() {
    // [a, [a, a], [b, b], …]: 2 to the 60th
    let mut lines = vec![Value::Shared(Label::new(), Box::new(Value::from(vec![])))];
    for _ in 0..60 {
        let Some(Value::Shared(label, _)) = lines.last() else {
            panic!("shared")
        };
        let twice = vec![Value::Same(*label), Value::Same(*label)];
        lines.push(Value::Shared(Label::new(), Box::new(twice.into())));
    }
    let bytes = to_vec(&Value::from(lines)).expect("it is small");
    assert!(from_slice::<Value>(&bytes).is_ok(), "a value shares");
    let error = from_slice::<serde_json::Value>(&bytes).expect_err("copies");
    assert_eq!(error.category(), Category::Limit);
    assert!(from_slice::<Vec<Value>>(&bytes).is_err(), "copies, too");
}

#[test]
fn holes_without_end_are_refused_where_they_are_filled() {
    let bytes = unhex("ff0f61ffffffff0f4000ffffffff0f");
    let value: Value = from_slice(&bytes).expect("nothing but a length");
    assert!(matches!(value, Value::SparseArray(array) if array.length == u32::MAX));
    let error = from_slice::<Vec<()>>(&bytes).expect_err("four thousand million");
    assert_eq!(error.category(), Category::Limit);
}

#[test]
fn each_mistake_is_named_with_its_place() {
    let cases = [
        ("", "the input ends within a value (at byte 0)"),
        (
            "61",
            "no header: the input does not begin as V8's format does (at byte 0)",
        ),
        ("ff0f", "the input ends within a value (at byte 2)"),
        ("ff0f01", "no value begins with the byte 0x01 (at byte 2)"),
        (
            "ff0f49ffffffff7f",
            "a number of more than 32 bits (at byte 3)",
        ),
        ("ff0f4e0000", "the input ends within a value (at byte 3)"),
        (
            "ff0f2205",
            "a length beyond the end of the input (at byte 3)",
        ),
        (
            "ff0f630161",
            "a two-byte string of an odd number of bytes (at byte 3)",
        ),
        (
            "ff0f5a7f00",
            "a length beyond the end of the input (at byte 3)",
        ),
        (
            "ff0f41ff01",
            "a length beyond the end of the input (at byte 2)",
        ),
        (
            "ff0f41015f240002",
            "the number of entries is not the one told at the end (at byte 6)",
        ),
        (
            "ff0f6f22016149027b02",
            "the number of entries is not the one told at the end (at byte 9)",
        ),
        (
            "ff0f6f5449027b01",
            "the name of a property is a string or a number (at byte 3)",
        ),
        (
            "ff0f6f2201615f2201615f7b02",
            "two properties have the same name (at byte 3)",
        ),
        (
            "ff0f5e00",
            "a reference to an object that did not come before (at byte 2)",
        ),
        ("ff0f520049027b", "a string is expected here (at byte 4)"),
        (
            "ff0f52220161c001",
            "flags that no regular expression has (at byte 6)",
        ),
        (
            "ff0f52220161900200",
            "flags that no regular expression has (at byte 6)",
        ),
        ("ff0f720a", "an unknown part of an error (at byte 3)"),
        (
            "ff0f4202",
            "a length beyond the end of the input (at byte 2)",
        ),
        (
            "ff0f7e0201aabb",
            "a buffer that is longer than it may become (at byte 2)",
        ),
        (
            "ff0f4202aabb5642010200",
            "a view of what its buffer has not, or of a part of an element (at byte 2)",
        ),
        (
            "ff0f4202aabb5657010100",
            "a view of what its buffer has not, or of a part of an element (at byte 2)",
        ),
        (
            "ff0f4202aabb5600000000",
            "a view of an unknown kind (at byte 2)",
        ),
        (
            "ff0f4202aabb5642000102",
            "a view whose flags are not those of its buffer (at byte 2)",
        ),
        ("ff0f7402", "a buffer that was not transferred (at byte 2)"),
        (
            "ff0f7500",
            "a SharedArrayBuffer cannot be carried between processes (at byte 2)",
        ),
        (
            "ff0f7700",
            "a part of WebAssembly cannot be carried between processes (at byte 2)",
        ),
        (
            "ff0f5c6300",
            "a host object other than a view of a buffer cannot be carried between processes (at byte 2)",
        ),
        (
            "ff0f5c0503aabbcc",
            "a view of a part of an element (at byte 2)",
        ),
        ("ff0f5f5f", "a byte is left after the value (at byte 3)"),
        ("ff0f5f5f5f", "2 bytes are left after the value (at byte 3)"),
    ];
    for (bytes, message) in cases {
        let error = from_slice::<Value>(&unhex(bytes)).expect_err(bytes);
        assert_eq!(error.to_string(), message, "{bytes}");
    }
}

#[test]
fn no_error_prints_the_value() {
    #[derive(Deserialize, Debug)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "it is never read")]
    struct Strict {
        id: u8,
        kind: Kind,
    }
    #[derive(Deserialize, Debug)]
    enum Kind {
        A,
    }
    let secret = "hunter2\u{1b}[31m";
    let objects = [
        Object::from_iter([("id", Value::from(secret))]),
        Object::from_iter([("kind", secret)]),
        Object::from_iter([(secret, 1)]),
        Object::from_iter([("id", 1_234_567)]),
    ];
    for object in objects {
        let bytes = to_vec(&Value::from(object)).expect("an object");
        let error = from_slice::<Strict>(&bytes).expect_err("not strict");
        let printed = format!("{error} {error:?}");
        assert!(
            !printed.contains("hunter2")
                && !printed.contains("1234567")
                && !printed.contains('\u{1b}'),
            "{printed}"
        );
        assert!(error.offset().is_some_and(|offset| offset > 2), "{printed}");
    }
    let error = from_slice::<u8>(&to_vec(secret).expect("a string")).expect_err("no number");
    assert_eq!(error.to_string(), "a string is not u8 (at byte 2)");
}

#[test]
fn what_a_type_says_is_cut_and_escaped() {
    #[derive(Debug)]
    struct Talkative;
    impl<'de> Deserialize<'de> for Talkative {
        fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            let text = String::deserialize(deserializer)?;
            Err(serde::de::Error::custom(format!("no such name: {text}")))
        }
    }
    let error = from_slice::<Talkative>(&to_vec(&"\u{1b}".repeat(1000)).expect("a string"))
        .expect_err("it says so");
    let printed = error.to_string();
    assert!(
        printed.starts_with("no such name: \\u{1b}")
            && printed.len() < 1500
            && !printed.contains('\u{1b}'),
        "{printed}"
    );
}

#[test]
fn labels_that_do_not_fit_are_refused_and_nothing_is_written() {
    let label = Label::new();
    let object = || Value::Shared(label, Box::new(Object::new().into()));
    let cases = [
        (
            Value::Same(label),
            "the label is that of no object that comes before (at byte 0)",
        ),
        (
            vec![object(), object()].into(),
            "two objects have the same label (at byte 6)",
        ),
        (
            Value::Shared(label, Box::new(Value::Null)),
            "only an object can be shared, and by one label (at byte 0)",
        ),
        (
            Value::Shared(label, Box::new(object())),
            "only an object can be shared, and by one label (at byte 0)",
        ),
    ];
    for (value, message) in cases {
        let mut serializer = Serializer::new();
        assert_eq!(
            serializer
                .write_value(&value)
                .expect_err(message)
                .to_string(),
            message
        );
        serializer
            .write_value(&object())
            .expect("the label is free");
        assert_eq!(hex(&serializer.release_buffer()), "6f7b00");
    }
}
