//! Integers of any size.

use std::fmt;

/// An integer of JavaScript's `BigInt`: a sign and a magnitude.
///
/// # Examples
///
/// ```
/// use ah_v8::BigInt;
///
/// let large = BigInt::from(u128::MAX);
/// assert_eq!(u128::try_from(&large), Ok(u128::MAX));
/// assert!(i64::try_from(&large).is_err());
/// ```
#[derive(Clone, Default, PartialEq, Eq, Hash)]
pub struct BigInt {
    is_negative: bool,
    /// The lowest byte first, the last not zero.
    magnitude: Vec<u8>,
}

/// An integer did not fit into the type that was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct OutOfRange;

impl BigInt {
    /// Creates an integer from its sign and the bytes of its magnitude, the lowest first. Zero has no sign.
    pub fn from_le_bytes(is_negative: bool, magnitude: &[u8]) -> Self {
        let length = magnitude
            .iter()
            .rposition(|byte| *byte != 0)
            .map_or(0, |last| last + 1);
        let magnitude = magnitude[..length].to_vec();
        let is_negative = is_negative && length > 0;
        Self {
            is_negative,
            magnitude,
        }
    }

    /// Returns `true` if it is less than zero.
    pub fn is_negative(&self) -> bool {
        self.is_negative
    }

    /// Returns the bytes of its magnitude, the lowest first and without zeros at the end.
    pub fn magnitude_le_bytes(&self) -> &[u8] {
        &self.magnitude
    }

    fn magnitude(&self) -> Option<u128> {
        let mut bytes = [0; 16];
        bytes
            .get_mut(..self.magnitude.len())?
            .copy_from_slice(&self.magnitude);
        Some(u128::from_le_bytes(bytes))
    }
}

impl fmt::Debug for BigInt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.is_negative { "-" } else { "" };
        write!(f, "{sign}0x")?;
        let (last, rest) = self.magnitude.split_last().unwrap_or((&0, &[]));
        write!(f, "{last:x}")?;
        rest.iter()
            .rev()
            .try_for_each(|byte| write!(f, "{byte:02x}"))?;
        f.write_str("n")
    }
}

impl fmt::Display for OutOfRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the integer does not fit into the type")
    }
}

impl std::error::Error for OutOfRange {}

impl From<u128> for BigInt {
    fn from(value: u128) -> Self {
        Self::from_le_bytes(false, &value.to_le_bytes())
    }
}

impl From<i128> for BigInt {
    fn from(value: i128) -> Self {
        Self::from_le_bytes(value < 0, &value.unsigned_abs().to_le_bytes())
    }
}

impl From<u64> for BigInt {
    fn from(value: u64) -> Self {
        u128::from(value).into()
    }
}

impl From<i64> for BigInt {
    fn from(value: i64) -> Self {
        i128::from(value).into()
    }
}

impl TryFrom<&BigInt> for u128 {
    type Error = OutOfRange;

    fn try_from(value: &BigInt) -> Result<Self, OutOfRange> {
        let magnitude = value.magnitude().filter(|_| !value.is_negative);
        magnitude.ok_or(OutOfRange)
    }
}

impl TryFrom<&BigInt> for i128 {
    type Error = OutOfRange;

    fn try_from(value: &BigInt) -> Result<Self, OutOfRange> {
        let magnitude = value.magnitude().ok_or(OutOfRange)?;
        if value.is_negative {
            // the least has no positive counterpart
            0i128.checked_sub_unsigned(magnitude).ok_or(OutOfRange)
        } else {
            magnitude.try_into().map_err(|_| OutOfRange)
        }
    }
}

impl TryFrom<&BigInt> for u64 {
    type Error = OutOfRange;

    fn try_from(value: &BigInt) -> Result<Self, OutOfRange> {
        u128::try_from(value)?.try_into().map_err(|_| OutOfRange)
    }
}

impl TryFrom<&BigInt> for i64 {
    type Error = OutOfRange;

    fn try_from(value: &BigInt) -> Result<Self, OutOfRange> {
        i128::try_from(value)?.try_into().map_err(|_| OutOfRange)
    }
}
