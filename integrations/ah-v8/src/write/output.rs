//! Bytes, numbers and strings, as V8 writes them.

use crate::{
    error::{Error, Problem},
    value::{BigInt, JsString, as_index, as_int32},
    wire::{LATEST_VERSION, MAX_DEPTH, tag},
};

#[derive(Debug)]
pub(crate) struct Output {
    pub(crate) bytes: Vec<u8>,
    /// The number of the next object.
    pub(crate) next_id: u32,
    pub(crate) max_depth: usize,
    depth: usize,
}

/// A place for a number of 32 bits that is written once it is known.
#[derive(Debug)]
pub(crate) struct Later(usize);

impl Output {
    pub(crate) fn new() -> Self {
        Self {
            bytes: Vec::with_capacity(128),
            next_id: 0,
            max_depth: MAX_DEPTH,
            depth: 0,
        }
    }

    pub(crate) fn error(&self, problem: Problem) -> Error {
        Error::at(self.bytes.len(), problem)
    }

    pub(crate) fn header(&mut self) {
        self.bytes.push(tag::VERSION);
        self.uint32(LATEST_VERSION);
    }

    pub(crate) fn tag(&mut self, tag: u8) {
        self.bytes.push(tag);
    }

    /// Begins an object: its tag, and the number by which it can be referred to.
    pub(crate) fn begin(&mut self, tag: u8) -> u32 {
        self.tag(tag);
        self.take_id()
    }

    pub(crate) fn take_id(&mut self) -> u32 {
        let id = self.next_id;
        self.next_id = self.next_id.saturating_add(1);
        id
    }

    /// Enters an object.
    pub(crate) fn enter(&mut self) -> Result<(), Error> {
        if self.depth == self.max_depth {
            return Err(self.error(Problem::TooDeep(self.max_depth)));
        }
        self.depth += 1;
        Ok(())
    }

    pub(crate) fn leave(&mut self) {
        self.depth -= 1;
    }

    /// Takes back what was written since this length and number.
    pub(crate) fn take_back(&mut self, length: usize, next_id: u32, depth: usize) {
        self.bytes.truncate(length);
        (self.next_id, self.depth) = (next_id, depth);
    }

    pub(crate) fn depth(&self) -> usize {
        self.depth
    }

    pub(crate) fn uint32(&mut self, value: u32) {
        self.uint64(value.into());
    }

    pub(crate) fn uint64(&mut self, mut value: u64) {
        while value >= 0x80 {
            self.bytes.push(value as u8 | 0x80);
            value >>= 7;
        }
        self.bytes.push(value as u8);
    }

    /// A count or length; the format has 32 bits for it.
    pub(crate) fn count(&mut self, count: usize) -> Result<(), Error> {
        let count = u32::try_from(count);
        self.uint32(
            count
                .map_err(|_| self.error(Problem::Limit("more than 32 bits of bytes or entries")))?,
        );
        Ok(())
    }

    /// Leaves room for a number of 32 bits.
    pub(crate) fn later(&mut self) -> Later {
        let place = Later(self.bytes.len());
        self.bytes.extend([0x80, 0x80, 0x80, 0x80, 0]);
        place
    }

    pub(crate) fn fill(&mut self, place: &Later, value: u32) {
        for (index, byte) in self.bytes[place.0..].iter_mut().take(5).enumerate() {
            let more = if index < 4 { 0x80 } else { 0 };
            *byte = (value >> (7 * index)) as u8 & 0x7F | more;
        }
    }

    /// Writes another tag over one.
    pub(crate) fn change_tag(&mut self, at: usize, tag: u8) {
        if let Some(byte) = self.bytes.get_mut(at) {
            *byte = tag;
        }
    }

    pub(crate) fn double(&mut self, value: f64) {
        let value = if value.is_nan() { f64::NAN } else { value };
        self.bytes.extend(value.to_le_bytes());
    }

    pub(crate) fn int32(&mut self, value: i32) {
        self.tag(tag::INT32);
        self.uint32(((value << 1) ^ (value >> 31)) as u32);
    }

    pub(crate) fn tagged_double(&mut self, value: f64) {
        self.tag(tag::DOUBLE);
        self.double(value);
    }

    /// A number, as an integer if it is one of 32 bits.
    pub(crate) fn number(&mut self, value: f64) {
        match as_int32(value) {
            Some(integer) => self.int32(integer),
            None => self.tagged_double(value),
        }
    }

    /// The sign and length of an integer, then its bytes, in whole words of 64 bits.
    pub(crate) fn big_int(&mut self, value: &BigInt) -> Result<(), Error> {
        let magnitude = value.magnitude_le_bytes();
        let length = magnitude.len().next_multiple_of(8);
        if length > 0x3FFF_FFFF {
            return Err(self.error(Problem::Limit("a BigInt of more than 30 bits of bytes")));
        }
        self.uint32((length as u32) << 1 | u32::from(value.is_negative()));
        self.bytes.extend(magnitude);
        self.bytes
            .extend(std::iter::repeat_n(0, length - magnitude.len()));
        Ok(())
    }

    pub(crate) fn js_string(&mut self, string: &JsString) -> Result<(), Error> {
        match string.as_str() {
            Some(text) => self.str(text),
            None => self.two_bytes(string.to_utf16().into_iter()),
        }
    }

    /// In one byte a character if all have room in one, else in UTF-16.
    pub(crate) fn str(&mut self, text: &str) -> Result<(), Error> {
        if text.is_ascii() {
            self.tag(tag::ONE_BYTE_STRING);
            self.count(text.len())?;
            self.bytes.extend(text.as_bytes());
        } else if text.chars().all(|character| character as u32 <= 0xFF) {
            self.tag(tag::ONE_BYTE_STRING);
            self.count(text.chars().count())?;
            self.bytes
                .extend(text.chars().map(|character| character as u8));
        } else {
            return self.two_bytes(text.encode_utf16());
        }
        Ok(())
    }

    /// In UTF-16, whose bytes begin at an even offset.
    fn two_bytes(&mut self, units: impl Iterator<Item = u16> + Clone) -> Result<(), Error> {
        let length = units.clone().count().saturating_mul(2);
        let bytes_of_length = (1..).find(|bytes| length >> (7 * bytes) == 0).unwrap_or(1);
        if (self.bytes.len() + 1 + bytes_of_length) % 2 != 0 {
            self.tag(tag::PADDING);
        }
        self.tag(tag::TWO_BYTE_STRING);
        self.count(length)?;
        self.bytes.extend(units.flat_map(u16::to_le_bytes));
        Ok(())
    }

    /// The name of a property: the index of an array is a number.
    pub(crate) fn key(&mut self, name: &JsString) -> Result<(), Error> {
        match name.as_str() {
            Some(name) => self.name(name),
            None => self.js_string(name),
        }
    }

    pub(crate) fn name(&mut self, name: &str) -> Result<(), Error> {
        match as_index(name) {
            Some(index) => self.number(index.into()),
            None => return self.str(name),
        }
        Ok(())
    }

    pub(crate) fn raw(&mut self, bytes: &[u8]) -> Result<(), Error> {
        self.count(bytes.len())?;
        self.bytes.extend(bytes);
        Ok(())
    }
}
