//! A future, stream or sink that carries its frame.

use std::{
    fmt,
    future::Future,
    mem::{self, ManuallyDrop},
    pin::Pin,
    task::{Context, Poll},
};

use super::{
    Frame, RootId,
    carried::{Carried, State},
    scope::FrameScope,
    thread::with_thread,
};

/// Runs `F` in a frame of its own, poll by poll, and drops it there.
///
/// 8 bytes more than `F`.
#[must_use = "futures do nothing unless you `.await` or poll them"]
pub struct Framed<F> {
    /// Its frame is let go by `drop_inner`.
    carried: ManuallyDrop<Carried>,
    /// Pinned with the whole; dropped by `clear` or `drop`, once.
    inner: ManuallyDrop<F>,
}

impl<F> Framed<F> {
    /// Built as one literal, not filled in and then moved: that was measured to cost three times as much.
    #[inline]
    pub(super) fn new(carried: Carried, inner: F) -> Self {
        Self {
            carried: ManuallyDrop::new(carried),
            inner: ManuallyDrop::new(inner),
        }
    }

    /// Captures the frame in force, by the rule of captures.
    #[inline]
    pub fn capture(inner: F) -> Self {
        Self::captured(CapturedFrame::here(), inner)
    }

    /// As [`capture`](Self::capture), of a frame that was captured before.
    #[inline]
    pub(crate) fn captured(frame: CapturedFrame, inner: F) -> Self {
        Self::new(frame.0, inner)
    }

    /// As if `frame` had been in force when this is made, by the rule of captures.
    pub fn captured_in(frame: &Frame, inner: F) -> Self {
        Self::new(Carried::new(frame.0.clone(), State::CAPTURED), inner)
    }

    /// Runs in `frame`, wherever it is polled.
    pub fn within(frame: Frame, inner: F) -> Self {
        Self::new(Carried::new(frame.0, State::APART), inner)
    }

    /// Runs `f` on the inner value with the frame in force. When the inner value is [`finish`](Self::finish)ed, nothing
    /// but `f` happens.
    ///
    /// # Panics
    ///
    /// If the inner value was [`clear`](Self::clear)ed.
    #[inline]
    pub fn run<R>(self: Pin<&mut Self>, f: impl FnOnce(Pin<&mut F>) -> R) -> R {
        let (carried, inner) = self.split();
        let mut scope = FrameScope::new(carried);
        let _in_force = scope.enter();
        f(inner)
    }

    /// The carried frame beside what it is carried for.
    #[inline]
    pub(crate) fn split(self: Pin<&mut Self>) -> (&Carried, Pin<&mut F>) {
        // SAFETY: `inner` is not moved out of this reference, and neither `carried` nor the whole is pinned for anybody else
        let this = unsafe { self.get_unchecked_mut() };
        // SAFETY: pinned with the whole
        let inner = unsafe { Pin::new_unchecked(&mut *this.inner) };
        (&this.carried, inner)
    }

    /// Lets the frame go: from now on this is as good as the inner value alone.
    #[inline]
    pub fn finish(self: Pin<&mut Self>) {
        self.split().0.finish();
    }

    /// Whether [`finish`](Self::finish) was called.
    #[must_use]
    pub fn is_finished(&self) -> bool {
        self.carried.is_finished()
    }

    /// Drops the inner value, in the frame.
    pub fn clear(self: Pin<&mut Self>) {
        // SAFETY: `inner` is dropped where it is
        unsafe { self.get_unchecked_mut() }.drop_inner();
    }

    /// Returns the empty frame of the environment that this runs in.
    #[must_use]
    pub fn root(&self) -> Frame {
        Frame(self.carried.root())
    }

    /// Is there anything in the frame that may not show?
    pub(crate) fn has_never(&self) -> bool {
        self.carried.has_never()
    }

    /// Which environment this runs in.
    #[inline]
    pub(crate) fn root_id(&self) -> RootId {
        self.carried.root_id()
    }

