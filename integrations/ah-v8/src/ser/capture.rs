//! Takes the content of the newtype structs that stand for types of this crate.

use serde::{
    Serialize,
    ser::{self, Error as _, Impossible},
};

use crate::error::Error;

pub(super) struct Capture;

pub(super) enum Captured {
    Bytes(Vec<u8>),
    Number(f64),
}

type Never = Impossible<Captured, Error>;

fn nothing<T>() -> Result<T, Error> {
    Err(Error::custom(
        "a type of another crate has taken the name of one of this crate",
    ))
}

macro_rules! nothings {
    ($($method:ident($($argument:ty),*) -> $type:ty;)*) => {$(
        fn $method(self, $(_: $argument),*) -> Result<$type, Error> {
            nothing()
        }
    )*};
}

impl ser::Serializer for Capture {
    type Ok = Captured;
    type Error = Error;
    type SerializeSeq = Never;
    type SerializeTuple = Never;
    type SerializeTupleStruct = Never;
    type SerializeTupleVariant = Never;
    type SerializeMap = Never;
    type SerializeStruct = Never;
    type SerializeStructVariant = Never;

    fn serialize_bytes(self, bytes: &[u8]) -> Result<Captured, Error> {
        Ok(Captured::Bytes(bytes.to_vec()))
    }

    fn serialize_f64(self, number: f64) -> Result<Captured, Error> {
        Ok(Captured::Number(number))
    }

    nothings! {
        serialize_bool(bool) -> Captured;
        serialize_i8(i8) -> Captured;
        serialize_i16(i16) -> Captured;
        serialize_i32(i32) -> Captured;
        serialize_i64(i64) -> Captured;
        serialize_u8(u8) -> Captured;
        serialize_u16(u16) -> Captured;
        serialize_u32(u32) -> Captured;
        serialize_u64(u64) -> Captured;
        serialize_f32(f32) -> Captured;
        serialize_char(char) -> Captured;
        serialize_str(&str) -> Captured;
        serialize_none() -> Captured;
        serialize_unit() -> Captured;
        serialize_unit_struct(&'static str) -> Captured;
        serialize_unit_variant(&'static str, u32, &'static str) -> Captured;
        serialize_seq(Option<usize>) -> Never;
        serialize_tuple(usize) -> Never;
        serialize_tuple_struct(&'static str, usize) -> Never;
        serialize_tuple_variant(&'static str, u32, &'static str, usize) -> Never;
        serialize_map(Option<usize>) -> Never;
        serialize_struct(&'static str, usize) -> Never;
        serialize_struct_variant(&'static str, u32, &'static str, usize) -> Never;
    }

    fn serialize_some<T: Serialize + ?Sized>(self, _: &T) -> Result<Captured, Error> {
        nothing()
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: &T,
    ) -> Result<Captured, Error> {
        nothing()
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: &T,
    ) -> Result<Captured, Error> {
        nothing()
    }
}
