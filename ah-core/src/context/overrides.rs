//! What there is on a thread beside the contexts: marks, the default trigger, and where the innermost task boundary is.

use crate::id::AsyncId;

/// What there is on this thread beside the contexts: nothing, most of the time, which is one comparison.
#[derive(Clone, Copy)]
pub(super) struct Overrides {
    marks: u8,
    /// If it is marked.
    default_trigger: AsyncId,
}

impl Overrides {
    pub(super) const NOTHING: Self = Self {
        marks: 0,
        default_trigger: AsyncId::NONE,
    };
    const DEFAULT_TRIGGER: u8 = 1;
    /// What is created is caused by a hook.
    const SUPPRESSED: u8 = 2;

    #[inline]
    pub(super) fn is_nothing(self) -> bool {
        self.marks == 0
    }

    #[inline]
    pub(super) fn is_suppressed(self) -> bool {
        self.marks & Self::SUPPRESSED != 0
    }

    pub(super) fn default_trigger(self) -> Option<AsyncId> {
        (self.marks & Self::DEFAULT_TRIGGER != 0).then_some(self.default_trigger)
    }

    pub(super) fn with_default_trigger(self, id: Option<AsyncId>) -> Self {
        let others = self.marks & !Self::DEFAULT_TRIGGER;
        match id {
            Some(default_trigger) => Self {
                marks: others | Self::DEFAULT_TRIGGER,
                default_trigger,
            },
            None => Self {
                marks: others,
                ..self
            },
        }
    }

    #[inline]
    pub(super) fn suppressed(self) -> Self {
        Self {
            marks: self.marks | Self::SUPPRESSED,
            ..self
        }
    }
}

/// A level, or the one below the first.
#[derive(Clone, Copy)]
pub(super) struct Base(pub(super) isize);

impl Base {
    pub(super) fn at(level: usize) -> Self {
        Self(level as isize) // levels are lengths of a vector
    }

    /// Such that a thread at this level is in a scope.
    pub(super) fn below(level: usize) -> Self {
        Self(level as isize - 1)
    }

    pub(super) fn is_below(self, level: usize) -> bool {
        (level as isize) > self.0
    }

    /// The lowest level of the stretch.
    pub(super) fn first(self) -> usize {
        self.0.max(0) as usize
    }
}
