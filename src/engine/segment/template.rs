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

/// Writes out a template; `next` gives what fills a hole of this mark.
pub(super) fn fill(
    template: &str,
    text: &mut String,
    mut next: impl FnMut(u8) -> Result<Hole, BadSegment>,
) -> Result<(), BadSegment> {
    let mut rest = template;
    while let Some(at) = rest.bytes().position(is_mark) {
        let mark = rest.as_bytes()[at];
        text.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        if mark == mark::ITSELF {
            let itself = rest.bytes().next().filter(|&byte| is_mark(byte));
            text.push(itself.map(char::from).ok_or(BadSegment::Malformed("a mark that stands for itself"))?);
            rest = &rest[1..];
        } else {
            next(mark)?.write(text);
        }
    }
    text.push_str(rest);
    Ok(())
}

impl Hole {
    fn mark(self) -> u8 {
        match self {
            Self::Number(_) => mark::NUMBER,
            Self::Id(_) => mark::ID,
            Self::Time(_) => mark::TIME,
        }
    }

    fn write(self, text: &mut String) {
        match self {
            Self::Number(number) => write_number(number, text),
            Self::Id(id) => text.push_str(id.hyphenated().encode_lower(&mut [0; Hyphenated::LENGTH])),
            Self::Time(time) => text.push_str(&time.to_string()),
        }
    }
}

fn write_number(mut number: u64, text: &mut String) {
    let mut digits = [0; 20];
    let mut at = digits.len();
    loop {
        at -= 1;
        digits[at] = b'0' + (number % 10) as u8;
        number /= 10;
        if number == 0 {
            break;
        }
    }
    text.extend(digits[at..].iter().map(|&digit| char::from(digit)));
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
        fill(&template, &mut again, |_| rest.next().copied().ok_or(BadSegment::Foreign)).expect("its own holes");
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
    fn marks_in_a_text_stand_for_themselves() {
        assert_eq!(taken("\u{1}5\u{4}").0, "\u{4}\u{1}\u{1}\u{4}\u{4}");
        for template in ["\u{4}", "\u{4}a", "\u{4}é"] {
            assert!(fill(template, &mut String::new(), |_| Ok(Hole::Number(1))).is_err());
        }
    }
}