    /// Returns the inner value.
    pub fn get_ref(&self) -> &F {
        &self.inner
    }

    /// Returns the inner value.
    pub fn get_mut(&mut self) -> &mut F {
        &mut self.inner
    }

    /// Drops the inner value, unless that was done; no frame is left.
    #[inline(never)]
    fn drop_inner(&mut self) {
        let nothing = ManuallyDrop::new(Carried::new(None, State::EMPTY));
        let carried = ManuallyDrop::into_inner(mem::replace(&mut self.carried, nothing));
        let state = carried.state();
        if state == State::EMPTY {
            return;
        }
        let mut scope = FrameScope::new(&carried);
        let _in_force = (state != State::DONE).then(|| {
            with_thread(|thread| carried.seal(thread));
            scope.enter()
        });
        // SAFETY: the state is `Empty` from now on, so nobody uses or drops it again
        unsafe { ManuallyDrop::drop(&mut self.inner) }
    }
}

impl<F> Drop for Framed<F> {
    #[inline]
    fn drop(&mut self) {
        if self.carried.is_done_with_nothing() {
            // SAFETY: the state is `Done`, so it was not dropped, and this is the last time that anybody has it
            unsafe { ManuallyDrop::drop(&mut self.inner) }
        } else {
            self.drop_inner();
        }
    }
}

// Pinning is structural: `drop` does not move `inner`.
impl<F: Unpin> Unpin for Framed<F> {}

impl<F: Future> Future for Framed<F> {
    type Output = F::Output;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let (carried, inner) = self.split();
        let mut scope = FrameScope::new(carried);
        let in_force = scope.enter();
        let polled = inner.poll(cx);
        if polled.is_ready() {
            in_force.finish();
        }
        polled
    }
}

impl<F: fmt::Debug> fmt::Debug for Framed<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = f.debug_struct("Framed");
        match self.carried.state() {
            State::EMPTY => debug.finish_non_exhaustive(),
            _ => debug.field("inner", &*self.inner).finish_non_exhaustive(),
        }
    }
}

/// The frame in force where a future is made, for the future to carry.
pub(crate) struct CapturedFrame(Carried);

impl CapturedFrame {
    /// Captures the frame in force.
    #[inline]
    pub(crate) fn here() -> Self {
        Self(Carried::new(
            with_thread(|thread| thread.capture()),
            State::CAPTURED,
        ))
    }

    /// Which environment it belongs to.
    #[inline]
    pub(crate) fn root_id(&self) -> RootId {
        self.0.root_id()
    }
}

impl<F> Framed<F> {
    /// Returns the inner value, without its frame.
    pub fn into_inner(mut self) -> F {
        let (inner, frame) = self.take();
        drop(frame); // last: a user's `Drop` may run
        inner
    }

    /// Takes the inner value out of a wrapper that nobody has pinned. Nothing but its drop may follow.
    ///
    /// # Panics
    ///
    /// If there is none any more.
    pub(crate) fn take(&mut self) -> (F, Frame) {
        assert!(self.carried.state() != State::EMPTY, "taken out once");
        let nothing = ManuallyDrop::new(Carried::new(None, State::EMPTY));
        let carried = ManuallyDrop::into_inner(mem::replace(&mut self.carried, nothing));
        let frame = Frame(carried.take());
        // SAFETY: the state is `Empty` from now on, so nobody uses or drops it again
        (unsafe { ManuallyDrop::take(&mut self.inner) }, frame)
    }

    /// Runs `f` with the frame in force, which is the captured one if no poll has chosen: what ends unpolled takes no part
    /// in the scopes around its end. For whoever has the wrapper exclusively, as `split` says.
    pub(crate) fn in_sealed<R>(&self, f: impl FnOnce() -> R) -> R {
        with_thread(|thread| self.carried.seal(thread));
        let mut scope = FrameScope::new(&self.carried);
        let _in_force = scope.enter();
        f()
    }
}
