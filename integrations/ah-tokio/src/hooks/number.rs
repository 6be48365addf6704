//! The number of a task, which tokio shows only to hashers.

use std::hash::{Hash, Hasher};

use tokio::task::Id;

/// What a task's `Id` hashes as: not 0, and not used again while the task lives.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(super) struct Number(u64);

impl Number {
    #[inline]
    pub(super) fn of(id: Id) -> Self {
        let mut number = Verbatim(0);
        id.hash(&mut number);
        Self(number.0)
    }

    /// The number of no task of tokio's.
    #[cfg(test)]
    pub(super) fn of_test(number: u64) -> Self {
        Self(number)
    }

    #[inline]
    pub(super) fn get(self) -> u64 {
        self.0
    }
}

/// Hashes a number as itself.
pub(super) struct Verbatim(u64);

impl Hasher for Verbatim {
    #[inline]
    fn finish(&self) -> u64 {
        self.0
    }
    fn write(&mut self, bytes: &[u8]) {
        // not reached while an `Id` is one number; still no two ids are mixed up if it is a few bytes more
        for &byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(byte);
        }
    }
    #[inline]
    fn write_u64(&mut self, number: u64) {
        self.0 = number;
    }
}

#[cfg(test)]
mod tests {
    use super::Number;

    #[test]
    fn a_number_is_what_tokio_prints() {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .build()
            .expect("a runtime");
        let id = runtime.spawn(async {}).id();
        assert_eq!(Number::of(id).get().to_string(), id.to_string());
    }
}
