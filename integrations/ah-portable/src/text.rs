//! A store as one text, for carriers of texts: baggage and environment variables.
//!
//! A string is its own text; everything else is written as JSON. What a text means depends on the type that reads it: `7` is a
//! number to a `u64` and a string to a `String`. A store whose text its own type would read as another one is not sent.

use serde::{
    Deserialize, Deserializer, Serialize,
    de::{DeserializeSeed, IntoDeserializer, Visitor, value::StrDeserializer},
    forward_to_deserialize_any,
};
use serde_json::Value;

use crate::{
    content::{Content, Error, Limit, Read},
    refused::Reason,
};

/// Writes a store.
pub(crate) fn write<T: Serialize + for<'de> Deserialize<'de>>(store: &T) -> Result<String, Reason> {
    let value = |store: &T| serde_json::to_value(store).map_err(|_| Reason::NoForm("JSON"));
    let written = value(store)?;
    let text = match &written {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let again: Option<T> = read(&text, text.len().saturating_mul(8)).ok();
    let is_same = again.is_some_and(|again| value(&again).is_ok_and(|again| again == written));
    is_same.then_some(text).ok_or(Reason::NoText)
}

/// Reads a store of at most `max` bytes.
pub(crate) fn read<T: for<'de> Deserialize<'de>>(text: &str, max: usize) -> Result<T, Reason> {
    if text.len() > max {
        return Err(Reason::TooLong(max));
    }
    T::deserialize(Text { text, max }).map_err(Reason::Type)
}

struct Text<'a> {
    text: &'a str,
    max: usize,
}

impl Text<'_> {
    /// Reads the text as JSON.
    fn content(&self) -> Result<Content, Error> {
        let mut limit = Limit::of(self.max);
        let mut json = serde_json::Deserializer::from_str(self.text);
        let content = Read::within(&mut limit).deserialize(&mut json);
        let content = content.and_then(|content| json.end().map(|()| content));
        let content = content.map_err(|_| Error::new("a text that is not JSON"))?;
        content.map_err(|reason| Error::new(reason.to_string()))
    }
}

/// Whatever is not a string.
macro_rules! json {
    ($($method:ident($($argument:ident: $type:ty),*);)*) => {$(
        fn $method<V: Visitor<'de>>(self, $($argument: $type,)* visitor: V) -> Result<V::Value, Error> {
            self.content()?.$method($($argument,)* visitor)
        }
    )*};
}

impl<'de> Deserializer<'de> for Text<'_> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_str(self.text)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.text {
            "null" => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        if self.text.starts_with('{') {
            return self.content()?.deserialize_enum(name, variants, visitor);
        }
        let variant: StrDeserializer<'_, Error> = self.text.into_deserializer();
        visitor.visit_enum(variant)
    }

    json! {
        deserialize_bool();
        deserialize_i8();
        deserialize_i16();
        deserialize_i32();
        deserialize_i64();
        deserialize_i128();
        deserialize_u8();
        deserialize_u16();
        deserialize_u32();
        deserialize_u64();
        deserialize_u128();
        deserialize_f32();
        deserialize_f64();
        deserialize_unit();
        deserialize_unit_struct(name: &'static str);
        deserialize_seq();
        deserialize_tuple(len: usize);
        deserialize_tuple_struct(name: &'static str, len: usize);
        deserialize_map();
        deserialize_struct(name: &'static str, fields: &'static [&'static str]);
    }

    forward_to_deserialize_any! { char str string bytes byte_buf identifier ignored_any }
}
