//! The frame that a future carries from poll to poll, and the choice of the one it begins with.
//!
//! A wrapper captures the frame C when it is made. At its first poll it chooses its base, once: the frame in force, if
//! that is C or was made from C by the `run`, `exit` and `scope` calls in progress around this poll; else C. So
//! `A.scope(1, f())` applies to `f` though the argument is evaluated first, a spawned `f()` carries its spawner's
//! context, and an unrelated poller does not impose its own. From then on the wrapper owns its frame.
//!
//! "In progress around this poll" is read off the frame in force: the entries that such calls make are marked, and those
//! above the thread's limit were made since the nearest frame that came from elsewhere was put in force.

use std::cell::Cell;

use super::{
    RootId,
    entry::{Entry, into_raw},
    never,
    node::{EntryRef, HAS_NEVER, Header, SCOPE},
    thin,
    thread::Thread,
};

/// How a wrapper stands to the frame it carries. A number, not an `enum`: to make one of those from the low bits of a
/// pointer takes a jump table at each poll.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct State(usize);

impl State {
    /// Not polled yet; the frame is C.
    pub(super) const CAPTURED: Self = Self(0);
    /// Not polled yet; the frame is an entry of its own on top of C.
    pub(super) const CAPTURED_SCOPE: Self = Self(1);
    /// The frame was made from the one in force: scopes around the poll stay in sight.
    pub(super) const INLINE: Self = Self(2);
    /// The frame is from elsewhere.
    pub(super) const APART: Self = Self(3);
    /// The frame is an entry of its own on top of one that was made from the one in force.
    pub(super) const INLINE_SCOPE: Self = Self(4);
    /// The frame is an entry of its own on top of one from elsewhere.
    pub(super) const APART_SCOPE: Self = Self(5);
    /// The future is ready: nothing but the bottom of its environment is left.
    pub(super) const DONE: Self = Self(6);
    /// The future is dropped.
    pub(super) const EMPTY: Self = Self(7);

    /// Has a base been chosen?
    #[inline]
    pub(super) fn is_settled(self) -> bool {
        self.0 > Self::CAPTURED_SCOPE.0
    }

    /// Is the base that was chosen the frame that was in force?
    #[inline]
    fn is_inline(self) -> bool {
        const { assert!(Self::INLINE.0 & 1 == 0 && Self::INLINE_SCOPE.0 & 1 == 0) };
        self.0 & 1 == 0
    }

    /// Is the frame an entry of its own on top of the base that was chosen?
    #[inline]
    fn is_scope(self) -> bool {
        const { assert!(Self::INLINE_SCOPE.0 & 4 != 0 && Self::APART_SCOPE.0 & 4 != 0) };
        self.0 & 4 != 0
    }

    /// Is the future ready, or dropped?
    #[inline]
    pub(super) fn is_over(self) -> bool {
        self.0 >= Self::DONE.0
    }
}

/// Nodes are aligned to 8: the state fits below the pointer.
const MASK: usize = 7;
const _: () = assert!(align_of::<Header>() > MASK);

/// Owns a count of a frame; the low bits are its [`State`].
pub(crate) struct Carried(Cell<*mut Header>);

// SAFETY: an `Entry` is `Send`
unsafe impl Send for Carried {}
// SAFETY: an `Entry` is `Sync`, and the cell is written only by who has the wrapper exclusively: `split`, `finish`,
// `clear` and `drop` of `Framed`, and `Frame::run_once`
unsafe impl Sync for Carried {}

impl Carried {
    #[inline]
    pub(super) fn new(frame: Option<Entry>, state: State) -> Self {
        Self(Cell::new(tagged(frame, state)))
    }

    #[inline]
    pub(super) fn state(&self) -> State {
        State(self.0.get().addr() & MASK)
    }

    /// Is there no frame, and has nothing but a poll with none in force happened to it?
    #[inline]
    pub(super) fn is_nothing(&self) -> bool {
        const { assert!(State::CAPTURED.0 == 0) };
        self.0.get().addr() & !State::INLINE.0 == 0
    }

    /// Is the future ready, and no frame left of it?
    #[inline]
    pub(super) fn is_done_with_nothing(&self) -> bool {
        self.0.get().addr() == State::DONE.0
    }

    /// Is the future ready, or dropped?
    #[inline]
    pub(crate) fn is_finished(&self) -> bool {
        self.state().is_over()
    }

    /// Is the future dropped?
    #[inline]
    pub(super) fn is_empty(&self) -> bool {
        self.state() == State::EMPTY
    }

    /// The future is ready: lets the frame go.
    #[inline]
    pub(crate) fn finish(&self) {
        self.let_go(State::DONE);
    }

    /// Which environment the frame belongs to.
    #[inline]
    pub(crate) fn root_id(&self) -> RootId {
        RootId::of(self.top())
    }

    #[inline]
    fn raw(&self) -> *mut Header {
        self.0.get().map_addr(|address| address & !MASK)
    }

