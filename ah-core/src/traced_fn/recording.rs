//! Recording what a function returns.

use std::{
    fmt,
    future::Future,
    pin::Pin,
    task::{Context, Poll},
};

use crate::{Returned, Traced, execution_async_resource};

pin_project_lite::pin_project! {
    /// Records what a tracked future returns, when it is ready.
    #[must_use = "futures do nothing unless you `.await` or poll them"]
    pub struct Recording<F, R> {
        #[pin]
        traced: Traced<F>,
        record: R,
    }
}

/// Records what a tracked future returns: `record` says what of it.
#[inline]
pub fn recording<F: Future, R>(traced: Traced<F>, record: R) -> Recording<F, R>
where
    R: Fn(&F::Output) -> Option<Returned>,
{
    Recording { traced, record }
}

impl<F: Future, R> Future for Recording<F, R>
where
    R: Fn(&F::Output) -> Option<Returned>,
{
    type Output = F::Output;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        this.traced
            .poll_recording(cx, |output| keep((this.record)(output)))
    }
}

impl<F, R> fmt::Debug for Recording<F, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.traced.fmt(f)
    }
}

/// Keeps it with the resource that runs.
pub(super) fn keep(returned: Option<Returned>) {
    if let Some(returned) = returned {
        execution_async_resource().extensions().insert(returned);
    }
}

/// What `err` and `ret` ask to be recorded of what a function returns.
pub mod returned {
    use std::fmt::{Debug, Display};

    use super::super::{debug, display};
    use crate::Returned;

    /// `ret`
    pub fn ret_debug<T: Debug>(value: &T) -> Option<Returned> {
        Some(Returned::Value(debug(value)))
    }

    /// `ret(Display)`
    pub fn ret_display<T: Display>(value: &T) -> Option<Returned> {
        Some(Returned::Value(display(value)))
    }

    /// `err`
    pub fn err_display<T, E: Display>(result: &Result<T, E>) -> Option<Returned> {
        result
            .as_ref()
            .err()
            .map(|error| Returned::Error(display(error)))
    }

    /// `err(Debug)`
    pub fn err_debug<T, E: Debug>(result: &Result<T, E>) -> Option<Returned> {
        result
            .as_ref()
            .err()
            .map(|error| Returned::Error(debug(error)))
    }

    /// `ret`, beside `err`
    pub fn ok_debug<T: Debug, E>(result: &Result<T, E>) -> Option<Returned> {
        result.as_ref().ok().and_then(ret_debug)
    }

    /// `ret(Display)`, beside `err`
    pub fn ok_display<T: Display, E>(result: &Result<T, E>) -> Option<Returned> {
        result.as_ref().ok().and_then(ret_display)
    }
}
