//! The General ledger: a log of its own that follows the bank's, as the source's second application does.
//!
//! Each deposit and each withdrawal is one more transaction, whoever's account it was. Opening an account is none.

use daybook_engine::subscription::Care;
use daybook_engine::{Decider, Event as Recorded, Follow as _, RecordedEvent, Store, StreamId, Unreadable};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use serde_json::{Value, json};

use crate::bank;
use crate::data::{bounded, parse, written};
use crate::fields::{Fields, no_other};
use crate::money::{MOST, added, format_cents};
use crate::opening::Opening;
use crate::{Card, Fact, Following, Form, Objection, Replay, Stamp, Subject, World};

/// The only stream there is.
const GENERAL: &str = "ledger-General";

/// What happened to the ledger.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Event {
    /// It was begun, with the first transaction.
    LedgerCreated {
        /// Its name.
        name: String,
    },
    /// Money moved on some account.
    TransactionAdded {
        /// How much, in cents; below nothing if it went out.
        amount: i64,
    },
}

/// What the transactions add up to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ledger {
    /// Whether it was begun.
    pub is_created: bool,
    /// All money that is in the bank, in cents.
    pub balance: i64,
    /// How many transactions there were.
    pub transaction_count: u64,
}

/// The one thing that can be asked: to add a transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AddTransaction {
    /// How much, in cents; below nothing if it went out.
    pub amount: i64,
}

/// The balance would pass 2^53 - 1 cents.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooMuch;

/// Decides for the ledger.
#[derive(Clone, Copy, Debug, Default)]
pub struct GeneralLedger;

impl Decider for GeneralLedger {
    type Command = AddTransaction;
    type Event = Event;
    type State = Ledger;
    type Refusal = TooMuch;

    fn initial_state(&self) -> Ledger {
        Ledger::default()
    }

    fn decide(&self, AddTransaction { amount }: &AddTransaction, ledger: &Ledger) -> Result<Vec<Event>, TooMuch> {
        added(ledger.balance, *amount).ok_or(TooMuch)?;
        let created = (!ledger.is_created).then(|| Event::LedgerCreated { name: "General".to_owned() });
        Ok(created.into_iter().chain([Event::TransactionAdded { amount: *amount }]).collect())
    }

    fn evolve(&self, ledger: Ledger, event: &Event) -> Ledger {
        match event {
            Event::LedgerCreated { .. } => Ledger { is_created: true, ..ledger },
            Event::TransactionAdded { amount } => {
                Ledger { balance: ledger.balance + amount, transaction_count: ledger.transaction_count + 1, ..ledger }
            }
        }
    }
}

impl Recorded for Event {
    const KINDS: &'static [&'static str] = &["LedgerCreated", "TransactionAdded"];

    fn kind(&self) -> &'static str {
        match self {
            Self::LedgerCreated { .. } => "LedgerCreated",
            Self::TransactionAdded { .. } => "TransactionAdded",
        }
    }

    fn data(&self) -> Box<RawValue> {
        written(self)
    }

    fn read(kind: &str, _schema_version: u16, data: &RawValue) -> Result<Self, Unreadable> {
        #[derive(Deserialize)]
        struct Created {
            name: String,
        }
        #[derive(Deserialize)]
        struct Added {
            amount: i64,
        }
        match kind {
            "LedgerCreated" => parse(kind, data).map(|Created { name }| Self::LedgerCreated { name }),
            "TransactionAdded" => {
                let Added { amount } = parse(kind, data)?;
                Ok(Self::TransactionAdded { amount: bounded(kind, amount)? })
            }
            _ => Err(Unreadable::UnknownKind(kind.to_owned())),
        }
    }

    fn amount(&self) -> i64 {
        match self {
            Self::LedgerCreated { .. } => 0,
            Self::TransactionAdded { amount } => *amount,
        }
    }
}

const FOLLOWS: Following = Following {
    name: "General ledger",
    says: "Adds a transaction for each deposit and each withdrawal.",
    leader: "bank",
    in_source: Care::Right,
    react,
};

