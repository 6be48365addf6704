//! Node's serialization API, row by row of `docs/guide/conformance.md`.

mod support;

use ah_v8::{
    ArrayBuffer, Category, Deserializer, Label, Object, Serializer, Value, View, ViewKind,
    from_slice, to_vec,
};
use support::{hex, unhex, vectors};

fn array_buffer() -> ArrayBuffer {
    ArrayBuffer::new([1, 2, 3, 4])
}

#[test]
fn v8_01_what_serialize_gives_deserialize_takes_for_every_kind_of_value() {
    let mut kinds = std::collections::BTreeSet::new();
    for vector in vectors() {
        let value: Value = from_slice(&unhex(&vector.hex)).expect("a value of Node's");
        kinds.extend(unhex(&vector.hex).get(2).copied());
        let bytes = to_vec(&value).expect("it can be written");
        assert_eq!(
            from_slice::<Value>(&bytes).expect("it can be read"),
            value,
            "{}",
            vector.script
        );
    }
    assert!(kinds.len() >= 25, "few kinds: {kinds:?}");
}

#[test]
fn v8_02_serialize_is_a_header_and_a_value_by_a_default_serializer() {
    let value = Value::from(vec![
        View::new(ViewKind::Buffer, [1]).expect("one").into(),
        Value::from("a"),
    ]);
    let mut serializer = Serializer::with_views_as_host_objects();
    serializer.write_header();
    serializer.write_value(&value).expect("it can be written");
    assert_eq!(
        serializer.release_buffer(),
        to_vec(&value).expect("it can be written")
    );
}

#[test]
fn v8_03_a_header_is_checked_when_it_is_read() {
    let mut deserializer = Deserializer::new(b"\xFF\x10I\x02");
    assert_eq!(
        deserializer.read_header().expect_err("newer").category(),
        Category::Syntax
    );
    let mut deserializer = Deserializer::new(b"\xFF\x0FI\x02");
    deserializer.read_header().expect("the latest");
    assert_eq!(deserializer.read_value().expect("a number"), Value::from(1));
}

#[test]
fn v8_04_without_a_header_no_value_is_read() {
    // Node: such data is read as of version 0, a format of Chromium's past; here: an error.
    let mut deserializer = Deserializer::new(b"I\x02");
    assert_eq!(deserializer.wire_format_version(), 0);
    let error = deserializer.read_value().expect_err("no header");
    assert!(error.to_string().starts_with("no header"), "{error}");
}

#[test]
fn v8_05_the_version_is_that_of_the_header() {
    for version in [9, 13, 15] {
        let bytes = [0xFF, version];
        let mut deserializer = Deserializer::new(&bytes);
        deserializer.read_header().expect("a header");
        assert_eq!(deserializer.wire_format_version(), u32::from(version));
    }
}

#[test]
fn v8_06_integers_of_32_bits_are_written_raw() {
    let mut serializer = Serializer::new();
    for value in [0, 127, 128, 14_000, u32::MAX] {
        serializer.write_uint32(value);
    }
    let bytes = serializer.release_buffer();
    assert_eq!(hex(&bytes), "007f8001b06dffffffff0f");
    let mut deserializer = Deserializer::new(&bytes);
    for value in [0, 127, 128, 14_000, u32::MAX] {
        assert_eq!(deserializer.read_uint32().expect("an integer"), value);
    }
}

#[test]
fn v8_07_integers_of_64_bits_are_written_raw() {
    // Node: as two halves of 32 bits; here: as one integer, in the same bytes.
    let mut serializer = Serializer::new();
    serializer.write_uint64(1 << 32 | 2);
    serializer.write_uint64(u64::MAX);
    let bytes = serializer.release_buffer();
    assert_eq!(hex(&bytes), "8280808010ffffffffffffffffff01");
    let mut deserializer = Deserializer::new(&bytes);
    assert_eq!(deserializer.read_uint64().expect("an integer"), 1 << 32 | 2);
    assert_eq!(deserializer.read_uint64().expect("an integer"), u64::MAX);
}

#[test]
fn v8_08_doubles_are_written_raw() {
    let mut serializer = Serializer::new();
    serializer.write_double(-0.25);
    let bytes = serializer.release_buffer();
    assert_eq!(bytes, (-0.25f64).to_le_bytes());
    assert_eq!(
        Deserializer::new(&bytes).read_double().expect("a number"),
        -0.25
    );
}

