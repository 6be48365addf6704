//! Events as they are kept: four words each.
//!
//! | word | what it is |
//! |---|---|
//! | 0 | ticks |
//! | 1 | the kind in the upper 8 bits, the id below |
//! | 2 | `Init`: the trigger, [`PROMISE`] and [`ELSEWHERE`]; `Wake`: who woke; `Settled`: 1 if ready; `Unset`: the storage |
//! | 3 | `Init`, `Unset`: the [`Names`] |

pub(crate) type Words = [u64; 4];

/// In the word of a trigger: the resource is a tracked future.
pub(crate) const PROMISE: u64 = 1 << 63;
/// The same: it was created by the code of something else than its trigger.
pub(crate) const ELSEWHERE: u64 = 1 << 62;
/// The trigger without these.
pub(crate) const TRIGGER: u64 = ELSEWHERE - 1;
const ID: u64 = (1 << 56) - 1;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub(crate) enum Kind {
    Init = 1,
    Before,
    After,
    Settled,
    Destroy,
    Wake,
    Ended,
    Unset,
}

const KINDS: [Kind; 8] = [
    Kind::Init,
    Kind::Before,
    Kind::After,
    Kind::Settled,
    Kind::Destroy,
    Kind::Wake,
    Kind::Ended,
    Kind::Unset,
];

impl Kind {
    #[inline]
    pub(crate) const fn of(self, id: u64) -> u64 {
        (self as u64) << 56 | id
    }

    /// The kind and the id of an event.
    pub(crate) fn split(word: u64) -> Option<(Self, u64)> {
        let kind = (word >> 56).checked_sub(1)?;
        Some((*KINDS.get(kind as usize)?, word & ID))
    }
}

/// The numbers of a type (16 bits), a place (20) and a context (28), in one word.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) struct Names(pub(crate) u64);

impl Names {
    pub(crate) const MOST_TYPES: usize = 1 << 16;
    pub(crate) const MOST_PLACES: usize = 1 << 20;

    #[inline]
    pub(crate) const fn new(ty: u16, place: u32, context: u32) -> Self {
        Self((ty as u64) << 48 | (place as u64 & 0xf_ffff) << 28 | context as u64 & 0xfff_ffff)
    }

    pub(crate) const fn ty(self) -> u16 {
        (self.0 >> 48) as u16
    }

    pub(crate) const fn place(self) -> u32 {
        (self.0 >> 28) as u32 & 0xf_ffff
    }

    #[inline]
    pub(crate) const fn context(self) -> u32 {
        self.0 as u32 & 0xfff_ffff
    }
}
