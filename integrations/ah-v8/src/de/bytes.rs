//! Buffers and typed arrays, as bytes or as numbers.

use std::borrow::Cow;

use serde::de::{DeserializeSeed, IntoDeserializer as _, SeqAccess, Visitor};

use crate::{
    deserializer::Deserializer,
    error::{Error, Problem},
    read::ViewToken,
    value::ViewKind,
};

impl<'de> Deserializer<'de> {
    pub(super) fn bytes_of(
        &self,
        view: &ViewToken<'de>,
        at: usize,
    ) -> Result<Cow<'de, [u8]>, Error> {
        let problem = Problem::Data(
            "a second view of a buffer that was transferred: only a `Value` can be that",
        );
        self.reader
            .bytes_of(view)
            .ok_or_else(|| Error::at(at, problem))
    }
}

/// Bytes where the elements are bytes, and else a sequence of numbers.
pub(super) fn visit<'de, V: Visitor<'de>>(
    kind: ViewKind,
    bytes: Cow<'de, [u8]>,
    visitor: V,
) -> Result<V::Value, Error> {
    match (kind, bytes) {
        (
            ViewKind::Uint8Array
            | ViewKind::Uint8ClampedArray
            | ViewKind::Buffer
            | ViewKind::DataView,
            Cow::Borrowed(bytes),
        ) => visitor.visit_borrowed_bytes(bytes),
        (
            ViewKind::Uint8Array
            | ViewKind::Uint8ClampedArray
            | ViewKind::Buffer
            | ViewKind::DataView,
            Cow::Owned(bytes),
        ) => visitor.visit_byte_buf(bytes),
        (kind, bytes) => visit_elements(kind, bytes, visitor),
    }
}

pub(super) fn visit_elements<'de, V: Visitor<'de>>(
    kind: ViewKind,
    bytes: Cow<'_, [u8]>,
    visitor: V,
) -> Result<V::Value, Error> {
    let mut elements = Elements {
        kind,
        bytes: &bytes,
    };
    let value = visitor.visit_seq(&mut elements)?;
    if elements.bytes.is_empty() {
        Ok(value)
    } else {
        Err(serde::de::Error::custom(
            "a typed array of more elements than the type has",
        ))
    }
}

struct Elements<'a> {
    kind: ViewKind,
    bytes: &'a [u8],
}

impl<'de> SeqAccess<'de> for &mut Elements<'_> {
    type Error = Error;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Error> {
        let size = self.kind.bytes_per_element() as usize;
        let Some((element, rest)) = self.bytes.split_at_checked(size) else {
            return Ok(None);
        };
        self.bytes = rest;
        let mut word = [0; 8];
        word[..size].copy_from_slice(element);
        deserialize(self.kind, word, seed).map(Some)
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.bytes.len() / self.kind.bytes_per_element() as usize)
    }
}

/// An element, as the lower bytes of a word.
fn deserialize<'de, T: DeserializeSeed<'de>>(
    kind: ViewKind,
    word: [u8; 8],
    seed: T,
) -> Result<T::Value, Error> {
    let bits = u64::from_le_bytes(word);
    let integer =
        |value: i64| -> serde::de::value::I64Deserializer<Error> { value.into_deserializer() };
    let double =
        |value: f64| -> serde::de::value::F64Deserializer<Error> { value.into_deserializer() };
    match kind {
        ViewKind::Uint8Array
        | ViewKind::Uint8ClampedArray
        | ViewKind::Buffer
        | ViewKind::DataView
        | ViewKind::Uint16Array
        | ViewKind::Uint32Array
        | ViewKind::BigUint64Array => {
            let bits: serde::de::value::U64Deserializer<Error> = bits.into_deserializer();
            seed.deserialize(bits)
        }
        ViewKind::Int8Array => seed.deserialize(integer((bits as i8).into())),
        ViewKind::Int16Array => seed.deserialize(integer((bits as i16).into())),
        ViewKind::Int32Array => seed.deserialize(integer((bits as i32).into())),
        ViewKind::BigInt64Array => seed.deserialize(integer(bits as i64)),
        ViewKind::Float16Array => seed.deserialize(double(half(bits as u16))),
        ViewKind::Float32Array => seed.deserialize(double(f32::from_bits(bits as u32).into())),
        ViewKind::Float64Array => seed.deserialize(double(f64::from_bits(bits))),
    }
}

/// A number of 16 bits: sign, 5 bits of exponent, 10 of fraction.
fn half(bits: u16) -> f64 {
    let sign = if bits >> 15 == 0 { 1.0 } else { -1.0 };
    let fraction = f64::from(bits & 0x3FF) / 1024.0;
    match i32::from(bits >> 10 & 0x1F) {
        0 => sign * fraction * 2f64.powi(-14),
        0x1F if fraction == 0.0 => sign * f64::INFINITY,
        0x1F => f64::NAN,
        exponent => sign * (1.0 + fraction) * 2f64.powi(exponent - 15),
    }
}

#[cfg(test)]
mod tests {
    use super::half;

    #[test]
    fn halves_are_read_as_ieee_has_them() {
        let halves = [
            (0x0000, 0.0),
            (0x3C00, 1.0),
            (0xC000, -2.0),
            (0x7BFF, 65504.0),
            (0x0001, 2f64.powi(-24)),
            (0x7C00, f64::INFINITY),
        ];
        for (bits, number) in halves {
            assert_eq!(half(bits), number);
        }
        assert!(half(0x7E00).is_nan());
    }
}
