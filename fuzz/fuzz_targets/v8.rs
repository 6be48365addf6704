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
    let Ok(value) = read(bytes) else { return };
    for whole in [false, true] {
        let written = write(&value, whole);
        let again = read(&written).expect("what was written");
        assert_eq!(again, shape::as_read(&value, whole), "{written:x?}");
        assert_eq!(write(&again, whole), written);
    }
    assert_eq!(to_vec(&value).expect("through serde"), write(&value, false));
});

fn read(bytes: &[u8]) -> Result<Value, Error> {
    let mut deserializer = Deserializer::new(bytes);
    deserializer.read_header()?;
    let value = deserializer.read_value()?;
    deserializer.end()?;
    Ok(value)
}

fn write(value: &Value, whole: bool) -> Vec<u8> {
    let mut serializer = match whole {
        true => Serializer::new(),
        false => Serializer::with_views_as_host_objects(),
    };
    serializer.write_header();
    serializer.write_value(value).expect("what was read");
    serializer.release_buffer()
}
