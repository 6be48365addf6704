//! What is within an object, one after the other, as serde asks for it.

use serde::de::{
    DeserializeSeed, IntoDeserializer as _, MapAccess, SeqAccess, value::UnitDeserializer,
};

use super::key::KeyDeserializer;
use crate::{
    deserializer::Deserializer,
    error::{Error, Problem},
    read::Container,
    value::JsErrorKind,
    wire::tag,
};

/// How many elements are announced to a type at most, so that it allocates nothing for what is not there.
const MOST_AT_ONCE: usize = 4096;

/// What a sequence is of.
#[derive(Clone, Copy, Debug)]
pub(super) enum Of {
    /// Values up to an end tag: a `Set`.
    Values,
    /// So many elements, then properties that serde has no use for.
    Elements(u32),
    /// Properties, of which those with an index are elements; so many, with the holes.
    Holes(u32),
}

pub(super) struct Sequence<'a, 'de> {
    de: &'a mut Deserializer<'de>,
    container: Container,
    of: Of,
    /// The index of the next element.
    next: u32,
    /// How many properties were read.
    entries: u32,
    /// The index of the element that is next in the input, if it was read.
    upcoming: Option<u32>,
}

impl<'a, 'de> Sequence<'a, 'de> {
    pub(super) fn new(de: &'a mut Deserializer<'de>, container: Container, of: Of) -> Self {
        Self {
            de,
            container,
            of,
            next: 0,
            entries: 0,
            upcoming: None,
        }
    }

    /// Checks that the type took everything, and reads the end.
    pub(super) fn finish(mut self) -> Result<(), Error> {
        let is_done = match self.of {
            Of::Values => self.de.is_next(self.container.end),
            Of::Elements(length) | Of::Holes(length) => self.next == length,
        };
        if !is_done {
            return Err(self
                .de
                .reader
                .input
                .error(Problem::Data("an array of more elements than the type has")));
        }
        if let Of::Holes(_) = self.of {
            self.find_upcoming()?; // reads the rest
            if self.upcoming.is_some() {
                return Err(self
                    .de
                    .reader
                    .input
                    .error(Problem::Syntax("an element beyond the length of its array")));
            }
        }
        if let Of::Elements(_) = self.of {
            while !self.de.is_next(self.container.end) {
                self.skip_property()?;
            }
        }
        self.de.reader.input.take_if(self.container.end);
        self.de.reader.end(self.container, self.entries)
    }

    fn skip_property(&mut self) -> Result<(), Error> {
        self.de.reader.key()?;
        self.de.reader.skip()?;
        self.entries += 1;
        Ok(())
    }

    /// Finds the next property that is an element, and leaves the input at its value.
    fn find_upcoming(&mut self) -> Result<(), Error> {
        while self.upcoming.is_none() && !self.de.is_next(self.container.end) {
            let at = self.de.offset();
            let index = self.de.reader.key()?.as_index();
            self.entries += 1;
            match index {
                Some(index) if index < self.next => {
                    return Err(Error::at(
                        at,
                        Problem::Data("elements that are not in order"),
                    ));
                }
                Some(index) => self.upcoming = Some(index),
                None => self.de.reader.skip()?,
            }
        }
        Ok(())
    }
}

impl<'de> SeqAccess<'de> for &mut Sequence<'_, 'de> {
    type Error = Error;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Error> {
        match self.of {
            Of::Values if self.de.is_next(self.container.end) => return Ok(None),
            Of::Values => self.entries += 1,
            Of::Elements(length) | Of::Holes(length) if self.next == length => return Ok(None),
            Of::Elements(_) => self.next += 1,
            Of::Holes(_) => {
                self.find_upcoming()?;
                self.next += 1;
                if self.upcoming != Some(self.next - 1) {
                    let at = self.de.offset();
                    self.de.reader.spend(1, at)?;
                    let hole: UnitDeserializer<Error> = ().into_deserializer();
                    return seed.deserialize(hole).map(Some);
                }
                self.upcoming = None;
            }
        }
        if self.de.reader.input.take_if(tag::THE_HOLE) {
            let hole: UnitDeserializer<Error> = ().into_deserializer();
            return seed.deserialize(hole).map(Some);
        }
        seed.deserialize(&mut *self.de).map(Some)
    }

