//! [`Deserializer`]: Node's class of this name.

use serde::Deserialize;

use crate::{
    error::{Error, Problem},
    read::Reader,
    value::{ArrayBuffer, Value},
};

/// Reads values one after the other, and what else a program of its own has written between them: Node's
/// [`v8.Deserializer`], and its `DefaultDeserializer`, since views in both forms are read.
///
/// After an error, where it stands is not said: start anew.
///
/// [`v8.Deserializer`]: https://nodejs.org/api/v8.html#class-v8deserializer
#[derive(Debug)]
pub struct Deserializer<'de> {
    pub(crate) reader: Reader<'de>,
}

impl<'de> Deserializer<'de> {
    /// Creates a deserializer at the beginning of the input.
    #[doc(alias = "DefaultDeserializer")]
    pub fn new(input: &'de [u8]) -> Self {
        let reader = Reader::new(input);
        Self { reader }
    }

    /// Creates a deserializer for a message of the channel of a child process, with `serialization: 'advanced'`: as
    /// [`new`](Self::new), but for the number that comes before a view there.
    pub fn for_child_process(input: &'de [u8]) -> Self {
        let mut deserializer = Self::new(input);
        deserializer.reader.is_of_channel = true;
        deserializer
    }

    /// Reads values up to this depth, 128 at first. What is deeper is an error.
    ///
    /// A level takes some hundred bytes of the thread's stack when it is read, compared, cloned and dropped.
    pub fn set_max_depth(&mut self, depth: usize) {
        self.reader.max_depth = depth;
    }

    /// Reads the header, which is needed before a value.
    ///
    /// # Errors
    ///
    /// The input does not begin with one, or with one of another version than 9 to 15.
    #[doc(alias = "readHeader")]
    pub fn read_header(&mut self) -> Result<(), Error> {
        self.reader.header()
    }

    /// Returns the version that the header has, or 0 before it was read.
    #[doc(alias = "getWireFormatVersion")]
    pub fn wire_format_version(&self) -> u32 {
        self.reader.version
    }

    /// Reads a value.
    ///
    /// # Errors
    ///
    /// The input has something else, too deep a value, or one that no other process can use: a `SharedArrayBuffer`, a part
    /// of WebAssembly, or a host object that is no view.
    #[doc(alias = "readValue")]
    pub fn read_value(&mut self) -> Result<Value, Error> {
        self.twice(|this| this.reader.value())
    }

    /// Reads a value of any type that serde knows.
    ///
    /// # Errors
    ///
    /// As [`read_value`](Self::read_value); a value of another type; and an object that is within itself.
    pub fn read<T: Deserialize<'de>>(&mut self) -> Result<T, Error> {
        self.twice(|this| T::deserialize(this))
    }

    /// Reads an integer without a tag.
    ///
    /// # Errors
    ///
    /// The input ends, or has more than 32 bits of it.
    #[doc(alias = "readUint32")]
    pub fn read_uint32(&mut self) -> Result<u32, Error> {
        self.reader.input.uint32()
    }

    /// Reads an integer without a tag.
    ///
    /// # Errors
    ///
    /// The input ends, or has more than 64 bits of it.
    #[doc(alias = "readUint64")]
    pub fn read_uint64(&mut self) -> Result<u64, Error> {
        self.reader.input.uint64()
    }

    /// Reads a number without a tag.
    ///
    /// # Errors
    ///
    /// The input ends.
    #[doc(alias = "readDouble")]
    pub fn read_double(&mut self) -> Result<f64, Error> {
        self.reader.input.double()
    }

    /// Reads so many bytes as they are.
    ///
    /// # Errors
    ///
    /// The input ends.
    #[doc(alias = "readRawBytes")]
    pub fn read_raw_bytes(&mut self, length: usize) -> Result<&'de [u8], Error> {
        self.reader.input.take(length)
    }

    /// Hands over the buffer that was transferred under this number. It is that of the first value that names it.
    #[doc(alias = "transferArrayBuffer")]
    pub fn transfer_array_buffer(&mut self, number: u32, buffer: ArrayBuffer) {
        self.reader.transfers.insert(number, buffer);
    }

    /// Returns the offset of what is read next.
    pub fn offset(&self) -> usize {
        self.reader.input.position()
    }

    /// Checks that nothing is left.
    ///
    /// # Errors
    ///
    /// Bytes are left, other than padding.
    pub fn end(&mut self) -> Result<(), Error> {
        self.reader.input.skip_padding();
        match self.reader.input.remaining() {
            0 => Ok(()),
            left => Err(self.reader.input.error(Problem::Trailing(left))),
        }
    }

    /// Reads something, and once more if it may be of the kind that has version 13 in its header and views of version 14.
    fn twice<R>(
        &mut self,
        mut read: impl FnMut(&mut Self) -> Result<R, Error>,
    ) -> Result<R, Error> {
        let before =
            (self.reader.version == 13 && !self.reader.flags_in_13).then(|| self.reader.clone());
        let first = read(self);
        let (true, Some(before)) = (first.is_err(), before) else {
            return first;
        };
        self.reader = before;
        self.reader.flags_in_13 = true;
        read(self).or(first)
    }
}
