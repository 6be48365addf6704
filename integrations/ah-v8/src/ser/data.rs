//! serde writes: what each of its kinds is in V8's format.

use serde::{Serialize, ser};

use super::{
    capture::{Capture, Captured},
    compound::{Compound, Kind},
};
use crate::{
    convert::{DATE, VALUE, decode},
    error::{Error, Problem},
    serializer::Serializer,
    value::{BigInt, Date},
    wire::{MAX_SAFE_INTEGER, tag},
};

impl Serializer {
    fn integer(&mut self, value: i64) -> Result<(), Error> {
        match i32::try_from(value) {
            Ok(value) => self.out.int32(value),
            Err(_) if value.unsigned_abs() <= MAX_SAFE_INTEGER => {
                self.out.tagged_double(value as f64)
            }
            Err(_) => return self.big_int(&value.into()),
        }
        Ok(())
    }

    fn big_int(&mut self, value: &BigInt) -> Result<(), Error> {
        self.out.tag(tag::BIG_INT);
        self.out.big_int(value)
    }

    /// An object of one property: a variant with a value. Its end is written by [`end_variant`](Self::end_variant).
    fn begin_variant(&mut self, variant: &str) -> Result<(), Error> {
        self.out.begin(tag::OBJECT);
        self.out.enter()?;
        self.out.name(variant)
    }

    pub(super) fn end_variant(&mut self) {
        self.out.tag(tag::END_OBJECT);
        self.out.uint32(1);
        self.out.leave();
    }

    fn array(&mut self, length: Option<usize>) -> Result<Compound<'_>, Error> {
        self.out.begin(tag::DENSE_ARRAY);
        self.out.enter()?;
        let kind = match length {
            Some(length) => {
                self.out.count(length)?;
                Kind::Array { told: length }
            }
            None => Kind::ArrayOfSome(self.out.later()),
        };
        Ok(Compound::new(self, kind))
    }

    fn object(&mut self) -> Result<Compound<'_>, Error> {
        let at = self.out.bytes.len();
        self.out.begin(tag::OBJECT);
        self.out.enter()?;
        Ok(Compound::new(self, Kind::Object { at }))
    }
}

impl<'a> ser::Serializer for &'a mut Serializer {
    type Ok = ();
    type Error = Error;
    type SerializeSeq = Compound<'a>;
    type SerializeTuple = Compound<'a>;
    type SerializeTupleStruct = Compound<'a>;
    type SerializeTupleVariant = Compound<'a>;
    type SerializeMap = Compound<'a>;
    type SerializeStruct = Compound<'a>;
    type SerializeStructVariant = Compound<'a>;

    fn serialize_bool(self, value: bool) -> Result<(), Error> {
        self.out.tag(if value { tag::TRUE } else { tag::FALSE });
        Ok(())
    }

    fn serialize_i8(self, value: i8) -> Result<(), Error> {
        self.serialize_i32(value.into())
    }

    fn serialize_i16(self, value: i16) -> Result<(), Error> {
        self.serialize_i32(value.into())
    }

    fn serialize_i32(self, value: i32) -> Result<(), Error> {
        self.out.int32(value);
        Ok(())
    }

    fn serialize_i64(self, value: i64) -> Result<(), Error> {
        self.integer(value)
    }

    fn serialize_i128(self, value: i128) -> Result<(), Error> {
        match i64::try_from(value) {
            Ok(value) => self.integer(value),
            Err(_) => self.big_int(&value.into()),
        }
    }

    fn serialize_u8(self, value: u8) -> Result<(), Error> {
        self.serialize_i32(value.into())
    }

    fn serialize_u16(self, value: u16) -> Result<(), Error> {
        self.serialize_i32(value.into())
    }

    fn serialize_u32(self, value: u32) -> Result<(), Error> {
        self.integer(value.into())
    }

    fn serialize_u64(self, value: u64) -> Result<(), Error> {
        self.serialize_u128(value.into())
    }

    fn serialize_u128(self, value: u128) -> Result<(), Error> {
        match i64::try_from(value) {
            Ok(value) => self.integer(value),
            Err(_) => self.big_int(&value.into()),
        }
    }

