//! Enums: a variant without a value is a string, and one with a value an object of one property.

use serde::{
    Deserializer as _,
    de::{DeserializeSeed, EnumAccess, Error as _, Unexpected, VariantAccess, Visitor},
};

use super::key::KeyDeserializer;
use crate::{
    deserializer::Deserializer,
    error::{Error, Problem},
    read::{Container, Key, Token},
    wire::tag,
};

impl<'de> Deserializer<'de> {
    pub(super) fn visit_enum<V: Visitor<'de>>(&mut self, visitor: V) -> Result<V::Value, Error> {
        let at = self.offset();
        match self.reader.token()? {
            Token::Text(text) | Token::BoxedText(_, text) => visitor.visit_enum(KeyDeserializer {
                key: Key::Text(text),
                at,
            }),
            Token::Reference(id) => self.again(id, at, |this| this.visit_enum(visitor)),
            Token::Object(id) => {
                self.reader.enter(id)?;
                let value = visitor.visit_enum(Variant(self))?;
                if !self.reader.input.take_if(tag::END_OBJECT) {
                    return Err(self
                        .reader
                        .input
                        .error(Problem::Data("a variant is an object of one property")));
                }
                self.reader.end(
                    Container {
                        id,
                        end: tag::END_OBJECT,
                        length: None,
                    },
                    1,
                )?;
                Ok(value)
            }
            _ => Err(Error::invalid_type(
                Unexpected::Other("value"),
                &"a variant: a string, or an object of one property",
            )),
        }
        .map_err(|error| error.or_at(at))
    }
}

/// The one property of an object.
struct Variant<'a, 'de>(&'a mut Deserializer<'de>);

impl<'de> EnumAccess<'de> for Variant<'_, 'de> {
    type Error = Error;
    type Variant = Self;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Result<(V::Value, Self), Error> {
        let at = self.0.offset();
        let key = self.0.reader.key()?;
        let variant = seed.deserialize(KeyDeserializer { key, at });
        variant
            .map(|variant| (variant, self))
            .map_err(|error| error.or_at(at))
    }
}

impl<'de> VariantAccess<'de> for Variant<'_, 'de> {
    type Error = Error;

    fn unit_variant(self) -> Result<(), Error> {
        serde::Deserialize::deserialize(self.0)
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, Error> {
        seed.deserialize(self.0)
    }

    fn tuple_variant<V: Visitor<'de>>(self, len: usize, visitor: V) -> Result<V::Value, Error> {
        self.0.deserialize_tuple(len, visitor)
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        _fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.0.deserialize_map(visitor)
    }
}
