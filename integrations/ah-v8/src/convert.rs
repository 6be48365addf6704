//! `Value` and `Date` through serde: by names that this crate's serializer and deserializer know, and in other formats as
//! bytes and as a number.

use std::fmt;

use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{self, SeqAccess, Visitor},
    ser,
};

use crate::{Date, Value, error::Error};

/// The name of a newtype struct around the bytes of a value.
pub(crate) const VALUE: &str = "$ah_v8::Value";
/// The name of a newtype struct around the milliseconds of a date.
pub(crate) const DATE: &str = "$ah_v8::Date";

struct Bytes<'a>(&'a [u8]);

impl Serialize for Bytes<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(self.0)
    }
}

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let bytes = encode(self).map_err(ser::Error::custom)?;
        serializer.serialize_newtype_struct(VALUE, &Bytes(&bytes))
    }
}

pub(crate) fn encode(value: &Value) -> Result<Vec<u8>, Error> {
    let mut serializer = crate::Serializer::new();
    serializer.identities.marks_nodes = true;
    serializer.write_header();
    serializer.write_value(value)?;
    Ok(serializer.release_buffer())
}

pub(crate) fn decode(bytes: &[u8]) -> Result<Value, Error> {
    let mut deserializer = crate::Deserializer::new(bytes);
    deserializer.reader.has_marks = true;
    deserializer.read_header()?;
    let value = deserializer.read_value()?;
    deserializer.end()?;
    Ok(value)
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_newtype_struct(VALUE, ValueVisitor)
    }
}

struct ValueVisitor;

impl<'de> Visitor<'de> for ValueVisitor {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value in V8's format")
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(
        self,
        deserializer: D,
    ) -> Result<Value, D::Error> {
        deserializer.deserialize_byte_buf(Self)
    }

    fn visit_bytes<E: de::Error>(self, bytes: &[u8]) -> Result<Value, E> {
        decode(bytes).map_err(E::custom)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Value, A::Error> {
        let mut bytes = Vec::new();
        while let Some(byte) = seq.next_element()? {
            bytes.push(byte);
        }
        self.visit_bytes(&bytes)
    }
}

impl Serialize for Date {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_newtype_struct(DATE, &self.millis())
    }
}

impl<'de> Deserialize<'de> for Date {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_newtype_struct(DATE, DateVisitor)
    }
}

struct DateVisitor;

impl<'de> Visitor<'de> for DateVisitor {
    type Value = Date;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("milliseconds since 1970")
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<Date, D::Error> {
        deserializer.deserialize_f64(Self)
    }

    fn visit_f64<E: de::Error>(self, millis: f64) -> Result<Date, E> {
        Ok(Date::from_millis(millis))
    }

    fn visit_i64<E: de::Error>(self, millis: i64) -> Result<Date, E> {
        self.visit_f64(millis as f64)
    }

    fn visit_u64<E: de::Error>(self, millis: u64) -> Result<Date, E> {
        self.visit_f64(millis as f64)
    }

    fn visit_unit<E: de::Error>(self) -> Result<Date, E> {
        self.visit_f64(f64::NAN) // as JSON has it
    }
}
