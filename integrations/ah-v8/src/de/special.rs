//! Types of this crate within others: `Value` and `Date`.

use serde::de::{Error as _, Unexpected, Visitor};

use crate::{
    convert::encode,
    deserializer::Deserializer,
    error::Error,
    read::{Reader, Token},
};

impl<'de> Deserializer<'de> {
    /// Does something at the place of an object that was read before, and comes back.
    pub(super) fn again<R>(
        &mut self,
        id: u32,
        at: usize,
        read: impl FnOnce(&mut Self) -> Result<R, Error>,
    ) -> Result<R, Error> {
        let reader = std::mem::replace(&mut self.reader, Reader::new(&[]));
        let mut there = reader;
        let result = there.again(id, at, |reader| {
            std::mem::swap(&mut self.reader, reader);
            let result = read(self);
            std::mem::swap(&mut self.reader, reader);
            result
        });
        self.reader = there;
        result
    }

    /// A `Value` passes through its visitor as its own bytes: serde has no other way for what it does not know.
    pub(super) fn special_value<V: Visitor<'de>>(&mut self, visitor: V) -> Result<V::Value, Error> {
        let value = self.reader.value()?;
        visitor.visit_byte_buf(encode(&value)?)
    }

    pub(super) fn special_date<V: Visitor<'de>>(&mut self, visitor: V) -> Result<V::Value, Error> {
        let at = self.offset();
        match self.reader.token()? {
            Token::Date(_, date) => visitor.visit_f64(date.millis()),
            Token::Integer(millis) => visitor.visit_f64(millis as f64),
            Token::Double(millis) => visitor.visit_f64(millis),
            Token::Reference(id) => self.again(id, at, |this| this.special_date(visitor)),
            _ => Err(Error::invalid_type(Unexpected::Other("value"), &"a Date").or_at(at)),
        }
    }
}
