//! The entries of a `tracestate` while it is read or changed, on the stack.

use std::sync::Arc;

use super::{Reason, TraceStateError};
use crate::ascii::{self, STATE_KEY, STATE_KEY_START, STATE_VALUE};

/// The most entries.
pub(crate) const MOST: usize = 32;
/// The most characters of a key, and of a value.
pub(crate) const LONGEST: usize = 256;
/// The most bytes that are kept. The specification asks for as many at least, and nobody may make us carry more.
pub(crate) const MOST_BYTES: usize = 512;
/// Entries that are longer are dropped first.
const LONG: usize = 128;

/// `key=value`, checked.
#[derive(Clone, Copy, Default)]
pub(super) struct Entry<'a> {
    text: &'a str,
    key: usize,
}

impl<'a> Entry<'a> {
    fn read(text: &'a str) -> Result<Self, Reason> {
        let entry = Self::of(text).ok_or(Reason::NoEquals)?;
        check(entry.key(), entry.value())?;
        Ok(entry)
    }

    /// Takes an entry apart that was checked before.
    pub(super) fn of(text: &'a str) -> Option<Self> {
        let key = text.find('=')?;
        Some(Self { text, key })
    }

    pub(super) fn key(self) -> &'a str {
        &self.text[..self.key]
    }

    pub(super) fn value(self) -> &'a str {
        &self.text[self.key + 1..]
    }
}

/// Checks a key and a value by the specification's grammar.
pub(super) fn check(key: &str, value: &str) -> Result<(), Reason> {
    if !is_key(key) {
        Err(Reason::Key)
    } else if !is_value(value) {
        Err(Reason::Value)
    } else {
        Ok(())
    }
}

fn is_key(key: &str) -> bool {
    let first = key.bytes().next();
    first.is_some_and(|byte| ascii::is(byte, STATE_KEY_START))
        && key.len() <= LONGEST
        && ascii::all(key, STATE_KEY)
}

fn is_value(value: &str) -> bool {
    !value.is_empty()
        && !value.ends_with(' ')
        && value.len() <= LONGEST
        && ascii::all(value, STATE_VALUE)
}

/// The entries, the newest first, each key once.
#[derive(Default)]
pub(super) struct List<'a> {
    entries: [Entry<'a>; MOST],
    len: usize,
    /// Entries that were read, with those whose key was known.
    read: usize,
    /// The field that they are all in, if there is one alone.
    field: Option<&'a str>,
}

impl<'a> List<'a> {
    /// Reads a further field.
    pub(super) fn read(&mut self, field: &'a [u8]) -> Result<(), TraceStateError> {
        let field =
            std::str::from_utf8(field).map_err(|_| Reason::NotAscii.of_entry(self.read + 1))?;
        self.field = (self.read == 0).then_some(field);
        field
            .split(',')
            .map(|entry| entry.trim_matches(ascii::SPACES))
            .filter(|entry| !entry.is_empty())
            .try_for_each(|entry| self.push(entry))
    }

    fn push(&mut self, text: &'a str) -> Result<(), TraceStateError> {
        self.read += 1;
        if self.read > MOST {
            return Err(Reason::TooMany.of_entry(self.read));
        }
        self.add(Entry::read(text).map_err(|reason| reason.of_entry(self.read))?);
        Ok(())
    }

    /// Adds an entry at the end, if there is room and its key is new.
    pub(super) fn add(&mut self, entry: Entry<'a>) {
        if self.len < MOST && !self.has(entry.key()) {
            self.entries[self.len] = entry;
            self.len += 1;
        }
    }

    fn has(&self, key: &str) -> bool {
        self.entries().iter().any(|entry| entry.key() == key)
    }

    fn entries(&self) -> &[Entry<'a>] {
        &self.entries[..self.len]
    }

    /// How long they are with commas in between.
    fn bytes(&self) -> usize {
        let text: usize = self.entries().iter().map(|entry| entry.text.len()).sum();
        text + self.len.saturating_sub(1)
    }

    /// Drops whole entries until the others are short enough: long ones first, then any, each time the last. The first so
    /// many stay.
    pub(super) fn truncate(&mut self, kept: usize) {
        while self.bytes() > MOST_BYTES {
            let rest = &self.entries()[kept..];
            let last_long = rest.iter().rposition(|entry| entry.text.len() > LONG);
            let at = last_long.map_or(self.len - 1, |at| kept + at);
            self.entries.copy_within(at + 1..self.len, at);
            self.len -= 1;
        }
    }

    /// Writes them as they are sent.
    pub(super) fn to_text(&self) -> Option<Arc<str>> {
        let bytes = self.bytes();
        match self.field {
            _ if bytes == 0 => None,
            // nothing but entries and the commas between them, so it is what would be written
            Some(field) if field.len() == bytes => Some(field.into()),
            _ => Some(self.joined(bytes).into()),
        }
    }

    fn joined(&self, bytes: usize) -> String {
        let mut text = String::with_capacity(bytes);
        for entry in self.entries() {
            if !text.is_empty() {
                text.push(',');
            }
            text.push_str(entry.text);
        }
        text
    }
}
