//! How a tracked future ended.

/// How a tracked future ended.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[non_exhaustive]
pub enum Outcome {
    /// It was ready.
    Ready,
    /// It was dropped before.
    Cancelled,
    /// Its poll panicked.
    Panicked,
}
