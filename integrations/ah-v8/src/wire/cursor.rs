//! Reads bytes, numbers and tags off a slice, and never past its end.

use super::tag;
use crate::error::{Error, Problem};

#[derive(Clone, Debug)]
pub(crate) struct Cursor<'de> {
    bytes: &'de [u8],
    position: usize,
}

impl<'de> Cursor<'de> {
    pub(crate) fn new(bytes: &'de [u8]) -> Self {
        Self { bytes, position: 0 }
    }

    #[inline]
    pub(crate) fn position(&self) -> usize {
        self.position
    }

    /// Moves to an offset that was the position once.
    pub(crate) fn seek(&mut self, position: usize) {
        self.position = position.min(self.bytes.len());
    }

    pub(crate) fn len(&self) -> usize {
        self.bytes.len()
    }

    #[inline]
    pub(crate) fn remaining(&self) -> usize {
        self.bytes.len() - self.position
    }

    /// Bytes that were read before.
    #[inline]
    pub(crate) fn slice(&self, start: usize, length: usize) -> Option<&'de [u8]> {
        self.bytes.get(start..start.checked_add(length)?)
    }

    /// An error about what is at this position.
    pub(crate) fn error(&self, problem: Problem) -> Error {
        Error::at(self.position, problem)
    }

    #[inline]
    pub(crate) fn byte(&mut self) -> Result<u8, Error> {
        match self.bytes.get(self.position) {
            Some(byte) => {
                self.position += 1;
                Ok(*byte)
            }
            None => Err(self.end()),
        }
    }

    #[inline]
    pub(crate) fn take(&mut self, length: usize) -> Result<&'de [u8], Error> {
        match self.slice(self.position, length) {
            Some(taken) => {
                self.position += length;
                Ok(taken)
            }
            None => Err(self.end()),
        }
    }

    #[cold]
    fn end(&self) -> Error {
        self.error(Problem::End)
    }

    /// An unsigned integer, seven bits a byte, the lowest first.
    fn varint(&mut self, bits: u32) -> Result<u64, Error> {
        let start = self.position;
        let mut value = 0u64;
        let mut shift = 0;
        loop {
            let byte = self.byte()?;
            let part = u64::from(byte & 0x7F);
            let fits = shift + 7 <= bits || (shift < bits && part >> (bits - shift) == 0);
            if !fits {
                return Err(Error::at(start, Problem::TooManyBits(bits)));
            }
            value |= part << shift;
            if byte & 0x80 == 0 {
                return Ok(value);
            }
            shift += 7;
        }
    }

    #[inline]
    pub(crate) fn uint32(&mut self) -> Result<u32, Error> {
        // most are lengths below 128
        match self.bytes.get(self.position) {
            Some(&byte) if byte < 0x80 => {
                self.position += 1;
                Ok(u32::from(byte))
            }
            _ => self.varint(32).map(|value| value as u32),
        }
    }

    pub(crate) fn uint64(&mut self) -> Result<u64, Error> {
        self.varint(64)
    }

    #[inline]
    pub(crate) fn int32(&mut self) -> Result<i32, Error> {
        let zigzag = self.uint32()?;
        Ok((zigzag >> 1) as i32 ^ -((zigzag & 1) as i32))
    }

    /// A letter that is written as a number.
    pub(crate) fn letter(&mut self) -> Result<u8, Error> {
        let start = self.position;
        let letter = self.uint32()?;
        u8::try_from(letter).map_err(|_| Error::at(start, Problem::TooManyBits(8)))
    }

    #[inline]
    pub(crate) fn double(&mut self) -> Result<f64, Error> {
        let bytes = self.take(8)?;
        let bytes = bytes.try_into().map_err(|_| self.error(Problem::End))?;
        let value = f64::from_le_bytes(bytes);
        Ok(if value.is_nan() { f64::NAN } else { value })
    }

    /// As many bytes as a number says that comes before them.
    #[inline]
    pub(crate) fn counted(&mut self) -> Result<&'de [u8], Error> {
        let start = self.position;
        let length = self.uint32()? as usize;
        self.take(length)
            .map_err(|_| Error::at(start, Problem::LongerThanInput))
    }

    #[inline]
    pub(crate) fn skip_padding(&mut self) {
        while self.bytes.get(self.position) == Some(&tag::PADDING) {
            self.position += 1;
        }
    }

    /// The next tag, which is not taken.
    #[inline]
    pub(crate) fn peek(&mut self) -> Option<u8> {
        self.skip_padding();
        self.bytes.get(self.position).copied()
    }

    /// Takes the next tag if it is this one.
    #[inline]
    pub(crate) fn take_if(&mut self, tag: u8) -> bool {
        let is = self.peek() == Some(tag);
        self.position += usize::from(is);
        is
    }

    /// The tag of the next value.
    #[inline]
    pub(crate) fn tag(&mut self) -> Result<u8, Error> {
        loop {
            match self.byte()? {
                tag::PADDING => {}
                tag::VERIFY_OBJECT_COUNT => drop(self.uint32()?),
                tag => return Ok(tag),
            }
        }
    }
}
