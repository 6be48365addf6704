//! Percent-encoding (RFC 3986, section 2.1).

use std::borrow::Cow;

use crate::ascii::{self, BAGGAGE_OCTET};

/// Writes a value. What may stand as it is does, but the percent sign.
pub(super) fn encode(value: &str, text: &mut String) {
    const DIGITS: [char; 16] = [
        '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'A', 'B', 'C', 'D', 'E', 'F',
    ];
    for byte in value.bytes() {
        if byte != b'%' && ascii::is(byte, BAGGAGE_OCTET) {
            text.push(char::from(byte));
        } else {
            let digit = |bits: u8| DIGITS[usize::from(bits & 0x0f)];
            text.extend(['%', digit(byte >> 4), digit(byte)]);
        }
    }
}

/// Reads a value. Bytes that are not UTF-8 become U+FFFD, and a percent sign before anything but two digits stays.
pub(super) fn decode(text: &str) -> Cow<'_, str> {
    if !text.contains('%') {
        return Cow::Borrowed(text);
    }
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, after @ ..] = rest {
        let (byte, after) = encoded(rest).unwrap_or((*first, after));
        bytes.push(byte);
        rest = after;
    }
    let lossy =
        |error: std::string::FromUtf8Error| String::from_utf8_lossy(error.as_bytes()).into_owned();
    Cow::Owned(String::from_utf8(bytes).unwrap_or_else(lossy))
}

/// Reads a percent sign and two digits of either case.
fn encoded(text: &[u8]) -> Option<(u8, &[u8])> {
    let [b'%', high, low, rest @ ..] = text else {
        return None;
    };
    let digit = |byte: &u8| char::from(*byte).to_digit(16);
    let byte = digit(high)? << 4 | digit(low)?;
    Some((byte as u8, rest)) // two digits of four bits
}
