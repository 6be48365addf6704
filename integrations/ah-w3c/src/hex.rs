//! Lower-case hexadecimal, and no other.

const DIGITS: &[u8; 16] = b"0123456789abcdef";

/// What a byte that is no digit counts as. It has bits that no digit has.
const NO_DIGIT: u8 = 0xff;

/// Reads `D` digits as `N` bytes, which are half as many. Returns `None` if there are more or fewer, or others.
///
/// There is no branch for a digit, and no table, so that the compiler reads many at a time.
#[inline]
pub(crate) fn read<const D: usize, const N: usize>(text: &[u8]) -> Option<[u8; N]> {
    const { assert!(D == 2 * N) };
    let text: &[u8; D] = text.try_into().ok()?;
    let mut digits = [0; D];
    let mut seen = 0;
    for (value, byte) in digits.iter_mut().zip(text) {
        *value = digit(*byte);
        seen |= *value;
    }
    let mut bytes = [0; N];
    for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
        *byte = pair[0] << 4 | pair[1];
    }
    (seen <= 0x0f).then_some(bytes)
}

#[inline]
fn digit(byte: u8) -> u8 {
    let (decimal, letter) = (byte.wrapping_sub(b'0'), byte.wrapping_sub(b'a'));
    if decimal < 10 {
        decimal
    } else if letter < 6 {
        letter + 10
    } else {
        NO_DIGIT
    }
}

/// Writes two digits for each byte.
#[inline]
pub(crate) fn write(bytes: &[u8], text: &mut [u8]) {
    for (byte, pair) in bytes.iter().zip(text.chunks_exact_mut(2)) {
        pair[0] = DIGITS[usize::from(byte >> 4)];
        pair[1] = DIGITS[usize::from(byte & 0x0f)];
    }
}
