//! A frame, as the rest of the crate sees it.

use std::{fmt, marker::PhantomData, mem::ManuallyDrop, ptr};

use super::{
    carry::{
        carried::{Carried, State},
        scope::FrameScope,
    },
    chain::{
        bridged::{self, Bridged},
        entry::Entry,
        map::Map,
        node::{Header, NodeRef},
    },
    current::{
        bridged::{Around, Bridging},
        read::Close,
        root_id::RootId,
        thread::{Thread, here, with_thread},
    },
};
use crate::bridge::{captured::Captured, registry::is_any};

/// All stores at one moment, of all storages.
pub struct Frame(pub(super) Option<Entry>);

impl Clone for Frame {
    #[inline]
    fn clone(&self) -> Self {
        let share = |frame| with_thread(|thread| thread.share(frame));
        Self(self.0.as_ref().and_then(share))
    }
}

impl Drop for Frame {
    #[inline]
    fn drop(&mut self) {
        if let Some(frame) = self.0.take() {
            with_thread(|thread| thread.release(frame));
        }
    }
}

impl Frame {
    /// Captures the current frame: what shows in it, and is inherited; and what bridges carry.
    #[inline]
    #[must_use]
    pub fn capture() -> Self {
        with_thread(|thread| Self(thread.capture()))
    }

    /// The current frame as it is, with what it hides: unlike a capture, for what continues here.
    pub(crate) fn current() -> Self {
        with_thread(|thread| Self(thread.here()))
    }

    /// Returns the empty frame of the current environment, in which nothing is current of what bridges carry.
    #[must_use]
    pub fn empty() -> Self {
        let root = Self::current().root();
        if is_any() {
            let nothing = Bridged::Captured(Captured::nothing());
            return Self(Some(bridged::on(root.into_entry(), nothing)));
        }
        root
    }

    /// Returns the empty frame of this one's environment.
    #[must_use]
    pub fn root(&self) -> Self {
        let root = self.top().and_then(NodeRef::root);
        Self(root.map(NodeRef::to_owned))
    }

    /// The empty frame of the global environment.
    #[inline]
    pub(crate) const fn none() -> Self {
        Self(None)
    }

    #[inline]
    pub(super) fn into_entry(mut self) -> Option<Entry> {
        self.0.take()
    }

    #[inline]
    pub(super) fn top(&self) -> Option<NodeRef<'_>> {
        self.0.as_ref().map(Entry::as_ref)
    }

    /// Returns `true` if it is the empty frame of the global environment.
    #[inline]
    pub(crate) fn is_none(&self) -> bool {
        self.0.is_none()
    }

    /// Which environment this is a frame of.
    #[inline]
    pub(crate) fn root_id(&self) -> RootId {
        RootId::of(self.top())
    }

    /// Runs `f` with exactly this frame as the current one. What `f` enters has ended when it returns.
    #[inline]
    pub fn run<R>(&self, f: impl FnOnce() -> R) -> R {
        self.clone().run_once(f)
    }

    /// As [`run`](Self::run), for a frame that is not needed any more.
    #[inline]
    pub fn run_once<R>(self, f: impl FnOnce() -> R) -> R {
        let carried = Carried::new(self.completed_here().into_entry(), State::APART);
        let mut scope = FrameScope::new(&carried);
        let _current = scope.enter();
        f()
    }

    /// With what spawned work does not inherit, if this is entered from where it was captured.
    #[inline]
    fn completed_here(self) -> Self {
        with_thread(|thread| Self(thread.completed_here(self.into_entry())))
    }

    /// Makes this frame current until the guard is dropped, as [`run_once`](Self::run_once) does for a closure.
    #[inline]
    pub(crate) fn enter(self) -> FrameGuard {
        let mut frame = self.completed_here();
        FrameGuard {
            outside: Some(frame.swap_in()),
            outer: frame,
            _not_send: PhantomData,
        }
    }

    /// Swaps this frame with the current one: this one is current, and the outer one in its place here, until
    /// [`swap_back`](Self::swap_back).
    #[inline]
    pub(crate) fn swap_in(&mut self) -> Outside {
        with_thread(|thread| {
            let scopes = self.top().map_or(0, NodeRef::scopes);
            self.0 = thread.replace(self.0.take());
            let floor = thread.floor.replace(scopes);
            let entered = || thread.enter_bridged(self.top(), Around::Ends);
            let bridging = if is_any() { entered() } else { None };
            Outside { floor, bridging }
        })
    }

    /// Returns `true` if [`swap_in`](Self::swap_in) calls no bridge here.
    #[inline]
    pub(crate) fn swaps_in_silently(&self) -> bool {
        !is_any() || with_thread(|thread| thread.enters_silently(self.top()))
    }

    /// Swaps again: the outer frame is current, and the inner one here, as it was left.
    #[inline]
    pub(crate) fn swap_back(&mut self, outside: Outside) {
        with_thread(|thread| {
            if let Some(bridging) = outside.bridging {
                thread.exit_bridged(bridging);
            }
            self.0 = thread.replace(self.0.take());
            thread.floor.set(outside.floor);
        });
    }

    /// Returns `true` if the current frame is the empty one of the global environment.
    #[inline]
    pub(crate) fn none_is_current() -> bool {
        with_thread(|thread| thread.is_current(ptr::null_mut()))
    }

    /// Returns `true` if entering the empty frame would change nothing.
    #[inline]
    pub(crate) fn nothing_is_current() -> bool {
        with_thread(|thread| thread.is_current(ptr::null_mut()) && thread.floor.get() == 0)
    }

    /// Takes the current frame and leaves none. Where none was current before, that is as [`swap_back`](Self::swap_back) after
    /// [`swap_in`](Self::swap_in) of none: the stretch between is part of the one around it.
    pub(crate) fn take_current() -> Self {
        with_thread(|thread| Self(thread.replace(None)))
    }

    /// Returns how many entries this frame holds.
    #[must_use]
    pub fn depth(&self) -> usize {
        let chain = self.top().into_iter().flat_map(NodeRef::chain);
        chain.map(|node| node.map().map_or(1, Map::len)).sum()
    }
}

