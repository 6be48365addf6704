//! Views of buffers: typed arrays, `DataView`, Node's `Buffer`.

use super::{ArrayBuffer, Label, Value};

/// A typed array, a `DataView` or Node's `Buffer`: a part of a buffer.
///
/// [`to_vec`](crate::to_vec) writes views as `v8.serialize` does, each with its own bytes and without the rest of its
/// buffer, so that two views of one buffer are of two when they are read. A [`Serializer`](crate::Serializer) that was
/// not told to do so writes whole buffers.
#[derive(Clone, Debug)]
pub struct View {
    kind: ViewKind,
    byte_offset: u32,
    byte_length: u32,
    tracks_length: bool,
    buffer: Box<Value>,
}

/// What a [`View`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ViewKind {
    /// `Int8Array`.
    Int8Array,
    /// `Uint8Array`.
    Uint8Array,
    /// `Uint8ClampedArray`.
    Uint8ClampedArray,
    /// `Int16Array`.
    Int16Array,
    /// `Uint16Array`.
    Uint16Array,
    /// `Int32Array`.
    Int32Array,
    /// `Uint32Array`.
    Uint32Array,
    /// `Float16Array`, which Node has from version 24 on.
    Float16Array,
    /// `Float32Array`.
    Float32Array,
    /// `Float64Array`.
    Float64Array,
    /// `BigInt64Array`.
    BigInt64Array,
    /// `BigUint64Array`.
    BigUint64Array,
    /// `DataView`.
    DataView,
    /// Node's `Buffer`; to V8 a `Uint8Array`.
    Buffer,
}

use ViewKind::{
    BigInt64Array, BigUint64Array, Buffer, DataView, Float16Array, Float32Array, Float64Array,
    Int8Array, Int16Array, Int32Array, Uint8Array, Uint8ClampedArray, Uint16Array, Uint32Array,
};

/// The kinds by the numbers that Node has for them.
const NODE: [ViewKind; 14] = [
    Int8Array,
    Uint8Array,
    Uint8ClampedArray,
    Int16Array,
    Uint16Array,
    Int32Array,
    Uint32Array,
    Float32Array,
    Float64Array,
    DataView,
    Buffer,
    BigInt64Array,
    BigUint64Array,
    Float16Array,
];

/// The kinds by the letters that V8 has for them.
const LETTERS: [(u8, ViewKind); 13] = [
    (b'b', Int8Array),
    (b'B', Uint8Array),
    (b'C', Uint8ClampedArray),
    (b'w', Int16Array),
    (b'W', Uint16Array),
    (b'd', Int32Array),
    (b'D', Uint32Array),
    (b'h', Float16Array),
    (b'f', Float32Array),
    (b'F', Float64Array),
    (b'q', BigInt64Array),
    (b'Q', BigUint64Array),
    (b'?', DataView),
];

impl View {
    /// Creates a view of the whole of a new buffer with these bytes. `None` if they are no whole elements.
    pub fn new(kind: ViewKind, bytes: impl Into<Vec<u8>>) -> Option<Self> {
        let bytes = bytes.into();
        let length = bytes.len().try_into().ok()?;
        Self::of(kind, ArrayBuffer::new(bytes), 0, length)
    }

    /// Creates a view of a part of a buffer: an [`ArrayBuffer`], as it is or shared, or one that came before, by its label.
    /// `None` if it is another value, or the part is none of its.
    ///
    /// Whether the part is one of a buffer that came before shows when it is written.
    pub fn of(
        kind: ViewKind,
        buffer: impl Into<Value>,
        byte_offset: u32,
        byte_length: u32,
    ) -> Option<Self> {
        let buffer = Box::new(buffer.into());
        let fits = match buffer.unshared() {
            Value::ArrayBuffer(buffer) => part(buffer.bytes(), byte_offset, byte_length).is_some(),
            Value::Same(_) => true,
            _ => false,
        };
        let tracks_length = false;
        let is_whole = kind.is_whole(byte_offset, byte_length);
        (fits && is_whole).then_some(Self {
            kind,
            byte_offset,
            byte_length,
            tracks_length,
            buffer,
        })
    }

