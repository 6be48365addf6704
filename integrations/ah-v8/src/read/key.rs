//! The name of a property: a string, or a number that stands for one.

use std::borrow::Cow;

use super::{reader::Reader, token::Token};
use crate::{
    error::{Error, Problem},
    value::{JsString, as_index},
    wire::{Text, tag},
};

#[derive(Clone, Copy, Debug)]
pub(crate) enum Key<'de> {
    Text(Text<'de>),
    Number(f64),
}

impl<'de> Reader<'de> {
    #[inline]
    pub(crate) fn key(&mut self) -> Result<Key<'de>, Error> {
        if self.input.take_if(tag::ONE_BYTE_STRING) {
            return self
                .input
                .counted()
                .map(|bytes| Key::Text(Text::Latin1(bytes)));
        }
        self.other_key()
    }

    fn other_key(&mut self) -> Result<Key<'de>, Error> {
        let start = self.input.position();
        match self.token()? {
            Token::Text(text) => Ok(Key::Text(text)),
            Token::Integer(number) => Ok(Key::Number(number as f64)),
            Token::Double(number) => Ok(Key::Number(number)),
            _ => Err(Error::at(
                start,
                Problem::Syntax("the name of a property is a string or a number"),
            )),
        }
    }
}

impl<'de> Key<'de> {
    pub(crate) fn to_js(self) -> JsString {
        match self {
            Self::Text(text) => text.to_js(),
            Self::Number(number) => number_to_string(number).into(),
        }
    }

    /// As Rust has strings; `None` if a surrogate stands alone.
    #[inline]
    pub(crate) fn to_str(self) -> Option<Cow<'de, str>> {
        match self {
            Self::Text(text) => text.to_str(),
            Self::Number(number) => Some(number_to_string(number).into()),
        }
    }

    /// The index of an array that this is.
    pub(crate) fn as_index(self) -> Option<u32> {
        match self {
            Self::Number(number) => {
                let index = number as u32;
                (f64::from(index) == number && index != u32::MAX).then_some(index)
            }
            Self::Text(text) => as_index(&text.to_str()?),
        }
    }
}

/// As `String(number)` in JavaScript: the shortest digits that give the number, with an exponent from 1e21 and below 1e-6.
pub(crate) fn number_to_string(number: f64) -> String {
    if number.is_nan() {
        return "NaN".into();
    }
    if number.is_infinite() {
        return if number > 0.0 {
            "Infinity".into()
        } else {
            "-Infinity".into()
        };
    }
    if number == 0.0 {
        return "0".into(); // −0, too
    }
    if (1e-6..1e21).contains(&number.abs()) {
        return number.to_string();
    }
    let text = format!("{number:e}"); // 1e21, 1.5e-7
    match text.split_once('e') {
        Some((digits, exponent)) if !exponent.starts_with('-') => format!("{digits}e+{exponent}"),
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use super::number_to_string;

    #[test]
    fn numbers_are_named_as_in_javascript() {
        let numbers = [
            (0.0, "0"),
            (-0.0, "0"),
            (-1.0, "-1"),
            (1.5, "1.5"),
            (4294967295.0, "4294967295"),
            (1e20, "100000000000000000000"),
            (1e21, "1e+21"),
            (-1.5e300, "-1.5e+300"),
            (1e-6, "0.000001"),
            (1.5e-7, "1.5e-7"),
            (f64::NAN, "NaN"),
            (f64::NEG_INFINITY, "-Infinity"),
        ];
        for (number, name) in numbers {
            assert_eq!(number_to_string(number), name);
        }
    }
}
