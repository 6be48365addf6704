//! The entries of a `tracestate` while it is read or changed, on the stack.

use std::{str, sync::Arc};

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
    text: &'a [u8],
    key: usize,
}

impl<'a> Entry<'a> {
    /// Reads an entry at the beginning of a text, by the specification's grammar. Returns the text from the next comma on,
    /// too.
    #[inline]
    fn read(text: &'a [u8]) -> Result<(Self, &'a [u8]), Reason> {
        let key = ascii::run(text, STATE_KEY);
        let Some((b'=', after)) = text[key..].split_first() else {
            return Err(without_key(&text[key..]));
        };
        let (value, rest) = after.split_at(ascii::run(after, STATE_VALUE));
        let length = key + 1 + ascii::trim_end(value).len();
        let rest = ascii::trim_start(rest);
        check_ends(&text[..key], &text[key + 1..length])?;
        if !matches!(rest, [] | [b',', ..]) {
            return Err(Reason::Value);
        }
        let text = &text[..length];
        Ok((Self { text, key }, rest))
    }

    /// Takes an entry apart that was checked before.
    pub(super) fn of(text: &'a [u8]) -> Option<Self> {
        let key = text.iter().position(|byte| *byte == b'=')?;
        Some(Self { text, key })
    }

    pub(super) fn key(self) -> &'a [u8] {
        &self.text[..self.key]
    }
}

/// Checks a key and a value by the specification's grammar.
pub(super) fn check(key: &[u8], value: &[u8]) -> Result<(), Reason> {
    if !ascii::all(key, STATE_KEY) {
        Err(Reason::Key)
    } else if !ascii::all(value, STATE_VALUE) {
        Err(Reason::Value)
    } else {
        check_ends(key, value)
    }
}

/// The same, where all characters are known to be right.
#[inline]
fn check_ends(key: &[u8], value: &[u8]) -> Result<(), Reason> {
    let starts = matches!(key, [first, ..] if ascii::is(*first, STATE_KEY_START));
    let ends = !matches!(value, [] | [.., b' ']);
    if !starts || key.len() > LONGEST {
        Err(Reason::Key)
    } else if !ends || value.len() > LONGEST {
        Err(Reason::Value)
    } else {
        Ok(())
    }
}

/// What is wrong with an entry that continues like this where its key should be followed by an equals sign.
#[cold]
fn without_key(text: &[u8]) -> Reason {
    let mut rest = text.split(|byte| *byte == b',');
    let has_equals = rest.next().is_some_and(|rest| rest.contains(&b'='));
    if has_equals {
        Reason::Key
    } else {
        Reason::NoEquals
    }
}

/// The entries, the newest first, each key once.
#[derive(Default)]
pub(super) struct List<'a> {
    entries: [Entry<'a>; MOST],
    len: usize,
    /// Entries that were read, with those whose key was known.
    read: usize,
    /// The field that they are all in, if there is one alone.
    field: Option<&'a [u8]>,
}

impl<'a> List<'a> {
    /// Reads a further field.
    pub(super) fn read(&mut self, field: &'a [u8]) -> Result<(), TraceStateError> {
        self.field = (self.read == 0).then_some(field);
        let mut rest = ascii::trim_start(field);
        while let [first, after @ ..] = rest {
            rest = match first {
                b',' => ascii::trim_start(after),
                _ => self.read_entry(rest)?,
            };
        }
        Ok(())
    }

    /// Reads an entry. Returns what comes after it.
    fn read_entry(&mut self, text: &'a [u8]) -> Result<&'a [u8], TraceStateError> {
        self.read += 1;
        if self.read > MOST {
            return Err(Reason::TooMany.of_entry(self.read));
        }
        let (entry, rest) = Entry::read(text).map_err(|reason| reason.of_entry(self.read))?;
        self.add(entry);
        Ok(rest)
    }

    /// Adds an entry at the end, if there is room and its key is new.
    pub(super) fn add(&mut self, entry: Entry<'a>) {
        if self.len < MOST && !self.has(entry.key()) {
            self.entries[self.len] = entry;
            self.len += 1;
        }
    }

    fn has(&self, key: &[u8]) -> bool {
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
        let text: &[u8] = match self.field {
            // nothing but entries and the commas between them, so it is what would be written
            Some(field) if field.len() == bytes => field,
            _ => &self.joined(),
        };
        let text = str::from_utf8(text).unwrap_or_default(); // what was checked is ASCII
        (!text.is_empty()).then(|| text.into())
    }

    fn joined(&self) -> Vec<u8> {
        let texts: Vec<_> = self.entries().iter().map(|entry| entry.text).collect();
        texts.join(&b',')
    }
}
