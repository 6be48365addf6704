use std::{error::Error, fmt, str, str::FromStr, sync::Arc};

use ah_w3c::TraceId;
use http::HeaderValue;

/// The id of a request: 1 to 128 ASCII letters, digits and characters of `-_.:~+/=@`.
///
/// None of them needs quoting in a log line, a shell, a URL or HTML. Clones share the text.
///
/// # Examples
///
/// ```
/// use ah_tower::RequestId;
///
/// let id: RequestId = "order-7".parse()?;
/// assert_eq!(id.as_str(), "order-7");
/// assert!("order 7\n".parse::<RequestId>().is_err());
/// assert_eq!(RequestId::random().as_str().len(), 32);
/// # Ok::<(), ah_tower::RequestIdError>(())
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RequestId(Arc<str>);

/// The header that has it, unless another is chosen.
pub(crate) const HEADER: &str = "x-request-id";

const LONGEST: usize = 128;

impl RequestId {
    /// Creates a new id: 32 hexadecimal digits, at random.
    #[must_use]
    pub fn random() -> Self {
        let mut text = [0; 32];
        for (digits, byte) in text.chunks_exact_mut(2).zip(TraceId::random().to_bytes()) {
            const DIGITS: [u8; 16] = *b"0123456789abcdef";
            digits[0] = DIGITS[usize::from(byte >> 4)];
            digits[1] = DIGITS[usize::from(byte & 15)];
        }
        Self(str::from_utf8(&text).unwrap_or_default().into()) // digits are ASCII
    }

    /// Reads an id as it came over the wire.
    ///
    /// # Errors
    ///
    /// If it is empty, longer than 128 bytes, or has a byte that is not allowed. Nothing is cut off or replaced.
    pub fn read(value: &[u8]) -> Result<Self, RequestIdError> {
        let is_allowed = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_.:~+/=@".contains(byte);
        match str::from_utf8(value) {
            Ok("") => Err(RequestIdError::EMPTY),
            _ if value.len() > LONGEST => Err(RequestIdError::TOO_LONG),
            Ok(text) if value.iter().all(is_allowed) => Ok(Self(text.into())),
            _ => Err(RequestIdError::CHARACTER),
        }
    }

    /// Returns the text of the id.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the id as the value of a header.
    #[must_use]
    pub fn to_header_value(&self) -> HeaderValue {
        HeaderValue::from_str(&self.0).unwrap_or_else(|_| HeaderValue::from_static("")) // all that is allowed is visible
    }
}

impl FromStr for RequestId {
    type Err = RequestIdError;

    fn from_str(value: &str) -> Result<Self, RequestIdError> {
        Self::read(value.as_bytes())
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl fmt::Debug for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

/// Why a request id is refused. It does not contain the value, which whoever sent it chose.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct RequestIdError {
    reason: &'static str,
}

impl RequestIdError {
    const EMPTY: Self = Self::new("it is empty");
    const TOO_LONG: Self = Self::new("it is longer than 128 characters");
    const CHARACTER: Self =
        Self::new("it has a character other than letters, digits and -_.:~+/=@");
    pub(crate) const REPEATED: Self = Self::new("it came more than once, and may come only once");

    const fn new(reason: &'static str) -> Self {
        Self { reason }
    }
}

impl fmt::Display for RequestIdError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.reason)
    }
}

impl Error for RequestIdError {}
