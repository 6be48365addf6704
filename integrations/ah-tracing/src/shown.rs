//! A store as it is written.

use std::fmt;

/// A store as it is written: what a closure of [`Stores::shown`](crate::Stores::shown) passes on.
#[derive(Clone, Copy)]
#[non_exhaustive]
pub enum Shown<'a> {
    /// As text.
    Display(&'a dyn fmt::Display),
    /// As text for developers.
    Debug(&'a dyn fmt::Debug),
    /// As a number, where the format has numbers.
    Number(i128),
    /// As a truth value, where the format has those.
    Bool(bool),
}

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Display(value) => value.fmt(f),
            Self::Debug(value) => value.fmt(f),
            Self::Number(value) => value.fmt(f),
            Self::Bool(value) => value.fmt(f),
        }
    }
}

impl fmt::Debug for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
