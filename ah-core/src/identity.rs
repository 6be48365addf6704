//! The identity of a resource: id, trigger, type and a few bits.

use crate::{counters, id::AsyncId};

/// A future: a promise in Node's words.
const PROMISE: u64 = 1 << 63;
/// Caused by a hook: delivered only to hooks that ask for it.
const SUPPRESSED: u64 = 1 << 62;
/// What created it was a future.
const MADE_BY_PROMISE: u64 = 1 << 61;
/// On the context stack: somebody's guard will pop it.
const GUARDED: u64 = 1 << 60;
/// The future panicked.
const PANICKED: u64 = 1 << 59;
/// Counted when it was created: see `counters.rs`.
const COUNTED: u64 = 1 << 58;
/// On the context stack: the entry of a `CallbackScope`.
const KEPT: u64 = 1 << 57;
/// The same, of one that was dropped inside another scope.
const LEFT: u64 = 1 << 56;
/// A sink that is closed: its drop is no cancellation.
const CLOSED: u64 = 1 << 55;

/// What the events of a resource are about. 32 bytes, since every tracked future carries one.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Identity {
    /// The id, which takes 53 bits, and the bits above.
    word: u64,
    trigger: AsyncId,
    ty: &'static str,
}

impl Identity {
    pub(crate) const ROOT: Self = Self::context(AsyncId::ROOT, AsyncId::NONE);
    pub(crate) const WORKER: Self = Self::context(AsyncId::NONE, AsyncId::NONE);

    /// A context of which only the ids are known.
    pub(crate) const fn context(id: AsyncId, trigger: AsyncId) -> Self {
        Self {
            word: id.get() & AsyncId::MAX.get(),
            trigger,
            ty: "",
        }
    }

    pub(crate) const fn resource(id: AsyncId, trigger: AsyncId, ty: &'static str) -> Self {
        Self {
            ty,
            ..Self::context(id, trigger)
        }
    }

    /// Without the type: all that is known of the context that runs.
    #[inline]
    pub(crate) const fn to_words(self) -> [u64; 2] {
        [self.word, self.trigger.get()]
    }

    /// Another one of this type.
    #[inline]
    #[must_use]
    pub(crate) const fn with_words(self, [word, trigger]: [u64; 2]) -> Self {
        Self {
            word,
            trigger: AsyncId::of(trigger),
            ..self
        }
    }

    /// Of no type.
    #[inline]
    pub(crate) const fn from_words(words: [u64; 2]) -> Self {
        Self::WORKER.with_words(words)
    }

    /// What a future inherits from this one, which creates it: caused by a hook if this is.
    #[inline]
    pub(crate) const fn as_origin(&self) -> Origin {
        // a bit each, moved to where it belongs: this is on the path of every traced call
        const { assert!(PROMISE >> 2 == MADE_BY_PROMISE) };
        Origin {
            word: PROMISE | self.word & SUPPRESSED | (self.word & PROMISE) >> 2,
            trigger: self.id(),
        }
    }

    /// A future, without an id as yet.
    #[inline]
    pub(crate) const fn created_at(origin: Origin, ty: &'static str) -> Self {
        Self {
            word: origin.word,
            trigger: origin.trigger,
            ty,
        }
    }

    /// The mark of a future, of what a hook caused, of both or of neither.
    pub(crate) const fn mark(promise: bool, suppressed: bool) -> Mark {
        Mark((if promise { PROMISE } else { 0 }) | (if suppressed { SUPPRESSED } else { 0 }))
    }

    /// Its marks, of those that [`mark`](Self::mark) gives.
    #[inline]
    pub(crate) const fn marks(&self) -> Mark {
        Mark(self.word & (PROMISE | SUPPRESSED))
    }

    /// Returns `true` if it has an id, or was caused by a hook.
    #[inline]
    pub(crate) const fn is_tracked(&self) -> bool {
        self.word & (AsyncId::MAX.get() | SUPPRESSED) != 0
    }

