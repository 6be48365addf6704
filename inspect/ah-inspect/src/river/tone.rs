//! Whose context it is, as a colour.

use super::{
    cast::Cast,
    index::{At, Index},
};

/// Whose context it is, as a colour.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Tone {
    Ours,
    /// Of another request, by its number among those in the picture.
    Other(usize),
    Nobody,
}

/// Gives each request in the picture its number.
#[derive(Default)]
pub(super) struct Tones {
    others: Vec<String>,
}

impl Tones {
    pub(super) fn of(&mut self, index: &Index<'_>, cast: &Cast, at: At) -> Tone {
        let value = index.value(at);
        let ours = index
            .value(cast.root)
            .or_else(|| index.value_inside(cast.lane));
        match value {
            Some(_) if value == ours => Tone::Ours,
            Some(value) => self.other(value),
            None if ours.is_none() && cast.is_ours(index.home(at).unwrap_or(at)) => Tone::Ours,
            None => Tone::Nobody,
        }
    }

    fn other(&mut self, value: &str) -> Tone {
        let known = self.others.iter().position(|other| other == value);
        Tone::Other(known.unwrap_or_else(|| {
            self.others.push(value.to_owned());
            self.others.len() - 1
        }))
    }
}
