//! What the code that `#[traced]` generates calls.

use std::{
    fmt,
    future::Future,
    marker::PhantomData,
    panic::Location,
    pin::Pin,
    task::{Context, Poll},
};

use crate::{
    AsyncId, Fields, Returned, Traced, context, destroy, emission,
    environment::{Environment, are_futures_heard, is_anything_heard},
    execution_async_resource,
    frame::Frame,
    hook::Phase,
    identity::Identity,
    life,
};

/// The type of a traced function, checked when the program is compiled.
#[must_use]
pub const fn name(name: &'static str) -> &'static str {
    assert!(!name.is_empty(), "the name of a traced function is empty");
    name
}

/// Calls a closure: as an argument of this, it may move out of what it captured and `return`.
#[inline]
pub fn call<R>(f: impl FnOnce() -> R) -> R {
    f()
}

/// Makes the future or stream of a function a tracked one.
#[inline]
#[track_caller]
pub fn traced<F>(name: &'static str, inner: F) -> Traced<F> {
    Traced::new(name, inner)
}

/// What a call tells of itself.
#[derive(Debug)]
pub struct Call {
    subject: Identity,
    fields: Option<Fields>,
}

impl Call {
    /// Evaluates the fields, if a hook wants them, before the arguments are moved.
    #[inline]
    pub fn new(
        name: &'static str,
        trigger: Option<AsyncId>,
        fields: impl FnOnce() -> Option<Fields>,
    ) -> Self {
        let subject = match trigger {
            Some(id) => Identity::promise(id, name).muted(context::current().is_muted()),
            None => context::new_promise(name),
        };
        let fields = if are_futures_heard() && is_init_wanted(&subject) {
            fields()
        } else {
            None
        };
        Self { subject, fields }
    }

    /// As [`traced`], for this call.
    #[inline]
    #[track_caller]
    pub fn traced<F>(self, inner: F) -> Traced<F> {
        match self.fields {
            Some(fields) => Traced::of(self.subject, || fields, inner),
            None => Traced::of(self.subject, || (), inner),
        }
    }
}

#[cold]
#[inline(never)]
fn is_init_wanted(subject: &Identity) -> bool {
    Environment::with_current(|environment| {
        environment.hooks(|hooks| hooks.wanting(Phase::Init, subject).next().is_some())
    })
}

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
fn keep(returned: Option<Returned>) {
    if let Some(returned) = returned {
        execution_async_resource().extensions().insert(returned);
    }
}

/// The scope of a call of a synchronous function: a resource that lives as long as the call, if a hook wants it.
///
/// It has no frame of its own: what the function enters holds for its caller, whether a hook listens or not.
#[must_use = "the scope is left when this is dropped"]
pub struct FnScope {
    open: Option<Open>,
    _not_send: PhantomData<*const ()>,
}

struct Open {
    subject: Identity,
    context: context::Entered,
    frame: Frame,
}

impl FnScope {
    /// Enters the scope. What is given is asked for only if a hook wants it.
    #[inline]
    #[track_caller]
    pub fn enter(
        name: &'static str,
        trigger: impl FnOnce() -> Option<AsyncId>,
        fields: impl FnOnce() -> Option<Fields>,
    ) -> Self {
        let location = Location::caller();
        Self {
            open: is_anything_heard()
                .then(|| Open::enter(name, location, trigger, fields))
                .flatten(),
            _not_send: PhantomData,
        }
    }

    /// Records what the function returns.
    #[inline]
    pub fn record<T>(&self, value: T, record: impl FnOnce(&T) -> Option<Returned>) -> T {
        if self.open.is_some() {
            keep(record(&value));
        }
        value
    }
}

impl Open {
    #[cold]
    #[inline(never)]
    fn enter(
        name: &'static str,
        location: &'static Location<'static>,
        trigger: impl FnOnce() -> Option<AsyncId>,
        fields: impl FnOnce() -> Option<Fields>,
    ) -> Option<Self> {
        let frame = Frame::capture();
        let trigger = trigger().unwrap_or_else(context::trigger);
        let mut subject =
            Identity::resource(AsyncId::NONE, trigger, name).muted(context::current().is_muted());
        let id = Environment::with_current(|environment| {
            environment
                .hooks(|hooks| hooks.wants(&subject))
                .then(|| environment.next_id())
        });
        subject.set_id(id?);
        let fields = if is_init_wanted(&subject) {
            fields()
        } else {
            None
        };
        match fields {
            Some(fields) => life::announce(&subject, Some(location), || fields),
            None => life::announce(&subject, Some(location), || ()),
        }
        let context = context::enter(&subject);
        emission::before(&subject);
        Some(Self {
            subject,
            context,
            frame,
        })
    }

    #[cold]
    #[inline(never)]
    fn leave(self) {
        emission::after(&self.subject);
        drop(self.context);
        destroy::queue(&self.subject, || self.frame.root());
        destroy::settle();
    }
}

impl Drop for FnScope {
    #[inline]
    fn drop(&mut self) {
        if let Some(open) = self.open.take() {
            open.leave();
        }
    }
}

impl fmt::Debug for FnScope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FnScope")
            .field(
                "async_id",
                &self.open.as_ref().map(|open| open.subject.id()),
            )
            .finish_non_exhaustive()
    }
}

/// A value by its `Display`.
pub fn display<T: fmt::Display + ?Sized>(value: &T) -> String {
    value.to_string()
}

/// A value by its `Debug`.
pub fn debug<T: fmt::Debug + ?Sized>(value: &T) -> String {
    format!("{value:?}")
}

/// What `err` and `ret` ask to be recorded of what a function returns.
pub mod returned {
    use std::fmt::{Debug, Display};

    use super::{Returned, debug, display};

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
        result.as_ref().err().map(|error| Returned::Error(display(error)))
    }

    /// `err(Debug)`
    pub fn err_debug<T, E: Debug>(result: &Result<T, E>) -> Option<Returned> {
        result.as_ref().err().map(|error| Returned::Error(debug(error)))
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
