//! Numbers as bytes: a small one in few, a repeated one once.

use super::BadSegment;

/// So many equal numbers are shorter as a run of their own.
const WORTH_A_RUN: usize = 3;

/// A column's numbers as runs.
pub(super) fn put_runs(bytes: &mut Vec<u8>, numbers: &[u64]) {
    let mut various = 0..0;
    for alike in numbers.chunk_by(|a, b| a == b) {
        if alike.len() < WORTH_A_RUN {
            various.end += alike.len();
            continue;
        }
        put_various(bytes, &numbers[various.clone()]);
        put_varint(bytes, (alike.len() as u64) << 1 | 1);
        put_varint(bytes, alike[0]);
        various = various.end + alike.len()..various.end + alike.len();
    }
    put_various(bytes, &numbers[various]);
}

fn put_various(bytes: &mut Vec<u8>, numbers: &[u64]) {
    if !numbers.is_empty() {
        put_varint(bytes, (numbers.len() as u64) << 1);
        for &number in numbers {
            put_varint(bytes, number);
        }
    }
}

pub(super) fn put_varint(bytes: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        bytes.push(number as u8 | 0x80);
        number >>= 7;
    }
    bytes.push(number as u8);
}

/// A column that is read number by number.
#[derive(Clone, Copy, Default)]
pub(super) struct Runs<'a> {
    bytes: &'a [u8],
    left: u64,
    alike: Option<u64>,
}

impl<'a> Runs<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, ..Self::default() }
    }

    #[inline]
    pub(super) fn take(&mut self) -> Result<u64, BadSegment> {
        if self.left == 0 {
            self.open_run()?;
        }
        self.left -= 1;
        self.alike.map_or_else(|| take_varint(&mut self.bytes), Ok)
    }

    fn open_run(&mut self) -> Result<(), BadSegment> {
        let begins = take_varint(&mut self.bytes)?;
        self.left = begins >> 1;
        self.alike = if begins & 1 == 1 { Some(take_varint(&mut self.bytes)?) } else { None };
        if self.left == 0 { Err(BadSegment::Malformed("a run of at least one number")) } else { Ok(()) }
    }

    /// Whether nothing is left.
    pub(super) fn is_done(&self) -> bool {
        self.left == 0 && self.bytes.is_empty()
    }
}

#[inline]
pub(super) fn take_varint(bytes: &mut &[u8]) -> Result<u64, BadSegment> {
    match *bytes {
        [byte @ 0..0x80, rest @ ..] => {
            *bytes = rest;
            Ok(u64::from(*byte))
        }
        _ => take_long_varint(bytes),
    }
}

fn take_long_varint(bytes: &mut &[u8]) -> Result<u64, BadSegment> {
    let mut number = 0;
    for shift in (0..u64::BITS).step_by(7) {
        let (&byte, rest) = bytes.split_first().ok_or(BadSegment::Malformed("another number"))?;
        *bytes = rest;
        let bits = u64::from(byte & 0x7f);
        if bits << shift >> shift != bits {
            break;
        }
        number |= bits << shift;
        if byte < 0x80 {
            return Ok(number);
        }
    }
    Err(BadSegment::Malformed("a number of at most 64 bits"))
}

/// The next bytes, as many as the varint before them says.
pub(super) fn take_part<'a>(bytes: &mut &'a [u8]) -> Result<&'a [u8], BadSegment> {
    let length = usize::try_from(take_varint(bytes)?).unwrap_or(usize::MAX);
    let (part, rest) = bytes.split_at_checked(length).ok_or(BadSegment::Malformed("as many bytes as it says"))?;
    *bytes = rest;
    Ok(part)
}

/// From one number to another, so that a small step either way is a small number.
pub(super) fn signed(from: u64, to: u64) -> u64 {
    let step = to.wrapping_sub(from).cast_signed();
    (step << 1 ^ step >> 63).cast_unsigned()
}

/// Where the step leads.
pub(super) fn stepped(from: u64, step: u64) -> u64 {
    from.wrapping_add(step >> 1 ^ (step & 1).wrapping_neg())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn runs(numbers: &[u64]) -> Vec<u8> {
        let mut bytes = Vec::new();
        put_runs(&mut bytes, numbers);
        bytes
    }

    #[test]
    fn what_repeats_is_written_once() {
        assert!(runs(&[]).is_empty());
        assert_eq!(runs(&[7; 1000]), [0xd1, 0x0f, 7]);
        assert_eq!(runs(&[1, 1, 2, 3, 3, 3, 3, 4]), [6, 1, 1, 2, 9, 3, 2, 4]);
        assert_eq!(runs(&[5, 5, 5, 300, 300]), [7, 5, 4, 0xac, 2, 0xac, 2]);
    }

    #[test]
    fn runs_are_read_as_they_were_written() {
        let numbers = [0, 0, 0, 1, u64::MAX, u64::MAX, 1 << 63, 127, 128, 9, 9, 9, 9, 9];
        let bytes = runs(&numbers);
        let mut column = Runs::new(&bytes);
        for number in numbers {
            assert!(!column.is_done());
            assert_eq!(column.take(), Ok(number));
        }
        assert!(column.is_done());
        assert!(column.take().is_err());
    }

    #[test]
    fn runs_without_numbers_and_numbers_too_long_are_refused() {
        for bytes in [&[0, 0, 0][..], &[1, 5], &[2], &[3], &[0x80]] {
            assert!(Runs::new(bytes).take().is_err(), "{bytes:?}");
        }
        assert!(take_varint(&mut &[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x02][..]).is_err());
        assert!(take_varint(&mut &[0x80; 11][..]).is_err());
    }

    #[test]
    fn a_step_leads_from_anywhere_to_anywhere() {
        assert_eq!([5, 4, 6, 3, 7].map(|to| signed(5, to)), [0, 1, 2, 3, 4]);
        let places = [0, 1, 5, 1 << 63, u64::MAX];
        for (from, to) in places.iter().flat_map(|&from| places.map(|to| (from, to))) {
            assert_eq!(stepped(from, signed(from, to)), to);
        }
    }
}
