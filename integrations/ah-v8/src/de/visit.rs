//! serde reads: what each token is to it, and what the types ask for.

use std::borrow::Cow;

use serde::{
    de::{Error as _, Unexpected, Visitor},
    forward_to_deserialize_any,
};

use super::{
    access::{Entries, Of, Pairs, Parts, Sequence},
    bytes,
};
use crate::{
    convert::{DATE, VALUE},
    deserializer::Deserializer,
    error::{Error, Problem},
    read::{Container, Token},
    value::{BigInt, ViewKind},
    wire::{MAX_SAFE_INTEGER, Text, tag},
};

impl<'de> Deserializer<'de> {
    /// Gives a visitor what the input has next.
    pub(super) fn visit<V: Visitor<'de>>(&mut self, visitor: V) -> Result<V::Value, Error> {
        let at = self.offset();
        match self.reader.token()? {
            Token::Undefined | Token::Null => visitor.visit_unit(),
            Token::Bool(value) | Token::BoxedBool(_, value) => visitor.visit_bool(value),
            Token::Integer(value) => visitor.visit_i64(value),
            Token::Double(value) | Token::BoxedNumber(_, value) => visit_number(value, visitor),
            Token::BigInt(value) | Token::BoxedBigInt(_, value) => visit_big_int(&value, visitor),
            Token::Text(text) | Token::BoxedText(_, text) => visit_text(text, at, visitor),
            Token::Date(_, date) => visit_number(date.millis(), visitor),
            Token::RegExp(..) => Err(Error::at(
                at,
                Problem::Data("a RegExp can be read as a `Value` alone"),
            )),
            Token::Reference(id) => self.visit_again(id, at, visitor),
            Token::Object(id) => self.visit_entries(
                Container {
                    id,
                    end: tag::END_OBJECT,
                    length: None,
                },
                visitor,
            ),
            Token::Map(id) => self.visit_pairs(
                Container {
                    id,
                    end: tag::END_MAP,
                    length: None,
                },
                visitor,
            ),
            Token::Set(id) => self.visit_sequence(
                Container {
                    id,
                    end: tag::END_SET,
                    length: None,
                },
                Of::Values,
                visitor,
            ),
            Token::DenseArray(id, length) => {
                let container = Container {
                    id,
                    end: tag::END_DENSE_ARRAY,
                    length: Some(length),
                };
                self.visit_sequence(container, Of::Elements(length), visitor)
            }
            Token::SparseArray(id, length) => {
                let container = Container {
                    id,
                    end: tag::END_SPARSE_ARRAY,
                    length: Some(length),
                };
                self.visit_sequence(container, Of::Holes(length), visitor)
            }
            Token::Buffer(buffer) => bytes::visit(ViewKind::Uint8Array, buffer.bytes, visitor),
            Token::View(view) => bytes::visit(view.kind, self.bytes_of(&view, at)?, visitor),
            Token::Error(id, kind) => {
                self.reader.enter(id)?;
                let mut parts = Parts::new(self, kind);
                let value = visitor.visit_map(&mut parts)?;
                parts.finish()?;
                self.reader.leave(id);
                Ok(value)
            }
        }
        .map_err(|error| error.or_at(at))
    }

    /// The elements of a buffer, a typed array or an array, as a sequence.
    pub(super) fn visit_elements<V: Visitor<'de>>(
        &mut self,
        visitor: V,
    ) -> Result<V::Value, Error> {
        let at = self.offset();
        match self.reader.input.peek() {
            Some(
                tag::ARRAY_BUFFER
                | tag::RESIZABLE_ARRAY_BUFFER
                | tag::ARRAY_BUFFER_TRANSFER
                | tag::HOST_OBJECT,
            ) => {
                let (kind, bytes) = match self.reader.token()? {
                    Token::View(view) => (view.kind, self.bytes_of(&view, at)?),
                    Token::Buffer(buffer) => (ViewKind::Uint8Array, buffer.bytes),
                    _ => {
                        return Err(self
                            .reader
                            .input
                            .error(Problem::Syntax("a buffer is expected here")));
                    }
                };
                bytes::visit_elements(kind, bytes, visitor).map_err(|error| error.or_at(at))
            }
            Some(tag::REFERENCE) => match self.reader.token()? {
                Token::View(view) => {
                    let bytes = self.bytes_of(&view, at)?;
                    bytes::visit_elements(view.kind, bytes, visitor)
                        .map_err(|error| error.or_at(at))
                }
                Token::Reference(id) => self.again(id, at, |this| this.visit_elements(visitor)),
                _ => Err(self
                    .reader
                    .input
                    .error(Problem::Syntax("a reference is expected here"))),
            },
            _ => self.visit(visitor),
        }
    }

    fn visit_again<V: Visitor<'de>>(
        &mut self,
        id: u32,
        at: usize,
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.again(id, at, |this| this.visit(visitor))
    }

    fn visit_entries<V: Visitor<'de>>(
        &mut self,
        container: Container,
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.reader.enter(container.id)?;
        let mut entries = Entries::new(self, container);
        let value = visitor.visit_map(&mut entries)?;
        entries.finish()?;
        Ok(value)
    }

    fn visit_pairs<V: Visitor<'de>>(
        &mut self,
        container: Container,
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.reader.enter(container.id)?;
        let mut pairs = Pairs::new(self, container);
        let value = visitor.visit_map(&mut pairs)?;
        pairs.finish()?;
        Ok(value)
    }

    fn visit_sequence<V: Visitor<'de>>(
        &mut self,
        container: Container,
        of: Of,
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.reader.enter(container.id)?;
        let mut sequence = Sequence::new(self, container, of);
        let value = visitor.visit_seq(&mut sequence)?;
        sequence.finish()?;
        Ok(value)
    }

    /// Returns `true` if `null` or `undefined` is next.
    pub(super) fn is_nullish(&mut self) -> bool {
        matches!(self.reader.input.peek(), Some(tag::NULL | tag::UNDEFINED))
    }

    pub(super) fn is_next(&mut self, tag: u8) -> bool {
        self.reader.input.peek() == Some(tag)
    }
}

