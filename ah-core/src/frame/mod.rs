//! Frames: the immutable set of all stores in force.
//!
//! This module is the ground of everything that carries context, and one of the two that hold unsafe code. Every carrier
//! (`run`, a wrapped future, a resource, a snapshot, a thread) moves or counts one pointer.
//!
//! | file | what it is about |
//! |---|---|
//! | `node.rs`, `entry.rs`, `kept.rs` | counted chains of entries, and their values |
//! | `index.rs` | finding an entry in a long chain |
//! | `thread.rs` | the frame in force, and reads that lend out of it |
//! | `change.rs` | entering and leaving |
//! | `key.rs` | the typed key of one storage |
//! | `carried.rs`, `framed.rs`, `scope.rs`, `nothing.rs` | futures that carry a frame, the frame they begin with, and their polls |
//! | `never.rs` | entries that spawned work does not inherit |
//! | `thin.rs` | entries that can show no more |

#![expect(
    unsafe_code,
    reason = "one of the two hot modules: counted chains, and reads that lend without counting"
)]

mod carried;
mod change;
mod entry;
mod framed;
mod index;
mod kept;
mod key;
#[cfg(all(test, ah_loom))]
mod models;
mod never;
mod node;
mod nothing;
mod scope;
mod thin;
mod thread;

use std::fmt;

use carried::State;
use entry::Entry;
use node::{EntryRef, Header};
use thread::{Thread, read::Close, with_thread};

pub(crate) use carried::Carried;
pub(crate) use framed::CapturedFrame;
pub use framed::Framed;
pub use key::{Key, Lookup, leave_guard};
pub(crate) use nothing::InNothing;
pub(crate) use scope::FrameScope;
pub(crate) use thread::guard::{FrameGuard, Nothing, Outside};

/// All stores in force at one moment, of all storages.
#[derive(Clone)]
pub struct Frame(Option<Entry>);

impl Frame {
    /// Captures the frame in force.
    #[inline]
    #[must_use]
    pub fn capture() -> Self {
        with_thread(|thread| {
            let frame = never::captured(thread, thread.capture());
            Self(thin::thinned(thread, frame))
        })
    }

    /// Returns the empty frame of the current environment.
    #[must_use]
    pub fn empty() -> Self {
        Self::capture().root()
    }

    /// Returns the empty frame of this one's environment.
    #[must_use]
    pub fn root(&self) -> Self {
        Self(
            self.0
                .as_ref()
                .and_then(|entry| entry.as_ref().root())
                .map(EntryRef::to_owned),
        )
    }

    /// The empty frame of the global environment.
    #[inline]
    pub(crate) const fn none() -> Self {
        Self(None)
    }

    /// Is it the empty frame of the global environment?
    #[inline]
    pub(crate) fn is_none(&self) -> bool {
        self.0.is_none()
    }

    /// Is there anything in it that may not show?
    #[inline]
    pub(crate) fn has_never(&self) -> bool {
        self.0
            .as_ref()
            .is_some_and(|entry| entry.as_ref().has(node::HAS_NEVER))
    }

    /// Which environment this is a frame of.
    #[inline]
    pub(crate) fn root_id(&self) -> RootId {
        RootId::of(self.0.as_ref().map(Entry::as_ref))
    }

    /// Runs `f` with exactly this frame in force. What `f` enters is gone when it returns.
    #[inline]
    pub fn run<R>(&self, f: impl FnOnce() -> R) -> R {
        self.clone().run_once(f)
    }

    /// As [`run`](Self::run), for a frame that is not needed any more.
    #[inline]
    pub fn run_once<R>(self, f: impl FnOnce() -> R) -> R {
        let carried = Carried::new(self.0, State::APART);
        let mut scope = FrameScope::new(&carried);
        let _in_force = scope.enter();
        f()
    }

    /// Returns how many entries this frame holds.
    #[must_use]
    pub fn depth(&self) -> usize {
        self.0
            .as_ref()
            .map_or(0, |entry| entry.as_ref().depth() as usize)
    }
}

impl fmt::Debug for Frame {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Frame")
            .field("depth", &self.depth())
            .finish_non_exhaustive()
    }
}

/// Tells environments apart, for as long as a frame of each is there.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct RootId(usize);

impl RootId {
    /// The global environment.
    pub(crate) const GLOBAL: Self = Self(0);

    /// The environment of the frame in force.
    #[inline]
    pub(crate) fn current() -> Self {
        // SAFETY: looked at before anything replaces it
        with_thread(|thread| Self::of(unsafe { thread.current() }))
    }

    #[inline]
    fn of(top: Option<EntryRef<'_>>) -> Self {
        Self(
            top.and_then(EntryRef::root)
                .map_or(0, |root| root.as_raw().addr()),
        )
    }
}

/// The frame in force when callbacks of hooks begin, to come back into force when each ends.
pub(crate) struct Held<'a> {
    thread: &'a Thread,
    frame: *mut Header,
    /// What keeps the frame alive: an open read, or a count where one was open already.
    _read: Option<Close<'a>>,
    _count: Option<Entry>,
}

/// Runs `f` with the frame in force held, as by an open read: no atomic operation.
#[inline]
pub(crate) fn hold<R>(f: impl FnOnce(&Held<'_>) -> R) -> R {
    with_thread(|thread| {
        let frame = thread.in_force();
        let read = if frame.is_null() { None } else { thread.open() };
        let count = if frame.is_null() || read.is_some() {
            None
        } else {
            thread.capture()
        };
        f(&Held {
            thread,
            frame,
            _read: read,
            _count: count,
        })
    })
}

impl Held<'_> {
    /// Is the held frame in force?
    #[inline]
    pub(crate) fn is_undisturbed(&self) -> bool {
        self.thread.is_current(self.frame)
    }

    /// Puts the held frame back in force and returns what was there instead.
    pub(crate) fn restore(&self) -> Option<Frame> {
        if self.is_undisturbed() {
            return None;
        }
        // SAFETY: `self` keeps it alive
        let held = unsafe { EntryRef::from_raw(self.frame) };
        Some(Frame(self.thread.replace(held.map(EntryRef::to_owned))))
    }
}
