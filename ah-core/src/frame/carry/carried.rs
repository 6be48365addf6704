//! The frame that a future carries from poll to poll, and the choice of the one it begins with.
//!
//! A wrapper captures the frame C when it is created. At its first poll it chooses its base, once: the current frame, if that
//! is C or if one of the scopes in progress around this poll was entered on C; else C. So `A.scope(1, f())` applies to `f`
//! though the argument is evaluated first, a spawned `f()` carries its spawner's context, and an unrelated poller does not
//! impose its own. From then on the wrapper owns its frame.
//!
//! 1. "In progress around this poll" is read off the current frame: the entries of scopes are marked and counted, and those
//!    above the thread's floor were entered since the nearest frame that came from elsewhere.
//! 2. A poll in a frame from elsewhere sets the floor to all of its scopes; a poll of an inline future to those of its scopes
//!    that are not in progress where it is polled.
//! 3. Frames are distinguished by their ids, so a canonical form is as good as its frame.
//! 4. Until the first poll C is held as it is, since it is most likely the base; its canonical form takes its place where it
//!    is not. Only where guards could change it meanwhile is the form captured at once.

use std::mem;

use crate::{
    frame::{
        chain::{
            canonical::canonical,
            entry::{Entry, into_raw},
            node::{Header, NodeRef, SCOPE},
        },
        current::{
            bridged::Around,
            root_id::RootId,
            thread::{Thread, with_thread},
        },
    },
    sync::Cell,
};

/// How a wrapper stands to the frame it carries: how far it is, and whether the frame is an entry of its own on top of what
/// it captured or chose.
///
/// A number, not an `enum`: to create one of those from the low bits of a pointer takes a jump table at each poll.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct State(usize);

impl State {
    /// Not polled yet; the frame is C.
    pub(crate) const CAPTURED: Self = Self(0);
    /// The base is the frame that was current: scopes around the poll stay in sight.
    pub(crate) const INLINE: Self = Self(1);
    /// The base is from elsewhere.
    pub(crate) const APART: Self = Self(2);
    /// The future is ready: nothing but the bottom of its environment is left.
    pub(crate) const DONE: Self = Self(3);
    /// With any of the first three: there is an entry of its own on top.
    const SCOPE: usize = 4;
    pub(crate) const CAPTURED_SCOPE: Self = Self(Self::SCOPE);
    /// The future is dropped.
    pub(crate) const EMPTY: Self = Self(7);

    #[inline]
    fn stage(self) -> Self {
        Self(self.0 & 3)
    }

    /// Farther on, with the same entry of its own.
    fn at(self, stage: Self) -> Self {
        Self(self.0 & Self::SCOPE | stage.0)
    }

    /// What happens to what is current around a poll.
    pub(super) fn around(self) -> Around {
        if self.stage() == Self::APART {
            Around::Ends
        } else {
            Around::Stays
        }
    }

    /// Returns `true` if the frame is an entry of its own on top of another.
    #[inline]
    fn is_scope(self) -> bool {
        self.0 & Self::SCOPE != 0
    }

    /// Returns `true` if the future is ready, or dropped.
    #[inline]
    fn is_over(self) -> bool {
        self.stage() == Self::DONE
    }
}

/// Nodes are aligned to 8: the state fits below the pointer.
const MASK: usize = 7;
const _: () = assert!(align_of::<Header>() > MASK);

/// Owns a count of a frame, or none; the low bits are its [`State`].
///
/// Invariant: the cell is written only by whoever has the wrapper exclusively (pinned or not), and the count is lent while the
/// frame is current (`scope.rs`).
pub(crate) struct Carried(Cell<*mut Header>);

// SAFETY: it owns an `Entry`, which is `Send`
unsafe impl Send for Carried {}
// SAFETY: an `Entry` is `Sync`, and a shared `Carried` is only looked at
unsafe impl Sync for Carried {}

impl Carried {
    #[inline]
    pub(crate) fn new(frame: Option<Entry>, state: State) -> Self {
        Self(Cell::new(tagged(frame, state)))
    }

    #[inline]
    pub(crate) fn state(&self) -> State {
        State(self.0.get().addr() & MASK)
    }

