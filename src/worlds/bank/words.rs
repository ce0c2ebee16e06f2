//! The bank in words: what can be asked, what happened, and what stands on the card.

use std::rc::Rc;

use daybook_engine::{Follow as _, Store, StreamId};
use serde_json::{Value, json};
use uuid::Uuid;

use super::account::{Account, Bank, Command, Event, OWNER_MOST, REASON_MOST, Refusal};
use super::big_day::big_day;
use super::books::carry_over;
use super::ids;
use super::opening::OPENING;
use super::questions::QuickWithdrawals;
use super::trial::{sample, trial};
use super::wishes;
use crate::fields::{Fields, no_other, short};
use crate::money::{MOST, format_cents};
use crate::{
    BigDay, Button, Card, Closing, Fact, Field, FieldKind, Form, Literal, Objection, Opening, Question, Replay, Stamp,
    Subject, Switch, Term, When, World,
};

/// The switch that lets every amount pass.
const LAX: &str = "rules";

impl World for Bank {
    const NAME: &'static str = "bank";
    const SUBJECTS: &'static str = "accounts";
    const FORMS: &'static [Form] = &[
        Form {
            when: When::Always,
            fields: &[
                Field { name: "owner", label: "Owner", kind: FieldKind::Text, initial: "Ada", optional: false },
                Field {
                    name: "openingDeposit",
                    label: "Opening deposit",
                    kind: FieldKind::Money,
                    initial: "100.00",
                    optional: true,
                },
            ],
            buttons: &[Button { label: "Open account", command: "OpenAccount", subject: None }],
        },
        Form {
            when: When::OpenSubject,
            fields: &[Field {
                name: "amount",
                label: "Amount",
                kind: FieldKind::Money,
                initial: "50.00",
                optional: false,
            }],
            buttons: &[
                Button { label: "Deposit", command: "Deposit", subject: Some("accountId") },
                Button { label: "Withdraw", command: "Withdraw", subject: Some("accountId") },
            ],
        },
        Form {
            when: When::OpenSubject,
            fields: &[],
            buttons: &[Button { label: "Close account", command: "CloseAccount", subject: Some("accountId") }],
        },
    ];
    const OPENING: &'static Opening = &OPENING;

    fn read(&self, words: &Value, stamp: &Stamp) -> Result<Command, Objection> {
        let (kind, fields) = Fields::of(words)?;
        match kind {
            "OpenAccount" => {
                let fields = fields.only(&["owner", "openingDeposit"])?;
                Ok(Command::OpenAccount {
                    account: stamp.id,
                    number: account_number(stamp.seed).into(),
                    owner: fields.text("owner")?.into(),
                    opening_deposit: fields.optional_cents("openingDeposit")?.unwrap_or(0),
                })
            }
            "Deposit" => {
                let fields = fields.only(&["accountId", "amount"])?;
                Ok(Command::Deposit { account: account(fields)?, amount: fields.cents("amount")? })
            }
            "Withdraw" => {
                let fields = fields.only(&["accountId", "amount"])?;
                Ok(Command::Withdraw { account: account(fields)?, amount: fields.cents("amount")? })
            }
            "CloseAccount" => {
                let fields = fields.only(&["accountId", "reason"])?;
                let reason = fields.optional_text("reason")?.map(Rc::from);
                Ok(Command::CloseAccount { account: account(fields)?, reason })
            }
            _ => Err(no_other("OpenAccount, Deposit, Withdraw or CloseAccount", kind)),
        }
    }

    fn stream_of(&self, command: &Command) -> StreamId {
        let (Command::OpenAccount { account, .. }
        | Command::Deposit { account, .. }
        | Command::Withdraw { account, .. }
        | Command::CloseAccount { account, .. }) = command;
        ids::stream(account)
    }

    fn refusal(&self, refusal: &Refusal) -> Objection {
        match refusal {
            Refusal::NotOpened => Objection::whole("There is no such account. Open one first."),
            Refusal::AlreadyOpened => Objection::whole("This account is open already. Open another one."),
            Refusal::AlreadyClosed => {
                Objection::whole("This account is closed, and nothing more can happen to it. Open another one.")
            }
            Refusal::OwnerLength(0) => Objection::field("owner", "Expected the owner's name, found nothing."),
            Refusal::OwnerLength(found) => {
                Objection::field("owner", format!("Expected a name of at most {OWNER_MOST} characters, found {found}."))
            }
            Refusal::NegativeOpening(found) => {
                Objection::field("openingDeposit", format!("Expected $0.00 or more, found {}.", format_cents(*found)))
            }
            Refusal::NotPositive(found) => {
                Objection::field("amount", format!("Expected more than $0.00, found {}.", format_cents(*found)))
            }
            Refusal::Overdraft { balance, amount } => Objection::field(
                "amount",
                format!(
                    "Expected at most {}, which is all there is; found {}.",
                    format_cents(*balance),
                    format_cents(*amount)
                ),
            ),
            Refusal::TooMuch => Objection::field(
                "amount",
                format!("Expected a balance of at most {} afterwards, found more.", format_cents(MOST)),
            ),
            Refusal::ReasonLength(found) => Objection::field(
                "reason",
                format!("Expected a reason of at most {REASON_MOST} characters, found {found}."),
            ),
            Refusal::NotEmpty(balance) => Objection::whole(format!(
                "Expected an empty account, found {} on it. Withdraw that first.",
                format_cents(*balance)
            )),
        }
    }

    fn sentence(&self, event: &Event) -> String {
        match event {
            Event::AccountOpened { owner, .. } => format!("account opened for {owner}"),
            Event::MoneyDeposited { amount } => format!("deposited {}", format_cents(*amount)),
            Event::MoneyWithdrawn { amount } => format!("withdrew {}", format_cents(*amount)),
            Event::AccountClosed { reason: None } => "account closed".to_owned(),
            Event::AccountClosed { reason: Some(reason) } => format!("account closed: {reason}"),
            Event::BooksOpened(books) => {
                let accounts = match books.opening_balances.len() {
                    1 => "1 account".to_owned(),
                    several => format!("{several} accounts"),
                };
                format!("books opened: {accounts} carried over from log {}", short(&books.previous_log.to_string()))
            }
            Event::AccountCarriedOver { owner, balance, closed: false, .. } => {
                format!("account of {} carried over with {}", name(owner), format_cents(*balance))
            }
            Event::AccountCarriedOver { owner, balance: 0, closed: true, .. } => {
                format!("closed account of {} carried over", name(owner))
            }
            Event::AccountCarriedOver { owner, balance, closed: true, .. } => {
                format!("closed account of {} carried over with {}", name(owner), format_cents(*balance))
            }
        }
    }

    fn figure(&self, _stream: &StreamId, sum: i64) -> String {
        format!("balance {}", format_cents(sum))
    }

    fn subject(&self, account: &Account) -> Option<Subject> {
        match account {
            Account::Unopened => None,
            Account::Open { owner, .. } => Some(Subject { name: name(owner), is_open: true }),
            Account::Closed { owner, .. } => Some(Subject { name: name(owner), is_open: false }),
        }
    }

    fn card(&self, stream: Option<&StreamId>, account: &Account) -> Card {
        let (badge, status, owner, number) = match account {
            Account::Unopened => ("No Account", "Inactive", "-", "-"),
            Account::Open { owner, number, .. } => ("Open", "Open", &**owner, &**number),
            Account::Closed { owner, number, .. } => ("Closed", "Closed", &**owner, &**number),
        };
        let whole = stream.filter(|_| number != "-").map(ToString::to_string);
        Card {
            badge,
            figure: account.balance(),
            facts: vec![
                Fact { label: "Account ID", value: number.to_owned(), whole },
                Fact::new("Owner", owner),
                Fact::new("Status", status),
            ],
        }
    }

    fn plain(&self, stream: &StreamId, account: &Account) -> Value {
        let id = ids::account(stream);
        match account {
            Account::Unopened => json!({ "accountId": id, "status": "unopened", "balance": 0 }),
            Account::Open { owner, number, balance } => {
                json!({ "accountId": id, "status": "open", "owner": owner, "number": number, "balance": balance })
            }
            Account::Closed { owner, number, balance } => {
                json!({ "accountId": id, "status": "closed", "owner": owner, "number": number, "balance": balance })
            }
        }
    }

    fn replay(states: &mut Replay<Self>, log: &Store, to: u64) {
        states.advance(log, to);
    }

    fn carry_over(&self, closing: &Closing, states: &[(&StreamId, &Account)]) -> Vec<(StreamId, Event)> {
        carry_over(closing, states)
    }

    fn big_day(&self) -> Option<BigDay<Event>> {
        Some(big_day())
    }

    fn wish(&self, stream: &StreamId, events: &[Event]) -> Option<Command> {
        wishes::wish(stream, events)
    }

    fn words(&self, command: &Command) -> Value {
        wishes::words(command)
    }

    fn rust(&self, term: &Term<'_, Self>) -> Literal {
        wishes::rust(term)
    }

    fn added(kind: &str) -> Option<&'static str> {
        match kind {
            "AccountOpened" | "MoneyWithdrawn" => Some("This name is Daybook’s; the source names only MoneyDeposited."),
            "AccountClosed" => Some("Added by Daybook: in the source no account is closed."),
            "BooksOpened" | "AccountCarriedOver" => Some("Added by Daybook: in the source no books are closed."),
            _ => None,
        }
    }

    fn switches() -> &'static [Switch] {
        &[Switch {
            name: LAX,
            label: "No rules",
            says: "any amount may be deposited or withdrawn, even 0 or -5, and an account may be overdrawn",
            is_naive: false,
        }]
    }

    fn is_on(&self, switch: &str) -> bool {
        switch == LAX && self.is_lax
    }

    fn turn(&mut self, switch: &str, on: bool) {
        if switch == LAX {
            self.is_lax = on;
        }
    }

    fn sample(nth: usize, subjects: &[StreamId]) -> Option<Value> {
        sample(nth, subjects)
    }

    fn trial(nth: usize, subjects: &[StreamId]) -> Option<Value> {
        trial(nth, subjects)
    }

    fn questions() -> Vec<Box<dyn Question>> {
        vec![Box::new(QuickWithdrawals::default())]
    }
}

/// A log from elsewhere may tell of an account that nobody opened.
fn name(owner: &str) -> String {
    if owner.is_empty() { "no name".to_owned() } else { owner.to_owned() }
}

/// A number for people: eight digits, such as `4021-7788`.
fn account_number(seed: u64) -> String {
    format!("{:04}-{:04}", seed / 10_000 % 10_000, seed % 10_000)
}

fn account(fields: Fields<'_>) -> Result<Uuid, Objection> {
    let nothing = || Objection::whole("Expected an account, found none. Open one first.");
    fields.optional_id("accountId", "an account's id")?.ok_or_else(nothing)
}
