//! The events and messages of this world as the log keeps them.

use std::rc::Rc;

use daybook_engine::{Event as Recorded, Unreadable};
use serde::Deserialize;
use serde_json::value::RawValue;

use super::account;
use super::both::Event;
use super::ids::TransferId;
use super::mailbox::{Sum, Wish};
use super::transfer::{self, Order};
use crate::data::{bounded, parse, written};

/// Kinds that are messages and no facts: they are called as what they want.
pub(super) const MESSAGES: &[&str] = &["Withdraw", "Deposit"];

impl Recorded for Event {
    const KINDS: &'static [&'static str] = &[
        "AccountCreated",
        "Deposited",
        "Withdrawn",
        "TransferInitiated",
        "TransferWithdrawn",
        "TransferFinished",
        "TransferFailed",
        "TransferRefunded",
        "Withdraw",
        "Deposit",
    ];

    fn kind(&self) -> &'static str {
        match self {
            Self::Account(account::Event::AccountCreated { .. }) => "AccountCreated",
            Self::Account(account::Event::Deposited { .. }) => "Deposited",
            Self::Account(account::Event::Withdrawn { .. }) => "Withdrawn",
            Self::Transfer(transfer::Event::TransferInitiated(_)) => "TransferInitiated",
            Self::Transfer(transfer::Event::TransferWithdrawn {}) => "TransferWithdrawn",
            Self::Transfer(transfer::Event::TransferFinished {}) => "TransferFinished",
            Self::Transfer(transfer::Event::TransferFailed { .. }) => "TransferFailed",
            Self::Transfer(transfer::Event::TransferRefunded {}) => "TransferRefunded",
            Self::Mailbox(Wish::Withdraw(_)) => "Withdraw",
            Self::Mailbox(Wish::Deposit { .. }) => "Deposit",
        }
    }

    fn data(&self) -> Box<RawValue> {
        match self {
            Self::Account(event) => written(event),
            Self::Transfer(event) => written(event),
            Self::Mailbox(wish) => written(wish),
        }
    }

    fn read(kind: &str, _schema_version: u16, data: &RawValue) -> Result<Self, Unreadable> {
        match kind {
            "AccountCreated" => {
                let Created { number } = parse(kind, data)?;
                Ok(Self::Account(account::Event::AccountCreated { number }))
            }
            "Deposited" => {
                let Moved { amount, transfer, refund } = parse(kind, data)?;
                let amount = bounded(kind, amount)?;
                Ok(Self::Account(account::Event::Deposited { amount, transfer, refund }))
            }
            "Withdrawn" => {
                let Moved { amount, transfer, .. } = parse(kind, data)?;
                let amount = bounded(kind, amount)?;
                Ok(Self::Account(account::Event::Withdrawn { amount, transfer }))
            }
            "TransferInitiated" => {
                let order: Order = parse(kind, data)?;
                bounded(kind, order.amount)?;
                Ok(Self::Transfer(transfer::Event::TransferInitiated(order)))
            }
            "TransferWithdrawn" => {
                parse(kind, data).map(|Nothing {}| Self::Transfer(transfer::Event::TransferWithdrawn {}))
            }
            "TransferFinished" => {
                parse(kind, data).map(|Nothing {}| Self::Transfer(transfer::Event::TransferFinished {}))
            }
            "TransferFailed" => {
                let Failed { reason, refund } = parse(kind, data)?;
                Ok(Self::Transfer(transfer::Event::TransferFailed { reason, refund }))
            }
            "TransferRefunded" => {
                parse(kind, data).map(|Nothing {}| Self::Transfer(transfer::Event::TransferRefunded {}))
            }
            "Withdraw" => {
                let Wanted { sum, .. } = wanted(kind, data)?;
                Ok(Self::Mailbox(Wish::Withdraw(sum)))
            }
            "Deposit" => {
                let Wanted { sum, refund } = wanted(kind, data)?;
                Ok(Self::Mailbox(Wish::Deposit { sum, refund }))
            }
            _ => Err(Unreadable::UnknownKind(kind.to_owned())),
        }
    }

    fn amount(&self) -> i64 {
        match self {
            Self::Account(account::Event::Deposited { amount, .. }) => *amount,
            Self::Account(account::Event::Withdrawn { amount, .. }) => -amount,
            Self::Account(account::Event::AccountCreated { .. }) | Self::Transfer(_) | Self::Mailbox(_) => 0,
        }
    }
}

#[derive(Deserialize)]
struct Created {
    #[serde(rename = "accountNumber")]
    number: Rc<str>,
}

#[derive(Deserialize)]
struct Moved {
    amount: i64,
    #[serde(rename = "transferId", default)]
    transfer: Option<TransferId>,
    #[serde(default)]
    refund: bool,
}

#[derive(Deserialize)]
struct Failed {
    reason: Rc<str>,
    refund: bool,
}

