//! Names of properties, for the fields of structs and the keys of maps.

use std::borrow::Cow;

use serde::{
    de::{
        DeserializeSeed, EnumAccess, Error as _, IntoDeserializer as _, Unexpected, VariantAccess,
        Visitor,
    },
    forward_to_deserialize_any,
};

use crate::{
    error::{Error, Problem},
    read::Key,
};

pub(super) struct KeyDeserializer<'de> {
    pub(super) key: Key<'de>,
    pub(super) at: usize,
}

impl<'de> KeyDeserializer<'de> {
    #[inline]
    fn text(&self) -> Result<Cow<'de, str>, Error> {
        let problem =
            Problem::Data("a name with half of a surrogate pair: only a `JsString` can have that");
        self.key.to_str().ok_or_else(|| Error::at(self.at, problem))
    }
}

/// Integers, which JavaScript turned into names.
macro_rules! integers {
    ($($method:ident, $type:ty, $visit:ident;)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
            match self.text()?.parse::<$type>() {
                Ok(integer) => visitor.$visit(integer),
                Err(_) => Err(Error::invalid_type(Unexpected::Other("name"), &visitor)),
            }
        }
    )*};
}

impl<'de> serde::Deserializer<'de> for KeyDeserializer<'de> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.text()? {
            Cow::Borrowed(text) => visitor.visit_borrowed_str(text),
            Cow::Owned(text) => visitor.visit_string(text),
        }
    }

    integers! {
        deserialize_i8, i8, visit_i8;
        deserialize_i16, i16, visit_i16;
        deserialize_i32, i32, visit_i32;
        deserialize_i64, i64, visit_i64;
        deserialize_i128, i128, visit_i128;
        deserialize_u8, u8, visit_u8;
        deserialize_u16, u16, visit_u16;
        deserialize_u32, u32, visit_u32;
        deserialize_u64, u64, visit_u64;
        deserialize_u128, u128, visit_u128;
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_some(self)
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
        _name: &'static str,
        _variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_enum(self)
    }

    forward_to_deserialize_any! {
        bool f32 f64 char str string bytes byte_buf unit unit_struct seq tuple tuple_struct map struct identifier
        ignored_any
    }
}

/// A variant without a value, by its name.
impl<'de> EnumAccess<'de> for KeyDeserializer<'de> {
    type Error = Error;
    type Variant = Unit;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Result<(V::Value, Unit), Error> {
        let name = self.text()?;
        let name: serde::de::value::CowStrDeserializer<'_, Error> = name.into_deserializer();
        Ok((seed.deserialize(name)?, Unit))
    }
}

/// The value of a variant that has none.
pub(super) struct Unit;

impl<'de> VariantAccess<'de> for Unit {
    type Error = Error;

    fn unit_variant(self) -> Result<(), Error> {
        Ok(())
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, _seed: T) -> Result<T::Value, Error> {
        Err(Error::custom("the variant needs a value"))
    }

    fn tuple_variant<V: Visitor<'de>>(self, _len: usize, _visitor: V) -> Result<V::Value, Error> {
        Err(Error::custom("the variant needs an array"))
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        _fields: &'static [&'static str],
        _visitor: V,
    ) -> Result<V::Value, Error> {
        Err(Error::custom("the variant needs an object"))
    }
}
