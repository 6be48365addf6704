//! Tracked futures and streams.

use std::{
    fmt,
    future::Future,
    mem,
    panic::Location,
    pin::Pin,
    task::{Context, Poll},
};

use super::{
    end::{self, end_tracked},
    poll_scope::PollScope,
};
use crate::{
    context::current,
    engine::{
        announce::{announce, announced},
        life,
    },
    error::ResourceError,
    event::heard::are_futures_heard,
    frame::{AnyFramed as _, CapturedFrame, Carried, Framed, InNothing},
    id::AsyncId,
    identity::Identity,
    resource::fields::Fields,
};

pin_project_lite::pin_project! {
    /// A tracked future or stream: what Node calls a promise.
    ///
    /// It carries the stores that were current when it was created. If a hook listens, it has an id and events: `init`
    /// when it is created, or at the first poll when one listens; `before` and `after` around each poll;
    /// `promise_resolve` when it is ready (a stream: when it ended; a sink that was closed: when it is dropped, as it
    /// may be a stream, too); `destroy` when it is dropped. It is dropped in its own context.
    ///
    /// 40 bytes more than what it tracks. Created by [`ContextExt::traced`](crate::ContextExt::traced).
    #[must_use = "futures do nothing unless you `.await` or poll them"]
    pub struct Traced<F> {
        #[pin]
        framed: Framed<F>,
        subject: Identity,
    }

    impl<F> PinnedDrop for Traced<F> {
        fn drop(this: Pin<&mut Self>) {
            let this = this.project();
            if this.subject.is_tracked() {
                end_tracked(this.subject, this.framed);
            }
        }
    }
}

impl<F> Traced<F> {
    /// # Panics
    /// If `ty` is empty.
    #[inline]
    #[track_caller]
    pub(crate) fn new(ty: &'static str, inner: F) -> Self {
        // `inner` is moved once, when all else is there: moved again while its bytes were on their way to memory, it was
        // measured to cost three times as much
        let (frame, subject) = created(ty, Location::caller());
        Self {
            framed: Framed::captured(frame, inner),
            subject,
        }
    }

    /// As [`new`](Self::new), for a subject that the caller has created, with fields for `init` callbacks.
    #[inline]
    #[track_caller]
    pub(crate) fn called(mut subject: Identity, fields: Option<Fields>, inner: F) -> Self {
        let frame = CapturedFrame::here(); // propagation comes first
        if are_futures_heard() {
            subject = announced_with(subject, Location::caller(), fields);
        }
        Self {
            framed: Framed::captured(frame, inner),
            subject,
        }
    }

    /// Returns its id, if it has one yet.
    #[must_use]
    pub fn async_id(&self) -> Option<AsyncId> {
        self.subject.has_id().then(|| self.subject.id())
    }

    /// Returns the tracked value.
    pub fn get_ref(&self) -> &F {
        self.framed.get_ref()
    }

    /// Returns the tracked value.
    pub fn get_mut(&mut self) -> &mut F {
        self.framed.get_mut()
    }

    /// Returns the tracked value, without its context. What hooks receive is what they receive of a drop: that it was
    /// cancelled, unless it was ready, and its destroy.
    pub fn into_inner(mut self) -> F {
        let subject = self.subject;
        let destroy = subject.has_id();
        let _destroy = destroy.then(|| life::DestroyAtEnd::of(&subject, self.framed.carried()));
        if destroy {
            end::settle(&subject, self.framed.carried());
        }
        let (inner, frame) = self.framed.take();
        mem::forget(self); // nothing is left in it, and its drop would destroy it again
        drop(frame); // a user's `Drop` may run
        inner
    }

    /// Polls in the scope, if there is one; `is_ready` says whether that was the end.
    #[inline]
    pub(crate) fn poll_with<R>(
        self: Pin<&mut Self>,
        poll: impl FnOnce(Pin<&mut F>) -> R,
        is_ready: impl FnOnce(&R) -> bool,
    ) -> R {
        let this = self.project();
        let (carried, inner) = this.framed.split();
        let Some(nothing) = begin_in_nothing(this.subject, carried) else {
            return poll_in_scope(this.subject, carried, || poll(inner), is_ready);
        };
        let polled = poll(inner);
        nothing.end(is_ready(&polled));
        polled
    }

