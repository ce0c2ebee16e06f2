//! The transaction log: another log of its own that follows the bank's, with an entry for each event of an account.

use daybook_engine::subscription::Care;
use daybook_engine::{Decider, Event as Recorded, Follow as _, RecordedEvent, Store, StreamId, Unreadable};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use serde_json::{Value, json};

use crate::bank;
use crate::data::{bad, bounded, parse, written};
use crate::fields::{Fields, no_other};
use crate::money::{MOST, format_cents, is_within_bounds};
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
    /// An account came from the books before, with what was on it.
    CarryOver(Entry),
}

/// What an entry says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Entry {
    /// The account, by its id.
    pub account_id: String,
    /// How much, in cents, whichever way it went; 0 for a creation, below nothing only for a debt that is carried over.
    pub amount: i64,
}

/// How many entries there are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Entries(pub u64);

/// Why it writes something not down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// A credit is what came in, a debit what went out: neither is below nothing. Holds the amount, in cents.
    Negative(i64),
    /// The amount would pass 2^53 - 1 cents. Holds it.
    TooMuch(i64),
}

/// Decides for the transaction log: it writes down whatever it can read again.
#[derive(Clone, Copy, Debug, Default)]
pub struct TransactionLog;

impl Decider for TransactionLog {
    type Command = Event;
    type Event = Event;
    type State = Entries;
    type Refusal = Refusal;

    fn initial_state(&self) -> Entries {
        Entries::default()
    }

    fn decide(&self, entry: &Event, _entries: &Entries) -> Result<Vec<Event>, Refusal> {
        match entry.entry().amount {
            amount if !is_within_bounds(amount) => Err(Refusal::TooMuch(amount)),
            amount if entry.is_negative() => Err(Refusal::Negative(amount)),
            _ => Ok(vec![entry.clone()]),
        }
    }

    fn evolve(&self, Entries(before): Entries, event: &Event) -> Entries {
        match event {
            Event::Creation(_) | Event::Credit(_) | Event::Debit(_) | Event::CarryOver(_) => Entries(before + 1),
        }
    }
}

impl Event {
    fn entry(&self) -> &Entry {
        match self {
            Self::Creation(entry) | Self::Credit(entry) | Self::Debit(entry) | Self::CarryOver(entry) => entry,
        }
    }

    /// Whether its amount is below nothing, where its kind says the way already.
    fn is_negative(&self) -> bool {
        match self {
            Self::Creation(entry) | Self::Credit(entry) | Self::Debit(entry) => entry.amount < 0,
            Self::CarryOver(_) => false,
        }
    }

    fn of(kind: &str, entry: Entry) -> Option<Self> {
        match kind {
            "Creation" => Some(Self::Creation(entry)),
            "Credit" => Some(Self::Credit(entry)),
            "Debit" => Some(Self::Debit(entry)),
            "CarryOver" => Some(Self::CarryOver(entry)),
            _ => None,
        }
    }
}

impl Recorded for Event {
    const KINDS: &'static [&'static str] = &["Creation", "Credit", "Debit", "CarryOver"];

    fn kind(&self) -> &'static str {
        match self {
            Self::Creation(_) => "Creation",
            Self::Credit(_) => "Credit",
            Self::Debit(_) => "Debit",
            Self::CarryOver(_) => "CarryOver",
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
        let amount = bounded(kind, entry.amount)?;
        match Self::of(kind, entry) {
            Some(event) if !event.is_negative() => Ok(event),
            Some(_) => Err(bad(kind, &format!("expected an amount of 0 or more, found {amount}"))),
            None => Err(Unreadable::UnknownKind(kind.to_owned())),
        }
    }

    fn amount(&self) -> i64 {
        match self {
            Self::Creation(_) => 0,
            Self::Credit(Entry { amount, .. }) | Self::CarryOver(Entry { amount, .. }) => *amount,
            Self::Debit(Entry { amount, .. }) => -amount,
        }
    }
}

const FOLLOWS: Following = Following {
    name: "Transaction log",
    says: "Writes down each opening, deposit and withdrawal.",
    leader: "bank",
    in_source: Care::Naive,
    react,
};

