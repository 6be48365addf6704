//! How much of a picture is shown, so that its file stays small.

/// How much is shown: less of it, until the file is short enough.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Detail {
    /// What is shorter than this part of the width is joined to what is beside it, in thousandths.
    pub(super) finest: u64,
    /// Segments have a title each.
    pub(super) titles: bool,
    /// Lanes say more when they have the focus.
    pub(super) tips: bool,
    pub(super) lanes: usize,
}

impl Detail {
    const fn new(finest: u64, lanes: usize) -> Self {
        Self {
            finest,
            titles: finest == 1,
            tips: finest < 60,
            lanes,
        }
    }
}

/// From all to what fits in any case.
pub(super) const DETAILS: [Detail; 6] = [
    Detail::new(1, usize::MAX),
    Detail::new(4, usize::MAX),
    Detail::new(20, usize::MAX),
    Detail::new(60, usize::MAX),
    Detail::new(60, 250),
    Detail::new(300, 100),
];