    /// The frame, while nobody takes it.
    #[inline]
    pub(super) fn top(&self) -> Option<EntryRef<'_>> {
        // SAFETY: the cell owns a count
        unsafe { EntryRef::from_raw(self.raw()) }
    }

    /// Takes the frame out; the state stays.
    #[inline]
    pub(super) fn take(&self) -> Option<Entry> {
        let raw = self.raw();
        self.0.set(tagged(None, self.state()));
        // SAFETY: the count that the cell owned
        unsafe { Entry::from_raw(raw) }
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

    /// Puts a frame back for the one that was lent.
    #[inline]
    pub(super) fn put(&self, frame: Option<Entry>, state: State) {
        // written though it be the same address: the frame there may be another one
        self.0.set(tagged(frame, state));
    }

    /// How this stands to its frame, if that was chosen or is the one in force, and nothing in it can be out of sight.
    #[inline]
    pub(super) fn usual_state(&self, thread: &Thread) -> Option<State> {
        let state = match self.state() {
            State::CAPTURED if thread.is_current(self.raw()) => State::INLINE, // written by `put`
            state if state.is_settled() && !state.is_over() => state,
            _ => return None,
        };
        (!self.has_never()).then_some(state)
    }

    /// Lets the frame go, but for the bottom of its environment.
    #[inline]
    pub(super) fn let_go(&self, state: State) {
        if self.raw().is_null() {
            self.0.set(tagged(None, state));
        } else {
            drop(self.set(self.root(), state));
        }
    }

    /// Sets frame and state, and returns the frame that was.
    #[inline]
    pub(super) fn set(&self, frame: Option<Entry>, state: State) -> Option<Entry> {
        let old = self.take();
        self.0.set(tagged(frame, state));
        old
    }

    /// A count of the bottom of the environment.
    pub(super) fn root(&self) -> Option<Entry> {
        self.top()?.root().map(EntryRef::to_owned)
    }

    /// Marks what was captured as captured, if no poll ever chose a base.
    pub(super) fn seal(&self, thread: &Thread) {
        let scope = match self.state() {
            State::CAPTURED => false,
            State::CAPTURED_SCOPE => true,
            _ => return,
        };
        match self.take() {
            Some(mut own) if scope => {
                let base = own.as_ref().parent().map(EntryRef::to_owned);
                let old = own.set_parent(never::captured(thread, base));
                self.set(Some(own), State::APART_SCOPE);
                drop(old);
            }
            captured => drop(self.set(never::captured(thread, captured), State::APART)),
        }
    }

    /// Chooses the base, if none was chosen.
    pub(super) fn settle(&self, thread: &Thread) -> State {
        if self.state().is_settled() {
            return self.state();
        }
        self.settle_elsewhere(thread);
        self.state()
    }

    /// Is there anything in the frame that may not show?
    #[inline]
    pub(crate) fn has_never(&self) -> bool {
        self.top().is_some_and(|top| top.has(HAS_NEVER))
    }

    #[cold]
    #[inline(never)]
    fn settle_elsewhere(&self, thread: &Thread) {
        let scope = self.state() == State::CAPTURED_SCOPE;
        let mut own = self.take();
        let captured = match &own {
            Some(entry) if scope => entry.as_ref().parent(),
            other => other.as_ref().map(Entry::as_ref),
        };
        let inline = is_inline(thread, captured);
        let base = if inline {
            thread.capture()
        } else {
            captured.map(EntryRef::to_owned)
        };
        let base = never::captured(thread, base);
        let base = if inline {
            base
        } else {
            thin::thinned(thread, base)
        };
        let (frame, old) = match own.take() {
            Some(mut entry) if scope => {
                let old = entry.set_parent(base);
                (Some(entry), old)
            }
            captured => (base, captured),
        };
        let state = match (inline, scope) {
            (true, true) => State::INLINE_SCOPE,
            (true, false) => State::INLINE,
            (false, true) => State::APART_SCOPE,
            (false, false) => State::APART,
        };
        self.set(frame, state);
        drop(old); // last: a user's `Drop` may run
    }
}

impl Drop for Carried {
    #[inline]
    fn drop(&mut self) {
        if !self.raw().is_null() {
            drop(self.take());
        }
    }
}

#[inline]
fn tagged(frame: Option<Entry>, state: State) -> *mut Header {
    into_raw(frame).map_addr(|address| address | state.0)
}

/// Is the frame in force `captured`, or made from it by the scopes in progress around this call?
fn is_inline(thread: &Thread, captured: Option<EntryRef<'_>>) -> bool {
    let captured = never::without_seals(captured);
    // SAFETY: used before anything replaces it
    let current = unsafe { thread.current() };
    if never::without_seals(current) == captured {
        return true;
    }
    let made_here = current
        .into_iter()
        .flat_map(EntryRef::chain)
        .take_while(|entry| entry.depth() > thread.limit());
    made_here
        .filter(|entry| entry.has(SCOPE))
        .any(|entry| never::without_seals(entry.parent()) == captured)
}

/// The thread's limit while this frame is in force, which was `around` until now.
pub(super) fn limit(state: State, top: Option<EntryRef<'_>>, around: u32) -> u32 {
    let top = match top {
        Some(top) if state.is_scope() => top.chain().find(|entry| entry.has(SCOPE)),
        top => top,
    };
    limit_at(state, top, around).unwrap_or_default()
}

/// As [`limit`], if it can be told from the newest entry.
#[inline]
pub(super) fn limit_at(state: State, top: Option<EntryRef<'_>>, around: u32) -> Option<u32> {
    let Some(top) = top else {
        return Some(0);
    };
    let from_elsewhere = if !state.is_scope() {
        top.depth()
    } else if top.has(SCOPE) {
        top.depth() - 1 // its own scope is in progress: what lies below that is from elsewhere
    } else {
        return None;
    };
    Some(if state.is_inline() {
        // what is made inside counts, though a later poll comes from somewhere deeper
        around.min(from_elsewhere)
    } else {
        from_elsewhere
    })
}
