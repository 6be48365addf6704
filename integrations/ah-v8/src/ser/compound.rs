//! Arrays and objects, an entry after the other.

use serde::{
    Serialize,
    ser::{
        SerializeMap, SerializeSeq, SerializeStruct, SerializeStructVariant, SerializeTuple,
        SerializeTupleStruct, SerializeTupleVariant,
    },
};

use super::key::KeySerializer;
use crate::{
    error::{Error, Problem},
    serializer::Serializer,
    wire::tag,
    write::Later,
};

#[derive(Debug)]
pub struct Compound<'a> {
    serializer: &'a mut Serializer,
    kind: Kind,
    entries: u32,
    is_in_variant: bool,
}

#[derive(Debug)]
pub(super) enum Kind {
    Array {
        told: usize,
    },
    /// The number of elements is written at the end.
    ArrayOfSome(Later),
    /// Its tag is there. It becomes a `Map` if its first key is no name.
    Object {
        at: usize,
    },
    Map,
}

impl<'a> Compound<'a> {
    pub(super) fn new(serializer: &'a mut Serializer, kind: Kind) -> Self {
        Self {
            serializer,
            kind,
            entries: 0,
            is_in_variant: false,
        }
    }

    pub(super) fn in_variant(self) -> Self {
        Self {
            is_in_variant: true,
            ..self
        }
    }

    fn element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
        self.count()?;
        value.serialize(&mut *self.serializer)
    }

    fn count(&mut self) -> Result<(), Error> {
        let entries = self.entries.checked_add(1);
        let error = || {
            self.serializer
                .out
                .error(Problem::Limit("more than 32 bits of entries"))
        };
        self.entries = entries.ok_or_else(error)?;
        Ok(())
    }

    fn key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Error> {
        let is_first = self.entries == 0;
        self.count()?;
        if let Kind::Object { at } = self.kind {
            if key.serialize(KeySerializer {
                out: &mut self.serializer.out,
            })? {
                return Ok(());
            }
            if !is_first {
                let problem = Problem::Data("a map with names and other keys");
                return Err(self.serializer.out.error(problem));
            }
            self.serializer.out.change_tag(at, tag::MAP);
            self.kind = Kind::Map;
        }
        key.serialize(&mut *self.serializer)
    }

    fn field<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Result<(), Error> {
        self.count()?;
        self.serializer.out.name(name)?;
        value.serialize(&mut *self.serializer)
    }

    fn finish(self) -> Result<(), Error> {
        let out = &mut self.serializer.out;
        match self.kind {
            Kind::Array { told } if told != self.entries as usize => {
                return Err(out.error(Problem::Data("a sequence of another length than it told")));
            }
            Kind::Array { .. } | Kind::ArrayOfSome(_) => {
                if let Kind::ArrayOfSome(place) = &self.kind {
                    out.fill(place, self.entries);
                }
                out.tag(tag::END_DENSE_ARRAY);
                out.uint32(0);
                out.uint32(self.entries);
            }
            Kind::Object { .. } => {
                out.tag(tag::END_OBJECT);
                out.uint32(self.entries);
            }
            Kind::Map => {
                out.tag(tag::END_MAP);
                out.count(self.entries as usize * 2)?;
            }
        }
        out.leave();
        if self.is_in_variant {
            self.serializer.end_variant();
        }
        Ok(())
    }
}

macro_rules! elements {
    ($($trait:ident, $method:ident;)*) => {$(
        impl $trait for Compound<'_> {
            type Ok = ();
            type Error = Error;

            fn $method<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
                self.element(value)
            }

            fn end(self) -> Result<(), Error> {
                self.finish()
            }
        }
    )*};
}

elements! {
    SerializeSeq, serialize_element;
    SerializeTuple, serialize_element;
    SerializeTupleStruct, serialize_field;
    SerializeTupleVariant, serialize_field;
}

impl SerializeMap for Compound<'_> {
    type Ok = ();
    type Error = Error;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Error> {
        self.key(key)
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
        value.serialize(&mut *self.serializer)
    }

    fn end(self) -> Result<(), Error> {
        self.finish()
    }
}

impl SerializeStruct for Compound<'_> {
    type Ok = ();
    type Error = Error;

    fn serialize_field<T: Serialize + ?Sized>(
        &mut self,
        name: &'static str,
        value: &T,
    ) -> Result<(), Error> {
        self.field(name, value)
    }

    fn end(self) -> Result<(), Error> {
        self.finish()
    }
}

impl SerializeStructVariant for Compound<'_> {
    type Ok = ();
    type Error = Error;

    fn serialize_field<T: Serialize + ?Sized>(
        &mut self,
        name: &'static str,
        value: &T,
    ) -> Result<(), Error> {
        self.field(name, value)
    }

    fn end(self) -> Result<(), Error> {
        self.finish()
    }
}
