//! [`Serializer`]: Node's class of this name.

use serde::Serialize;

use crate::{
    error::Error,
    value::{Label, Value},
    write::{Identities, Output, write_value},
};

/// Writes values one after the other, and what a program of its own wants between them: Node's [`v8.Serializer`].
///
/// # Examples
///
/// ```
/// use ah_v8::{Deserializer, Serializer};
///
/// let mut serializer = Serializer::new();
/// serializer.write_header();
/// serializer.write_uint32(7);
/// serializer.write(&("a", 1))?;
/// let bytes = serializer.release_buffer();
///
/// let mut deserializer = Deserializer::new(&bytes);
/// deserializer.read_header()?;
/// assert_eq!(deserializer.read_uint32()?, 7);
/// assert_eq!(deserializer.read::<(&str, u8)>()?, ("a", 1));
/// # Ok::<_, ah_v8::Error>(())
/// ```
///
/// [`v8.Serializer`]: https://nodejs.org/api/v8.html#class-v8serializer
#[derive(Debug)]
pub struct Serializer {
    pub(crate) out: Output,
    pub(crate) identities: Identities,
}

impl Serializer {
    /// Creates a serializer with nothing written. Views of buffers are written with their whole buffers, as
    /// `v8.Serializer` does.
    #[expect(
        clippy::new_without_default,
        reason = "there are two, and neither is a matter of course"
    )]
    pub fn new() -> Self {
        let (out, identities) = (Output::new(), Identities::default());
        Self { out, identities }
    }

    /// Creates a serializer that writes each view of a buffer with its own bytes alone, as `v8.DefaultSerializer` does.
    /// So do `v8.serialize` and [`to_vec`](crate::to_vec).
    #[doc(alias = "DefaultSerializer")]
    pub fn with_views_as_host_objects() -> Self {
        let mut serializer = Self::new();
        serializer.identities.views_as_host_objects = true;
        serializer
    }

    /// Creates a serializer for the channel of a child process, with `serialization: 'advanced'`: there, a view of a buffer
    /// has a number more before it than in [`with_views_as_host_objects`](Self::with_views_as_host_objects).
    ///
    /// # Examples
    ///
    /// ```
    /// use ah_v8::{Deserializer, Serializer, View, ViewKind};
    ///
    /// let mut serializer = Serializer::for_child_process();
    /// serializer.write_header();
    /// let view = View::new(ViewKind::Uint8Array, [1, 2]).expect("whole elements");
    /// serializer.write_value(&view.into())?;
    /// let message = serializer.release_buffer(); // on the channel, after its length in 4 bytes, the highest first
    ///
    /// let mut deserializer = Deserializer::for_child_process(&message);
    /// deserializer.read_header()?;
    /// assert_eq!(deserializer.read::<[u8; 2]>()?, [1, 2]);
    /// # Ok::<_, ah_v8::Error>(())
    /// ```
    pub fn for_child_process() -> Self {
        let mut serializer = Self::with_views_as_host_objects();
        serializer.identities.is_for_channel = true;
        serializer
    }

    /// Lets values be nested to this depth, 128 at first. What is deeper is an error. A reader's limit is its own.
    pub fn set_max_depth(&mut self, depth: usize) {
        self.out.max_depth = depth;
    }

    /// Writes a header with the version of the format.
    #[doc(alias = "writeHeader")]
    pub fn write_header(&mut self) {
        self.out.header();
    }

    /// Writes a value. It may refer to objects of values that were written before.
    ///
    /// # Errors
    ///
    /// What has no form in the format: a label that nothing has, a view of what is no buffer, or too much depth. Nothing
    /// is written then.
    #[doc(alias = "writeValue")]
    pub fn write_value(&mut self, value: &Value) -> Result<(), Error> {
        self.whole(|this| write_value(&mut this.out, &mut this.identities, value))
    }

    /// Writes a value of any type that serde knows.
    ///
    /// # Errors
    ///
    /// What has no form in the format, such as a map with names and other keys, or too much depth; and what the type
    /// itself refuses. Nothing is written then.
    pub fn write<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
        self.whole(|this| value.serialize(&mut *this))
    }

    /// Writes an integer without a tag, for [`read_uint32`](crate::Deserializer::read_uint32).
    #[doc(alias = "writeUint32")]
    pub fn write_uint32(&mut self, value: u32) {
        self.out.uint32(value);
    }

    /// Writes an integer without a tag, for [`read_uint64`](crate::Deserializer::read_uint64).
    #[doc(alias = "writeUint64")]
    pub fn write_uint64(&mut self, value: u64) {
        self.out.uint64(value);
    }

    /// Writes a number without a tag, for [`read_double`](crate::Deserializer::read_double).
    #[doc(alias = "writeDouble")]
    pub fn write_double(&mut self, value: f64) {
        self.out.double(value);
    }

    /// Writes bytes as they are, without their number.
    #[doc(alias = "writeRawBytes")]
    pub fn write_raw_bytes(&mut self, bytes: &[u8]) {
        self.out.bytes.extend(bytes);
    }

    /// Says that a buffer is handed over by other means, under a number: of the buffer that is [`Value::Shared`] with this
    /// label, the number alone is written.
    #[doc(alias = "transferArrayBuffer")]
    pub fn transfer_array_buffer(&mut self, number: u32, label: Label) {
        self.identities.transfer(label, number);
    }

    /// Returns what was written.
    #[doc(alias = "releaseBuffer")]
    pub fn release_buffer(self) -> Vec<u8> {
        self.out.bytes
    }

    /// Writes all of something or nothing.
    fn whole(&mut self, write: impl FnOnce(&mut Self) -> Result<(), Error>) -> Result<(), Error> {
        let (length, next_id, depth) = (self.out.bytes.len(), self.out.next_id, self.out.depth());
        write(self).map_err(|error| {
            let error = error.or_at(self.out.bytes.len());
            self.out.take_back(length, next_id, depth);
            self.identities.take_back(next_id);
            error
        })
    }
}
