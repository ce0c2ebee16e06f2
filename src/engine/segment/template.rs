//! Texts that differ only in their numbers, ids and times are one template with holes.

use uuid::Uuid;
use uuid::fmt::Hyphenated;

use super::BadSegment;
use crate::event::Timestamp;

/// What fills a hole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Hole {
    Number(u64),
    Id(Uuid),
    Time(Timestamp),
}

/// The characters of a template that stand for something else.
pub(super) mod mark {
    pub(in super::super) const NUMBER: u8 = 1;
    pub(in super::super) const ID: u8 = 2;
    pub(in super::super) const TIME: u8 = 3;
    pub(super) const ITSELF: u8 = 4;
}

/// A text's template; what was in its holes is told from left to right.
pub(super) fn template(text: &str, mut tell: impl FnMut(Hole)) -> String {
    let mut template = String::with_capacity(text.len());
    let (mut at, mut told) = (0, 0);
    while let Some(&byte) = text.as_bytes().get(at) {
        if is_mark(byte) {
            template.push_str(&text[told..at]);
            template.push(char::from(mark::ITSELF));
            (told, at) = (at, at + 1);
        } else if let Some((hole, length)) = hole_at(text, at) {
            template.push_str(&text[told..at]);
            template.push(char::from(hole.mark()));
            tell(hole);
            at += length;
            told = at;
        } else {
            at += 1;
        }
    }
    template.push_str(&text[told..]);
    template
}

/// A template cut at its marks: texts, each with the mark of the hole after it if there is one.
pub(super) fn cut(template: &str) -> Result<Vec<(&str, Option<u8>)>, BadSegment> {
    let mut pieces = Vec::new();
    let (mut rest, mut from) = (template, 0);
    while let Some(at) = rest.bytes().skip(from).position(is_mark).map(|at| from + at) {
        let mark = rest.as_bytes()[at];
        let stands_for_itself = mark == mark::ITSELF;
        pieces.push((&rest[..at], (!stands_for_itself).then_some(mark)));
        rest = &rest[at + 1..];
        from = usize::from(stands_for_itself);
        if stands_for_itself && !rest.bytes().next().is_some_and(is_mark) {
            return Err(BadSegment::Malformed("a mark that stands for itself"));
        }
    }
    pieces.push((rest, None));
    Ok(pieces)
}

/// Whether no letter, digit or backslash touches a hole.
///
/// If a filled template is JSON then, it is JSON whatever fills it: a number there is a whole number in JSON's grammar as
/// well, or stands in a string; ids and times can only stand in strings, where all that they are written in means itself.
pub(super) fn holes_stand_apart(template: &str) -> bool {
    let bytes = template.as_bytes();
    let touches = |at: Option<usize>| {
        let byte = at.and_then(|at| bytes.get(at)).copied().unwrap_or_default();
        byte.is_ascii_alphanumeric() || byte == b'\\' || is_mark(byte)
    };
    let is_touched = |at: usize| touches(at.checked_sub(1)) || touches(Some(at + 1));
    bytes.iter().enumerate().all(|(at, &byte)| !is_mark(byte) || !is_touched(at))
}

impl Hole {
    fn mark(self) -> u8 {
        match self {
            Self::Number(_) => mark::NUMBER,
            Self::Id(_) => mark::ID,
            Self::Time(_) => mark::TIME,
        }
    }

    /// Writes out what fills the hole.
    pub(super) fn write(self, text: &mut String) {
        match self {
            Self::Number(number) => write_number(number, text),
            Self::Id(id) => text.push_str(id.hyphenated().encode_lower(&mut [0; Hyphenated::LENGTH])),
            Self::Time(time) => text.push_str(&time.to_string()),
        }
    }
}

fn write_number(number: u64, text: &mut String) {
    let mut digits = [0; 20];
    let mut at = digits.len();
    let mut write = |digit: u32| {
        at -= 1;
        digits[at] = b'0' + digit as u8;
    };
    let mut large = number;
    while large > u64::from(u32::MAX) {
        write((large % 10) as u32);
        large /= 10;
    }
    // The rest in 32 bits, in which a processor divides sooner.
    let mut number = large as u32;
    loop {
        write(number % 10);
        number /= 10;
        if number == 0 {
            break;
        }
    }
    text.push_str(str::from_utf8(&digits[at..]).unwrap_or_default());
}

fn is_mark(byte: u8) -> bool {
    (mark::NUMBER..=mark::ITSELF).contains(&byte)
}

/// What begins here and would be written again exactly as it stands, with its length.
fn hole_at(text: &str, at: usize) -> Option<(Hole, usize)> {
    let bytes = text.as_bytes();
    let inside_a_word = at > 0 && bytes[at - 1].is_ascii_alphanumeric();
    if inside_a_word || !bytes[at].is_ascii_hexdigit() {
        return None;
    }
    let from_here = &bytes[at..];
    id(from_here).or_else(|| text.get(at..at + TIME).and_then(time)).or_else(|| number(from_here))
}

fn id(bytes: &[u8]) -> Option<(Hole, usize)> {
    let bytes = bytes.get(..Hyphenated::LENGTH)?;
    let mut id = 0;
    for (at, &byte) in bytes.iter().enumerate() {
        let digit = match (at, byte) {
            (8 | 13 | 18 | 23, b'-') => continue,
            (8 | 13 | 18 | 23, _) => return None,
            (_, b'0'..=b'9') => byte - b'0',
            (_, b'a'..=b'f') => byte - b'a' + 10,
            _ => return None,
        };
        id = id << 4 | u128::from(digit);
    }
    Some((Hole::Id(Uuid::from_u128(id)), Hyphenated::LENGTH))
}

