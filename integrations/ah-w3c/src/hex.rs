//! Lower-case hexadecimal, and no other.

const DIGITS: &[u8; 16] = b"0123456789abcdef";

/// What the table has for a byte that is no digit. It has bits that no digit has.
const NO_DIGIT: u8 = 0xff;

const VALUES: [u8; 256] = {
    let mut values = [NO_DIGIT; 256];
    let mut digit = 0;
    while digit < 16 {
        values[DIGITS[digit] as usize] = digit as u8;
        digit += 1;
    }
    values
};

/// Reads `2 * N` digits. Returns `None` if there are more or fewer, or others.
#[inline]
pub(crate) fn read<const N: usize>(text: &[u8]) -> Option<[u8; N]> {
    let mut bytes = [0; N];
    let mut seen = 0;
    for (byte, pair) in bytes.iter_mut().zip(text.chunks_exact(2)) {
        let (high, low) = (VALUES[usize::from(pair[0])], VALUES[usize::from(pair[1])]);
        seen |= high | low; // one look at the end, and no branch for each digit
        *byte = high << 4 | low;
    }
    (text.len() == 2 * N && seen <= 0x0f).then_some(bytes)
}

/// Writes two digits for each byte.
#[inline]
pub(crate) fn write(bytes: &[u8], text: &mut [u8]) {
    for (byte, pair) in bytes.iter().zip(text.chunks_exact_mut(2)) {
        pair[0] = DIGITS[usize::from(byte >> 4)];
        pair[1] = DIGITS[usize::from(byte & 0x0f)];
    }
}
