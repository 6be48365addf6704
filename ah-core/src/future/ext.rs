//! The extension trait for what is polled.

use super::traced::Traced;
use crate::frame::Framed;

/// Lets any future, stream or sink carry the context.
///
/// One trait for all of them, so that nothing is ambiguous for what is several at once.
///
/// # Examples
///
/// ```
/// # use ah_core as async_hooks;
/// use async_hooks::prelude::*;
///
/// let report = async { 7 }.traced("REPORT");
/// # drop(report);
/// ```
pub trait ContextExt: Sized {
    /// Creates a tracked future, stream or sink of this type.
    ///
    /// It runs with the stores that are current where this is called, whoever polls it. `before` and `after` come around
    /// each poll, `promise_resolve` when it is ready: a stream, when it ended; a sink, when it is closed.
    ///
    /// # Panics
    ///
    /// If `ty` is empty.
    #[inline]
    #[track_caller]
    fn traced(self, ty: &'static str) -> Traced<Self> {
        Traced::new(ty, self)
    }

    /// Carries the stores that are current here, and announces nothing.
    #[inline]
    fn in_current_context(self) -> Framed<Self> {
        Framed::capture(self)
    }
}

impl<T> ContextExt for T {}