#[test]
fn v8_09_bytes_are_written_raw_and_lent_when_read() {
    let mut serializer = Serializer::new();
    serializer.write_raw_bytes(b"abc");
    serializer.write_raw_bytes(b"");
    let bytes = serializer.release_buffer();
    assert_eq!(bytes, b"abc");
    let mut deserializer = Deserializer::new(&bytes);
    let lent = deserializer.read_raw_bytes(2).expect("two");
    assert_eq!((lent, lent.as_ptr()), (&b"ab"[..], bytes.as_ptr()));
    assert_eq!(deserializer.read_raw_bytes(0).expect("none"), b"");
    assert_eq!(deserializer.read_raw_bytes(1).expect("one"), b"c");
}

#[test]
fn v8_10_reading_past_the_end_is_an_error() {
    let read = |bytes: &[u8]| {
        let mut errors = vec![
            Deserializer::new(bytes).read_uint32().map(drop),
            Deserializer::new(bytes).read_uint64().map(drop),
        ];
        errors.push(Deserializer::new(bytes).read_double().map(drop));
        errors.push(
            Deserializer::new(bytes)
                .read_raw_bytes(bytes.len() + 1)
                .map(drop),
        );
        errors
    };
    for bytes in [&b""[..], b"\x80\x80"] {
        for error in read(bytes) {
            assert_eq!(error.expect_err("past the end").category(), Category::Eof);
        }
    }
}

#[test]
fn v8_11_values_and_raw_parts_follow_each_other_and_share_objects() {
    let label = Label::new();
    let mut serializer = Serializer::new();
    serializer.write_header();
    serializer
        .write_value(&Value::Shared(label, Box::new(Object::new().into())))
        .expect("an object");
    serializer.write_uint32(7);
    serializer
        .write_value(&vec![Value::Same(label)].into())
        .expect("the same in an array");
    let bytes = serializer.release_buffer();
    assert_eq!(hex(&bytes), "ff0f6f7b000741015e00240001");

    let mut deserializer = Deserializer::new(&bytes);
    deserializer.read_header().expect("a header");
    assert_eq!(
        deserializer.read_value().expect("an object"),
        Object::new().into()
    );
    assert_eq!(deserializer.read_uint32().expect("an integer"), 7);
    let array = deserializer.read_value().expect("an array");
    assert_eq!(
        array,
        vec![Value::from(Object::new())].into(),
        "a copy: it is of another value"
    );
}

#[test]
fn v8_12_a_buffer_that_is_transferred_is_a_number_alone() {
    let label = Label::new();
    let mut serializer = Serializer::new();
    serializer.transfer_array_buffer(5, label);
    serializer.write_header();
    let buffer = Value::Shared(label, Box::new(array_buffer().into()));
    let view = View::of(ViewKind::Uint8Array, Value::Same(label), 1, 2).expect("a part");
    serializer
        .write_value(&vec![buffer, view.into()].into())
        .expect("it can be written");
    let bytes = serializer.release_buffer();
    assert_eq!(
        hex(&bytes),
        "ff0f410274055e01564201020024 0002".replace(' ', "")
    );

    let mut deserializer = Deserializer::new(&bytes);
    deserializer.transfer_array_buffer(5, array_buffer());
    deserializer.read_header().expect("a header");
    let value = deserializer.read_value().expect("with the buffer");
    let elements = value.as_elements().expect("an array");
    assert_eq!(elements[0].unshared(), &array_buffer().into());
    let Value::View(view) = &elements[1] else {
        panic!("a view")
    };
    assert_eq!((view.byte_offset(), view.byte_length()), (1, 2));

    let mut deserializer = Deserializer::new(&bytes);
    deserializer.read_header().expect("a header");
    assert!(
        deserializer.read_value().is_err(),
        "nothing was transferred"
    );
}

