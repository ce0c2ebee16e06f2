//! Bytes as text, for places that take nothing else.
//!
//! | | bits a letter | letters |
//! |---|---|---|
//! | [`to_units`] | 15 | U+5000 to U+CFFF; a last one that holds at most 7 bits is one of U+4000 to U+407F |
//! | [`to_address`] | 6 | base64url of RFC 4648 without padding: `A` to `Z`, `a` to `z`, `0` to `9`, `-`, `_` |
//!
//! Bits go from the highest to the lowest; those of a last letter that are not used are 0. Each sequence of bytes has
//! one text, and every other text is refused.

use crate::segment::BadSegment;

/// Text for localStorage, whose quota counts UTF-16 units: 15 bits go into each.
///
/// No letter is a surrogate, which text from Rust could not hold alone, nor NUL.
///
/// ```
/// use daybook_engine::text::{from_units, to_units};
/// let text = to_units(b"Daybook");
/// assert_eq!(text.encode_utf16().count(), 4);
/// assert_eq!(from_units(&text), Ok(b"Daybook".to_vec()));
/// ```
pub fn to_units(bytes: &[u8]) -> String {
    letters(bytes, UNIT, |bits, length| {
        let code =
            if length <= SHORT { SHORTS + (bits << (SHORT - length)) } else { WHOLES + (bits << (UNIT - length)) };
        char::from_u32(code).unwrap_or_default()
    })
}

/// The bytes that [`to_units`] wrote.
#[inline(never)] // Callers are built for size; this is built for speed.
pub fn from_units(text: &str) -> Result<Vec<u8>, BadSegment> {
    bytes(text, |letter| match u32::from(letter) {
        code @ SHORTS..=SHORTS_END => Some((code - SHORTS, SHORT)),
        code @ WHOLES..=WHOLES_END => Some((code - WHOLES, UNIT)),
        _ => None,
    })
}

/// Text for an address, where few letters are safe: six bits go into each.
///
/// ```
/// use daybook_engine::text::{from_address, to_address};
/// assert_eq!(to_address(b"Daybook?"), "RGF5Ym9vaz8");
/// assert_eq!(from_address("RGF5Ym9vaz8"), Ok(b"Daybook?".to_vec()));
/// ```
pub fn to_address(bytes: &[u8]) -> String {
    letters(bytes, SEXTET, |bits, length| match (bits << (SEXTET - length)) as u8 {
        bits @ 0..26 => char::from(b'A' + bits),
        bits @ 26..52 => char::from(b'a' + bits - 26),
        bits @ 52..62 => char::from(b'0' + bits - 52),
        62 => '-',
        _ => '_',
    })
}

/// The bytes that [`to_address`] wrote.
pub fn from_address(text: &str) -> Result<Vec<u8>, BadSegment> {
    bytes(text, |letter| {
        let code = u32::from(letter);
        let bits = match letter {
            'A'..='Z' => code - u32::from('A'),
            'a'..='z' => code - u32::from('a') + 26,
            '0'..='9' => code - u32::from('0') + 52,
            '-' => 62,
            '_' => 63,
            _ => return None,
        };
        Some((bits, SEXTET))
    })
}

const SEXTET: u32 = 6;
const UNIT: u32 = 15;
const WHOLES: u32 = 0x5000;
const WHOLES_END: u32 = WHOLES + (1 << UNIT) - 1;
/// Bits of the last unit where a whole one would not say whether another byte ends in it.
const SHORT: u32 = 7;
const SHORTS: u32 = 0x4000;
const SHORTS_END: u32 = SHORTS + (1 << SHORT) - 1;

/// The bits of the bytes, `width` a letter; `letter` is told the bits and how many they are, fewer in the last.
fn letters(bytes: &[u8], width: u32, letter: impl Fn(u32, u32) -> char) -> String {
    let most = if width == UNIT { 3 } else { 1 };
    let mut text = String::with_capacity((bytes.len() * 8).div_ceil(width as usize) * most);
    let (mut held, mut length) = (0, 0);
    for &byte in bytes {
        held = held << 8 | u32::from(byte);
        length += 8;
        while length >= width {
            length -= width;
            text.push(letter(held >> length, width));
            held &= (1 << length) - 1;
        }
    }
    if length > 0 {
        text.push(letter(held, length));
    }
    text
}

/// The bytes of a text; `bits` tells a letter's bits and how many they are, always as many except in a last letter.
fn bytes(text: &str, bits: impl Fn(char) -> Option<(u32, u32)>) -> Result<Vec<u8>, BadSegment> {
    let mut bytes = Vec::with_capacity(text.len() * 3 / 4);
    let (mut held, mut length, mut last) = (0_u64, 0, 0);
    for (at, letter) in text.chars().enumerate() {
        let (bits, width) = bits(letter).filter(|_| last != SHORT).ok_or(BadSegment::Letter(at))?;
        held = held << width | u64::from(bits);
        length += width;
        last = width;
        // Four bytes at once: a journal is some millions of letters, and all are read before the page is there.
        if length >= u32::BITS {
            length -= u32::BITS;
            bytes.extend(((held >> length) as u32).to_be_bytes());
            held &= (1 << length) - 1;
        }
    }
    while length >= 8 {
        length -= 8;
        bytes.push((held >> length) as u8);
        held &= (1 << length) - 1;
    }
    // A last letter brings at least the end of one byte, and then nothing.
    if held != 0 || (last != 0 && length >= last) {
        return Err(BadSegment::Letter(text.chars().count() - 1));
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_length_has_its_own_text() {
        let units: Vec<String> = (0..=15).map(|length| to_units(&vec![0; length])).collect();
        for (length, text) in units.iter().enumerate() {
            assert_eq!(text.chars().count(), (length * 8).div_ceil(15), "{length} bytes");
            assert_eq!(from_units(text), Ok(vec![0; length]));
        }
        assert_eq!(to_units(&[0xff; 2]), "\u{cfff}\u{4040}");
        assert_eq!(to_units(&[1]), "\u{5080}");
    }

    #[test]
    fn addresses_are_those_of_the_standard() {
        for (bytes, text) in [("", ""), ("f", "Zg"), ("fo", "Zm8"), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy")] {
            assert_eq!(to_address(bytes.as_bytes()), text);
            assert_eq!(from_address(text), Ok(bytes.into()));
        }
        assert_eq!(to_address(&[0xfb, 0xff]), "-_8");
    }

    #[test]
    fn other_texts_are_refused() {
        for text in ["\u{4fff}", "\u{d000}", "a", "\u{4000}", "\u{4000}\u{5000}", "\u{5001}", "\u{5000}\u{4001}", "🦉"]
        {
            assert!(from_units(text).is_err(), "{text:?}");
        }
        for text in ["A", "Zh", "Zg==", "Zg ", "Z+", "AAAAA"] {
            assert!(from_address(text).is_err(), "{text:?}");
        }
        assert_eq!(from_address("Zm9v!"), Err(BadSegment::Letter(4)));
    }
}
