//! The kinds of events.

use std::fmt;

/// A kind of event in the life of a resource.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[non_exhaustive]
pub enum Phase {
    /// The resource was created.
    Init,
    /// Its scope is entered.
    Before,
    /// Its scope is left.
    After,
    /// A future is ready.
    PromiseResolve,
    /// The resource was destroyed.
    Destroy,
    /// A future is ready, cancelled or panicked: for [`promise_hooks::on_settled`](crate::promise_hooks::on_settled) alone.
    /// No hook can ask for it; reports of panics have it.
    #[non_exhaustive]
    Settled,
}

impl Phase {
    pub(crate) const COUNT: usize = 6;

    /// As the callback is named.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Init => "init",
            Self::Before => "before",
            Self::After => "after",
            Self::PromiseResolve => "promise_resolve",
            Self::Destroy => "destroy",
            Self::Settled => "settled",
        }
    }
}

impl fmt::Display for Phase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