#[test]
fn v8_13_a_plain_serializer_writes_views_with_their_whole_buffers() {
    let buffer = Label::new();
    let first = Value::Shared(buffer, Box::new(array_buffer().into()));
    let first = View::of(ViewKind::Uint8Array, first, 0, 1).expect("a part");
    let second = View::of(ViewKind::Uint16Array, Value::Same(buffer), 2, 2).expect("a part");
    let mut serializer = Serializer::new();
    serializer.write_header();
    serializer
        .write_value(&vec![Value::from(first), second.into()].into())
        .expect("it can be written");
    let bytes = serializer.release_buffer();
    assert_eq!(
        hex(&bytes),
        "ff0f410242040102030456420001005e015657020200240002"
    );
}

#[test]
fn v8_14_a_default_serializer_writes_the_bytes_of_views_alone() {
    let view = View::of(ViewKind::Uint16Array, array_buffer(), 2, 2).expect("a part");
    assert_eq!(
        hex(&to_vec(&Value::from(view)).expect("a view")),
        "ff0f5c04020304"
    );
    let buffer = View::of(ViewKind::Buffer, array_buffer(), 1, 2).expect("a part");
    assert_eq!(
        hex(&to_vec(&Value::from(buffer)).expect("a Buffer")),
        "ff0f5c0a020203"
    );
}

#[test]
fn v8_15_views_of_both_forms_are_read_wherever_their_bytes_begin() {
    let numbers = [1.5f64, -2.0];
    for padding in 0..8 {
        let mut bytes = unhex("ff0f");
        bytes.extend(std::iter::repeat_n(0, padding));
        bytes.extend(unhex("5c0810"));
        bytes.extend(numbers.iter().flat_map(|number| number.to_le_bytes()));
        assert_eq!(
            from_slice::<Vec<f64>>(&bytes).expect("numbers"),
            numbers,
            "{padding}"
        );
    }
    let whole: Vec<u16> = from_slice(&unhex(
        "ff0f420401000200565700040 0".replace(' ', "").as_str(),
    ))
    .expect("numbers");
    assert_eq!(whole, [1, 2]);
}

#[test]
fn v8_16_host_objects_of_a_programs_own() {
    // Node: a subclass may write and read what it likes for them; here: views alone are known, and others are refused.
    let error = from_slice::<Value>(&unhex("ff0f5c7f03616263")).expect_err("no view");
    assert!(
        error
            .to_string()
            .starts_with("a host object other than a view"),
        "{error}"
    );
}

#[test]
fn v8_17_memory_that_threads_share() {
    // Node: a subclass may say by which number a SharedArrayBuffer is found again; here: refused, as by `v8.serialize`.
    let error = from_slice::<Value>(&unhex("ff0f7500")).expect_err("not carried");
    assert!(
        error.to_string().starts_with("a SharedArrayBuffer"),
        "{error}"
    );
}

#[test]
fn v8_18_objects_that_are_shared_and_within_themselves_keep_their_identity() {
    let (a, b) = (Label::new(), Label::new());
    let inner = Value::Shared(
        b,
        Box::new(Object::from_iter([("outer", Value::Same(a))]).into()),
    );
    let outer = Object::from_iter([("inner", inner), ("again", Value::Same(b))]);
    let outer = Value::Shared(a, Box::new(outer.into()));
    let read: Value =
        from_slice(&to_vec(&outer).expect("it can be written")).expect("it can be read");
    assert_eq!(read, outer);
    let Some(Value::Same(label)) = read.get("again") else {
        panic!("the same")
    };
    let found = read.find(*label).expect("it is within");
    assert!(matches!(found.get("outer"), Some(Value::Same(_))));
}

#[test]
fn v8_19_data_that_is_no_value_is_an_error() {
    for bytes in [
        &b""[..],
        b"\xFF",
        b"\xFF\x0F",
        b"\xFF\x0F\x01",
        b"\xFF\x0Fo",
        b"\xFF\x0F^\x07",
    ] {
        let error = from_slice::<Value>(bytes).expect_err("no value");
        assert!(
            error.offset().is_some_and(|offset| offset <= bytes.len()),
            "{error}"
        );
    }
}

#[test]
fn v8_20_what_follows_a_value() {
    // Node: `v8.deserialize` passes over it; here: `from_slice` refuses it, and a `Deserializer` leaves it to be read.
    let bytes = b"\xFF\x0FI\x02rest";
    assert!(from_slice::<u8>(bytes).is_err());
    let mut deserializer = Deserializer::new(bytes);
    deserializer.read_header().expect("a header");
    assert_eq!(deserializer.read::<u8>().expect("a number"), 1);
    assert_eq!(
        deserializer.read_raw_bytes(4).expect("what follows"),
        b"rest"
    );
}