    /// Returns `true` if there is no frame, and nothing happened to it but polls with none current.
    #[inline]
    pub(super) fn is_nothing(&self) -> bool {
        const { assert!(State::CAPTURED.0 == 0 && State::INLINE.0 == 1) };
        self.0.get().addr() & !State::INLINE.0 == 0
    }

    /// Returns `true` if the future is ready, and no frame left of it.
    #[inline]
    pub(crate) fn is_done_with_nothing(&self) -> bool {
        self.0.get().addr() == State::DONE.0
    }

    /// Returns `true` if the future is ready, or dropped.
    #[inline]
    pub(crate) fn is_finished(&self) -> bool {
        self.state().is_over()
    }

    /// Returns `true` if the future is dropped.
    #[inline]
    pub(crate) fn is_empty(&self) -> bool {
        self.state() == State::EMPTY
    }

    /// Releases the frame of a future that is ready, but for the bottom of its environment.
    #[inline]
    pub(crate) fn finish(&self) {
        if self.is_empty() {
            return;
        }
        if self.raw().is_null() {
            self.0.set(tagged(None, State::DONE));
        } else {
            self.release_for_root();
        }
    }

    #[inline(never)]
    fn release_for_root(&self) {
        let root = if self.root_id() == RootId::GLOBAL {
            None
        } else {
            self.root()
        };
        release(self.set(root, State::DONE));
    }

    #[inline]
    pub(super) fn raw(&self) -> *mut Header {
        self.0.get().map_addr(|address| address & !MASK)
    }

    /// The frame, while nobody takes it.
    #[inline]
    pub(crate) fn top(&self) -> Option<NodeRef<'_>> {
        // SAFETY: the cell owns a count
        unsafe { NodeRef::from_raw(self.raw()) }
    }

    /// Takes the frame out; the state stays.
    #[inline]
    fn take(&self) -> Option<Entry> {
        let raw = self.raw();
        self.0.set(tagged(None, self.state()));
        // SAFETY: the count that the cell owned
        unsafe { Entry::from_raw(raw) }
    }

    /// The frame.
    pub(crate) fn into_frame(self) -> Option<Entry> {
        self.take()
    }

    /// The frame, to be [`put`](Self::put) back. The cell is not written: reading it later would wait for that.
    ///
    /// # Safety
    /// Until then nothing else may be done with `self`.
    #[inline]
    pub(super) unsafe fn lend(&self) -> Option<Entry> {
        // SAFETY: the count that the cell owned, and will own again
        unsafe { Entry::from_raw(self.raw()) }
    }

    /// Restores a frame in the place of the one that was lent.
    #[inline]
    pub(super) fn put(&self, frame: Option<Entry>, state: State) {
        // written though it be the same address: the frame there may be another one
        self.0.set(tagged(frame, state));
    }

    /// How this stands to its frame, if that was chosen or is the current one.
    #[inline]
    pub(super) fn usual_state(&self, thread: &Thread) -> Option<State> {
        match self.state() {
            State::CAPTURED if thread.is_current(self.raw()) => Some(State::INLINE), // written by `put`
            state if matches!(state.stage(), State::INLINE | State::APART) => Some(state),
            _ => None,
        }
    }

    /// Sets frame and state, and returns the frame that was.
    #[inline]
    fn set(&self, frame: Option<Entry>, state: State) -> Option<Entry> {
        let old = self.take();
        self.0.set(tagged(frame, state));
        old
    }

    /// Which environment the frame belongs to.
    #[inline]
    pub(crate) fn root_id(&self) -> RootId {
        RootId::of(self.top())
    }

    /// A count of the bottom of the environment.
    pub(crate) fn root(&self) -> Option<Entry> {
        self.top()?.root().map(NodeRef::to_owned)
    }

    /// Settles for what was captured, if no poll chose a base: what is dropped unpolled takes no part in the scopes around
    /// its drop.
    pub(crate) fn settle_apart(&self) {
        if self.state().stage() == State::CAPTURED {
            let base = self.base().map(canonical);
            self.set_base(base, State::APART);
        }
    }

    /// Chooses the base, if none was chosen.
    #[inline]
    pub(super) fn settle(&self, thread: &Thread) -> State {
        if self.state().stage() == State::CAPTURED {
            self.choose(thread);
        }
        self.state()
    }

    #[inline(never)]
    fn choose(&self, thread: &Thread) {
        let here = thread.here();
        let current = here.as_ref().map(Entry::as_ref);
        if thread.find_captured(current, self.base()).is_some() {
            let base = thread.inline_base(self.base(), here);
            self.set_base(base, State::INLINE);
        } else {
            let base = thread.apart_base(self.base().map(canonical));
            self.set_base(base, State::APART);
        }
    }

    /// What this is put on top of, or the frame itself.
    fn base(&self) -> Option<NodeRef<'_>> {
        base_of(self.state(), self.top()?)
    }

    fn set_base(&self, base: Option<Entry>, stage: State) {
        let state = self.state();
        let mut frame = self.take();
        let old = match &mut frame {
            Some(own) if state.is_scope() => own.set_parent(base),
            captured => mem::replace(captured, base),
        };
        self.set(frame, state.at(stage));
        drop(old); // last: a user's `Drop` may run
    }
}

