//! What was written is read as it was: values that Node has recorded, and random ones.

mod support;

use ah_v8::{
    Array, ArrayBuffer, BigInt, Date, Deserializer, JsError, JsErrorKind, JsString, Label, Map,
    Object, Primitive, RegExp, Serializer, Set, SparseArray, Value, View, ViewKind, from_slice,
    to_vec,
};
use support::{Random, as_read, hex, random_value, unhex, vectors};

fn write(value: &Value, whole: bool) -> Vec<u8> {
    let mut serializer = if whole {
        Serializer::new()
    } else {
        Serializer::with_views_as_host_objects()
    };
    serializer.write_header();
    serializer
        .write_value(value)
        .expect("a value that can be written");
    serializer.release_buffer()
}

#[test]
fn what_node_has_written_is_written_again_byte_for_byte() {
    let vectors = vectors();
    assert!(vectors.len() > 90, "not all of them: {}", vectors.len());
    for vector in vectors {
        let value: Value = from_slice(&unhex(&vector.hex))
            .unwrap_or_else(|error| panic!("{error}: {}", vector.script));
        if !vector.is_of_older_nodes() {
            assert_eq!(hex(&write(&value, false)), vector.hex, "{}", vector.script);
        }
        assert_eq!(
            from_slice::<Value>(&write(&value, false)).expect("what was written"),
            value,
            "{}",
            vector.script
        );
    }
}

#[test]
fn what_node_has_written_is_what_it_was() {
    let value = |script: &str| -> Value {
        let vector = vectors()
            .into_iter()
            .find(|vector| vector.script == script)
            .expect(script);
        from_slice(&unhex(&vector.hex)).expect(script)
    };
    assert_eq!(value("undefined"), Value::Undefined);
    assert_eq!(value("-0"), Value::from(-0.0));
    assert_ne!(value("-0"), Value::from(0.0));
    assert_eq!(value("NaN"), Value::from(f64::NAN));
    assert_eq!(value("2147483648"), Value::from(2147483648.0));
    assert_eq!(value("-(2n ** 127n)"), BigInt::from(i128::MIN).into());
    assert_eq!(value("2n ** 64n"), BigInt::from(1u128 << 64).into());
    assert_eq!(value("'\\u{1F600}'"), Value::from("😀"));
    assert_eq!(
        value("'\\uD83D'"),
        JsString::from_utf16(vec![0xD83D]).into()
    );
    assert_eq!(value("new Date(NaN)"), Date::from_millis(f64::NAN).into());
    assert_eq!(
        value("/é|€/dgimsuy"),
        RegExp::new("é|€", "dgimsuy").expect("flags").into()
    );
    assert_eq!(value("Object('€')"), Primitive::String("€".into()).into());
    assert_eq!(value("Object(2n)"), Primitive::BigInt(2u64.into()).into());
    assert_eq!(value("[1.5, 2]"), Array::from_iter([1.5, 2.0]).into());
    let mut holes = SparseArray::new(3);
    holes.properties = Object::from_iter([("0", 1), ("2", 3)]);
    assert_eq!(value("[1, , 3]"), holes.into());
    assert_eq!(value("new Array(5000)"), SparseArray::new(5000).into());
    let mut named = Array::from_iter([1]);
    named.properties.insert("a", 2);
    assert_eq!(value("Object.assign([1], { a: 2 })"), named.into());
    assert_eq!(
        value("({ a: 1, 'é': 2, '€': 3 })"),
        Object::from_iter([("a", 1), ("é", 2), ("€", 3)]).into()
    );
    let inner = Value::Map(Map::default());
    let map = Map::from_iter([
        (Value::from(1), Value::from("a")),
        (Object::new().into(), inner),
    ]);
    assert_eq!(
        value("new Map([[1, 'a'], [{}, new Map()]])"),
        Value::Map(map)
    );
    let set = [Value::from(1), Value::from("a"), Value::Set(Set::default())];
    assert_eq!(
        value("new Set([1, 'a', new Set()])"),
        Value::Set(Set::from_iter(set))
    );
    let resizable = ArrayBuffer::resizable([0, 0], 8).expect("longer");
    assert_eq!(
        value("new ArrayBuffer(2, { maxByteLength: 8 })"),
        resizable.into()
    );
    let view = |kind, bytes: &[u8]| Value::from(View::new(kind, bytes).expect("whole elements"));
    assert_eq!(value("Buffer.from('abc')"), view(ViewKind::Buffer, b"abc"));
    assert_eq!(
        value("new Float32Array([0.5])"),
        view(ViewKind::Float32Array, &0.5f32.to_le_bytes())
    );
    let mut error = JsError::new(JsErrorKind::TypeError, "€");
    error.stack = Some("s".into());
    assert_eq!(
        value("Object.defineProperty(new TypeError('€'), 'stack', { value: 's' })"),
        error.into()
    );

    let me = Label::new();
    let cycle = Object::from_iter([("a", Value::Same(me))]);
    assert_eq!(
        value("(() => { const a = {}; a.a = a; return a; })()"),
        Value::Shared(me, Box::new(cycle.into()))
    );
    let shared = Value::Shared(me, Box::new(Object::new().into()));
    let twice = Value::from(vec![shared, Value::Same(me)]);
    assert_eq!(value("(() => { const a = {}; return [a, a]; })()"), twice);
}

