//! Points in time.

use std::time::{Duration, SystemTime};

/// The farthest that a `Date` is from 1970, in milliseconds.
const FARTHEST: f64 = 8.64e15;

/// A `Date`: milliseconds since 1970, or an invalid one.
///
/// It is a type for structs, too: through serde it is a `Date` in V8's format, and its milliseconds in others.
#[derive(Clone, Copy, Debug)]
pub struct Date(f64);

impl Date {
    /// Creates a date from milliseconds since 1970. Fractions are dropped; what is out of range is an invalid date.
    pub fn from_millis(millis: f64) -> Self {
        let is_valid = millis.abs() <= FARTHEST;
        // a zero has no sign
        Self(if is_valid {
            millis.trunc() + 0.0
        } else {
            f64::NAN
        })
    }

    /// Returns the milliseconds since 1970, or `NaN` for an invalid date.
    pub fn millis(self) -> f64 {
        self.0
    }

    /// Returns `true` unless this is `new Date(NaN)`.
    pub fn is_valid(self) -> bool {
        !self.0.is_nan()
    }
}

impl PartialEq for Date {
    /// Two invalid dates are equal.
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0 || !(self.is_valid() || other.is_valid())
    }
}

impl Eq for Date {}

impl From<SystemTime> for Date {
    fn from(time: SystemTime) -> Self {
        let millis = |duration: Duration| duration.as_millis() as f64;
        Self::from_millis(match time.duration_since(SystemTime::UNIX_EPOCH) {
            Ok(after) => millis(after),
            Err(before) => -millis(before.duration()),
        })
    }
}

impl From<Date> for Option<SystemTime> {
    fn from(date: Date) -> Self {
        let millis = Duration::from_millis(date.0.abs() as u64);
        let epoch = SystemTime::UNIX_EPOCH;
        let time = if date.0 < 0.0 {
            epoch.checked_sub(millis)
        } else {
            epoch.checked_add(millis)
        };
        time.filter(|_| date.is_valid())
    }
}