#[test]
fn v8_21_data_of_older_versions_stays_readable() {
    let versions = (9..=15)
        .map(|version| from_slice::<Value>(&[0xFF, version, b'S', 1, b'a']).expect("a string"));
    assert!(versions.into_iter().all(|value| value == Value::from("a")));
    // of version 13, with the flags of 14
    let bytes = unhex(
        "ff0d6f22036b65794203010203566200030 07b01"
            .replace(' ', "")
            .as_str(),
    );
    let value: Value = from_slice(&bytes).expect("a view of Node 16's");
    assert_eq!(
        value.get("key"),
        Some(
            &View::new(ViewKind::Int8Array, [1, 2, 3])
                .expect("three")
                .into()
        )
    );
}

#[test]
fn v8_22_how_deep_values_may_be() {
    // Node: as deep as its stack allows, and a RangeError beyond; here: 128 unless set otherwise, and an error beyond.
    let deep = |depth: usize| {
        [
            &b"\xFF\x0F"[..],
            &b"A\x01".repeat(depth),
            b"_",
            &b"$\x00\x01".repeat(depth),
        ]
        .concat()
    };
    assert!(from_slice::<Value>(&deep(128)).is_ok());
    assert_eq!(
        from_slice::<Value>(&deep(129))
            .expect_err("too deep")
            .category(),
        Category::Limit
    );
}

#[test]
fn v8_23_a_serializer_that_failed_has_written_nothing_of_the_value() {
    // Node: part of it may be in the buffer; here: all of a value or nothing.
    let mut serializer = Serializer::new();
    let dangling = Value::from(vec![Value::from(1), Value::Same(Label::new())]);
    assert!(serializer.write_value(&dangling).is_err());
    assert_eq!(serializer.release_buffer(), b"");
}

/// An array of bytes, of one.
struct Byte(u8);

impl serde::Serialize for Byte {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(&[self.0])
    }
}

#[test]
fn v8_26_on_the_channel_of_a_child_process_a_number_comes_before_a_view() {
    let view = View::of(ViewKind::Uint16Array, array_buffer(), 2, 2).expect("a part");
    let view = Value::from(view);
    let mut serializer = Serializer::for_child_process();
    serializer.write_header();
    serializer.write_value(&view).expect("a view");
    serializer.write(&Byte(7)).expect("bytes");
    let bytes = serializer.release_buffer();
    assert_eq!(hex(&bytes), "ff0f5c00040203045c00010107");

    let mut deserializer = Deserializer::for_child_process(&bytes);
    deserializer.read_header().expect("a header");
    let read = deserializer.read_value().expect("a view");
    assert_eq!(
        read.unshared(),
        &Value::from(View::new(ViewKind::Uint16Array, [3, 4]).expect("whole"))
    );
    assert_eq!(deserializer.read::<[u8; 1]>().expect("bytes"), [7]);
}

#[test]
fn v8_27_objects_of_the_engines_own_are_refused_on_the_channel() {
    // Node: with their own properties, as plain objects; here: refused, as elsewhere.
    let bytes = unhex("ff0f5c016f7b00"); // a number, and an object without properties
    let mut deserializer = Deserializer::for_child_process(&bytes);
    deserializer.read_header().expect("a header");
    let error = deserializer.read_value().expect_err("no view");
    assert_eq!(
        error.to_string(),
        "a host object other than a view of a buffer cannot be carried between processes (at byte 2)"
    );
}

#[test]
fn v8_28_how_views_are_written_is_said_at_the_beginning() {
    // Node: between two values, too; here: when a serializer is created.
    let view = Value::from(View::of(ViewKind::Uint8Array, array_buffer(), 1, 2).expect("a part"));
    let written = |mut serializer: Serializer| {
        serializer.write_value(&view).expect("a view");
        serializer.write_value(&view).expect("a view");
        hex(&serializer.release_buffer())
    };
    let (whole, own) = ("4204010203045642010200", "5c01020203");
    assert_eq!(written(Serializer::new()), [whole, whole].concat());
    let serializer = Serializer::with_views_as_host_objects();
    assert_eq!(written(serializer), [own, own].concat());
}
