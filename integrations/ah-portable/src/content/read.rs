//! Reads a value to its end, and keeps it as far as the limits allow.

use std::fmt;

use serde::{
    Deserializer,
    de::{DeserializeSeed, IgnoredAny, MapAccess, SeqAccess, Visitor},
};

use super::Content;
use crate::refused::Reason;

/// The most values within one another.
const MAX_DEPTH: usize = 32;

/// What each value counts, beside its text or bytes.
const VALUE: usize = 8;

/// How much of a value is kept.
pub(crate) struct Limit {
    max: usize,
    left: usize,
}

impl Limit {
    pub(crate) fn of(max: usize) -> Self {
        Self { max, left: max }
    }

    /// Takes the room of a value. Nothing of a longer one is copied.
    fn take(&mut self, bytes: usize) -> Result<(), Reason> {
        let left = self.left.checked_sub(bytes);
        self.left = left.ok_or(Reason::TooLong(self.max))?;
        Ok(())
    }
}

/// Reads a value. It fails if the format does; what exceeds the limits is skipped, and then a reason is returned.
pub(crate) struct Read<'a> {
    limit: &'a mut Limit,
    depth: usize,
}

impl<'a> Read<'a> {
    pub(crate) fn within(limit: &'a mut Limit) -> Self {
        Self { limit, depth: 0 }
    }

    fn inner(&mut self) -> Read<'_> {
        let depth = self.depth + 1;
        let limit = &mut *self.limit;
        Read { limit, depth }
    }

    /// Begins an array or an object.
    fn enter(&mut self) -> Result<(), Reason> {
        if self.depth == MAX_DEPTH {
            return Err(Reason::TooDeep(MAX_DEPTH));
        }
        self.limit.take(VALUE)
    }

    fn scalar<E>(self, content: Content) -> Result<Result<Content, Reason>, E> {
        Ok(self.limit.take(VALUE).map(|()| content))
    }

    fn text(self, text: &str) -> Result<Content, Reason> {
        self.limit.take(text.len().max(VALUE))?;
        Ok(Content::Text(text.to_owned()))
    }

    fn bytes(self, bytes: &[u8]) -> Result<Content, Reason> {
        self.limit.take(bytes.len().max(VALUE))?;
        Ok(Content::Bytes(bytes.to_owned()))
    }
}

impl<'de> DeserializeSeed<'de> for Read<'_> {
    type Value = Result<Content, Reason>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

macro_rules! scalars {
    ($($method:ident, $type:ty, $variant:ident;)*) => {$(
        fn $method<E>(self, value: $type) -> Result<Self::Value, E> {
            self.scalar(Content::$variant(value))
        }
    )*};
}

impl<'de> Visitor<'de> for Read<'_> {
    type Value = Result<Content, Reason>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a store")
    }

    scalars! {
        visit_bool, bool, Bool;
        visit_i64, i64, I64;
        visit_u64, u64, U64;
        visit_i128, i128, I128;
        visit_u128, u128, U128;
        visit_f64, f64, F64;
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        self.scalar(Content::Null)
    }

    fn visit_none<E>(self) -> Result<Self::Value, E> {
        self.scalar(Content::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        self.deserialize(deserializer)
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(
        self,
        deserializer: D,
    ) -> Result<Self::Value, D::Error> {
        self.deserialize(deserializer)
    }

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(self.text(text))
    }

    fn visit_bytes<E>(self, bytes: &[u8]) -> Result<Self::Value, E> {
        Ok(self.bytes(bytes))
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut seq: A) -> Result<Self::Value, A::Error> {
        let mut elements = Vec::new();
        let mut read = self.enter();
        while read.is_ok() {
            match seq.next_element_seed(self.inner())? {
                None => return Ok(Ok(Content::Seq(elements))),
                Some(element) => read = element.map(|element| elements.push(element)),
            }
        }
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        Ok(read.map(|()| Content::Null))
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut entries = Vec::new();
        let mut read = self.enter();
        while read.is_ok() {
            let Some(key) = map.next_key_seed(self.inner())? else {
                return Ok(Ok(Content::Map(entries)));
            };
            let value = map.next_value_seed(self.inner())?;
            read = key.and_then(|key| value.map(|value| entries.push((key, value))));
        }
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(read.map(|()| Content::Null))
    }
}
