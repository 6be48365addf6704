//! Strings, in which a surrogate may stand alone.

use std::borrow::Cow;

/// A string of JavaScript: any sequence of 16-bit units.
///
/// # Examples
///
/// ```
/// use ah_v8::JsString;
///
/// assert_eq!(JsString::from("é").as_str(), Some("é"));
///
/// let alone = JsString::from_utf16(vec![0xD83D]); // half of an emoji
/// assert_eq!(alone.as_str(), None);
/// assert_eq!(alone.to_string_lossy(), "\u{FFFD}");
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct JsString(Repr);

#[derive(Clone, PartialEq, Eq, Hash)]
enum Repr {
    Text(String),
    /// Only if it is no text: so what is equal is represented equally.
    Units(Vec<u16>),
}

impl JsString {
    /// Creates a string of 16-bit units, in which surrogates may stand alone.
    pub fn from_utf16(units: Vec<u16>) -> Self {
        Self(match String::from_utf16(&units) {
            Ok(text) => Repr::Text(text),
            Err(_) => Repr::Units(units),
        })
    }

    /// Returns the string, unless a surrogate stands alone in it.
    pub fn as_str(&self) -> Option<&str> {
        match &self.0 {
            Repr::Text(text) => Some(text),
            Repr::Units(_) => None,
        }
    }

    /// Returns the string, with U+FFFD for each surrogate that stands alone.
    pub fn to_string_lossy(&self) -> Cow<'_, str> {
        match &self.0 {
            Repr::Text(text) => text.into(),
            Repr::Units(units) => String::from_utf16_lossy(units).into(),
        }
    }

    /// Returns its 16-bit units.
    pub fn to_utf16(&self) -> Vec<u16> {
        match &self.0 {
            Repr::Text(text) => text.encode_utf16().collect(),
            Repr::Units(units) => units.clone(),
        }
    }
}

/// The index of an array that a name is in its one spelling.
pub(crate) fn as_index(name: &str) -> Option<u32> {
    let has_one_spelling = name == "0" || !name.starts_with('0');
    let is_short = (1..=10).contains(&name.len()) && name.bytes().all(|byte| byte.is_ascii_digit());
    let index = (has_one_spelling && is_short).then(|| name.parse().ok())??;
    (index != u32::MAX).then_some(index)
}

impl From<&str> for JsString {
    fn from(text: &str) -> Self {
        Self(Repr::Text(text.to_owned()))
    }
}

impl From<String> for JsString {
    fn from(text: String) -> Self {
        Self(Repr::Text(text))
    }
}

impl PartialEq<str> for JsString {
    fn eq(&self, other: &str) -> bool {
        self.as_str() == Some(other)
    }
}

impl PartialEq<&str> for JsString {
    fn eq(&self, other: &&str) -> bool {
        self == *other
    }
}

impl std::fmt::Debug for JsString {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.0 {
            Repr::Text(text) => text.fmt(f),
            Repr::Units(units) => {
                f.write_str("\"")?;
                for unit in char::decode_utf16(units.iter().copied()) {
                    match unit {
                        Ok(unit) => write!(f, "{}", unit.escape_debug())?,
                        Err(alone) => write!(f, "\\u{{{:x}}}", alone.unpaired_surrogate())?,
                    }
                }
                f.write_str("\"")
            }
        }
    }
}