/// JavaScript's numbers are doubles: one that is a whole number is an integer to serde, as far as integers are exact.
fn visit_number<'de, V: Visitor<'de>>(number: f64, visitor: V) -> Result<V::Value, Error> {
    let integer = number as i64;
    let is_exact = (integer as f64).to_bits() == number.to_bits()
        && integer.unsigned_abs() <= MAX_SAFE_INTEGER;
    if is_exact {
        visitor.visit_i64(integer)
    } else {
        visitor.visit_f64(number)
    }
}

fn visit_big_int<'de, V: Visitor<'de>>(integer: &BigInt, visitor: V) -> Result<V::Value, Error> {
    if let Ok(value) = i64::try_from(integer) {
        return visitor.visit_i64(value);
    }
    if let Ok(value) = u64::try_from(integer) {
        return visitor.visit_u64(value);
    }
    if let Ok(value) = i128::try_from(integer) {
        return visitor.visit_i128(value);
    }
    match u128::try_from(integer) {
        Ok(value) => visitor.visit_u128(value),
        Err(_) => Err(Error::custom("a BigInt of more than 128 bits")),
    }
}

fn visit_text<'de, V: Visitor<'de>>(
    text: Text<'de>,
    at: usize,
    visitor: V,
) -> Result<V::Value, Error> {
    match text.to_str() {
        Some(Cow::Borrowed(text)) => visitor.visit_borrowed_str(text),
        Some(Cow::Owned(text)) => visitor.visit_string(text),
        None => Err(Error::at(
            at,
            Problem::Data("half of a surrogate pair: only a `JsString` can have that"),
        )),
    }
}

impl<'de> serde::Deserializer<'de> for &mut Deserializer<'de> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.visit(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        if self.is_nullish() {
            self.reader.token()?;
            return visitor.visit_none();
        }
        visitor.visit_some(self)
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.visit(visitor)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        match name {
            VALUE => self.special_value(visitor),
            DATE => self.special_date(visitor),
            _ => visitor.visit_newtype_struct(self),
        }
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.visit_elements(visitor)
    }

    fn deserialize_tuple<V: Visitor<'de>>(
        self,
        _len: usize,
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.visit_elements(visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _len: usize,
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.visit_elements(visitor)
    }

    fn deserialize_char<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.visit(visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.visit_enum(visitor)
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.reader.skip()?;
        visitor.visit_unit()
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 str string bytes byte_buf unit_struct map struct identifier

    }
}

/// What serde calls a kind of value, without the value.
pub(crate) fn kind_of(unexpected: &Unexpected<'_>) -> &'static str {
    match unexpected {
        Unexpected::Bool(_) => "a boolean",
        Unexpected::Unsigned(_) | Unexpected::Signed(_) => "an integer",
        Unexpected::Float(_) => "a number",
        Unexpected::Char(_) => "a character",
        Unexpected::Str(_) => "a string",
        Unexpected::Bytes(_) => "a buffer",
        Unexpected::Unit => "null or undefined",
        Unexpected::Option => "an optional value",
        Unexpected::NewtypeStruct => "a newtype struct",
        Unexpected::Seq => "an array",
        Unexpected::Map => "an object",
        Unexpected::Enum => "an enum",
        Unexpected::UnitVariant => "a variant without a value",
        Unexpected::NewtypeVariant => "a variant with a value",
        Unexpected::TupleVariant => "a variant with an array",
        Unexpected::StructVariant => "a variant with an object",
        Unexpected::Other(_) => "the value",
    }
}