#[test]
fn random_values_are_read_as_they_were_written() {
    for seed in 0..2_000 {
        let value = random_value(&mut Random::new(seed));
        for whole in [false, true] {
            let bytes = write(&value, whole);
            let mut deserializer = Deserializer::new(&bytes);
            deserializer.read_header().expect("a header");
            let read = deserializer
                .read_value()
                .unwrap_or_else(|error| panic!("seed {seed}: {error}"));
            deserializer.end().expect("no more");
            assert_eq!(read, as_read(&value, whole), "seed {seed}");
            assert_eq!(write(&read, whole), bytes, "seed {seed}");
        }
        assert_eq!(
            to_vec(&value).expect("through serde"),
            write(&value, false),
            "seed {seed}"
        );
    }
}

#[test]
fn values_of_another_shape_or_sharing_are_not_equal() {
    let label = Label::new();
    let shared = || Value::Shared(label, Box::new(Object::new().into()));
    let twice = Value::from(vec![shared(), Value::Same(label)]);
    let two = Value::from(
        vec![Object::new(), Object::new()]
            .into_iter()
            .map(Value::from)
            .collect::<Vec<_>>(),
    );
    assert_ne!(twice, two);

    let other = Label::new();
    let renamed = Value::from(vec![
        Value::Shared(other, Box::new(Object::new().into())),
        Value::Same(other),
    ]);
    assert_eq!(twice, renamed, "labels are names alone");

    let ab = Object::from_iter([("a", 1), ("b", 2)]);
    let ba = Object::from_iter([("b", 2), ("a", 1)]);
    assert_ne!(ab, ba, "the order counts");
    assert_eq!(
        ab,
        Object::from_iter([("a", 0), ("b", 2), ("a", 1)]),
        "the last of a name, in the place of the first"
    );
}

#[test]
fn a_value_in_a_struct_is_itself_and_its_bytes_in_other_formats() {
    #[derive(serde::Serialize, serde::Deserialize, PartialEq, Debug)]
    struct Message {
        kind: String,
        at: Date,
        body: Value,
    }
    let label = Label::new();
    let set = Value::Set(Set::from_iter([Value::Same(label), Value::from(1)]));
    let body = Value::Shared(label, Box::new(set));
    let message = Message {
        kind: "set".into(),
        at: Date::from_millis(7.0),
        body,
    };

    let bytes = to_vec(&message).expect("through V8");
    let value: Value = from_slice(&bytes).expect("any value");
    assert_eq!(value.get("at"), Some(&Date::from_millis(7.0).into()));
    assert_eq!(value.get("body"), Some(&message.body), "not as bytes");
    assert_eq!(from_slice::<Message>(&bytes).expect("the struct"), message);

    let json = serde_json::to_string(&message).expect("JSON");
    assert!(
        json.starts_with(r#"{"kind":"set","at":7.0,"body":[255,15,"#),
        "{json}"
    );
    assert_eq!(
        serde_json::from_str::<Message>(&json).expect("the struct"),
        message
    );
}