/// An entry for each event of an account that is about its beginning or about money.
fn react(event: &RecordedEvent) -> Option<Value> {
    let read = bank::Event::read(&event.kind, event.metadata.schema_version, &event.data).ok()?;
    let (entry, amount) = match read {
        bank::Event::AccountOpened { .. } => ("Creation", 0),
        bank::Event::MoneyDeposited { amount } => moved(amount, "Credit", "Debit"),
        bank::Event::MoneyWithdrawn { amount } => moved(amount, "Debit", "Credit"),
        bank::Event::AccountCarriedOver { balance, .. } => ("CarryOver", balance),
        bank::Event::AccountClosed { .. } | bank::Event::BooksOpened(_) => return None,
    };
    let account = event.stream.as_str().split_once('-').map_or(event.stream.as_str(), |(_, id)| id);
    Some(json!({ "type": "WriteDown", "entry": entry, "accountId": account, "amount": amount }))
}

/// Money below nothing, which a bank without rules may move, goes the other way.
fn moved(amount: i64, way: &'static str, other: &'static str) -> (&'static str, i64) {
    (if amount < 0 { other } else { way }, amount.abs())
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
        let other = || Objection::field("entry", "Expected Creation, Credit, Debit or CarryOver, found another entry.");
        Event::of(&fields.text("entry")?, entry).ok_or_else(other)
    }

    fn stream_of(&self, _command: &Event) -> StreamId {
        StreamId::new(ALL)
    }

    fn refusal(&self, refusal: &Refusal) -> Objection {
        let sentence = match refusal {
            Refusal::Negative(found) => format!("Expected $0.00 or more, found {}.", format_cents(*found)),
            Refusal::TooMuch(found) => {
                format!("Expected an amount within ±{}, found {}.", format_cents(MOST), format_cents(*found))
            }
        };
        Objection::field("amount", sentence)
    }

    fn sentence(&self, event: &Event) -> String {
        let Entry { account_id, amount } = event.entry();
        let amount = format_cents(*amount);
        let account = account_id.get(account_id.len().saturating_sub(4)..).unwrap_or(account_id);
        match event {
            Event::Creation(_) => format!("creation of account {account}"),
            Event::Credit(_) => format!("credit of {amount} to account {account}"),
            Event::Debit(_) => format!("debit of {amount} from account {account}"),
            Event::CarryOver(_) => format!("account {account} carried over with {amount}"),
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

#[cfg(test)]
mod tests {
    use daybook_engine::spec::given;

    use super::*;

    fn entry(amount: i64) -> Entry {
        Entry { account_id: "1".to_owned(), amount }
    }

    #[test]
    fn what_is_written_down_reads_back() {
        for event in [
            Event::Creation(entry(0)),
            Event::Credit(entry(MOST)),
            Event::Debit(entry(1)),
            Event::CarryOver(entry(MOST)),
            Event::CarryOver(entry(-MOST)),
        ] {
            given(&TransactionLog, []).when(&event).then([event.clone()]).assert();
            assert_eq!(Event::read(event.kind(), 1, &event.data()), Ok(event));
        }
    }

    #[test]
    fn what_could_not_be_read_is_not_written_down() {
        for (event, refusal) in [
            (Event::Creation(entry(-1)), Refusal::Negative(-1)),
            (Event::Credit(entry(-5)), Refusal::Negative(-5)),
            (Event::Debit(entry(-MOST)), Refusal::Negative(-MOST)),
            (Event::Debit(entry(MOST + 1)), Refusal::TooMuch(MOST + 1)),
            (Event::CarryOver(entry(-MOST - 1)), Refusal::TooMuch(-MOST - 1)),
        ] {
            given(&TransactionLog, []).when(&event).then_refused(refusal).assert();
            let is_too_much = matches!(refusal, Refusal::TooMuch(_));
            let unread = Event::read(event.kind(), 1, &event.data()).expect_err("the same bounds");
            assert_eq!(matches!(unread, Unreadable::OutOfBounds { .. }), is_too_much, "{unread}");
        }
    }

    #[test]
    fn what_it_refuses_it_explains() {
        let says = |refusal| TransactionLog.refusal(&refusal).message;
        assert_eq!(says(Refusal::Negative(-500)), "Expected $0.00 or more, found −$5.00.");
        assert_eq!(
            says(Refusal::TooMuch(MOST + 1)),
            "Expected an amount within ±$90,071,992,547,409.91, found $90,071,992,547,409.92."
        );
    }
}
