//! Money: whole cents, parsed from text, never through floating point.

/// The largest number every reader of JSON can hold exactly; no amount or balance goes beyond it, either way.
pub const MOST: i64 = (1 << 53) - 1;

/// Whether every reader can hold these cents.
pub fn is_within_bounds(cents: i64) -> bool {
    (-MOST..=MOST).contains(&cents)
}

/// A balance after an amount has come or gone; `None`: a number would leave the bounds.
///
/// ```
/// use daybook_worlds::money::{MOST, added};
/// assert_eq!(added(100, -130), Some(-30));
/// assert_eq!(added(MOST, 1), None);
/// ```
pub fn added(balance: i64, by: i64) -> Option<i64> {
    let is_amount = is_within_bounds(by);
    balance.checked_add(by).filter(|after| is_amount && is_within_bounds(*after))
}

/// Reads dollars and cents such as `12.50`, `12.5` or `12` as cents.
///
/// It takes digits, at most one point, and a minus or hyphen in front: no currency, no comma, no spaces. What it refuses it
/// explains; whether an amount may be below nothing is the decider's matter.
///
/// ```
/// use daybook_worlds::money::parse_cents;
/// assert_eq!([parse_cents("12.5"), parse_cents("-5")], [Ok(1250), Ok(-500)]);
/// assert!(parse_cents("12,50").is_err_and(|why| why.contains("use a point")));
/// ```
pub fn parse_cents(text: &str) -> Result<i64, String> {
    let no = |hint: &str| Err(format!("Expected dollars and cents such as 12.50, found {}{hint}", shown(text)));
    let (sign, plain) = text.strip_prefix(['-', '−']).map_or((1, text), |plain| (-1, plain));
    let (dollars, cents) = plain.split_once('.').unwrap_or((plain, ""));
    match text {
        "" => return no("."),
        _ if text.trim() != text => return no(": write it without spaces."),
        _ if text.contains(',') => return no(": use a point, not a comma."),
        _ if plain.starts_with('$') => return no(": leave the dollar sign out."),
        _ if !is_digits(dollars) || !(plain.find('.').is_none() || is_digits(cents)) => return no("."),
        _ if cents.len() > 2 => return no(": a cent is the smallest coin."),
        _ => {}
    }
    let too_much = || {
        let bound = if sign < 0 { "at least" } else { "at most" };
        format!("Expected {bound} {}, found {}.", plain_cents(sign * MOST), shown(text))
    };
    let dollars: i64 = dollars.parse().map_err(|_| too_much())?;
    let cents: i64 = format!("{cents:0<2}").parse().map_err(|_| too_much())?;
    let all = dollars.checked_mul(100).and_then(|whole| whole.checked_add(cents));
    all.filter(|&all| all <= MOST).map(|all| sign * all).ok_or_else(too_much)
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Cents as `$1,234.50`, `−$30.00`. The sign is a minus, as everywhere on the page: a hyphen is shorter, and is not
/// always read out.
pub fn format_cents(cents: i64) -> String {
    let sign = if cents < 0 { "−" } else { "" };
    format!("{sign}${}", plain_cents(cents.saturating_abs()))
}

/// Cents as `1,234.50`, `−30.00`: for sums and columns that say their unit elsewhere.
pub fn plain_cents(cents: i64) -> String {
    let digits = (cents.unsigned_abs() / 100).to_string();
    let mut grouped = String::new();
    for (nth, digit) in digits.chars().enumerate() {
        if nth > 0 && (digits.len() - nth).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    let sign = if cents < 0 { "−" } else { "" };
    format!("{sign}{grouped}.{:02}", cents.unsigned_abs() % 100)
}

/// Cents with their sign, as a column of amounts shows them: `+50.00`, `−30.00`.
pub fn signed_cents(cents: i64) -> String {
    let sign = if cents < 0 { '−' } else { '+' };
    format!("{sign}{}", plain_cents(cents.saturating_abs()))
}

/// A found value as a sentence shows it: quoted, and not longer than a line.
pub fn shown(text: &str) -> String {
    const LINE: usize = 40;
    if text.is_empty() {
        return "nothing".to_owned();
    }
    match text.char_indices().nth(LINE) {
        None => format!("“{text}”"),
        Some((cut, _)) => format!("“{}…” ({} characters)", &text[..cut], text.chars().count()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_people_write_as_money() {
        for (text, cents) in [
            ("0", 0),
            ("12", 1200),
            ("12.5", 1250),
            ("0012.50", 1250),
            ("0.01", 1),
            ("-5", -500),
            ("−5", -500),
            ("-0.01", -1),
            ("-0", 0),
            ("90071992547409.91", MOST),
            ("-90071992547409.91", -MOST),
        ] {
            assert_eq!(parse_cents(text), Ok(cents), "{text}");
        }
    }

    #[test]
    fn explains_what_it_refuses() {
        for (text, why) in [
            ("", "found nothing"),
            ("abc", "found “abc”"),
            ("-", "found “-”"),
            ("--5", "found “--5”"),
            ("-$5", "dollar sign"),
            ("+5", "such as 12.50"),
            ("-90071992547409.92", "at least −90,071,992,547,409.91"),
            ("0.001", "smallest coin"),
            ("1e9", "found “1e9”"),
            ("999999999999999999", "at most 90,071,992,547,409.91"),
            ("99999999999999999999999", "at most"),
            ("90071992547409.92", "at most"),
            ("12,50", "use a point"),
            (" 5 ", "without spaces"),
            ("$5", "dollar sign"),
            ("5.", "such as 12.50"),
            (".5", "such as 12.50"),
            ("1.2.3", "such as 12.50"),
            ("٣", "such as 12.50"),
        ] {
            let refused = parse_cents(text).expect_err(text);
            assert!(refused.contains(why), "{text}: {refused}");
        }
    }

    #[test]
    fn writes_money_with_its_sign_in_front() {
        for (cents, text) in [(0, "$0.00"), (123_450, "$1,234.50"), (-3000, "−$30.00"), (-1, "−$0.01")] {
            assert_eq!(format_cents(cents), text);
        }
    }
}
