//! Classes of ASCII characters in one table, whose entry for a byte has a bit for each class that the byte is in.

/// The first character of a key of `tracestate`.
pub(crate) const STATE_KEY_START: u8 = 1;
/// A further character of such a key.
pub(crate) const STATE_KEY: u8 = 1 << 1;
/// A character of a value of `tracestate` (`chr`).
pub(crate) const STATE_VALUE: u8 = 1 << 2;
/// A character of a key of `baggage` (`tchar` of RFC 7230).
pub(crate) const TOKEN: u8 = 1 << 3;
/// A character of a value of `baggage` (`baggage-octet`). The percent sign is one.
pub(crate) const BAGGAGE_OCTET: u8 = 1 << 4;

/// Optional white space (`OWS`).
pub(crate) const SPACES: [char; 2] = [' ', '\t'];

const CLASSES: [u8; 256] = {
    let mut classes = [0; 256];
    let mut byte = 0;
    while byte < 128 {
        classes[byte as usize] = classes_of(byte);
        byte += 1;
    }
    classes
};

const fn classes_of(byte: u8) -> u8 {
    let mut classes = 0;
    if matches!(byte, b'a'..=b'z' | b'0'..=b'9') {
        classes |= STATE_KEY_START | STATE_KEY;
    }
    if matches!(byte, b'_' | b'-' | b'*' | b'/' | b'@') {
        classes |= STATE_KEY;
    }
    if matches!(byte, b' '..=b'~') && !matches!(byte, b',' | b'=') {
        classes |= STATE_VALUE;
    }
    if byte.is_ascii_graphic() && !is_separator(byte) {
        classes |= TOKEN;
    }
    if byte.is_ascii_graphic() && !matches!(byte, b'"' | b',' | b';' | b'\\') {
        classes |= BAGGAGE_OCTET;
    }
    classes
}

/// The delimiters of RFC 7230, section 3.2.6.
const fn is_separator(byte: u8) -> bool {
    matches!(
        byte,
        b'"' | b'(' | b')' | b',' | b'/' | b':'..=b'@' | b'['..=b']' | b'{' | b'}'
    )
}

/// Returns `true` if the byte is in the class.
#[inline]
pub(crate) fn is(byte: u8, class: u8) -> bool {
    CLASSES[usize::from(byte)] & class != 0
}

/// Returns `true` if every byte of the text is in the class.
#[inline]
pub(crate) fn all(text: &[u8], class: u8) -> bool {
    // no branch for a byte: most texts are short, and in order
    let common = text
        .iter()
        .fold(class, |common, byte| common & CLASSES[usize::from(*byte)]);
    common != 0
}

/// How many bytes at the beginning are in the class.
#[inline]
pub(crate) fn run(text: &[u8], class: u8) -> usize {
    let end = text.iter().position(|byte| !is(*byte, class));
    end.unwrap_or(text.len())
}

/// Removes white space at both ends.
#[inline]
pub(crate) fn trim(text: &[u8]) -> &[u8] {
    trim_start(trim_end(text))
}

/// Removes white space at the beginning.
#[inline]
pub(crate) fn trim_start(mut text: &[u8]) -> &[u8] {
    while let [b' ' | b'\t', rest @ ..] = text {
        text = rest;
    }
    text
}

/// Removes white space at the end.
#[inline]
pub(crate) fn trim_end(mut text: &[u8]) -> &[u8] {
    while let [rest @ .., b' ' | b'\t'] = text {
        text = rest;
    }
    text
}