    /// As [`poll_with`](Self::poll_with) for the close of a sink, which is no end as yet.
    pub(crate) fn close_with<R>(
        mut self: Pin<&mut Self>,
        close: impl FnOnce(Pin<&mut F>) -> R,
        is_closed: impl FnOnce(&R) -> bool,
    ) -> R {
        let polled = self.as_mut().poll_with(close, |_| false);
        if is_closed(&polled) {
            self.project().subject.set_closed();
        }
        polled
    }

    /// Polls, and calls `record` in the scope when it is ready, before `promise_resolve`; not if no hook wants it.
    pub(crate) fn poll_recording(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        record: impl FnOnce(&F::Output),
    ) -> Poll<F::Output>
    where
        F: Future,
    {
        let this = self.project();
        let (carried, inner) = this.framed.split();
        let mut scope = PollScope::new(this.subject, carried);
        let mut scope = scope.enter();
        let polled = match scope.watched(cx.waker()) {
            None => inner.poll(cx),
            Some(waker) => inner.poll(&mut Context::from_waker(waker)),
        };
        match &polled {
            Poll::Ready(output) if scope.is_announced() => record(output),
            _ => (),
        }
        scope.end(polled.is_ready());
        polled
    }
}

/// Begins a poll with no frame to install, and no hook to call.
#[inline]
fn begin_in_nothing<'a>(subject: &Identity, carried: &'a Carried) -> Option<InNothing<'a>> {
    if subject.is_tracked() || are_futures_heard() {
        return None;
    }
    InNothing::begin(carried)
}

/// The frame of a new future of this type, and what it is: announced, if a hook wants it.
#[inline]
fn created(ty: &'static str, location: &'static Location<'static>) -> (CapturedFrame, Identity) {
    assert!(!ty.is_empty(), "{}", ResourceError::EmptyType);
    let frame = CapturedFrame::here(); // propagation comes first
    let mut subject = Identity::created_at(current::origin(frame.root_id()), ty);
    if are_futures_heard() {
        subject = announced(subject, location);
    }
    (frame, subject)
}

/// Polls where there is a frame to install, or a hook to call.
#[inline]
fn poll_in_scope<R>(
    subject: &mut Identity,
    carried: &Carried,
    poll: impl FnOnce() -> R,
    is_ready: impl FnOnce(&R) -> bool,
) -> R {
    let mut scope = PollScope::new(subject, carried);
    let scope = scope.enter();
    let polled = poll();
    scope.end(is_ready(&polled));
    polled
}

/// As [`announce`], with the fields of a call.
#[inline]
fn announced_with(
    subject: Identity,
    location: &'static Location<'static>,
    fields: Option<Fields>,
) -> Identity {
    match fields {
        Some(fields) => announce(subject, Some(location), || fields),
        None => announced(subject, location),
    }
}

impl<F: Future> Future for Traced<F> {
    type Output = F::Output;

    /// As `poll_with`, written out: there are many such types, and each function of one is compiled.
    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        let (carried, inner) = this.framed.split();
        if let Some(nothing) = begin_in_nothing(this.subject, carried) {
            let polled = inner.poll(cx);
            nothing.end(polled.is_ready());
            return polled;
        }
        let mut scope = PollScope::new(this.subject, carried);
        let mut scope = scope.enter();
        let polled = match scope.watched(cx.waker()) {
            None => inner.poll(cx),
            Some(waker) => inner.poll(&mut Context::from_waker(waker)),
        };
        scope.end(polled.is_ready());
        polled
    }
}

impl<F> fmt::Debug for Traced<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Traced")
            .field("async_id", &self.async_id())
            .field("resource_type", &self.subject.ty())
            .finish_non_exhaustive()
    }
}
