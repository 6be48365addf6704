//! The two ids of a `traceparent`.

use std::{fmt, str};

use crate::{hex, random};

/// The id of a whole trace: 16 bytes, not all of them zero.
///
/// `Display` and `Debug` write 32 lower-case hexadecimal digits.
///
/// # Examples
///
/// ```
/// use ah_w3c::TraceId;
///
/// let id = TraceId::from_bytes([0x4b; 16]).expect("not all zero");
/// assert_eq!(id.to_string(), "4b".repeat(16));
/// assert_eq!(TraceId::from_bytes([0; 16]), None);
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TraceId([u8; 16]);

/// The id of one operation in a trace, which is the parent of the operations that it calls: 8 bytes, not all of them zero.
///
/// Others call it a span id. `Display` and `Debug` write 16 lower-case hexadecimal digits.
///
/// # Examples
///
/// ```
/// use ah_w3c::ParentId;
///
/// let id = ParentId::from_bytes([0xf0; 8]).expect("not all zero");
/// assert_eq!(id.to_string(), "f0".repeat(8));
/// assert_ne!(ParentId::random(), ParentId::random());
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ParentId([u8; 8]);

impl TraceId {
    /// Creates an id of its bytes. Returns `None` if all are zero, which is no id.
    ///
    /// # Examples
    ///
    /// ```
    /// assert!(ah_w3c::TraceId::from_bytes([0; 16]).is_none());
    /// ```
    #[inline]
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 16]) -> Option<Self> {
        match u128::from_ne_bytes(bytes) {
            0 => None,
            _ => Some(Self(bytes)),
        }
    }

    /// Creates a new id, all of whose bytes are random.
    ///
    /// # Examples
    ///
    /// ```
    /// use ah_w3c::TraceId;
    ///
    /// assert_ne!(TraceId::random(), TraceId::random());
    /// ```
    #[must_use]
    pub fn random() -> Self {
        let mut bytes = [0; 16];
        bytes[..8].copy_from_slice(&random::number().to_ne_bytes());
        bytes[8..].copy_from_slice(&random::number().to_ne_bytes());
        Self(bytes)
    }

    /// Returns the bytes, in the order in which they are written.
    ///
    /// # Examples
    ///
    /// ```
    /// let id = ah_w3c::TraceId::from_bytes([7; 16]).expect("not all zero");
    /// assert_eq!(id.to_bytes(), [7; 16]);
    /// ```
    #[inline]
    #[must_use]
    pub const fn to_bytes(self) -> [u8; 16] {
        self.0
    }
}

impl ParentId {
    /// Creates an id of its bytes. Returns `None` if all are zero, which is no id.
    ///
    /// # Examples
    ///
    /// ```
    /// assert!(ah_w3c::ParentId::from_bytes([0; 8]).is_none());
    /// ```
    #[inline]
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 8]) -> Option<Self> {
        match u64::from_ne_bytes(bytes) {
            0 => None,
            _ => Some(Self(bytes)),
        }
    }

    /// Creates a new id, all of whose bytes are random.
    ///
    /// # Examples
    ///
    /// ```
    /// use ah_w3c::ParentId;
    ///
    /// assert_ne!(ParentId::random(), ParentId::random());
    /// ```
    #[must_use]
    pub fn random() -> Self {
        Self(random::number().to_ne_bytes())
    }

    /// Returns the bytes, in the order in which they are written.
    ///
    /// # Examples
    ///
    /// ```
    /// let id = ah_w3c::ParentId::from_bytes([7; 8]).expect("not all zero");
    /// assert_eq!(id.to_bytes(), [7; 8]);
    /// ```
    #[inline]
    #[must_use]
    pub const fn to_bytes(self) -> [u8; 8] {
        self.0
    }
}

fn write(bytes: &[u8], f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let mut text = [0; 32];
    let text = &mut text[..2 * bytes.len()];
    hex::write(bytes, text);
    f.pad(str::from_utf8(text).unwrap_or_default()) // digits are ASCII
}

impl fmt::Display for TraceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write(&self.0, f)
    }
}

impl fmt::Display for ParentId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write(&self.0, f)
    }
}

impl fmt::Debug for TraceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Debug for ParentId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
