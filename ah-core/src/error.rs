//! Errors that are returned to callers.

use std::{error::Error, fmt};

use crate::id::AsyncId;

/// Why a resource could not be created.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum ResourceError {
    /// The type was empty.
    EmptyType,
}

impl fmt::Display for ResourceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::EmptyType => f.write_str("the type of an async resource must not be empty: name its kind, such as \"DBQuery\""),
        }
    }
}

impl Error for ResourceError {}

/// A resource was to be destroyed a second time.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct AlreadyDestroyed(pub(crate) AsyncId);

impl AlreadyDestroyed {
    /// Returns the id of the resource.
    #[must_use]
    pub fn async_id(&self) -> AsyncId {
        self.0
    }
}

impl fmt::Display for AlreadyDestroyed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "resource {} was destroyed already", self.0)
    }
}

impl Error for AlreadyDestroyed {}

/// A context was to be left that is not the innermost one.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct UnbalancedScope {
    pub(crate) actual: AsyncId,
    pub(crate) expected: AsyncId,
}

impl UnbalancedScope {
    /// Returns the execution id that was found.
    #[must_use]
    pub fn actual(&self) -> AsyncId {
        self.actual
    }

    /// Returns the id that was to be left.
    #[must_use]
    pub fn expected(&self) -> AsyncId {
        self.expected
    }
}

impl fmt::Display for UnbalancedScope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { actual, expected } = self;
        write!(
            f,
            "async hook stack has become corrupted (actual: {actual}, expected: {expected})"
        )
    }
}

impl Error for UnbalancedScope {}

/// Why a hook is refused: it asks for events of which it could never receive one.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum HookError {
    /// It wants `promise_resolve`, but no promises.
    PromisesNotTracked,
    /// It wants resources of no type: its list of types is empty.
    NoTypes,
}

impl fmt::Display for HookError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::PromisesNotTracked => {
                "a hook that wants `promise_resolve` tracks promises: leave out `promise_resolve` or `track_promises(false)`"
            }
            Self::NoTypes => {
                "a hook with an empty list of types receives nothing: name a type, or leave out `types`"
            }
        })
    }
}

impl Error for HookError {}
