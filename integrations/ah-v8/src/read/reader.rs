//! The reader: tokens off the input, with the objects numbered, the depth counted and all lengths checked.

use std::collections::BTreeMap;

use super::{
    objects::{Begun, KnownBuffer, Objects, State},
    token::Token,
};
use crate::{
    error::{Error, Problem},
    value::{ArrayBuffer, BigInt, Date, JsErrorKind, RegExpFlags},
    wire::{Cursor, LATEST_VERSION, MAX_DEPTH, OLDEST_VERSION, Text, tag},
};

/// How much may be read again, as a multiple of the input: of objects that are shared, and of holes.
const EXPANSION: usize = 8;

#[derive(Clone, Debug)]
pub(crate) struct Reader<'de> {
    pub(crate) input: Cursor<'de>,
    /// 0 until a header was read.
    pub(crate) version: u32,
    /// Some programs wrote the flags of version 14 under the number 13.
    pub(crate) flags_in_13: bool,
    /// Host objects have a number more, as on the channel of a child process.
    pub(crate) is_of_channel: bool,
    /// Views may be marked as Node's.
    pub(crate) has_marks: bool,
    pub(crate) objects: Objects,
    pub(crate) transfers: BTreeMap<u32, ArrayBuffer>,
    pub(crate) max_depth: usize,
    depth: usize,
    expanded: usize,
    /// The next object is a buffer, without the view after it.
    pub(super) without_view: bool,
}

/// A value with others within, by its end tag.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Container {
    pub(crate) id: u32,
    pub(crate) end: u8,
    /// The length that is written once more at its end.
    pub(crate) length: Option<u32>,
}

impl<'de> Reader<'de> {
    pub(crate) fn new(bytes: &'de [u8]) -> Self {
        Self {
            input: Cursor::new(bytes),
            version: 0,
            flags_in_13: false,
            is_of_channel: false,
            has_marks: false,
            objects: Objects::default(),
            transfers: BTreeMap::new(),
            max_depth: MAX_DEPTH,
            depth: 0,
            expanded: 0,
            without_view: false,
        }
    }

    pub(crate) fn header(&mut self) -> Result<(), Error> {
        let start = self.input.position();
        if self.input.remaining() == 0 {
            return Err(self.input.error(Problem::End));
        }
        if self.input.byte()? != tag::VERSION {
            return Err(Error::at(start, Problem::NoHeader));
        }
        let version = self.input.uint32()?;
        if !(OLDEST_VERSION..=LATEST_VERSION).contains(&version) {
            return Err(Error::at(start, Problem::Version(version)));
        }
        self.version = version;
        Ok(())
    }

