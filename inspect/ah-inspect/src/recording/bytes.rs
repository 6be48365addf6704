//! The parts of a file: numbers, as many bytes as they need, and texts, each once.

use std::{collections::HashMap, sync::Arc};

use super::{ReadErrorKind, SourcePlace};

#[derive(Default)]
pub(super) struct Writer {
    pub(super) bytes: Vec<u8>,
    texts: HashMap<Arc<str>, u64>,
}

impl Writer {
    /// LEB128.
    pub(super) fn number(&mut self, mut number: u64) {
        while number >= 0x80 {
            self.bytes.push(number as u8 | 0x80);
            number >>= 7;
        }
        self.bytes.push(number as u8);
    }

    pub(super) fn flag(&mut self, flag: bool) {
        self.bytes.push(flag.into());
    }

    /// The number of a text that was written before, or 0 and the text.
    pub(super) fn text(&mut self, text: &Arc<str>) {
        if let Some(number) = self.texts.get(text) {
            return self.number(*number);
        }
        let number = self.texts.len() as u64 + 1;
        self.texts.insert(Arc::clone(text), number);
        self.number(0);
        self.number(text.len() as u64);
        self.bytes.extend_from_slice(text.as_bytes());
    }

    pub(super) fn option<T>(&mut self, value: Option<T>, write: impl FnOnce(&mut Self, T)) {
        self.flag(value.is_some());
        if let Some(value) = value {
            write(self, value);
        }
    }

    pub(super) fn list<T>(&mut self, list: &[T], mut write: impl FnMut(&mut Self, &T)) {
        self.number(list.len() as u64);
        for item in list {
            write(self, item);
        }
    }

    pub(super) fn place(&mut self, place: &SourcePlace) {
        self.text(&place.file);
        self.number(place.line.into());
        self.number(place.column.into());
    }
}

pub(super) struct Reader<'a> {
    rest: &'a [u8],
    texts: Vec<Arc<str>>,
}

type Read<T> = Result<T, ReadErrorKind>;

impl<'a> Reader<'a> {
    pub(super) fn new(rest: &'a [u8]) -> Self {
        Self {
            rest,
            texts: Vec::new(),
        }
    }

    pub(super) fn is_at_end(&self) -> bool {
        self.rest.is_empty()
    }

    fn byte(&mut self) -> Read<u8> {
        let (first, rest) = self.rest.split_first().ok_or(ReadErrorKind::Damaged)?;
        self.rest = rest;
        Ok(*first)
    }

    pub(super) fn number(&mut self) -> Read<u64> {
        let mut number = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            let bits = u64::from(byte & 0x7f);
            if bits << shift >> shift != bits {
                return Err(ReadErrorKind::Damaged);
            }
            number |= bits << shift;
            if byte & 0x80 == 0 {
                return Ok(number);
            }
        }
        Err(ReadErrorKind::Damaged)
    }

    pub(super) fn small(&mut self) -> Read<u32> {
        u32::try_from(self.number()?).map_err(|_| ReadErrorKind::Damaged)
    }

    pub(super) fn flag(&mut self) -> Read<bool> {
        match self.byte()? {
            0 => Ok(false),
            1 => Ok(true),
            _ => Err(ReadErrorKind::Damaged),
        }
    }

    pub(super) fn text(&mut self) -> Read<Arc<str>> {
        let number = self.number()?;
        let known = (number as usize).checked_sub(1);
        if let Some(known) = known {
            return self.texts.get(known).cloned().ok_or(ReadErrorKind::Damaged);
        }
        let len = usize::try_from(self.number()?).map_err(|_| ReadErrorKind::Damaged)?;
        let (text, rest) = self
            .rest
            .split_at_checked(len)
            .ok_or(ReadErrorKind::Damaged)?;
        self.rest = rest;
        let text: Arc<str> = std::str::from_utf8(text)
            .map_err(|_| ReadErrorKind::Damaged)?
            .into();
        self.texts.push(Arc::clone(&text));
        Ok(text)
    }

    pub(super) fn option<T>(&mut self, read: impl FnOnce(&mut Self) -> Read<T>) -> Read<Option<T>> {
        if self.flag()? {
            read(self).map(Some)
        } else {
            Ok(None)
        }
    }

    /// Each item takes a byte at least, so a length that lies allocates nothing.
    pub(super) fn list<T>(&mut self, mut read: impl FnMut(&mut Self) -> Read<T>) -> Read<Vec<T>> {
        let len = self.number()?;
        if len > self.rest.len() as u64 {
            return Err(ReadErrorKind::Damaged);
        }
        (0..len).map(|_| read(self)).collect()
    }

    pub(super) fn place(&mut self) -> Read<SourcePlace> {
        Ok(SourcePlace {
            file: self.text()?,
            line: self.small()?,
            column: self.small()?,
        })
    }
}
