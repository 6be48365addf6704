//! A future, stream or sink that carries its frame.

use std::{
    fmt,
    future::Future,
    mem::{self, ManuallyDrop},
    pin::Pin,
    task::{Context, Poll},
};

use super::{
    carry::{
        carried::{Carried, State},
        scope::FrameScope,
    },
    current::{
        root_id::RootId,
        thread::{Thread, with_thread},
    },
    frame::Frame,
};

/// Runs `F` in a frame of its own, poll by poll, and drops it there.
///
/// 8 bytes more than `F`.
///
/// # Panics
///
/// Polling, or asking for the inner value, panics once the inner value is dropped.
//
// Invariant: `inner` is there unless the state is `EMPTY`. `take_carried` alone leads to that state, nothing leads out of it, and
// whatever lends, takes or drops `inner` looks first (`FrameScope::begin` does for polls).
#[must_use = "futures do nothing unless you `.await` or poll them"]
pub struct Framed<F> {
    /// Released by `drop_inner` or `into_inner`.
    carried: ManuallyDrop<Carried>,
    /// Pinned with the whole.
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

    /// Captures the current frame, by the rule of captures.
    #[inline]
    pub(crate) fn capture(inner: F) -> Self {
        Self::captured(CapturedFrame::here(), inner)
    }

    /// As [`capture`](Self::capture), of a frame that was captured before.
    #[inline]
    pub(crate) fn captured(frame: CapturedFrame, inner: F) -> Self {
        // as in `new`: one function less for each type, of which there are many
        Self {
            carried: ManuallyDrop::new(frame.0),
            inner: ManuallyDrop::new(inner),
        }
    }

    /// As if `frame` had been current when this is created, by the rule of captures.
    pub(crate) fn captured_in(frame: &Frame, inner: F) -> Self {
        Self::new(
            Carried::new(frame.clone().into_entry(), State::CAPTURED),
            inner,
        )
    }

    /// Runs in `frame`, wherever it is polled.
    pub fn within(frame: Frame, inner: F) -> Self {
        Self::new(Carried::new(frame.into_entry(), State::APART), inner)
    }

    /// Runs `f` on the inner value with its frame as the current one. Once the inner value is [`finish`](Self::finish)ed, that
    /// is all that happens.
    #[inline]
    pub(crate) fn run<R>(self: Pin<&mut Self>, f: impl FnOnce(Pin<&mut F>) -> R) -> R {
        let (carried, inner) = self.split();
        let mut scope = FrameScope::new(carried);
        let _current = scope.enter();
        f(inner)
    }

    /// The carried frame beside what it is carried for, which may be used once the frame is entered: that fails where the inner
    /// value is dropped.
    #[inline]
    pub(crate) fn split(self: Pin<&mut Self>) -> (&Carried, Pin<&mut F>) {
        // SAFETY: `inner` is not moved out of this reference, and neither `carried` nor the whole is pinned for anybody else
        let this = unsafe { self.get_unchecked_mut() };
        // SAFETY: pinned with the whole
        let inner = unsafe { Pin::new_unchecked(&mut *this.inner) };
        (&this.carried, inner)
    }

    /// Releases the frame: from now on this is as good as the inner value alone.
    #[inline]
    pub(crate) fn finish(self: Pin<&mut Self>) {
        self.split().0.finish();
    }

    /// Returns `true` if the inner value is ready, or dropped.
    pub(crate) fn is_finished(&self) -> bool {
        self.carried.is_finished()
    }

    /// Returns a reference to the inner value.
    pub fn get_ref(&self) -> &F {
        assert!(!self.carried.is_empty(), "used after it was dropped");
        &self.inner
    }

    /// Returns a mutable reference to the inner value.
    pub fn get_mut(&mut self) -> &mut F {
        assert!(!self.carried.is_empty(), "used after it was dropped");
        &mut self.inner
    }

    /// Returns the inner value, without its frame.
    ///
    /// # Panics
    ///
    /// If the inner value is dropped.
    pub fn into_inner(mut self) -> F {
        let (inner, frame) = self.take();
        drop(frame); // last: a user's `Drop` may run
        inner
    }

    /// Takes the inner value out of a wrapper that nobody has pinned. Nothing but its drop may follow.
    pub(crate) fn take(&mut self) -> (F, Frame) {
        let carried = take_carried(&mut self.carried);
        assert!(!carried.is_empty(), "used after it was dropped");
        let frame = Frame(carried.into_frame());
        // SAFETY: the state is `EMPTY` from now on, and was not before, so nobody uses or drops it again
        (unsafe { ManuallyDrop::take(&mut self.inner) }, frame)
    }

    /// Drops the inner value, unless that was done; no frame is left.
    fn drop_inner(&mut self) {
        let Self { carried, inner } = self;
        // SAFETY: called once at most, as the state is `EMPTY` from then on, and was not before: nobody uses it again
        drop_in(carried, &mut || unsafe { ManuallyDrop::drop(inner) });
    }
}

impl Carried {
    /// Returns the empty frame of the environment that it belongs to.
    pub(crate) fn root_frame(&self) -> Frame {
        Frame(self.root())
    }
}

fn take_carried(carried: &mut ManuallyDrop<Carried>) -> Carried {
    let empty = ManuallyDrop::new(Carried::new(None, State::EMPTY));
    ManuallyDrop::into_inner(mem::replace(carried, empty))
}

/// Calls `drop` in this frame, unless the inner value was dropped; no frame is left.
///
/// What is dropped is not known here: this is compiled once.
#[inline(never)]
fn drop_in(carried: &mut ManuallyDrop<Carried>, drop: &mut dyn FnMut()) {
    let carried = take_carried(carried);
    if carried.is_empty() {
        return;
    }
    let mut scope = FrameScope::new(&carried);
    let _current = (!carried.is_finished()).then(|| {
        carried.settle_apart();
        scope.enter()
    });
    drop();
}

/// A wrapper of whatever it is: for code that is compiled once for all of them.
pub(crate) trait AnyFramed {
    /// The carried frame.
    fn carried(&self) -> &Carried;

    /// Drops the inner value, in its frame.
    fn clear(self: Pin<&mut Self>);
}

impl<F> AnyFramed for Framed<F> {
    fn carried(&self) -> &Carried {
        &self.carried
    }

    fn clear(self: Pin<&mut Self>) {
        // SAFETY: `inner` is dropped where it is
        unsafe { self.get_unchecked_mut() }.drop_inner();
    }
}

impl<F> Drop for Framed<F> {
    #[inline]
    fn drop(&mut self) {
        if self.carried.is_done_with_nothing() {
            // SAFETY: the state is not `EMPTY`, so it was not dropped, and this is the last time that anybody has it
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
        let current = scope.enter();
        let polled = inner.poll(cx);
        if polled.is_ready() {
            current.finish();
        }
        polled
    }
}

impl<F: fmt::Debug> fmt::Debug for Framed<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = f.debug_struct("Framed");
        if !self.carried.is_empty() {
            debug.field("inner", &*self.inner);
        }
        debug.finish_non_exhaustive()
    }
}

/// The current frame where a future is created, for the future to carry.
pub(crate) struct CapturedFrame(Carried);

impl CapturedFrame {
    /// Captures the current frame.
    #[inline]
    pub(crate) fn here() -> Self {
        let frame = with_thread(Thread::capture_for_here);
        Self(Carried::new(frame, State::CAPTURED))
    }

    /// Which environment it belongs to.
    #[inline]
    pub(crate) fn root_id(&self) -> RootId {
        self.0.root_id()
    }
}
