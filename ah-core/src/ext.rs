//! Extension traits for what is polled.

use std::future::Future;

use futures_core::Stream;
use futures_sink::Sink;

use crate::{Framed, Traced};

/// Lets any future carry the context.
///
/// # Examples
///
/// ```
/// # use ah_core as ah;
/// use ah::prelude::*;
///
/// let report = async { 7 }.traced("REPORT");
/// # drop(report);
/// ```
pub trait ContextFutureExt: Future + Sized {
    /// Makes a tracked future of this type.
    ///
    /// It runs with the stores in force where this is called, whoever polls it.
    ///
    /// # Panics
    ///
    /// If `ty` is empty.
    #[inline]
    #[track_caller]
    fn traced(self, ty: &'static str) -> Traced<Self> {
        Traced::new(ty, self)
    }

    /// Carries the stores in force here, and announces nothing.
    #[inline]
    fn in_current_context(self) -> Framed<Self> {
        Framed::capture(self)
    }
}

impl<F: Future> ContextFutureExt for F {}

/// Lets any stream carry the context, into every poll for an item.
pub trait ContextStreamExt: Stream + Sized {
    /// Makes a tracked stream of this type: `before` and `after` around each poll, `promise_resolve` when it ended.
    ///
    /// # Panics
    ///
    /// If `ty` is empty.
    #[inline]
    #[track_caller]
    fn traced(self, ty: &'static str) -> Traced<Self> {
        Traced::new(ty, self)
    }

    /// Carries the stores in force here, and announces nothing.
    #[inline]
    fn in_current_context(self) -> Framed<Self> {
        Framed::capture(self)
    }
}

impl<S: Stream> ContextStreamExt for S {}

/// Lets any sink carry the context, into every operation.
pub trait ContextSinkExt<I>: Sink<I> + Sized {
    /// Carries the stores in force here, and announces nothing.
    #[inline]
    fn in_current_context(self) -> Framed<Self> {
        Framed::capture(self)
    }
}

impl<I, S: Sink<I>> ContextSinkExt<I> for S {}
