//! The transaction log: another log of its own that follows the bank's, with an entry for each event of an account.

use daybook_engine::{Decider, Event as Recorded, Follow as _, RecordedEvent, Store, StreamId, Unreadable};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use serde_json::{Value, json};

use crate::bank;
use crate::data::{bad, bounded, parse, written};
use crate::fields::{Fields, no_other};
use crate::money::format_cents;
use crate::opening::Opening;
use crate::{Card, Fact, Following, Form, Objection, Replay, Stamp, Subject, World};

/// The only stream there is.
const ALL: &str = "transactions-General";

/// One entry: what kind of thing happened to which account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// An account was opened.
    Creation(Entry),
    /// Money came in.
    Credit(Entry),
    /// Money went out.
    Debit(Entry),
}

/// What an entry says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Entry {
    /// The account, by its id.
    pub account_id: String,
    /// How much, in cents, whichever way it went; 0 for a creation.
    pub amount: i64,
}

/// How many entries there are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Entries(pub u64);

/// There is nothing that it refuses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Never {}

/// Decides for the transaction log: it writes down whatever it is told.
#[derive(Clone, Copy, Debug, Default)]
pub struct TransactionLog;

impl Decider for TransactionLog {
    type Command = Event;
    type Event = Event;
    type State = Entries;
    type Refusal = Never;

    fn initial_state(&self) -> Entries {
        Entries::default()
    }

    fn decide(&self, entry: &Event, _entries: &Entries) -> Result<Vec<Event>, Never> {
        Ok(vec![entry.clone()])
    }

    fn evolve(&self, Entries(before): Entries, event: &Event) -> Entries {
        match event {
            Event::Creation(_) | Event::Credit(_) | Event::Debit(_) => Entries(before + 1),
        }
    }
}

impl Event {
    fn entry(&self) -> &Entry {
        match self {
            Self::Creation(entry) | Self::Credit(entry) | Self::Debit(entry) => entry,
        }
    }

    fn of(kind: &str, entry: Entry) -> Option<Self> {
        match kind {
            "Creation" => Some(Self::Creation(entry)),
            "Credit" => Some(Self::Credit(entry)),
            "Debit" => Some(Self::Debit(entry)),
            _ => None,
        }
    }
}

impl Recorded for Event {
    const KINDS: &'static [&'static str] = &["Creation", "Credit", "Debit"];

    fn kind(&self) -> &'static str {
        match self {
            Self::Creation(_) => "Creation",
            Self::Credit(_) => "Credit",
            Self::Debit(_) => "Debit",
        }
    }

    fn data(&self) -> Box<RawValue> {
        written(self.entry())
    }

    fn read(kind: &str, _schema_version: u16, data: &RawValue) -> Result<Self, Unreadable> {
        if !Self::KINDS.contains(&kind) {
            return Err(Unreadable::UnknownKind(kind.to_owned()));
        }
        let entry: Entry = parse(kind, data)?;
        if bounded(kind, entry.amount)? < 0 {
            return Err(bad(kind, &format!("expected an amount of 0 or more, found {}", entry.amount)));
        }
        Self::of(kind, entry).ok_or_else(|| Unreadable::UnknownKind(kind.to_owned()))
    }

    fn amount(&self) -> i64 {
        match self {
            Self::Creation(_) => 0,
            Self::Credit(Entry { amount, .. }) => *amount,
            Self::Debit(Entry { amount, .. }) => -amount,
        }
    }
}

const FOLLOWS: Following = Following {
    name: "Transaction log",
    says: "Writes down each opening, deposit and withdrawal.",
    leader: "bank",
    react,
};

/// An entry for each event of an account that is about its beginning or about money.
fn react(event: &RecordedEvent) -> Option<Value> {
    let read = bank::Event::read(&event.kind, event.metadata.schema_version, &event.data).ok()?;
    let (entry, amount) = match read {
        bank::Event::AccountOpened { .. } => ("Creation", 0),
        bank::Event::MoneyDeposited { amount } => ("Credit", amount),
        bank::Event::MoneyWithdrawn { amount } => ("Debit", amount),
        bank::Event::AccountCarriedOver { balance, .. } => ("Creation", balance.max(0)),
        bank::Event::AccountClosed { .. } | bank::Event::BooksOpened(_) => return None,
    };
    let account = event.stream.as_str().split_once('-').map_or(event.stream.as_str(), |(_, id)| id);
    Some(json!({ "type": "WriteDown", "entry": entry, "accountId": account, "amount": amount }))
}

impl World for TransactionLog {
    const NAME: &'static str = "transactions";
    const SUBJECTS: &'static str = "transaction logs";
    const FORMS: &'static [Form] = &[];
    const OPENING: &'static Opening = &Opening::silent("Transaction log", "What happened to which account?");

    fn read(&self, words: &Value, _stamp: &Stamp) -> Result<Event, Objection> {
        let (kind, fields) = Fields::of(words)?;
        if kind != "WriteDown" {
            return Err(no_other("WriteDown", kind));
        }
        let fields = fields.only(&["entry", "accountId", "amount"])?;
        let entry = Entry { account_id: fields.text("accountId")?, amount: fields.cents("amount")? };
        let other = || Objection::field("entry", "Expected Creation, Credit or Debit, found another kind of entry.");
        Event::of(&fields.text("entry")?, entry).ok_or_else(other)
    }

    fn stream_of(&self, _command: &Event) -> StreamId {
        StreamId::new(ALL)
    }

    fn refusal(&self, never: &Never) -> Objection {
        match *never {}
    }

    fn sentence(&self, event: &Event) -> String {
        let Entry { account_id, amount } = event.entry();
        let amount = format_cents(*amount);
        let account = account_id.get(account_id.len().saturating_sub(4)..).unwrap_or(account_id);
        match event {
            Event::Creation(_) => format!("creation of account {account}"),
            Event::Credit(_) => format!("credit of {amount} to account {account}"),
            Event::Debit(_) => format!("debit of {amount} from account {account}"),
        }
    }

    fn figure(&self, _stream: &StreamId, sum: i64) -> String {
        format!("all in all {}", format_cents(sum))
    }

    fn subject(&self, Entries(entries): &Entries) -> Option<Subject> {
        (*entries > 0).then(|| Subject { name: "Transaction log".to_owned(), is_open: true })
    }

    fn card(&self, _stream: Option<&StreamId>, Entries(entries): &Entries) -> Card {
        let badge = if *entries > 0 { "Open" } else { "Not begun" };
        Card { badge, figure: 0, facts: vec![Fact::new("Entries", entries.to_string())] }
    }

    fn plain(&self, _stream: &StreamId, Entries(entries): &Entries) -> Value {
        json!({ "entries": entries })
    }

    fn replay(states: &mut Replay<Self>, log: &Store, to: u64) {
        states.advance(log, to);
    }

    fn follows() -> Option<&'static Following> {
        Some(&FOLLOWS)
    }
}
