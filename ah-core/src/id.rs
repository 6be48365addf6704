//! The number that names an asynchronous resource.

use std::{error::Error, fmt};

/// Names one asynchronous resource within its environment.
///
/// Ids start at 2, rise on each thread and are never handed out twice. 0 stands for "no instrumented code is on this
/// thread's stack", 1 for the root. No id is above [`AsyncId::MAX`], so that every one of them is exact in JSON and in
/// JavaScript tools.
///
/// # Examples
///
/// ```
/// # use ah_core as async_hooks;
/// let resource = async_hooks::AsyncResource::new("DBQuery");
/// assert!(resource.async_id() > async_hooks::AsyncId::ROOT);
/// assert_eq!(resource.trigger_async_id(), 1);
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AsyncId(u64);

impl AsyncId {
    /// No instrumented code on the stack: the id seen in destroy callbacks and on an embedder's idle worker.
    pub const NONE: Self = Self(0);
    /// The root: what runs in no scope at all.
    pub const ROOT: Self = Self(1);
    /// The largest id, 2^53 − 1.
    pub const MAX: Self = Self((1 << 53) - 1);

    /// The first id that an environment hands out.
    pub(crate) const FIRST: u64 = 2;

    /// Returns the id of a number that came from [`get`](Self::get), from another process or from a log; `None` if it
    /// is above [`MAX`](Self::MAX).
    #[must_use]
    pub const fn new(number: u64) -> Option<Self> {
        match number <= Self::MAX.0 {
            true => Some(Self(number)),
            false => None,
        }
    }

    /// The id of a number that is known to be one.
    #[inline]
    pub(crate) const fn of(number: u64) -> Self {
        debug_assert!(number <= Self::MAX.0);
        Self(number)
    }

    /// Returns the number.
    #[must_use]
    pub const fn get(self) -> u64 {
        self.0
    }
}

/// Every number of 32 bits is an id.
impl From<u32> for AsyncId {
    fn from(number: u32) -> Self {
        Self(number.into())
    }
}

impl TryFrom<u64> for AsyncId {
    type Error = AsyncIdError;

    fn try_from(number: u64) -> Result<Self, AsyncIdError> {
        Self::new(number).ok_or(AsyncIdError(number))
    }
}

impl From<AsyncId> for u64 {
    fn from(id: AsyncId) -> Self {
        id.0
    }
}

impl PartialEq<u64> for AsyncId {
    fn eq(&self, other: &u64) -> bool {
        self.0 == *other
    }
}

impl fmt::Display for AsyncId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for AsyncId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{}", self.0)
    }
}

/// A number that no environment can have handed out as an id: it is above [`AsyncId::MAX`].
///
/// # Examples
///
/// ```
/// # use ah_core as async_hooks;
/// let error = async_hooks::AsyncId::try_from(1_u64 << 53).unwrap_err();
/// assert_eq!(error.to_string(), "9007199254740992 is above the largest async id, 9007199254740991");
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct AsyncIdError(u64);

impl fmt::Display for AsyncIdError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(number) = self;
        write!(
            f,
            "{number} is above the largest async id, {}",
            AsyncId::MAX
        )
    }
}

impl Error for AsyncIdError {}