#[derive(Deserialize)]
struct Wanted {
    #[serde(flatten)]
    sum: Sum,
    #[serde(default)]
    refund: bool,
}

#[derive(Deserialize)]
struct Nothing {}

fn wanted(kind: &str, data: &RawValue) -> Result<Wanted, Unreadable> {
    let wanted: Wanted = parse(kind, data)?;
    bounded(kind, wanted.sum.amount)?;
    Ok(wanted)
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::super::AccountId;
    use super::*;
    use crate::money::MOST;

    const TRANSFER: TransferId = TransferId(Uuid::from_u128(3));

    /// An event of every kind, in every shape, and its data.
    fn all() -> Vec<(Event, String)> {
        let (ada, bob) = (AccountId(Uuid::from_u128(1)), AccountId(Uuid::from_u128(2)));
        let sum = Sum { account: ada, amount: 5, transfer: TRANSFER };
        let account = |event, data: &str| (Event::Account(event), data.to_owned());
        let transfer = |event, data: &str| (Event::Transfer(event), data.to_owned());
        let wanted = format!(r#"{{"accountId":"{ada}","amount":5,"transferId":"{TRANSFER}""#);
        vec![
            account(
                account::Event::AccountCreated { number: "Ada \u{202e}🦉".into() },
                "{\"accountNumber\":\"Ada \u{202e}🦉\"}",
            ),
            account(
                account::Event::Deposited { amount: MOST, transfer: None, refund: false },
                &format!(r#"{{"amount":{MOST}}}"#),
            ),
            account(
                account::Event::Deposited { amount: 5, transfer: Some(TRANSFER), refund: true },
                &format!(r#"{{"amount":5,"transferId":"{TRANSFER}","refund":true}}"#),
            ),
            account(account::Event::Withdrawn { amount: 5, transfer: None }, r#"{"amount":5}"#),
            account(
                account::Event::Withdrawn { amount: 5, transfer: Some(TRANSFER) },
                &format!(r#"{{"amount":5,"transferId":"{TRANSFER}"}}"#),
            ),
            transfer(
                transfer::Event::TransferInitiated(Order { from: ada, to: bob, amount: 5 }),
                &format!(r#"{{"fromAccountId":"{ada}","toAccountId":"{bob}","amount":5}}"#),
            ),
            transfer(transfer::Event::TransferWithdrawn {}, "{}"),
            transfer(transfer::Event::TransferFinished {}, "{}"),
            transfer(
                transfer::Event::TransferFailed { reason: "no".into(), refund: false },
                r#"{"reason":"no","refund":false}"#,
            ),
            transfer(transfer::Event::TransferRefunded {}, "{}"),
            (Event::Mailbox(Wish::Withdraw(sum)), format!("{wanted}}}")),
            (Event::Mailbox(Wish::Deposit { sum, refund: false }), format!("{wanted}}}")),
            (Event::Mailbox(Wish::Deposit { sum, refund: true }), format!("{wanted},\"refund\":true}}")),
        ]
    }

    #[test]
    fn what_is_written_stands_in_these_words_and_reads_back() {
        for (event, data) in all() {
            assert_eq!(event.data().get(), data);
            assert_eq!(Event::read(event.kind(), 1, &event.data()), Ok(event));
        }
    }

    #[test]
    fn every_kind_is_known_and_a_wish_is_worth_nothing() {
        for kind in Event::KINDS {
            assert!(all().iter().any(|(event, _)| event.kind() == *kind), "{kind}");
        }
        for (event, data) in all() {
            assert!(Event::KINDS.contains(&event.kind()));
            assert_eq!(MESSAGES.contains(&event.kind()), matches!(event, Event::Mailbox(_)));
            assert_eq!(Event::amount_of(event.kind(), 1, &data), Some(event.amount()));
            assert_eq!(event.amount() != 0, matches!(event.kind(), "Deposited" | "Withdrawn"));
        }
    }

    #[test]
    fn what_it_cannot_read_it_explains() {
        let read = |kind, text: &str| {
            let data = RawValue::from_string(text.to_owned()).expect("JSON");
            Event::read(kind, 1, &data).expect_err(text).to_string()
        };
        assert!(read("MoneyLost", "{}").contains("\"MoneyLost\" is not known"));
        assert!(read("Deposited", r#"{"amount":"5"}"#).contains("expected a whole number as “amount”, found “5”"));
        assert!(read("Withdrawn", r#"{"amount":9007199254740992}"#).contains("9007199254740992"));
        assert!(read("Withdrawn", r#"{"amount":5,"transferId":"mine"}"#).contains("can't be read"));
        assert!(read("Withdraw", r#"{"amount":5}"#).contains(" is missing"));
        assert!(read("TransferInitiated", "{}").contains("“fromAccountId” is missing"));
        assert!(read("TransferFinished", "[1]").contains("can't be read"));
    }
}
