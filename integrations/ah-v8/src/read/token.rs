//! The parts that a value is read in.

use std::borrow::Cow;

use crate::{
    value::{BigInt, Date, JsErrorKind, RegExpFlags, ViewKind},
    wire::Text,
};

/// What the input has next: a whole value, or the beginning of one with others within.
#[derive(Debug)]
pub(crate) enum Token<'de> {
    Undefined,
    Null,
    Bool(bool),
    Integer(i64),
    Double(f64),
    BigInt(BigInt),
    Text(Text<'de>),
    /// The object of this number, once more.
    Reference(u32),
    /// An object, up to its end tag.
    Object(u32),
    /// So many elements, then properties.
    DenseArray(u32, u32),
    /// Properties, of an array of this length.
    SparseArray(u32, u32),
    Map(u32),
    Set(u32),
    Date(u32, Date),
    BoxedBool(u32, bool),
    BoxedNumber(u32, f64),
    BoxedBigInt(u32, BigInt),
    BoxedText(u32, Text<'de>),
    RegExp(u32, Text<'de>, RegExpFlags),
    Buffer(Buffer<'de>),
    View(ViewToken<'de>),
    /// Its class, then parts up to an end.
    Error(u32, JsErrorKind),
}

/// A buffer.
#[derive(Debug)]
pub(crate) struct Buffer<'de> {
    pub(crate) id: u32,
    pub(crate) bytes: Cow<'de, [u8]>,
    pub(crate) max_byte_length: Option<u32>,
}

/// A view of a buffer.
#[derive(Debug)]
pub(crate) struct ViewToken<'de> {
    pub(crate) id: u32,
    pub(crate) kind: ViewKind,
    pub(crate) byte_offset: u32,
    pub(crate) byte_length: u32,
    pub(crate) tracks_length: bool,
    pub(crate) buffer: Held<'de>,
}

/// The buffer of a view.
#[derive(Debug)]
pub(crate) enum Held<'de> {
    /// It comes here.
    Here(Buffer<'de>),
    /// It is that of this number.
    Again(u32),
    /// It is none that anything else refers to.
    Own(&'de [u8]),
}
