//! What a bridge does.

/// Says how the context of another library is read, installed and restored.
///
/// The callbacks run while no state of the engine is borrowed, so they may do anything. [`install`](Self::install) and
/// [`restore`](Self::restore) run where the stores of the work are current.
///
/// # Panics
///
/// A panic of a callback is contained and reported to the [error sink](crate::set_error_sink). After a panic of
/// `capture` nothing was captured; after one of `install` nothing is restored.
pub trait Bridge: Send + Sync + 'static {
    /// What is carried. Created at a capture, and shared by all that carry it.
    type Value: Send + Sync + 'static;
    /// What `install` leaves for `restore`. It stays on its thread.
    type Saved: 'static;

    /// Reads what is current on this thread. `None` if nothing is.
    fn capture(&self) -> Option<Self::Value>;

    /// Returns `true` if this value is current on this thread, or nothing where this is `None`.
    ///
    /// A cheap answer saves a capture; `false` is always safe.
    fn is_current(&self, value: Option<&Self::Value>) -> bool;

    /// Makes this value current on this thread, or nothing where this is `None`.
    fn install(&self, value: Option<&Self::Value>) -> Self::Saved;

    /// Restores what was current before `install` of the same value.
    ///
    /// Called once for each `install`, in the opposite order, on the same thread.
    fn restore(&self, value: Option<&Self::Value>, saved: Self::Saved);
}
