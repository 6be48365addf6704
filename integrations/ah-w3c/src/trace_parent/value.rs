use std::{
    fmt,
    str::{self, FromStr},
};

use super::{Flags, Reason, TraceParentError};
use crate::{ParentId, TraceId, ascii, hex};

/// What a `traceparent` says: whose child the work of whoever receives it is.
///
/// It has 25 bytes and no version, since what is sent is always version 00, whatever was received. Reading and writing
/// allocate nothing.
///
/// # Examples
///
/// ```
/// use ah_w3c::{Flags, TraceParent};
///
/// let caller: TraceParent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01".parse()?;
/// assert!(caller.flags.contains(Flags::SAMPLED));
///
/// let here = caller.child(); // the same trace, one operation further
/// assert_eq!(here.trace_id, caller.trace_id);
/// assert_ne!(here.parent_id, caller.parent_id);
/// assert_eq!(here.to_string().len(), 55);
/// # Ok::<(), ah_w3c::TraceParentError>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct TraceParent {
    /// The trace that all of the work belongs to.
    pub trace_id: TraceId,
    /// The operation that calls.
    pub parent_id: ParentId,
    /// What the caller says about the trace.
    pub flags: Flags,
}

/// The length of version 00, and that of the part in which later versions agree with it.
const LENGTH: usize = 55;

impl TraceParent {
    /// The name of the header.
    pub const HEADER: &'static str = "traceparent";

    /// Starts a trace: new ids, all of whose bytes are random.
    ///
    /// # Examples
    ///
    /// ```
    /// use ah_w3c::{Flags, TraceParent};
    ///
    /// let root = TraceParent::new_root(true);
    /// assert_eq!(root.flags, Flags::SAMPLED.with(Flags::RANDOM));
    /// assert_eq!(TraceParent::new_root(false).flags, Flags::RANDOM);
    /// ```
    #[must_use]
    pub fn new_root(sampled: bool) -> Self {
        let mut flags = Flags::RANDOM;
        if sampled {
            flags = flags.with(Flags::SAMPLED);
        }
        Self {
            trace_id: TraceId::random(),
            parent_id: ParentId::random(),
            flags,
        }
    }

    /// Returns a new operation of the same trace, with the same flags.
    ///
    /// # Examples
    ///
    /// ```
    /// let root = ah_w3c::TraceParent::new_root(true);
    /// assert_eq!(root.child().trace_id, root.trace_id);
    /// assert_ne!(root.child().parent_id, root.child().parent_id);
    /// ```
    #[must_use]
    pub fn child(self) -> Self {
        Self {
            parent_id: ParentId::random(),
            ..self
        }
    }

    /// Reads the value of a header, which may have white space around it.
    ///
    /// Of a later version, the part that this one knows is read.
    ///
    /// # Errors
    ///
    /// If the value is not exactly what the specification allows. Nothing is repaired: upper-case digits are refused, ids of
    /// zeros, version `ff`, and anything after the flags that does not belong to a later version.
    ///
    /// # Examples
    ///
    /// ```
    /// use ah_w3c::TraceParent;
    ///
    /// let later = b"cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more";
    /// let sent_on = TraceParent::read(later)?.to_ascii();
    /// assert_eq!(&sent_on, b"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
    /// # Ok::<(), ah_w3c::TraceParentError>(())
    /// ```
    #[inline]
    pub fn read(value: &[u8]) -> Result<Self, TraceParentError> {
        let Some((known, rest)) = ascii::trim(value).split_first_chunk::<LENGTH>() else {
            return Err(Reason::TooShort.into());
        };
        if [known[2], known[35], known[52]] != [b'-'; 3] {
            return Err(Reason::Dashes.into());
        }
        check_version(&known[..2], rest)?;
        let trace_id = hex::read::<32, 16>(&known[3..35]).ok_or(Reason::TraceIdDigits)?;
        let parent_id = hex::read::<16, 8>(&known[36..52]).ok_or(Reason::ParentIdDigits)?;
        let [flags] = hex::read::<2, 1>(&known[53..]).ok_or(Reason::FlagDigits)?;
        Ok(Self {
            trace_id: TraceId::from_bytes(trace_id).ok_or(Reason::TraceIdZero)?,
            parent_id: ParentId::from_bytes(parent_id).ok_or(Reason::ParentIdZero)?,
            flags: Flags::from_byte(flags),
        })
    }

    /// Writes the value of a header, in version 00.
    ///
    /// # Examples
    ///
    /// ```
    /// use ah_w3c::TraceParent;
    ///
    /// let parent = TraceParent::new_root(true);
    /// assert_eq!(TraceParent::read(&parent.to_ascii()), Ok(parent));
    /// ```
    #[inline]
    #[must_use]
    pub fn to_ascii(self) -> [u8; LENGTH] {
        let mut text = *b"00-00000000000000000000000000000000-0000000000000000-00";
        hex::write(&self.trace_id.to_bytes(), &mut text[3..35]);
        hex::write(&self.parent_id.to_bytes(), &mut text[36..52]);
        hex::write(&[self.flags.to_byte()], &mut text[53..]);
        text
    }
}

/// Checks the version, and what stands behind the part that is known.
#[inline]
fn check_version(version: &[u8], rest: &[u8]) -> Result<(), Reason> {
    match hex::read::<2, 1>(version).ok_or(Reason::VersionDigits)? {
        [0xff] => Err(Reason::VersionFf),
        [0] if !rest.is_empty() => Err(Reason::TooLong),
        _ if !matches!(rest.first(), None | Some(b'-')) => Err(Reason::Continuation),
        _ => Ok(()),
    }
}

impl FromStr for TraceParent {
    type Err = TraceParentError;

    fn from_str(value: &str) -> Result<Self, TraceParentError> {
        Self::read(value.as_bytes())
    }
}

impl fmt::Display for TraceParent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(str::from_utf8(&self.to_ascii()).unwrap_or_default()) // digits and dashes are ASCII
    }
}
