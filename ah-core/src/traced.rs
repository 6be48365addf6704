//! Tracked futures and streams.

use std::{
    fmt,
    future::Future,
    mem,
    panic::Location,
    pin::Pin,
    task::{Context, Poll},
};

use crate::{
    AsyncId, Fields, Framed, ResourceError, context, counters, destroy, emission,
    environment::{Environment, are_futures_heard},
    frame::{AnyFramed, CapturedFrame, Carried, InNothing},
    identity::Identity,
    life,
    outcome::Outcome,
    poll_scope::PollScope,
};

pin_project_lite::pin_project! {
    /// A tracked future or stream: what Node calls a promise.
    ///
    /// It carries the stores that were in force when it was made. If a hook listens, it has an id and is heard: `init`
    /// when it is made, or at the first poll when one listens; `before` and `after` around each poll; `promise_resolve`
    /// when it is ready (a stream: when it ended; a sink that was closed: when it is dropped, as it may be a stream, too);
    /// `destroy` when it is dropped. It is dropped in its own context.
    ///
    /// 40 bytes more than what it tracks. Made by [`ContextExt::traced`](crate::ContextExt::traced).
    #[must_use = "futures do nothing unless you `.await` or poll them"]
    pub struct Traced<F> {
        #[pin]
        framed: Framed<F>,
        subject: Identity,
    }

    impl<F> PinnedDrop for Traced<F> {
        fn drop(this: Pin<&mut Self>) {
            let this = this.project();
            if this.subject.is_special() {
                end_special(this.subject, this.framed);
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

    /// As [`new`](Self::new), for a subject that the caller has made, with fields for `init` callbacks.
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
            settle(&subject, self.framed.carried());
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

/// Begins a poll with nothing to be put in force, and no hook to be told.
#[inline]
fn begin_in_nothing<'a>(subject: &Identity, carried: &'a Carried) -> Option<InNothing<'a>> {
    if subject.is_special() || are_futures_heard() {
        return None;
    }
    InNothing::begin(carried)
}

/// The frame of a new future of this type, and what it is: announced, if a hook wants it.
#[inline]
fn created(ty: &'static str, location: &'static Location<'static>) -> (CapturedFrame, Identity) {
    assert!(!ty.is_empty(), "{}", ResourceError::EmptyType);
    let frame = CapturedFrame::here(); // propagation comes first
    let mut subject = Identity::made(context::making(frame.root_id()), ty);
    if are_futures_heard() {
        subject = announced(subject, location);
    }
    (frame, subject)
}

/// Polls where there is a frame to be put in force, or a hook to be told.
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

/// Gives a future an id and announces it, if a hook wants it.
#[cold]
#[inline(never)]
pub(crate) fn announce<D: 'static>(
    mut subject: Identity,
    location: Option<&'static Location<'static>>,
    data: impl FnOnce() -> D,
) -> Identity {
    Environment::with_current(|environment| {
        environment.hooks(|hooks| {
            if hooks.wants(&subject) || counters::is_on() {
                subject.set_id(environment.next_id());
                subject.count();
                emission::init_to(environment, hooks, &subject, location, data);
            }
        });
    });
    if subject.has_id() {
        destroy::settle();
    }
    subject
}

/// As [`announce`], with nothing more to tell. In words, which stay in registers on both sides of the call.
#[inline]
fn announced(subject: Identity, location: &'static Location<'static>) -> Identity {
    let [word, trigger] = subject.to_words();
    let word = announced_word(word, trigger, subject.ty(), location);
    subject.with_words([word, trigger])
}

#[inline(never)]
fn announced_word(
    word: u64,
    trigger: u64,
    ty: &'static str,
    location: &'static Location<'static>,
) -> u64 {
    let mut subject =
        Identity::resource(AsyncId::NONE, AsyncId::NONE, ty).with_words([word, trigger]);
    announce_plainly(&mut subject, Some(location));
    let [word, _] = subject.to_words();
    word
}

/// As [`announce`], with nothing more to tell: compiled once.
#[inline]
pub(crate) fn announce_plainly(
    subject: &mut Identity,
    location: Option<&'static Location<'static>>,
) {
    if !emission::announce_quickly(subject, location) {
        *subject = announce(*subject, location, || ());
    } else if subject.has_id() {
        destroy::settle();
    }
}

#[cold]
#[inline(never)]
fn end_special(subject: &Identity, framed: Pin<&mut (dyn AnyFramed + '_)>) {
    if subject.has_id() {
        end(subject, framed);
    } else {
        let _unmute = context::mute();
        framed.clear();
    }
}

/// The end of an announced future: what is left of it is dropped in its own context.
fn end(subject: &Identity, framed: Pin<&mut (dyn AnyFramed + '_)>) {
    let _destroy = life::DestroyAtEnd::of(subject, framed.carried());
    if framed.carried().is_finished() {
        let _unmute = context::mute_if(subject.is_muted());
        return framed.clear();
    }
    settle(subject, framed.carried());
    life::clear_framed(subject, framed);
}

/// Delivers that an announced future is settled, unless it has come to an end before.
fn settle(subject: &Identity, carried: &Carried) {
    if !carried.is_finished() && !subject.is_panicked() {
        life::in_context(subject, carried.root_id(), || {
            carried.in_settled(|| settle_at_drop(subject))
        });
    }
}

/// A sink that was closed has come to its end, which could not be known then: it may have been a stream, too.
fn settle_at_drop(subject: &Identity) {
    if subject.is_closed() {
        emission::promise_resolve(subject);
        emission::settled(subject, Outcome::Ready);
    } else {
        emission::settled(subject, Outcome::Cancelled);
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