    /// Reads the next token.
    #[inline]
    pub(crate) fn token(&mut self) -> Result<Token<'de>, Error> {
        if self.version == 0 {
            return Err(self.input.error(Problem::NoHeader));
        }
        self.input.skip_padding();
        let start = self.input.position();
        let tag = self.input.tag()?;
        if let Some(text) = Text::after_tag(tag, &mut self.input)? {
            return Ok(Token::Text(text));
        }
        Ok(match tag {
            tag::UNDEFINED => Token::Undefined,
            tag::NULL => Token::Null,
            tag::TRUE => Token::Bool(true),
            tag::FALSE => Token::Bool(false),
            tag::INT32 => Token::Integer(self.input.int32()?.into()),
            tag::UINT32 => Token::Integer(self.input.uint32()?.into()),
            tag::DOUBLE => Token::Double(self.input.double()?),
            tag::BIG_INT => Token::BigInt(self.big_int()?),
            tag::REFERENCE => return self.reference(start),
            _ => return self.object(start, tag),
        })
    }

    fn object(&mut self, start: usize, tag: u8) -> Result<Token<'de>, Error> {
        Ok(match tag {
            tag::OBJECT => Token::Object(self.begin(start)),
            tag::DENSE_ARRAY => {
                let length = self.input.uint32()?;
                if length as usize > self.input.remaining() {
                    return Err(Error::at(start, Problem::LongerThanInput));
                }
                Token::DenseArray(self.begin(start), length)
            }
            tag::SPARSE_ARRAY => {
                let length = self.input.uint32()?;
                Token::SparseArray(self.begin(start), length)
            }
            tag::MAP => Token::Map(self.begin(start)),
            tag::SET => Token::Set(self.begin(start)),
            tag::DATE => Token::Date(self.begin(start), Date::from_millis(self.input.double()?)),
            tag::TRUE_OBJECT => Token::BoxedBool(self.begin(start), true),
            tag::FALSE_OBJECT => Token::BoxedBool(self.begin(start), false),
            tag::NUMBER_OBJECT => Token::BoxedNumber(self.begin(start), self.input.double()?),
            tag::BIG_INT_OBJECT => Token::BoxedBigInt(self.begin(start), self.big_int()?),
            tag::STRING_OBJECT => Token::BoxedText(self.begin(start), self.text()?),
            tag::REG_EXP => Token::RegExp(self.begin(start), self.text()?, self.reg_exp_flags()?),
            tag::ERROR => Token::Error(self.begin(start), self.error_kind()?),
            _ => return self.buffer_or_view(start, tag),
        })
    }

    /// Notes that an object begins at this offset, and returns its number.
    pub(super) fn begin(&mut self, start: usize) -> u32 {
        self.begin_with(start, self.objects.next_id(), None)
    }

    pub(super) fn begin_with(
        &mut self,
        start: usize,
        first_id: u32,
        buffer: Option<KnownBuffer>,
    ) -> u32 {
        let state = State::Complete;
        self.objects.begin(Begun {
            start,
            first_id,
            state,
            buffer,
        })
    }

    /// What this number is of; an error says that the reference is at this offset.
    pub(crate) fn begun(&self, id: u32, at: usize) -> Result<Begun, Error> {
        self.objects
            .get(id)
            .map_err(|problem| Error::at(at, problem))
    }

    /// Enters an object. It is open until [`leave`](Self::leave).
    #[inline]
    pub(crate) fn enter(&mut self, id: u32) -> Result<(), Error> {
        if self.depth == self.max_depth {
            return Err(self.input.error(Problem::TooDeep(self.max_depth)));
        }
        self.depth += 1;
        self.objects.set_state(id, State::Open);
        Ok(())
    }

    #[inline]
    pub(crate) fn leave(&mut self, id: u32) {
        self.depth -= 1;
        self.objects.set_state(id, State::Complete);
    }

    /// Reads what is after the last entry of an object: how many there were, and for an array its length.
    #[inline]
    pub(crate) fn end(&mut self, container: Container, entries: u32) -> Result<(), Error> {
        let start = self.input.position();
        let told = self.input.uint32()?;
        let length = container.length.map(|_| self.input.uint32()).transpose()?;
        if told != entries || length != container.length {
            return Err(Error::at(
                start,
                Problem::Syntax("the number of entries is not the one told at the end"),
            ));
        }
        self.leave(container.id);
        Ok(())
    }

    /// Does something at the place of an object that was read before, and comes back.
    pub(crate) fn again<R>(
        &mut self,
        id: u32,
        at: usize,
        read: impl FnOnce(&mut Self) -> Result<R, Error>,
    ) -> Result<R, Error> {
        let begun = self.begun(id, at)?;
        if begun.state == State::Open {
            let problem = Problem::Data("an object within itself: only a `Value` can be that");
            return Err(Error::at(at, problem));
        }
        if self.depth == self.max_depth {
            return Err(Error::at(at, Problem::TooDeep(self.max_depth)));
        }
        let (position, next) = (self.input.position(), self.objects.next_id());
        self.depth += 1;
        self.input.seek(begun.start);
        self.objects.number_from(begun.first_id);
        self.without_view = begun.state == State::BeforeView;
        let read = read(self)?;
        self.spend(self.input.position() - begun.start, at)?;
        self.input.seek(position);
        self.objects.number_from(next);
        self.depth -= 1;
        Ok(read)
    }

    /// Counts what is created from nothing that the input has.
    pub(crate) fn spend(&mut self, amount: usize, at: usize) -> Result<(), Error> {
        self.expanded = self.expanded.saturating_add(amount);
        if self.expanded > self.input.len().saturating_mul(EXPANSION) {
            let problem = Problem::Limit(
                "the value is far larger than the input, by what is shared or by holes",
            );
            return Err(Error::at(at, problem));
        }
        Ok(())
    }

    /// A string within an object.
    pub(crate) fn text(&mut self) -> Result<Text<'de>, Error> {
        if self.version < 12 {
            return Ok(Text::Utf8(self.input.counted()?));
        }
        self.input.skip_padding();
        let start = self.input.position();
        let tag = self.input.tag()?;
        let text = Text::after_tag(tag, &mut self.input)?;
        text.ok_or_else(|| Error::at(start, Problem::Syntax("a string is expected here")))
    }

    fn big_int(&mut self) -> Result<BigInt, Error> {
        let start = self.input.position();
        let bits = self.input.uint32()?;
        let magnitude = self.input.take(((bits >> 1) & 0x3FFF_FFFF) as usize);
        let magnitude = magnitude.map_err(|_| Error::at(start, Problem::LongerThanInput))?;
        Ok(BigInt::from_le_bytes(bits & 1 == 1, magnitude))
    }

    fn reg_exp_flags(&mut self) -> Result<RegExpFlags, Error> {
        let start = self.input.position();
        let flags = RegExpFlags::from_bits(self.input.uint32()?);
        flags.ok_or_else(|| {
            Error::at(
                start,
                Problem::Syntax("flags that no regular expression has"),
            )
        })
    }

    fn error_kind(&mut self) -> Result<JsErrorKind, Error> {
        let start = self.input.position();
        let kind = JsErrorKind::from_letter(self.input.letter()?);
        if kind.is_none() {
            self.input.seek(start); // a part of it
        }
        Ok(kind.unwrap_or(JsErrorKind::Error))
    }
}