    fn size_hint(&self) -> Option<usize> {
        let left = self.de.reader.input.remaining().min(MOST_AT_ONCE);
        match self.of {
            Of::Values => None,
            Of::Elements(length) | Of::Holes(length) => {
                Some(left.min((length - self.next) as usize))
            }
        }
    }
}

/// The properties of an object.
pub(super) struct Entries<'a, 'de> {
    de: &'a mut Deserializer<'de>,
    container: Container,
    entries: u32,
}

impl<'a, 'de> Entries<'a, 'de> {
    pub(super) fn new(de: &'a mut Deserializer<'de>, container: Container) -> Self {
        Self {
            de,
            container,
            entries: 0,
        }
    }

    pub(super) fn finish(self) -> Result<(), Error> {
        if !self.de.reader.input.take_if(self.container.end) {
            return Err(self.de.reader.input.error(Problem::Data(
                "an object of more properties than the type has",
            )));
        }
        self.de.reader.end(self.container, self.entries)
    }
}

impl<'de> MapAccess<'de> for &mut Entries<'_, 'de> {
    type Error = Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Error> {
        if self.de.is_next(self.container.end) {
            return Ok(None);
        }
        let at = self.de.offset();
        let key = self.de.reader.key()?;
        self.entries += 1;
        let key = seed.deserialize(KeyDeserializer { key, at });
        key.map(Some).map_err(|error| error.or_at(at))
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Error> {
        seed.deserialize(&mut *self.de)
    }
}

/// The keys and values of a `Map`.
pub(super) struct Pairs<'a, 'de>(Entries<'a, 'de>);

impl<'a, 'de> Pairs<'a, 'de> {
    pub(super) fn new(de: &'a mut Deserializer<'de>, container: Container) -> Self {
        Self(Entries::new(de, container))
    }

    pub(super) fn finish(self) -> Result<(), Error> {
        self.0.finish()
    }
}

impl<'de> MapAccess<'de> for &mut Pairs<'_, 'de> {
    type Error = Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Error> {
        if self.0.de.is_next(self.0.container.end) {
            return Ok(None);
        }
        self.0.entries = self.0.entries.wrapping_add(2);
        seed.deserialize(&mut *self.0.de).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Error> {
        seed.deserialize(&mut *self.0.de)
    }
}

/// The parts of an error, by the names that they have in JavaScript.
pub(super) struct Parts<'a, 'de> {
    de: &'a mut Deserializer<'de>,
    kind: Option<JsErrorKind>,
    part: u8,
}

impl<'a, 'de> Parts<'a, 'de> {
    pub(super) fn new(de: &'a mut Deserializer<'de>, kind: JsErrorKind) -> Self {
        let kind = Some(kind);
        Self { de, kind, part: 0 }
    }

    pub(super) fn finish(self) -> Result<(), Error> {
        match self.part {
            tag::ERROR_END => Ok(()),
            _ => Err(self
                .de
                .reader
                .input
                .error(Problem::Data("an error of more parts than the type has"))),
        }
    }
}

impl<'de> MapAccess<'de> for &mut Parts<'_, 'de> {
    type Error = Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Error> {
        let name = if self.kind.is_some() {
            "name"
        } else {
            let at = self.de.offset();
            self.part = self.de.reader.input.letter()?;
            match self.part {
                tag::ERROR_MESSAGE => "message",
                tag::ERROR_STACK => "stack",
                tag::ERROR_CAUSE => "cause",
                tag::ERROR_END => return Ok(None),
                _ => {
                    return Err(Error::at(
                        at,
                        Problem::Syntax("an unknown part of an error"),
                    ));
                }
            }
        };
        let name: serde::de::value::StrDeserializer<'_, Error> = name.into_deserializer();
        seed.deserialize(name).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Error> {
        if let Some(kind) = self.kind.take() {
            let name: serde::de::value::StrDeserializer<'_, Error> =
                kind.name().into_deserializer();
            return seed.deserialize(name);
        }
        if self.part == tag::ERROR_CAUSE {
            return seed.deserialize(&mut *self.de);
        }
        let at = self.de.offset();
        let text = self.de.reader.text()?.to_str();
        let text = text.ok_or_else(|| Error::at(at, Problem::Data("half of a surrogate pair")))?;
        let text: serde::de::value::CowStrDeserializer<'_, Error> = text.into_deserializer();
        seed.deserialize(text)
    }
}
