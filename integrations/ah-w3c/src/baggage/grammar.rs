//! What a `baggage` may be.
//!
//! White space is allowed around separators alone, and is part of no key and no value. So a text that was checked is
//! brought into the form in which it is sent by leaving all white space out.

use super::Reason;
use crate::ascii::{self, BAGGAGE_OCTET, SPACES, TOKEN};

/// The most members. The specification asks for as many at least.
pub(crate) const MOST: usize = 64;
/// The most bytes as sent. The specification asks for as many at least.
pub(crate) const MOST_BYTES: usize = 8192;

/// Checks `key=value;property;property=value`.
pub(super) fn check_member(member: &str) -> Result<(), Reason> {
    let mut parts = member.split(';');
    let pair = parts.next().and_then(|pair| pair.split_once('='));
    let (key, value) = pair.ok_or(Reason::NoEquals)?;
    check_key(trim(key))?;
    is_value(value).then_some(()).ok_or(Reason::Value)?;
    parts.try_for_each(check_property)
}

fn check_property(property: &str) -> Result<(), Reason> {
    let (key, value) = property.split_once('=').unwrap_or((property, ""));
    check_key(trim(key)).map_err(|_| Reason::PropertyKey)?;
    is_value(value).then_some(()).ok_or(Reason::PropertyValue)
}

/// Checks that the key is a token, which is never empty.
pub(super) fn check_key(key: &str) -> Result<(), Reason> {
    let is_token = !key.is_empty() && ascii::all(key.as_bytes(), TOKEN);
    is_token.then_some(()).ok_or(Reason::Key)
}

fn is_value(value: &str) -> bool {
    ascii::all(trim(value).as_bytes(), BAGGAGE_OCTET)
}

fn trim(text: &str) -> &str {
    text.trim_matches(SPACES)
}