impl Drop for Carried {
    #[inline]
    fn drop(&mut self) {
        if !self.raw().is_null() {
            release(self.take());
        }
    }
}

/// Releases the count of a frame.
#[inline]
fn release(frame: Option<Entry>) {
    if let Some(frame) = frame {
        with_thread(|thread| thread.release(frame));
    }
}

#[inline]
fn tagged(frame: Option<Entry>, state: State) -> *mut Header {
    into_raw(frame).map_addr(|address| address | state.0)
}

/// The thread's floor while this frame is current: of how many of its scopes none is in progress around this call.
pub(super) fn floor(thread: &Thread, state: State, top: Option<NodeRef<'_>>) -> u32 {
    let Some(top) = top else {
        return 0;
    };
    let of_base = top.scopes() - u32::from(state.is_scope());
    if state.stage() == State::APART {
        return of_base;
    }
    inline_floor(thread, state, top, of_base).unwrap_or_else(|| {
        let base = base_of(state, top);
        base.map_or(0, |base| floor_within(thread, base))
    })
}

/// As [`floor`], if it is known without a look at what lies below, and bridges have nothing to install.
#[inline]
pub(super) fn floor_at(thread: &Thread, state: State, top: Option<NodeRef<'_>>) -> Option<u32> {
    let Some(top) = top else {
        return Some(0);
    };
    // where the frame is bridged, more than any floor
    let of_base = top.signed_scopes() - u32::from(state.is_scope());
    if state.stage() == State::APART {
        (of_base as i32 >= 0).then_some(of_base)
    } else {
        inline_floor(thread, state, top, of_base)
    }
}

/// The floor of what was entered in the current frame, if it is known without a look at what lies below. Its own scope
/// is in progress; `of_base` are those of the base.
#[inline]
fn inline_floor(thread: &Thread, state: State, top: NodeRef<'_>, of_base: u32) -> Option<u32> {
    let around = thread.floor.get();
    let base = if state.is_scope() {
        top.parent()
    } else {
        Some(top)
    };
    if base.is_some_and(|base| thread.is_current(base.as_raw())) {
        Some(around) // the usual poll of an awaited future: in the frame that it began with
    } else {
        (around >= of_base).then_some(of_base) // no scope of the base can be in progress
    }
}

/// What a frame was put on top of, or the frame itself.
fn base_of(state: State, top: NodeRef<'_>) -> Option<NodeRef<'_>> {
    if state.is_scope() {
        top.chain().find(|node| node.has(SCOPE))?.parent()
    } else {
        Some(top)
    }
}

/// Of how many scopes of `base` none is in progress around this call: one is if the current frame has it, too, and there it
/// is. Scopes end in the order opposite to that in which they began, so the newest one decides.
#[cold]
#[inline(never)]
fn floor_within(thread: &Thread, base: NodeRef<'_>) -> u32 {
    let newest = base.chain().find(|node| node.has(SCOPE)).map(NodeRef::id);
    let here = thread.here();
    let mut around = thread.scopes_around(here.as_ref().map(Entry::as_ref));
    match around.find(|scope| Some(scope.id()) == newest) {
        Some(same) => base.scopes() - (same.scopes() - thread.floor.get()),
        None => base.scopes(),
    }
}