    fn serialize_f32(self, value: f32) -> Result<(), Error> {
        self.serialize_f64(value.into())
    }

    fn serialize_f64(self, value: f64) -> Result<(), Error> {
        self.out.tagged_double(value);
        Ok(())
    }

    fn serialize_char(self, value: char) -> Result<(), Error> {
        self.out.str(value.encode_utf8(&mut [0; 4]))
    }

    fn serialize_str(self, value: &str) -> Result<(), Error> {
        self.out.str(value)
    }

    fn serialize_bytes(self, value: &[u8]) -> Result<(), Error> {
        self.bytes(value)
    }

    fn serialize_none(self) -> Result<(), Error> {
        self.serialize_unit()
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), Error> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<(), Error> {
        self.out.tag(tag::NULL);
        Ok(())
    }

    fn serialize_unit_struct(self, _name: &'static str) -> Result<(), Error> {
        self.serialize_unit()
    }

    fn serialize_unit_variant(
        self,
        _name: &'static str,
        _index: u32,
        variant: &'static str,
    ) -> Result<(), Error> {
        self.out.str(variant)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        name: &'static str,
        value: &T,
    ) -> Result<(), Error> {
        match name {
            VALUE => match value.serialize(Capture)? {
                Captured::Bytes(bytes) => self.write_value(&decode(&bytes)?),
                Captured::Number(number) => self.serialize_f64(number),
            },
            DATE => match value.serialize(Capture)? {
                Captured::Number(millis) => self.write_value(&Date::from_millis(millis).into()),
                Captured::Bytes(bytes) => self.serialize_bytes(&bytes),
            },
            _ => value.serialize(self),
        }
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _name: &'static str,
        _index: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<(), Error> {
        self.begin_variant(variant)?;
        value.serialize(&mut *self)?;
        self.end_variant();
        Ok(())
    }

    fn serialize_seq(self, length: Option<usize>) -> Result<Compound<'a>, Error> {
        self.array(length)
    }

    fn serialize_tuple(self, length: usize) -> Result<Compound<'a>, Error> {
        self.array(Some(length))
    }

    fn serialize_tuple_struct(
        self,
        _name: &'static str,
        length: usize,
    ) -> Result<Compound<'a>, Error> {
        self.array(Some(length))
    }

    fn serialize_tuple_variant(
        self,
        _name: &'static str,
        _index: u32,
        variant: &'static str,
        length: usize,
    ) -> Result<Compound<'a>, Error> {
        self.begin_variant(variant)?;
        self.array(Some(length)).map(Compound::in_variant)
    }

    fn serialize_map(self, _length: Option<usize>) -> Result<Compound<'a>, Error> {
        self.object()
    }

    fn serialize_struct(self, _name: &'static str, _length: usize) -> Result<Compound<'a>, Error> {
        self.object()
    }

    fn serialize_struct_variant(
        self,
        _name: &'static str,
        _index: u32,
        variant: &'static str,
        _length: usize,
    ) -> Result<Compound<'a>, Error> {
        self.begin_variant(variant)?;
        self.object().map(Compound::in_variant)
    }
}

impl Serializer {
    /// A `Uint8Array`.
    fn bytes(&mut self, bytes: &[u8]) -> Result<(), Error> {
        if self.identities.views_as_host_objects {
            self.out.begin(tag::HOST_OBJECT);
            if self.identities.is_for_channel {
                self.out.uint32(tag::VIEW_ON_CHANNEL);
            }
            self.out.uint32(1);
            return self.out.raw(bytes);
        }
        let length = u32::try_from(bytes.len());
        let length = length.map_err(|_| {
            self.out
                .error(Problem::Limit("a buffer of more than 4 GiB"))
        })?;
        self.out.begin(tag::ARRAY_BUFFER);
        self.out.raw(bytes)?;
        self.out.begin(tag::ARRAY_BUFFER_VIEW);
        self.out.uint32(b'B'.into());
        self.out.uint32(0);
        self.out.uint32(length);
        self.out.uint32(0);
        Ok(())
    }
}
