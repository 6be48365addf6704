//! `ah_v8`, on bytes: what is a value is the same one when it was written and read again, in both forms.

#![no_main]
#![allow(
    dead_code,
    reason = "what tests have in common with this is only a part of them"
)]

#[path = "../../integrations/ah-v8/tests/support/shape.rs"]
mod shape;

use ah_v8::{Deserializer, Error, Serializer, Value, from_slice, to_vec};
use serde::de::IgnoredAny;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let _ = from_slice::<serde_json::Value>(bytes);
    let _ = from_slice::<IgnoredAny>(bytes);
    let _ = from_slice::<Vec<Option<Vec<f64>>>>(bytes);
    if let Ok(value) = read(Deserializer::for_child_process(bytes)) {
        let written = write(Serializer::for_child_process(), &value);
        let again = read(Deserializer::for_child_process(&written));
        let expected = shape::as_read(&value, false);
        assert_eq!(again.expect("what was written"), expected);
    }
    let Ok(value) = read(Deserializer::new(bytes)) else {
        return;
    };
    for whole in [false, true] {
        let written = write(serializer(whole), &value);
        let again = read(Deserializer::new(&written)).expect("what was written");
        assert_eq!(again, shape::as_read(&value, whole), "{written:x?}");
        assert_eq!(write(serializer(whole), &again), written);
    }
    let serde = to_vec(&value).expect("through serde");
    assert_eq!(serde, write(serializer(false), &value));
});

fn read(mut deserializer: Deserializer<'_>) -> Result<Value, Error> {
    deserializer.read_header()?;
    let value = deserializer.read_value()?;
    deserializer.end()?;
    Ok(value)
}

fn serializer(whole: bool) -> Serializer {
    match whole {
        true => Serializer::new(),
        false => Serializer::with_views_as_host_objects(),
    }
}

fn write(mut serializer: Serializer, value: &Value) -> Vec<u8> {
    serializer.write_header();
    serializer.write_value(value).expect("what was read");
    serializer.release_buffer()
}