    #[inline]
    pub(crate) const fn id(&self) -> AsyncId {
        AsyncId::of(self.word & AsyncId::MAX.get())
    }

    #[inline]
    pub(crate) const fn has_id(&self) -> bool {
        self.word & AsyncId::MAX.get() != 0
    }

    pub(crate) fn set_id(&mut self, id: AsyncId) {
        self.word |= id.get() & AsyncId::MAX.get();
    }

    #[inline]
    pub(crate) const fn trigger(&self) -> AsyncId {
        self.trigger
    }

    #[inline]
    pub(crate) const fn ty(&self) -> &'static str {
        self.ty
    }

    #[inline]
    pub(crate) const fn is_promise(&self) -> bool {
        self.word & PROMISE != 0
    }

    #[inline]
    pub(crate) const fn is_suppressed(&self) -> bool {
        self.word & SUPPRESSED != 0
    }

    #[inline]
    #[must_use]
    pub(crate) const fn suppressed(self, suppressed: bool) -> Self {
        Self {
            word: if suppressed {
                self.word | SUPPRESSED
            } else {
                self.word
            },
            ..self
        }
    }

    pub(crate) const fn is_made_by_promise(&self) -> bool {
        self.word & MADE_BY_PROMISE != 0
    }

    pub(crate) const fn is_guarded(&self) -> bool {
        self.word & GUARDED != 0
    }

    #[inline]
    #[must_use]
    pub(crate) const fn guarded(self) -> Self {
        Self {
            word: self.word | GUARDED,
            ..self
        }
    }

    /// The entry of a `CallbackScope`, which is guarded.
    #[must_use]
    pub(crate) const fn kept(self) -> Self {
        Self {
            word: self.word | KEPT | GUARDED,
            ..self
        }
    }

    pub(crate) const fn is_kept(&self) -> bool {
        self.word & KEPT != 0
    }

    #[must_use]
    pub(crate) const fn left(self) -> Self {
        Self {
            word: self.word | LEFT,
            ..self
        }
    }

    pub(crate) const fn is_left(&self) -> bool {
        self.word & LEFT != 0
    }

    /// The same, as an entry that no `CallbackScope` has.
    #[must_use]
    pub(crate) const fn covering(self) -> Self {
        Self {
            word: self.word & !(KEPT | LEFT) | GUARDED,
            ..self
        }
    }

    /// Counts it among those that were created, if anything is counted.
    pub(crate) fn count(&mut self) {
        if counters::is_on() {
            self.word |= COUNTED;
            counters::of_type(self.ty).made.up();
        }
    }

    /// Counts it among those that were destroyed, if it was counted before.
    #[inline]
    pub(crate) fn count_destroyed(&self) {
        if self.word & COUNTED != 0 {
            counters::of_type(self.ty).destroyed.up();
        }
    }

    pub(crate) const fn is_panicked(&self) -> bool {
        self.word & PANICKED != 0
    }

    pub(crate) fn set_panicked(&mut self) {
        self.word |= PANICKED;
    }

    pub(crate) const fn is_closed(&self) -> bool {
        self.word & CLOSED != 0
    }

    pub(crate) fn set_closed(&mut self) {
        self.word |= CLOSED;
    }
}

/// Some of the bits of an identity.
#[derive(Clone, Copy)]
pub(crate) struct Mark(u64);

impl Mark {
    /// Where they are in an identity: above all phases.
    #[inline]
    pub(crate) const fn bits(self) -> u64 {
        self.0
    }
}

/// What a new future has of its maker. It stays in registers until the whole is written where it belongs.
#[derive(Clone, Copy)]
pub(crate) struct Origin {
    word: u64,
    trigger: AsyncId,
}

impl Origin {
    /// By nobody but `trigger`.
    pub(crate) const fn by(trigger: AsyncId, suppressed: bool) -> Self {
        Self {
            word: if suppressed {
                PROMISE | SUPPRESSED
            } else {
                PROMISE
            },
            trigger,
        }
    }
}
