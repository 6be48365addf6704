//! Errors of JavaScript, as values.

use super::{JsString, Value};

/// An `Error`, or one of the language's own classes of errors. Only what is here is carried: other properties are not.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct JsError {
    /// Its class.
    pub kind: JsErrorKind,
    /// What happened.
    pub message: Option<JsString>,
    /// Where, in the words of the engine.
    pub stack: Option<JsString>,
    /// What it was caused by.
    pub cause: Option<Value>,
}

/// The class of a [`JsError`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum JsErrorKind {
    /// `Error`, and every class that is not below.
    Error,
    /// `EvalError`.
    EvalError,
    /// `RangeError`.
    RangeError,
    /// `ReferenceError`.
    ReferenceError,
    /// `SyntaxError`.
    SyntaxError,
    /// `TypeError`.
    TypeError,
    /// `URIError`.
    UriError,
}

impl JsError {
    /// Creates an error of this class, with this message.
    pub fn new(kind: JsErrorKind, message: impl Into<JsString>) -> Self {
        let message = Some(message.into());
        Self {
            kind,
            message,
            stack: None,
            cause: None,
        }
    }
}

impl JsErrorKind {
    /// Returns the name of the class.
    pub fn name(self) -> &'static str {
        match self {
            Self::Error => "Error",
            Self::EvalError => "EvalError",
            Self::RangeError => "RangeError",
            Self::ReferenceError => "ReferenceError",
            Self::SyntaxError => "SyntaxError",
            Self::TypeError => "TypeError",
            Self::UriError => "URIError",
        }
    }

    /// The letter in the format; a plain error has none.
    pub(crate) fn letter(self) -> Option<u8> {
        Some(match self {
            Self::Error => return None,
            Self::EvalError => b'E',
            Self::RangeError => b'R',
            Self::ReferenceError => b'F',
            Self::SyntaxError => b'S',
            Self::TypeError => b'T',
            Self::UriError => b'U',
        })
    }

    pub(crate) fn from_letter(letter: u8) -> Option<Self> {
        let kinds = [
            Self::EvalError,
            Self::RangeError,
            Self::ReferenceError,
            Self::SyntaxError,
            Self::TypeError,
            Self::UriError,
        ];
        kinds.into_iter().find(|kind| kind.letter() == Some(letter))
    }
}
