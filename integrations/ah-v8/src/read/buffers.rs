//! Buffers and their views: a view comes after its buffer, as V8 has it, or has bytes of its own, as Node has it.

use std::borrow::Cow;

use super::{
    objects::{KnownBuffer, State},
    reader::Reader,
    token::{Buffer, Held, Token, ViewToken},
};
use crate::{
    error::{Error, Problem},
    value::ViewKind,
    wire::tag,
};

impl<'de> Reader<'de> {
    pub(super) fn buffer_or_view(&mut self, start: usize, tag: u8) -> Result<Token<'de>, Error> {
        let without_view = std::mem::take(&mut self.without_view);
        let buffer = match tag {
            tag::ARRAY_BUFFER => self.buffer(start, false)?,
            tag::RESIZABLE_ARRAY_BUFFER => self.buffer(start, true)?,
            tag::ARRAY_BUFFER_TRANSFER => self.transferred(start)?,
            tag::HOST_OBJECT => return self.node_view(start).map(Token::View),
            tag => return Err(Error::at(start, unsupported(tag, self.version))),
        };
        if !without_view && self.input.take_if(tag::ARRAY_BUFFER_VIEW) {
            self.objects.set_state(buffer.id, State::BeforeView);
            let (first_id, id) = (buffer.id, buffer.id);
            return self
                .view(start, first_id, id, Held::Here(buffer))
                .map(Token::View);
        }
        Ok(Token::Buffer(buffer))
    }

    /// An object that came before, or a view of one that did.
    pub(super) fn reference(&mut self, start: usize) -> Result<Token<'de>, Error> {
        let without_view = std::mem::take(&mut self.without_view);
        let id = self.input.uint32()?;
        let is_buffer = self.begun(id, start)?.buffer.is_some();
        if is_buffer && !without_view && self.input.take_if(tag::ARRAY_BUFFER_VIEW) {
            let first_id = self.objects.next_id();
            return self
                .view(start, first_id, id, Held::Again(id))
                .map(Token::View);
        }
        Ok(Token::Reference(id))
    }

    fn buffer(&mut self, start: usize, is_resizable: bool) -> Result<Buffer<'de>, Error> {
        let length = self.input.uint32()?;
        let max_byte_length = is_resizable.then(|| self.input.uint32()).transpose()?;
        if max_byte_length.is_some_and(|max| max < length) {
            return Err(Error::at(
                start,
                Problem::Syntax("a buffer that is longer than it may become"),
            ));
        }
        let at = self.input.position();
        let bytes = self.input.take(length as usize);
        let bytes = bytes.map_err(|_| Error::at(start, Problem::LongerThanInput))?;
        let known = KnownBuffer {
            bytes: Some(at),
            length,
            is_resizable,
        };
        let id = self.begin_with(start, self.objects.next_id(), Some(known));
        Ok(Buffer {
            id,
            bytes: Cow::Borrowed(bytes),
            max_byte_length,
        })
    }

    fn transferred(&mut self, start: usize) -> Result<Buffer<'de>, Error> {
        let number = self.input.uint32()?;
        let buffer = self.transfers.remove(&number);
        let buffer = buffer
            .ok_or_else(|| Error::at(start, Problem::Data("a buffer that was not transferred")))?;
        let max_byte_length = buffer.max_byte_length();
        let length = u32::try_from(buffer.bytes().len());
        let length =
            length.map_err(|_| Error::at(start, Problem::Limit("a buffer of more than 4 GiB")))?;
        let known = KnownBuffer {
            bytes: None,
            length,
            is_resizable: max_byte_length.is_some(),
        };
        let id = self.begin_with(start, self.objects.next_id(), Some(known));
        Ok(Buffer {
            id,
            bytes: Cow::Owned(buffer.into_bytes()),
            max_byte_length,
        })
    }

    /// What follows the tag of a view.
    fn view(
        &mut self,
        start: usize,
        first_id: u32,
        of: u32,
        buffer: Held<'de>,
    ) -> Result<ViewToken<'de>, Error> {
        let kind = ViewKind::from_letter(self.input.letter()?);
        let (byte_offset, byte_length) = (self.input.uint32()?, self.input.uint32()?);
        let has_flags = self.version >= 14 || self.flags_in_13;
        let flags = if has_flags { self.input.uint32()? } else { 0 };
        let (Some(kind), Some(known)) = (kind, self.begun(of, start)?.buffer) else {
            return Err(Error::at(
                start,
                Problem::Syntax("a view of an unknown kind"),
            ));
        };
        let is_part = u64::from(byte_offset) + u64::from(byte_length) <= u64::from(known.length);
        if !is_part || !kind.is_whole(byte_offset, byte_length) {
            return Err(Error::at(
                start,
                Problem::Syntax("a view of what its buffer has not, or of a part of an element"),
            ));
        }
        let tracks_length = flags & tag::VIEW_TRACKS_LENGTH != 0;
        let is_of_resizable = flags & tag::VIEW_OF_RESIZABLE != 0;
        if known.is_resizable != is_of_resizable || (tracks_length && !known.is_resizable) {
            return Err(Error::at(
                start,
                Problem::Syntax("a view whose flags are not those of its buffer"),
            ));
        }
        let is_nodes = self.has_marks && flags & tag::VIEW_IS_NODES != 0;
        let kind = if is_nodes { ViewKind::Buffer } else { kind };
        let id = self.begin_with(start, first_id, None);
        // the length of one that tracks is written as 0
        let byte_length = if tracks_length {
            kind.rest(known.length, byte_offset)
        } else {
            byte_length
        };
        Ok(ViewToken {
            id,
            kind,
            byte_offset,
            byte_length,
            tracks_length,
            buffer,
        })
    }

    /// What Node writes for a view: a number for its kind, and its bytes.
    fn node_view(&mut self, start: usize) -> Result<ViewToken<'de>, Error> {
        let id = self.begin(start);
        let is_view = !self.is_of_channel || self.input.uint32()? == tag::VIEW_ON_CHANNEL;
        let kind = ViewKind::from_node_number(self.input.uint32()?).filter(|_| is_view);
        let kind =
            kind.ok_or_else(|| Error::at(start, unsupported(tag::HOST_OBJECT, self.version)))?;
        let bytes = self.input.counted()?;
        let byte_length = bytes.len() as u32; // it was written in 32 bits
        if !kind.is_whole(0, byte_length) {
            return Err(Error::at(
                start,
                Problem::Syntax("a view of a part of an element"),
            ));
        }
        Ok(ViewToken {
            id,
            kind,
            byte_offset: 0,
            byte_length,
            tracks_length: false,
            buffer: Held::Own(bytes),
        })
    }

    /// The bytes of a view, as far as they are in the input.
    pub(crate) fn bytes_of(&self, view: &ViewToken<'de>) -> Option<Cow<'de, [u8]>> {
        let (offset, length) = (view.byte_offset as usize, view.byte_length as usize);
        match &view.buffer {
            Held::Own(bytes) => Some(Cow::Borrowed(bytes)),
            Held::Here(Buffer {
                bytes: Cow::Borrowed(bytes),
                ..
            }) => bytes.get(offset..)?.get(..length).map(Cow::Borrowed),
            Held::Here(Buffer {
                bytes: Cow::Owned(bytes),
                ..
            }) => bytes
                .get(offset..)?
                .get(..length)
                .map(|bytes| Cow::Owned(bytes.to_vec())),
            Held::Again(id) => {
                let start = self.objects.get(*id).ok()?.buffer?.bytes?;
                self.input.slice(start + offset, length).map(Cow::Borrowed)
            }
        }
    }
}

/// Why no value begins with this tag here.
fn unsupported(tag: u8, version: u32) -> Problem {
    match tag {
        tag::SHARED_ARRAY_BUFFER => Problem::Unsupported("a SharedArrayBuffer"),
        tag::WASM_MODULE | tag::WASM_MEMORY => Problem::Unsupported("a part of WebAssembly"),
        tag::SHARED_OBJECT if version >= 15 => {
            Problem::Unsupported("an object of the engine's shared heap")
        }
        tag::HOST_OBJECT => Problem::Unsupported("a host object other than a view of a buffer"),
        tag => Problem::Tag(tag),
    }
}
