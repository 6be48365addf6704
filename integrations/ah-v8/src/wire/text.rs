//! A string as it is in the input, in one of three encodings.

use std::borrow::Cow;

use crate::{
    error::{Error, Problem},
    value::JsString,
    wire::{Cursor, tag},
};

#[derive(Clone, Copy, Debug)]
pub(crate) enum Text<'de> {
    Latin1(&'de [u8]),
    /// UTF-16, the lower byte first.
    Utf16(&'de [u8]),
    Utf8(&'de [u8]),
}

impl<'de> Text<'de> {
    /// Reads what follows the tag of a string; `None` if it is another tag.
    #[inline]
    pub(crate) fn after_tag(tag: u8, input: &mut Cursor<'de>) -> Result<Option<Self>, Error> {
        let start = input.position();
        Ok(Some(match tag {
            tag::ONE_BYTE_STRING => Self::Latin1(input.counted()?),
            tag::UTF8_STRING => Self::Utf8(input.counted()?),
            tag::TWO_BYTE_STRING => {
                let bytes = input.counted()?;
                if bytes.len() % 2 != 0 {
                    return Err(Error::at(start, Problem::OddString));
                }
                Self::Utf16(bytes)
            }
            _ => return Ok(None),
        }))
    }

    /// As Rust has strings; `None` if a surrogate stands alone.
    #[inline]
    pub(crate) fn to_str(self) -> Option<Cow<'de, str>> {
        match self {
            Self::Latin1(bytes) if bytes.is_ascii() => {
                std::str::from_utf8(bytes).ok().map(Cow::Borrowed)
            }
            Self::Latin1(bytes) => Some(bytes.iter().copied().map(char::from).collect()),
            Self::Utf8(bytes) => Some(String::from_utf8_lossy(bytes)),
            Self::Utf16(bytes) => {
                let units = char::decode_utf16(units(bytes));
                units.collect::<Result<String, _>>().ok().map(Cow::Owned)
            }
        }
    }

    pub(crate) fn to_js(self) -> JsString {
        match (self.to_str(), self) {
            (Some(text), _) => text.into_owned().into(),
            (None, Self::Latin1(bytes) | Self::Utf16(bytes) | Self::Utf8(bytes)) => {
                JsString::from_utf16(units(bytes).collect())
            }
        }
    }
}

fn units(bytes: &[u8]) -> impl Iterator<Item = u16> {
    bytes
        .chunks_exact(2)
        .map(|pair| u16::from_le_bytes([pair[0], pair[1]]))
}
