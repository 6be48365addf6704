//! Regular expressions: their source and flags. Nothing here runs them.

use std::fmt;

use super::JsString;

/// A `RegExp`. Its source is kept as it is; whether it compiles shows where it is used.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RegExp {
    /// What stands between the slashes.
    pub source: JsString,
    /// What stands after them.
    pub flags: RegExpFlags,
}

/// The flags of a [`RegExp`], such as `gi`.
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct RegExpFlags(u32);

/// The letters, by their bits; the one at bit 6 is V8's own, for experiments.
const LETTERS: [(char, u32); 8] = [
    ('d', 1 << 7),
    ('g', 1 << 0),
    ('i', 1 << 1),
    ('m', 1 << 2),
    ('s', 1 << 5),
    ('u', 1 << 4),
    ('v', 1 << 8),
    ('y', 1 << 3),
];

impl RegExp {
    /// Creates a regular expression; `None` if the flags are none.
    pub fn new(source: impl Into<JsString>, flags: &str) -> Option<Self> {
        let (source, flags) = (source.into(), RegExpFlags::parse(flags)?);
        Some(Self { source, flags })
    }
}

impl RegExpFlags {
    /// Reads flags from their letters, each at most once.
    pub fn parse(letters: &str) -> Option<Self> {
        let mut bits = 0;
        for letter in letters.chars() {
            let (_, bit) = LETTERS.iter().find(|(known, _)| *known == letter)?;
            if bits & bit != 0 {
                return None;
            }
            bits |= bit;
        }
        Self::from_bits(bits)
    }

    /// Of the bits in the format; `None` if one is unknown, or `u` and `v` are both there.
    pub(crate) fn from_bits(bits: u32) -> Option<Self> {
        let known = LETTERS.iter().fold(0, |all, (_, bit)| all | bit);
        let both = (1 << 4) | (1 << 8);
        (bits & !known == 0 && bits & both != both).then_some(Self(bits))
    }

    pub(crate) fn bits(self) -> u32 {
        self.0
    }
}

impl fmt::Display for RegExpFlags {
    /// Writes the letters in alphabetical order, as JavaScript does.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let set = LETTERS.iter().filter(|(_, bit)| self.0 & bit != 0);
        set.map(|(letter, _)| letter).collect::<String>().fmt(f)
    }
}

impl fmt::Debug for RegExpFlags {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
