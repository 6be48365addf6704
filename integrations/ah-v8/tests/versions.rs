//! What older versions of the format have otherwise.

mod support;

use ah_v8::{
    ArrayBuffer, Category, Deserializer, Primitive, RegExp, SparseArray, Value, View, ViewKind,
    from_slice,
};

fn read(version: u8, rest: &[u8]) -> Result<Value, ah_v8::Error> {
    from_slice(&[&[0xFF, version], rest].concat())
}

#[test]
fn versions_from_9_to_15_are_read_and_no_others() {
    for version in 9..=15 {
        assert_eq!(
            read(version, b"I\x02").expect("a number"),
            Value::from(1),
            "{version}"
        );
    }
    for version in [0, 8, 16, 127] {
        let error = read(version, b"I\x02").expect_err("no such version");
        assert_eq!(
            error.to_string(),
            format!("version {version} of the format: 9 to 15 can be read (at byte 0)")
        );
    }
    assert_eq!(
        from_slice::<Value>(b"I\x02")
            .expect_err("no header")
            .category(),
        Category::Syntax
    );
}

#[test]
fn strings_are_utf8_where_they_are_tagged_so() {
    for version in 9..=15 {
        assert_eq!(
            read(version, b"S\x02\xC3\xA9").expect("a string"),
            Value::from("é"),
            "{version}"
        );
        let lossy = read(version, b"S\x02\xC3(").expect("as V8 reads it");
        assert_eq!(lossy, Value::from("\u{FFFD}("), "{version}");
    }
}

#[test]
fn before_11_undefined_in_an_array_is_a_hole() {
    let array = b"A\x02_I\x02$\x00\x02";
    let mut holes = SparseArray::new(2);
    holes.properties.insert("1", 1);
    assert_eq!(read(10, array).expect("an array"), holes.into());
    assert_eq!(
        read(11, array).expect("an array"),
        vec![Value::Undefined, Value::from(1)].into()
    );
}

#[test]
fn before_12_strings_of_objects_are_utf8_without_a_tag() {
    let reg_exp = RegExp::new("é", "g").expect("flags");
    assert_eq!(
        read(11, b"R\x02\xC3\xA9\x01").expect("a RegExp"),
        reg_exp.clone().into()
    );
    assert_eq!(
        read(12, b"R\"\x01\xE9\x01").expect("a RegExp"),
        reg_exp.into()
    );
    let boxed = Value::from(Primitive::String("é".into()));
    assert_eq!(read(11, b"s\x02\xC3\xA9").expect("a String"), boxed);
    assert_eq!(read(12, b"s\"\x01\xE9").expect("a String"), boxed);
}

#[test]
fn before_13_a_tag_that_is_unknown_is_a_host_object_and_refused() {
    for version in [12, 13] {
        let error = read(version, b"M").expect_err("no value");
        assert_eq!(error.offset(), Some(2), "{version}");
    }
}

#[test]
fn before_14_views_have_no_flags() {
    let view = View::of(ViewKind::Uint8Array, ArrayBuffer::new([1, 2]), 1, 1).expect("a part");
    assert_eq!(
        read(12, b"B\x02\x01\x02VB\x01\x01").expect("a view"),
        view.clone().into()
    );
    assert_eq!(
        read(14, b"B\x02\x01\x02VB\x01\x01\x00").expect("a view"),
        view.into()
    );
}

#[test]
fn views_of_version_14_are_read_under_the_number_13_too() {
    let view = View::of(ViewKind::Uint8Array, ArrayBuffer::new([1, 2]), 1, 1).expect("a part");
    let with = b"A\x01B\x02\x01\x02VB\x01\x01\x00$\x00\x01";
    let without = b"A\x01B\x02\x01\x02VB\x01\x01$\x00\x01";
    // a flag of 0 is padding, too: one that is set is not
    let resizable = b"A\x01~\x02\x03\x01\x02VB\x01\x01\x02$\x00\x01";
    let views = Value::from(vec![Value::from(view)]);
    assert_eq!(read(13, with).expect("with flags"), views);
    assert_eq!(read(13, without).expect("without"), views);
    let of_resizable = View::of(
        ViewKind::Uint8Array,
        ArrayBuffer::resizable([1, 2], 3).expect("longer"),
        1,
        1,
    );
    let views = Value::from(vec![Value::from(of_resizable.expect("a part"))]);
    assert_eq!(read(13, resizable).expect("with flags"), views);
    let bytes: Vec<Vec<u8>> =
        from_slice(&[b"\xFF\x0D".as_slice(), resizable].concat()).expect("through serde");
    assert_eq!(bytes, [[2]]);
}

#[test]
fn before_15_there_is_no_shared_object() {
    assert_eq!(
        read(15, b"p\x00").expect_err("not carried").to_string(),
        "an object of the engine's shared heap cannot be carried between processes (at byte 2)"
    );
    assert_eq!(
        read(14, b"p\x00").expect_err("no tag").to_string(),
        "no value begins with the byte 0x70 (at byte 2)"
    );
}

#[test]
fn padding_and_counts_of_objects_are_skipped() {
    assert_eq!(
        read(15, b"\0\0?\x05\0I\x02\0").expect("a number"),
        Value::from(1)
    );
    let mut deserializer = Deserializer::new(b"\xFF\x0F\0I\x02");
    deserializer.read_header().expect("a header");
    assert_eq!(deserializer.wire_format_version(), 15);
    assert_eq!(deserializer.read::<u8>().expect("a number"), 1);
}

#[test]
fn errors_have_their_parts_in_any_order() {
    let old = read(15, b"rTm\"\x01xcI\x02s\"\x01y.").expect("cause, then stack");
    let new = read(15, b"rTm\"\x01xs\"\x01ycI\x02.").expect("stack, then cause");
    assert_eq!(old, new);
}

#[test]
fn halves_are_of_an_array_that_newer_nodes_have() {
    let view = read(15, b"B\x02\x00\x3CVh\x00\x02\x00").expect("a Float16Array");
    assert_eq!(
        view,
        View::new(ViewKind::Float16Array, [0x00, 0x3C])
            .expect("one")
            .into()
    );
    let numbers: Vec<f32> = from_slice(b"\xFF\x0FB\x02\x00\x3CVh\x00\x02\x00").expect("numbers");
    assert_eq!(numbers, [1.0]);
    let node = b"\xFF\x0F\\\x0D\x02\x00\x3C";
    assert_eq!(ah_v8::to_vec(&view).expect("Node's form"), node);
    assert_eq!(from_slice::<Value>(node).expect("Node's form"), view);
}
