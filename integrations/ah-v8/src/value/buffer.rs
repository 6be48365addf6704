//! Buffers of bytes.

/// An `ArrayBuffer`, of a fixed length or resizable.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ArrayBuffer {
    bytes: Vec<u8>,
    max_byte_length: Option<u32>,
}

impl ArrayBuffer {
    /// Creates a buffer with these bytes.
    pub fn new(bytes: impl Into<Vec<u8>>) -> Self {
        let (bytes, max_byte_length) = (bytes.into(), None);
        Self {
            bytes,
            max_byte_length,
        }
    }

    /// Creates a buffer with these bytes that may be resized up to a length; `None` if it has more already.
    pub fn resizable(bytes: impl Into<Vec<u8>>, max_byte_length: u32) -> Option<Self> {
        let bytes = bytes.into();
        let fits = bytes.len() <= max_byte_length as usize;
        let max_byte_length = Some(max_byte_length);
        fits.then_some(Self {
            bytes,
            max_byte_length,
        })
    }

    /// Returns the bytes.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Returns the bytes, and lets go of the rest.
    pub fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    /// Returns the length up to which it may be resized, if it may.
    pub fn max_byte_length(&self) -> Option<u32> {
        self.max_byte_length
    }
}
