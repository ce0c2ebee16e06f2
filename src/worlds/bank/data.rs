//! The bank's events as the log keeps them.

use std::rc::Rc;

use daybook_engine::{Event as Recorded, Unreadable};
use serde::Deserialize;
use serde_json::value::RawValue;

use super::account::Event;
use super::books::BooksOpened;
use crate::data::{bounded, parse, written};

impl Recorded for Event {
    const KINDS: &'static [&'static str] =
        &["AccountOpened", "MoneyDeposited", "MoneyWithdrawn", "AccountClosed", "BooksOpened", "AccountCarriedOver"];

    fn kind(&self) -> &'static str {
        match self {
            Self::AccountOpened { .. } => "AccountOpened",
            Self::MoneyDeposited { .. } => "MoneyDeposited",
            Self::MoneyWithdrawn { .. } => "MoneyWithdrawn",
            Self::AccountClosed { .. } => "AccountClosed",
            Self::BooksOpened(_) => "BooksOpened",
            Self::AccountCarriedOver { .. } => "AccountCarriedOver",
        }
    }

    fn data(&self) -> Box<RawValue> {
        written(self)
    }

    fn read(kind: &str, _schema_version: u16, data: &RawValue) -> Result<Self, Unreadable> {
        match kind {
            "AccountOpened" => parse(kind, data).map(|Opened { owner, number }| Self::AccountOpened { owner, number }),
            "MoneyDeposited" => amount(kind, data).map(|amount| Self::MoneyDeposited { amount }),
            "MoneyWithdrawn" => amount(kind, data).map(|amount| Self::MoneyWithdrawn { amount }),
            "AccountClosed" => parse(kind, data).map(|Closed { reason }| Self::AccountClosed { reason }),
            "BooksOpened" => books(kind, data).map(|books| Self::BooksOpened(books.into())),
            "AccountCarriedOver" => carried(kind, data),
            _ => Err(Unreadable::UnknownKind(kind.to_owned())),
        }
    }

    #[inline]
    fn amount(&self) -> i64 {
        match self {
            Self::MoneyDeposited { amount } => *amount,
            Self::MoneyWithdrawn { amount } => -amount,
            Self::AccountCarriedOver { balance, .. } => *balance,
            Self::AccountOpened { .. } | Self::AccountClosed { .. } | Self::BooksOpened(_) => 0,
        }
    }

    fn amount_of(kind: &str, schema_version: u16, data: &str) -> Option<i64> {
        match (kind, plain_amount(data)) {
            ("MoneyDeposited", Some(amount)) => Some(amount),
            ("MoneyWithdrawn", Some(amount)) => Some(-amount),
            _ => {
                let data = serde_json::from_str(data).ok()?;
                Self::read(kind, schema_version, data).ok().map(|event| event.amount())
            }
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

/// Fewer digits than this are within all bounds.
const MOST_DIGITS: usize = 16;

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

#[derive(Deserialize)]
struct Carried {
    owner: Rc<str>,
    #[serde(default)]
    number: Rc<str>,
    balance: i64,
    #[serde(default)]
    closed: bool,
}

/// The amount in the very words in which this bank writes it, read at once; other words are for [`parse`].
fn plain_amount(data: &str) -> Option<i64> {
    let digits = data.strip_prefix("{\"amount\":")?.strip_suffix('}')?.as_bytes();
    let is_plain = matches!(digits, [b'1'..=b'9', ..]) && digits.len() < MOST_DIGITS;
    let amount = digits
        .iter()
        .try_fold(0, |amount, digit| digit.is_ascii_digit().then(|| amount * 10 + i64::from(digit - b'0')));
    amount.filter(|_| is_plain)
}

fn amount(kind: &str, data: &RawValue) -> Result<i64, Unreadable> {
    let Moved { amount } = parse(kind, data)?;
    bounded(kind, amount)
}

fn books(kind: &str, data: &RawValue) -> Result<BooksOpened, Unreadable> {
    let books: BooksOpened = parse(kind, data)?;
    books.opening_balances.iter().try_for_each(|account| bounded(kind, account.balance).map(drop))?;
    Ok(books)
}

fn carried(kind: &str, data: &RawValue) -> Result<Event, Unreadable> {
    let Carried { owner, number, balance, closed } = parse(kind, data)?;
    Ok(Event::AccountCarriedOver { owner, number, balance: bounded(kind, balance)?, closed })
}

#[cfg(test)]
mod tests {
    use daybook_engine::LogId;
    use daybook_engine::integrity::Link;
    use uuid::Uuid;

    use super::super::OpeningBalance;
    use super::*;
    use crate::money::MOST;

    fn opened(opening_balances: Vec<OpeningBalance>) -> Event {
        let (previous_log, head) = (LogId(Uuid::nil()), Link::from_bytes([7; 32]));
        Event::BooksOpened(BooksOpened { previous_log, head, opening_balances }.into())
    }

    fn carried_over(balance: i64, closed: bool) -> Event {
        Event::AccountCarriedOver { owner: "Ada".into(), number: "1".into(), balance, closed }
    }

    #[test]
    fn what_is_written_reads_back() {
        for event in [
            Event::AccountOpened { owner: "Ada <script> 🦉 \u{202e}".into(), number: "1234-5678".into() },
            Event::MoneyDeposited { amount: MOST },
            Event::MoneyWithdrawn { amount: 1 },
            Event::AccountClosed { reason: None },
            Event::AccountClosed { reason: Some("moved away".into()) },
            opened(vec![]),
            opened(vec![OpeningBalance { account_id: "1".into(), owner: "Ada".into(), balance: -MOST }]),
            carried_over(MOST, false),
            carried_over(-MOST, true),
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
    fn the_books_are_opened_in_these_words() {
        let balances = vec![OpeningBalance { account_id: "1".into(), owner: "Ada".into(), balance: 5 }];
        let expected = format!(
            r#"{{"previousLog":"{}","head":"{}","openingBalances":[{{"accountId":"1","owner":"Ada","balance":5}}]}}"#,
            Uuid::nil(),
            "07".repeat(32)
        );
        assert_eq!(opened(balances).data().get(), expected);
        assert_eq!(carried_over(5, false).data().get(), r#"{"owner":"Ada","number":"1","balance":5}"#);
        assert_eq!(carried_over(0, true).data().get(), r#"{"owner":"Ada","number":"1","balance":0,"closed":true}"#);
    }

    #[test]
    fn a_row_alone_does_not_say_who_was_carried_over() {
        for event in [opened(vec![]), carried_over(5, false)] {
            let kind = Event::KINDS.iter().position(|kind| *kind == event.kind()).expect("a kind of today");
            assert_eq!(Event::from_row(kind, event.amount()), None);
        }
    }

    #[test]
    fn what_it_cannot_read_it_explains() {
        let raw = |text: &str| RawValue::from_string(text.to_owned()).expect("JSON");
        let read = |kind, text| Event::read(kind, 1, &raw(text)).expect_err(text).to_string();
        assert!(read("MoneyLost", "{}").contains("\"MoneyLost\" is not known"));
        assert!(read("MoneyDeposited", r#"{"amount":"5"}"#).contains("expected a whole number as “amount”, found “5”"));
        assert!(read("MoneyDeposited", r#"{"amount":9007199254740992}"#).contains("9007199254740992"));
        let carried = r#"{"owner":"Ada","number":"1","balance":-9007199254740992}"#;
        assert!(read("AccountCarriedOver", carried).contains("-9007199254740992"));
        assert!(read("AccountCarriedOver", r#"{"owner":"Ada"}"#).contains("“balance” is missing"));
        let books =
            opened(vec![OpeningBalance { account_id: "1".into(), owner: "Ada".into(), balance: MOST + 1 }]).data();
        assert!(read("BooksOpened", books.get()).contains("9007199254740992"));
        assert!(read("BooksOpened", r#"{"previousLog":"mine"}"#).contains("can't be read"));
    }
}
