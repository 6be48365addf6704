#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]

mod convert;
mod de;
mod deserializer;
mod error;
mod functions;
mod read;
mod ser;
mod serializer;
mod value;
mod wire;
mod write;

pub use deserializer::Deserializer;
pub use error::{Category, Error};
pub use functions::{from_reader, from_slice, to_vec, to_writer};
pub use serializer::Serializer;
pub use value::{
    Array, ArrayBuffer, BigInt, Date, JsError, JsErrorKind, JsString, Label, Map, Object,
    OutOfRange, Primitive, RegExp, RegExpFlags, Set, SparseArray, Value, View, ViewKind,
};
pub use wire::{LATEST_VERSION, OLDEST_VERSION};
