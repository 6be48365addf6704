//! The state of this thread that is looked at on every way into a context and out of it.
//!
//! It is all in one thread-local, as the address of each costs, and has no `Drop`: contexts are entered while the thread
//! ends, too.

#![expect(
    unsafe_code,
    reason = "the address of the thread's state, on the path of every event"
)]

use std::{cell::Cell, ptr};

use super::overrides::{Base, Overrides};
use crate::{frame::RootId, identity::Identity, sync::thread_local};

/// Contexts up to this level are kept here; those that are covered above it are in a vector.
pub(super) const INLINE: usize = 16;

/// The context that runs, and the environment in which it does.
#[derive(Clone, Copy)]
pub(super) struct Running {
    pub(super) who: Identity,
    pub(super) root: RootId,
}

pub(super) struct ThreadState {
    level: Cell<usize>,
    base: Cell<Base>,
    overrides: Cell<Overrides>,
    before: Cell<[u64; 2]>,
    is_bare: Cell<bool>,
    late: Cell<bool>,
    is_ending: Cell<bool>,
    is_draining: Cell<bool>,
    waiting: Cell<usize>,
    outside: Cell<usize>,
    /// The contexts by their levels. The last one is the current one at that level and above.
    ///
    /// None is moved when another is entered or left: to read a context in wide words soon after it was written in narrow
    /// ones was measured to cost more than all the rest.
    stack: [Cell<Running>; INLINE + 1],
}

const ROOT: Running = Running {
    who: Identity::ROOT,
    root: RootId::GLOBAL,
};

thread_local! {
    static STATE: ThreadState = const {
        ThreadState {
            level: Cell::new(0),
            base: Cell::new(Base(0)),
            overrides: Cell::new(Overrides::NOTHING),
            before: Cell::new([0; 2]),
            is_bare: Cell::new(false),
            late: Cell::new(false),
            is_ending: Cell::new(false),
            is_draining: Cell::new(false),
            waiting: Cell::new(0),
            outside: Cell::new(0),
            stack: [const { Cell::new(ROOT) }; INLINE + 1],
        }
    };
}

/// The state of this thread.
///
/// The address leaves `LocalKey::with`, which is inlined for a closure this small only.
#[inline]
pub(super) fn thread_state<'a>() -> &'a ThreadState {
    let state: *const ThreadState = STATE.with(ptr::from_ref);
    // SAFETY: it has no `Drop`, so it is there for as long as anything runs on this thread, and it is not `Sync`
    unsafe { &*state }
}

impl ThreadState {
    /// Where the context of this level is, unless it is covered and above [`INLINE`].
    #[inline]
    pub(super) fn at(&self, level: usize) -> &Cell<Running> {
        &self.stack[level.min(INLINE)]
    }
}

/// The innermost context.
pub(super) const CURRENT: Slot<Running> = Slot(|state| state.at(state.level.get()));
/// How many contexts are covered.
pub(super) const LEVEL: Slot<usize> = Slot(|state| &state.level);
/// The innermost task boundary: the thread is in a scope if more contexts than these are covered.
pub(super) const BASE: Slot<Base> = Slot(|state| &state.base);
pub(super) const OVERRIDES: Slot<Overrides> = Slot(|state| &state.overrides);
/// See `bare.rs`, for the next one too.
pub(super) const BEFORE: Slot<[u64; 2]> = Slot(|state| &state.before);
pub(super) const IS_BARE: Slot<bool> = Slot(|state| &state.is_bare);

/// Whether memory that is taken from now on is not given back at the end of the thread.
pub(super) const IS_ENDING: Slot<bool> = Slot(|state| &state.is_ending);

/// How many destroys wait: see `destroy_queue.rs`, which alone writes it and the next two.
pub(crate) const WAITING: Slot<usize> = Slot(|state| &state.waiting);
/// How many of them were queued outside of the innermost task boundary.
pub(crate) const OUTSIDE: Slot<usize> = Slot(|state| &state.outside);
/// Whether destroys are being delivered.
pub(crate) const DRAINING: Slot<bool> = Slot(|state| &state.is_draining);

/// Whether a scope was dropped while others were open above it: see `kept.rs`.
pub(crate) const LATE: Slot<bool> = Slot(|state| &state.late);

/// One of the cells of [`ThreadState`], with the face of a thread-local.
pub(crate) struct Slot<T>(fn(&ThreadState) -> &Cell<T>);

impl<T: Copy> Slot<T> {
    #[inline]
    pub(crate) fn get(&self) -> T {
        self.0(thread_state()).get()
    }

    #[inline]
    pub(crate) fn set(&self, value: T) {
        self.0(thread_state()).set(value);
    }

    #[inline]
    pub(crate) fn replace(&self, value: T) -> T {
        self.0(thread_state()).replace(value)
    }
}