const TIME: usize = "2026-01-31T12:00:00.000Z".len();

fn time(text: &str) -> Option<(Hole, usize)> {
    if text.as_bytes()[10] != b'T' {
        return None;
    }
    let time = Timestamp::try_from(text.to_owned()).ok()?;
    (time.to_string() == text).then_some((Hole::Time(time), TIME))
}

/// Digits that are no part of a word, without zeros before them.
fn number(bytes: &[u8]) -> Option<(Hole, usize)> {
    let length = bytes.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let (digits, rest) = bytes.split_at(length);
    let is_canonical = digits.first() != Some(&b'0') || length == 1;
    let ends_a_word = !rest.first().is_some_and(u8::is_ascii_alphabetic);
    if length == 0 || !is_canonical || !ends_a_word {
        return None;
    }
    let number =
        digits.iter().try_fold(0_u64, |number, digit| number.checked_mul(10)?.checked_add((digit - b'0').into()));
    Some((Hole::Number(number?), length))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn taken(text: &str) -> (String, Vec<Hole>) {
        let mut holes = Vec::new();
        let template = template(text, |hole| holes.push(hole));
        let mut again = String::new();
        let mut rest = holes.iter();
        for (piece, hole) in cut(&template).expect("a template") {
            again.push_str(piece);
            if let Some(mark) = hole {
                rest.next().filter(|hole| hole.mark() == mark).expect("its own holes").write(&mut again);
            }
        }
        assert_eq!(again, text);
        (template, holes)
    }

    #[test]
    fn numbers_ids_and_times_are_taken_out() {
        let (template, holes) =
            taken(r#"{"n":-5000,"id":"01890a5d-ac96-774b-bcce-b302099a8057","at":"2026-01-31T12:00:00.000Z"}"#);
        assert_eq!(template, "{\"n\":-\u{1},\"id\":\"\u{2}\",\"at\":\"\u{3}\"}");
        let id = Uuid::from_u128(0x0189_0a5d_ac96_774b_bcce_b302_099a_8057);
        assert_eq!(holes, [Hole::Number(5000), Hole::Id(id), Hole::Time(Timestamp::from_millis(1_769_860_800_000))]);
    }

    #[test]
    fn what_would_not_be_written_the_same_again_stays() {
        for text in [
            "007",
            "18446744073709551616",
            "x1",
            "1e2",
            "01890A5D-AC96-774B-BCCE-B302099A8057",
            "01890a5d_ac96-774b-bcce-b302099a8057",
            "é",
            "",
        ] {
            assert!(taken(text).1.iter().all(|hole| matches!(hole, Hole::Number(774))), "{text}");
        }
        assert_eq!(taken("18446744073709551615,0,1.0").0, "\u{1},\u{1},\u{1}.\u{1}");
        assert_eq!(taken("2026-01-31T12:00:00Z").0, "\u{1}-01-31T12:00:00Z");
    }

    #[test]
    fn a_hole_that_is_touched_is_told() {
        for apart in ["{\"a\":\u{1}}", "[-\u{1}.\u{1},\"\u{2} \u{3}\"]", "\u{1}", "[]"] {
            assert!(holes_stand_apart(apart), "{apart:?}");
        }
        for touched in ["0\u{1}", "\u{1}0", "\"\\\u{1}\"", "\"\\u00\u{1}\"", "\u{1}\u{1}", "1e\u{1}", "\u{4}\u{1}"] {
            assert!(!holes_stand_apart(touched), "{touched:?}");
        }
    }

    /// Every template of up to four letters, alone and in a string: either all that fills its holes gives JSON, or nothing.
    #[test]
    fn what_fills_holes_that_stand_apart_does_not_matter() {
        const LETTERS: [&str; 14] =
            ["\"", "\\", "u", "e", "0", "1", "-", "+", ".", "[", ",", "\u{1}", "\u{2}", "\u{3}"];
        let ids = [0, 0xb << 124, 0x1234_5678 << 96, 0x12e4_5678 << 96].map(|id| Hole::Id(Uuid::from_u128(id)));
        let numbers = [0, 5, 10, u64::MAX].map(Hole::Number);
        let times = [0, i64::MAX].map(|millis| Hole::Time(Timestamp::from_millis(millis)));
        let is_json = |template: &str, nth: usize| {
            let mut text = String::new();
            for (piece, hole) in cut(template).expect("no mark stands for itself") {
                text.push_str(piece);
                match hole {
                    None => {}
                    Some(mark::ID) => ids[nth % ids.len()].write(&mut text),
                    Some(mark::TIME) => times[nth % times.len()].write(&mut text),
                    Some(_) => numbers[nth % numbers.len()].write(&mut text),
                }
            }
            serde_json::from_str::<&serde_json::value::RawValue>(&text).is_ok()
        };
        let mut templates = vec![String::new()];
        for _ in 0..4 {
            let longer = templates.iter().flat_map(|before| LETTERS.map(|letter| format!("{before}{letter}")));
            templates = longer.collect();
            for template in templates.iter().filter(|template| template.bytes().any(is_mark)) {
                for template in [template.clone(), format!("\"{template}\""), format!("[{template}]")] {
                    if holes_stand_apart(&template) {
                        let first = is_json(&template, 0);
                        assert!((1..4).all(|nth| is_json(&template, nth) == first), "{template:?}");
                    }
                }
            }
        }
    }

    #[test]
    fn marks_in_a_text_stand_for_themselves() {
        assert_eq!(taken("\u{1}5\u{4}").0, "\u{4}\u{1}\u{1}\u{4}\u{4}");
        for template in ["\u{4}", "\u{4}a", "\u{4}é"] {
            assert!(cut(template).is_err());
        }
    }
}