impl fmt::Debug for Frame {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Frame")
            .field("depth", &self.depth())
            .finish_non_exhaustive()
    }
}

/// What there was before a frame was swapped in, beside the outer frame itself.
pub(crate) struct Outside {
    floor: u32,
    bridging: Option<Bridging>,
}

impl Outside {
    /// Returns `true` if [`Frame::swap_back`] calls no bridge.
    #[inline]
    pub(crate) fn is_silent(&self) -> bool {
        self.bridging.is_none()
    }
}

/// Makes the outer frame current again when it is dropped.
#[must_use = "the frame is current until this is dropped"]
pub(crate) struct FrameGuard {
    outer: Frame,
    outside: Option<Outside>,
    _not_send: PhantomData<*const ()>,
}

impl Drop for FrameGuard {
    #[inline]
    fn drop(&mut self) {
        if let Some(outside) = self.outside.take() {
            self.outer.swap_back(outside); // the inner one is dropped last: a user's `Drop` may run
        }
    }
}

/// The frame that is current when code of the user's begins, to be current again when that ends. It is held as by an open
/// read: no atomic operation.
pub(crate) struct Held<'a> {
    thread: &'a Thread,
    frame: *mut Header,
    /// What keeps the frame alive: an open read, or a count where one was open already.
    _read: Option<Close<'a>>,
    _count: Option<Entry>,
}

/// Runs `f` with the current frame held.
pub(crate) fn hold<R>(f: impl FnOnce(HeldFrame<'_>) -> R) -> R {
    with_thread(|thread| {
        let (frame, read) = (thread.current_raw(), thread.open());
        let count = if read.is_some() { None } else { thread.here() };
        let held = Held {
            thread,
            frame,
            _read: read,
            _count: count,
        };
        f(held.frame())
    })
}

impl Held<'_> {
    fn frame(&self) -> HeldFrame<'_> {
        HeldFrame {
            thread: self.thread,
            frame: self.frame,
        }
    }
}

/// As [`Held`], in the usual case: no read is open. Nothing may unwind before its end.
#[must_use = "the frame is held until `end`"]
pub(crate) struct QuickHeld<'a> {
    frame: HeldFrame<'a>,
    read: ManuallyDrop<Close<'a>>,
}

impl QuickHeld<'_> {
    /// Holds the current frame.
    #[inline]
    pub(crate) fn begin() -> Option<Self> {
        let thread = here();
        let read = thread.open()?;
        let frame = thread.current_raw();
        Some(Self {
            frame: HeldFrame { thread, frame },
            read: ManuallyDrop::new(read),
        })
    }

    #[inline]
    pub(crate) fn frame(&self) -> HeldFrame<'_> {
        self.frame
    }

    /// Holds it no more.
    #[inline]
    pub(crate) fn end(self) {
        drop(ManuallyDrop::into_inner(self.read));
    }
}

/// A frame that is held.
#[derive(Clone, Copy)]
pub(crate) struct HeldFrame<'h> {
    thread: &'h Thread,
    frame: *mut Header,
}

impl HeldFrame<'_> {
    /// Returns `true` if the held frame is current.
    #[inline]
    pub(crate) fn is_undisturbed(self) -> bool {
        self.thread.is_current(self.frame)
    }

    /// Makes the held frame current again and returns what was there instead.
    pub(crate) fn restore(self) -> Option<Frame> {
        if self.is_undisturbed() {
            return None;
        }
        // SAFETY: what this was taken from keeps it alive
        let held = unsafe { NodeRef::from_raw(self.frame) };
        Some(Frame(self.thread.replace(held.map(NodeRef::to_owned))))
    }
}