    /// The same view, whose length follows that of its buffer: to the end of it, in whole elements.
    #[must_use]
    pub fn tracking_length(mut self) -> Self {
        self.tracks_length = true;
        if let Value::ArrayBuffer(buffer) = self.buffer.unshared() {
            let length = u32::try_from(buffer.bytes().len()).unwrap_or(u32::MAX);
            self.byte_length = self.kind.rest(length, self.byte_offset);
        }
        self
    }

    /// Returns what it is.
    pub fn kind(&self) -> ViewKind {
        self.kind
    }

    /// Returns where in the buffer it begins.
    pub fn byte_offset(&self) -> u32 {
        self.byte_offset
    }

    /// Returns how many bytes of the buffer it is. If it tracks the length of a buffer that came before, this is what
    /// [`of`](Self::of) was given.
    pub fn byte_length(&self) -> u32 {
        self.byte_length
    }

    /// Returns `true` if its length follows that of its buffer, which is resizable.
    pub fn tracks_length(&self) -> bool {
        self.tracks_length
    }

    /// Returns the buffer.
    pub fn buffer(&self) -> &Value {
        &self.buffer
    }

    /// Returns its bytes, unless the buffer came before.
    pub fn bytes(&self) -> Option<&[u8]> {
        match self.buffer.unshared() {
            Value::ArrayBuffer(buffer) => part(buffer.bytes(), self.byte_offset, self.byte_length),
            _ => None,
        }
    }

    /// The label by which the buffer is shared or named.
    pub(crate) fn label(&self) -> Option<Label> {
        match &*self.buffer {
            Value::Shared(label, _) | Value::Same(label) => Some(*label),
            _ => None,
        }
    }
}

impl ViewKind {
    /// Returns the bytes of an element.
    pub fn bytes_per_element(self) -> u32 {
        match self {
            Int8Array | Uint8Array | Uint8ClampedArray | DataView | Buffer => 1,
            Int16Array | Uint16Array | Float16Array => 2,
            Int32Array | Uint32Array | Float32Array => 4,
            Float64Array | BigInt64Array | BigUint64Array => 8,
        }
    }

    /// Returns `true` if these are bounds of whole elements.
    pub(crate) fn is_whole(self, byte_offset: u32, byte_length: u32) -> bool {
        let size = self.bytes_per_element();
        byte_offset % size == 0 && byte_length % size == 0
    }

    /// How many bytes of a buffer of this length are there from an offset on, in whole elements.
    pub(crate) fn rest(self, length: u32, offset: u32) -> u32 {
        let rest = length.saturating_sub(offset);
        rest - rest % self.bytes_per_element()
    }

    /// The number that Node has for it, if it has one.
    pub(crate) fn node_number(self) -> Option<u32> {
        let at = NODE.iter().position(|kind| *kind == self)?;
        u32::try_from(at).ok()
    }

    pub(crate) fn from_node_number(number: u32) -> Option<Self> {
        NODE.get(number as usize).copied()
    }

    /// The letter that V8 has for it.
    pub(crate) fn letter(self) -> u8 {
        let found = LETTERS.iter().find(|(_, kind)| *kind == self);
        found.map_or(b'B', |(letter, _)| *letter)
    }

    pub(crate) fn from_letter(letter: u8) -> Option<Self> {
        let found = LETTERS.iter().find(|(known, _)| *known == letter);
        found.map(|(_, kind)| *kind)
    }
}

/// A part of some bytes, if it is one.
pub(crate) fn part(bytes: &[u8], offset: u32, length: u32) -> Option<&[u8]> {
    bytes.get(offset as usize..)?.get(..length as usize)
}