/// A transaction for each deposit and each withdrawal, one of nothing included: the source asks for no amount either.
/// Books that come from a log before bring what was in the bank.
fn react(event: &RecordedEvent) -> Option<Value> {
    let read = bank::Event::read(&event.kind, event.metadata.schema_version, &event.data).ok()?;
    let is_transaction = match &read {
        bank::Event::MoneyDeposited { .. } | bank::Event::MoneyWithdrawn { .. } => true,
        bank::Event::AccountCarriedOver { balance, .. } => *balance != 0,
        bank::Event::AccountOpened { .. } | bank::Event::AccountClosed { .. } | bank::Event::BooksOpened(_) => false,
    };
    is_transaction.then(|| json!({ "type": "AddTransaction", "amount": read.amount() }))
}

impl World for GeneralLedger {
    const NAME: &'static str = "ledger";
    const SUBJECTS: &'static str = "ledgers";
    const FORMS: &'static [Form] = &[];
    const OPENING: &'static Opening = &Opening::silent("General ledger", "How much money is in the bank?");

    fn read(&self, words: &Value, _stamp: &Stamp) -> Result<AddTransaction, Objection> {
        let (kind, fields) = Fields::of(words)?;
        match kind {
            "AddTransaction" => Ok(AddTransaction { amount: fields.only(&["amount"])?.cents("amount")? }),
            _ => Err(no_other("AddTransaction", kind)),
        }
    }

    fn stream_of(&self, _command: &AddTransaction) -> StreamId {
        StreamId::new(GENERAL)
    }

    fn refusal(&self, TooMuch: &TooMuch) -> Objection {
        Objection::field("amount", format!("Expected a balance within ±{} afterwards, found more.", format_cents(MOST)))
    }

    fn sentence(&self, event: &Event) -> String {
        match event {
            Event::LedgerCreated { name } => format!("ledger {name} created"),
            Event::TransactionAdded { amount } => format!("transaction added: {}", format_cents(*amount)),
        }
    }

    fn figure(&self, _stream: &StreamId, sum: i64) -> String {
        format!("balance {}", format_cents(sum))
    }

    fn subject(&self, ledger: &Ledger) -> Option<Subject> {
        ledger.is_created.then(|| Subject { name: "General".to_owned(), is_open: true })
    }

    fn card(&self, _stream: Option<&StreamId>, ledger: &Ledger) -> Card {
        let badge = if ledger.is_created { "Open" } else { "Not begun" };
        let transactions = Fact::new("Transactions", ledger.transaction_count.to_string());
        Card { badge, figure: ledger.balance, facts: vec![transactions] }
    }

    fn plain(&self, _stream: &StreamId, ledger: &Ledger) -> Value {
        json!({ "name": "General", "balance": ledger.balance, "transactionCount": ledger.transaction_count })
    }

    fn replay(states: &mut Replay<Self>, log: &Store, to: u64) {
        states.advance(log, to);
    }

    fn follows() -> Option<&'static Following> {
        Some(&FOLLOWS)
    }
}

#[cfg(test)]
mod tests {
    use daybook_engine::spec::given;

    use super::*;

    fn transaction(amount: i64) -> Event {
        Event::TransactionAdded { amount }
    }

    #[test]
    fn the_ledger_is_begun_with_its_first_transaction() {
        let created = Event::LedgerCreated { name: "General".to_owned() };
        given(&GeneralLedger, [])
            .when(&AddTransaction { amount: 20 })
            .then([created.clone(), transaction(20)])
            .assert();
        given(&GeneralLedger, [created, transaction(20)])
            .when(&AddTransaction { amount: -40 })
            .then([transaction(-40)])
            .assert();
    }

    #[test]
    fn its_balance_stays_within_bounds() {
        given(&GeneralLedger, [transaction(MOST)]).when(&AddTransaction { amount: 1 }).then_refused(TooMuch).assert();
    }

    #[test]
    fn what_it_adds_it_can_read() {
        let beyond = AddTransaction { amount: MOST + 1 };
        given(&GeneralLedger, [transaction(-MOST)]).when(&beyond).then_refused(TooMuch).assert();
        let read = Event::read("TransactionAdded", 1, &transaction(beyond.amount).data());
        assert!(matches!(read, Err(Unreadable::OutOfBounds { .. })), "{read:?}");
    }

    #[test]
    fn a_command_that_it_does_not_have_is_named() {
        let stamp = Stamp { now: daybook_engine::Timestamp::default(), id: uuid::Uuid::nil(), seed: 0 };
        let no = GeneralLedger.read(&json!({ "type": "Deposit" }), &stamp).expect_err("that is the bank's");
        assert_eq!(no.message, "Expected AddTransaction, found the text “Deposit”.");
    }
}
