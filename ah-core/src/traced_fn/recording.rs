//! Recording what a function returns.

use std::{
    fmt,
    future::Future,
    pin::Pin,
    task::{Context, Poll},
};

use futures_core::FusedFuture;

use crate::{
    execution::execution_async_resource, future::traced::Traced, resource::fields::Returned,
};

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

impl<F: FusedFuture, R> FusedFuture for Recording<F, R>
where
    R: Fn(&F::Output) -> Option<Returned>,
{
    fn is_terminated(&self) -> bool {
        self.get_ref().is_terminated()
    }
}

impl<F, R> Recording<F, R> {
    /// Returns the tracked future.
    pub fn get_ref(&self) -> &F {
        self.traced.get_ref()
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
    use super::super::text::ByDebug;
    use super::super::text::ByDisplay;
    use super::super::text::debug;
    use super::super::text::display;
    use crate::resource::fields::Returned;

    /// What `err` is for.
    #[diagnostic::on_unimplemented(
        message = "`err` records the error of a `Result`, and this function returns `{Self}`",
        label = "remove `err`"
    )]
    pub trait IsResult {
        /// What it is if all went well.
        type Ok;
        /// What it is if not.
        type Err;
        /// As a `Result`.
        fn as_result(&self) -> Result<&Self::Ok, &Self::Err>;
    }

    impl<T, E> IsResult for Result<T, E> {
        type Ok = T;
        type Err = E;
        fn as_result(&self) -> Result<&T, &E> {
            self.as_ref()
        }
    }

    /// Nothing.
    pub fn nothing<T>(_: &T) -> Option<Returned> {
        None
    }

    /// A closure of generated code, for whatever type it turns out to be about.
    pub fn recorder<T, R: Fn(&T) -> Option<Returned> + Copy>(record: R) -> R {
        record
    }

    /// `ret`
    pub fn ret_debug<T: ByDebug>(value: &T) -> Option<Returned> {
        Some(Returned::Value(debug(value)))
    }

    /// `ret(Display)`
    pub fn ret_display<T: ByDisplay>(value: &T) -> Option<Returned> {
        Some(Returned::Value(display(value)))
    }

    /// `err`
    pub fn err_display<R: IsResult<Err: ByDisplay>>(result: &R) -> Option<Returned> {
        let error = result.as_result().err()?;
        Some(Returned::Error(display(error)))
    }

    /// `err(Debug)`
    pub fn err_debug<R: IsResult<Err: ByDebug>>(result: &R) -> Option<Returned> {
        let error = result.as_result().err()?;
        Some(Returned::Error(debug(error)))
    }

    /// `ret`, beside `err`
    pub fn ok_debug<R: IsResult<Ok: ByDebug>>(result: &R) -> Option<Returned> {
        result.as_result().ok().and_then(ret_debug)
    }

    /// `ret(Display)`, beside `err`
    pub fn ok_display<R: IsResult<Ok: ByDisplay>>(result: &R) -> Option<Returned> {
        result.as_result().ok().and_then(ret_display)
    }
}
