//! The bank's events as the log keeps them.

use std::rc::Rc;

use daybook_engine::{Event as Recorded, Unreadable};
use serde::Deserialize;
use serde_json::value::{RawValue, to_raw_value};

use super::account::Event;
use crate::money::MOST;

impl Recorded for Event {
    const KINDS: &'static [&'static str] = &["AccountOpened", "MoneyDeposited", "MoneyWithdrawn", "AccountClosed"];

    fn kind(&self) -> &'static str {
        match self {
            Self::AccountOpened { .. } => "AccountOpened",
            Self::MoneyDeposited { .. } => "MoneyDeposited",
            Self::MoneyWithdrawn { .. } => "MoneyWithdrawn",
            Self::AccountClosed { .. } => "AccountClosed",
        }
    }

    fn data(&self) -> Box<RawValue> {
        // Texts and whole numbers can always be written as JSON.
        to_raw_value(self).unwrap_or_else(|_| RawValue::NULL.to_owned())
    }

    fn read(kind: &str, _schema_version: u16, data: &RawValue) -> Result<Self, Unreadable> {
        match kind {
            "AccountOpened" => parse(kind, data).map(|Opened { owner, number }| Self::AccountOpened { owner, number }),
            "MoneyDeposited" => amount(kind, data).map(|amount| Self::MoneyDeposited { amount }),
            "MoneyWithdrawn" => amount(kind, data).map(|amount| Self::MoneyWithdrawn { amount }),
            "AccountClosed" => parse(kind, data).map(|Closed { reason }| Self::AccountClosed { reason }),
            _ => Err(Unreadable::UnknownKind(kind.to_owned())),
        }
    }

    #[inline]
    fn amount(&self) -> i64 {
        match self {
            Self::MoneyDeposited { amount } => *amount,
            Self::MoneyWithdrawn { amount } => -amount,
            Self::AccountOpened { .. } | Self::AccountClosed { .. } => 0,
        }
    }

    #[inline]
    fn from_row(kind: usize, amount: i64) -> Option<Self> {
        // The sign first: a replay meets both kinds at random, and this way no branch has to be guessed.
        let amount = if kind == 2 { -amount } else { amount };
        match kind {
            1 => Some(Self::MoneyDeposited { amount }),
            2 => Some(Self::MoneyWithdrawn { amount }),
            _ => None,
        }
    }
}

/// The longest explanation, in characters: it may repeat what was found.
const WHY_MOST: usize = 120;

#[derive(Deserialize)]
struct Opened {
    owner: Rc<str>,
    #[serde(default)]
    number: Rc<str>,
}

#[derive(Deserialize)]
struct Moved {
    amount: i64,
}

#[derive(Deserialize)]
struct Closed {
    #[serde(default)]
    reason: Option<Rc<str>>,
}

fn parse<'a, T: Deserialize<'a>>(kind: &str, data: &'a RawValue) -> Result<T, Unreadable> {
    serde_json::from_str(data.get()).map_err(|why| Unreadable::BadData {
        kind: kind.to_owned(),
        why: why.to_string().chars().take(WHY_MOST).collect(),
    })
}

fn amount(kind: &str, data: &RawValue) -> Result<i64, Unreadable> {
    let Moved { amount } = parse(kind, data)?;
    if !(-MOST..=MOST).contains(&amount) {
        return Err(Unreadable::OutOfBounds { kind: kind.to_owned(), found: amount.to_string() });
    }
    Ok(amount)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_reads_back() {
        for event in [
            Event::AccountOpened { owner: "Ada <script> 🦉 \u{202e}".into(), number: "1234-5678".into() },
            Event::MoneyDeposited { amount: MOST },
            Event::MoneyWithdrawn { amount: 1 },
            Event::AccountClosed { reason: None },
            Event::AccountClosed { reason: Some("moved away".into()) },
        ] {
            assert_eq!(Event::read(event.kind(), 1, &event.data()), Ok(event));
        }
    }

    #[test]
    fn a_row_tells_the_same_as_the_data() {
        for event in [Event::MoneyDeposited { amount: 7 }, Event::MoneyWithdrawn { amount: 9 }] {
            let kind = Event::KINDS.iter().position(|kind| *kind == event.kind()).expect("a kind of today");
            assert_eq!(Event::from_row(kind, event.amount()), Some(event));
        }
    }

    #[test]
    fn what_it_cannot_read_it_explains() {
        let raw = |text: &str| RawValue::from_string(text.to_owned()).expect("JSON");
        let read = |kind, text| Event::read(kind, 1, &raw(text)).expect_err(text).to_string();
        assert!(read("MoneyLost", "{}").contains("\"MoneyLost\" is not known"));
        assert!(read("MoneyDeposited", r#"{"amount":"5"}"#).contains("invalid type: string"));
        assert!(read("MoneyDeposited", r#"{"amount":9007199254740992}"#).contains("9007199254740992"));
    }
}
