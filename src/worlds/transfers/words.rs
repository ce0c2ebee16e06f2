//! Accounts and transfers in words: what can be asked, what happened, and what stands on the card.

use daybook_engine::{Follow as _, Store, StreamId};
use serde_json::{Value, json};
use uuid::Uuid;

use super::account::{self, Account, NUMBER_MOST};
use super::both::{Command, Event, Refusal, State, Transfers};
use super::data::MESSAGES;
use super::ids::{AccountId, TransferId};
use super::mailbox::Wish;
use super::opening::OPENING;
use super::process::{SUBSCRIBERS, SWITCHES};
use super::transfer::{self, Order, Status, Transfer};
use super::trial::trial;
use super::wishes;
use crate::fields::{Fields, no_other};
use crate::money::{MOST, format_cents};
use crate::{
    Button, Card, Fact, Field, FieldKind, Flow, Form, Literal, Objection, Opening, Replay, Stamp, Subject, Subscriber,
    Switch, Term, When, World,
};

impl World for Transfers {
    const NAME: &'static str = "transfers";
    const SUBJECTS: &'static str = "accounts";
    const FORMS: &'static [Form] = &[
        Form {
            when: When::Always,
            fields: &[Field {
                name: "accountNumber",
                label: "Account number",
                kind: FieldKind::Text,
                initial: "Ada",
                optional: false,
            }],
            buttons: &[Button { label: "Create account", command: "CreateAccount", subject: None }],
        },
        Form {
            when: When::OpenSubject,
            fields: &[Field {
                name: "amount",
                label: "Amount",
                kind: FieldKind::Money,
                initial: "100.00",
                optional: false,
            }],
            buttons: &[
                Button { label: "Deposit", command: "Deposit", subject: Some("accountId") },
                Button { label: "Withdraw", command: "Withdraw", subject: Some("accountId") },
            ],
        },
        Form {
            when: When::OpenSubject,
            fields: &[
                Field { name: "toAccountId", label: "To", kind: FieldKind::Subject, initial: "", optional: false },
                Field {
                    name: "amount",
                    label: "Amount to transfer",
                    kind: FieldKind::Money,
                    initial: "40.00",
                    optional: false,
                },
            ],
            buttons: &[Button { label: "Transfer", command: "InitiateTransfer", subject: Some("fromAccountId") }],
        },
    ];
    const OPENING: &'static Opening = &OPENING;

    fn read(&self, words: &Value, stamp: &Stamp) -> Result<Command, Objection> {
        let (kind, fields) = Fields::of(words)?;
        match kind {
            "CreateAccount" => {
                let fields = fields.only(&["accountId", "accountNumber"])?;
                let account = AccountId(fields.optional_id("accountId", "an account's id")?.unwrap_or(stamp.id));
                let number = fields.text("accountNumber")?.into();
                Ok(Command::Account(account::Command::CreateAccount { account, number }))
            }
            // Which transfer it is for is said by messages alone: whoever asks here moves money of his own accord.
            "Deposit" => {
                let fields = fields.only(&["accountId", "amount"])?;
                let (account, amount) = (account_in(fields, "accountId")?, fields.cents("amount")?);
                Ok(Command::Account(account::Command::Deposit { account, amount, transfer: None, refund: false }))
            }
            "Withdraw" => {
                let fields = fields.only(&["accountId", "amount"])?;
                let (account, amount) = (account_in(fields, "accountId")?, fields.cents("amount")?);
                Ok(Command::Account(account::Command::Withdraw { account, amount, transfer: None }))
            }
            "InitiateTransfer" => {
                let fields = fields.only(&["transferId", "fromAccountId", "toAccountId", "amount"])?;
                let transfer = TransferId(fields.optional_id("transferId", "a transfer's id")?.unwrap_or(stamp.id));
                let (from, to) = (account_in(fields, "fromAccountId")?, account_in(fields, "toAccountId")?);
                let order = Order { from, to, amount: fields.cents("amount")? };
                Ok(Command::Transfer(transfer::Command::InitiateTransfer { transfer, order }))
            }
            _ => Err(no_other("CreateAccount, Deposit, Withdraw or InitiateTransfer", kind)),
        }
    }

    fn stream_of(&self, command: &Command) -> StreamId {
        match command {
            Command::Account(
                account::Command::CreateAccount { account, .. }
                | account::Command::Deposit { account, .. }
                | account::Command::Withdraw { account, .. },
            ) => account.stream(),
            Command::Transfer(
                transfer::Command::InitiateTransfer { transfer, .. }
                | transfer::Command::RecordWithdrawal { transfer }
                | transfer::Command::RecordDeposit { transfer }
                | transfer::Command::FailTransfer { transfer, .. }
                | transfer::Command::RecordRefund { transfer },
            ) => transfer.stream(),
        }
    }

    fn refusal(&self, refusal: &Refusal) -> Objection {
        match refusal {
            Refusal::Account(refusal) => account_says(refusal),
            Refusal::Transfer(refusal) => transfer_says(refusal),
        }
    }

    fn sentence(&self, event: &Event) -> String {
        match event {
            Event::Account(event) => account_sentence(event),
            Event::Transfer(event) => transfer_sentence(event),
            Event::Mailbox(Wish::Withdraw(sum)) => {
                format!("message: withdraw {} for a transfer", format_cents(sum.amount))
            }
            Event::Mailbox(Wish::Deposit { sum, refund: false }) => {
                format!("message: deposit {} of a transfer", format_cents(sum.amount))
            }
            Event::Mailbox(Wish::Deposit { sum, refund: true }) => {
                format!("message: deposit {} that come back", format_cents(sum.amount))
            }
        }
    }

    fn figure(&self, stream: &StreamId, sum: i64) -> String {
        match AccountId::of(stream) {
            Some(_) => format!("balance {}", format_cents(sum)),
            None => String::new(),
        }
    }

    fn subject(&self, state: &State) -> Option<Subject> {
        match state {
            State::Account(Account::Created(page)) => Some(Subject { name: name(&page.number), is_open: true }),
            State::Account(Account::Missing) | State::Unused | State::Transfer(_) | State::Mailbox => None,
        }
    }

    fn whose(&self, stream: &StreamId, state: &State, name_of: &dyn Fn(&StreamId) -> Option<String>) -> Option<String> {
        let name = |account: AccountId| name_of(&account.stream()).unwrap_or_else(|| "nobody".to_owned());
        match state {
            State::Transfer(Transfer::Known { order: Order { from, to, .. }, .. }) => {
                Some(format!("{} → {}", name(*from), name(*to)))
            }
            State::Mailbox => AccountId::of_mailbox(stream).map(|account| format!("To {}", name(account))),
            State::Account(_) | State::Transfer(Transfer::Unknown) | State::Unused => {
                self.subject(state).map(|subject| subject.name)
            }
        }
    }

    fn flow(&self, state: &State) -> Option<Flow> {
        let State::Transfer(Transfer::Known { order: Order { from, to, amount }, status }) = state else { return None };
        let (done, has_failed) = match status {
            Status::Initial => (1, false),
            Status::Withdrawn => (2, false),
            Status::Finished => (3, false),
            Status::Failed { refund: false, .. } => (1, true),
            Status::Failed { refund: true, .. } => (2, true),
            Status::Refunded { .. } => (3, true),
        };
        let stands = badge(status);
        Some(Flow { from: from.stream(), to: to.stream(), amount: *amount, stands, done, steps: 3, has_failed })
    }

    fn card(&self, stream: Option<&StreamId>, state: &State) -> Card {
        match state {
            State::Account(Account::Created(page)) => Card {
                badge: "Open",
                figure: page.balance,
                facts: vec![
                    Fact::new("Account number", name(&page.number)),
                    id_fact("Account ID", stream.and_then(AccountId::of).map(|account| account.0)),
                    Fact::new("Status", "Open"),
                ],
            },
            State::Transfer(Transfer::Known { order, status }) => Card {
                badge: badge(status),
                figure: order.amount,
                facts: [
                    id_fact("From account", Some(order.from.0)),
                    id_fact("To account", Some(order.to.0)),
                    Fact::new("Status", status.name()),
                ]
                .into_iter()
                .chain(status.reason().map(|reason| Fact::new("Reason", &**reason)))
                .collect(),
            },
            State::Mailbox => Card { badge: "Mailbox", figure: 0, facts: vec![Fact::new("Status", "messages only")] },
            State::Account(Account::Missing) | State::Transfer(Transfer::Unknown) | State::Unused => Card {
                badge: "No Account",
                figure: 0,
                facts: vec![
                    Fact::new("Account number", "-"),
                    Fact::new("Account ID", "-"),
                    Fact::new("Status", "Inactive"),
                ],
            },
        }
    }

    fn plain(&self, stream: &StreamId, state: &State) -> Value {
        match state {
            State::Account(Account::Created(page)) => {
                let (id, number, balance) = (AccountId::of(stream), &page.number, page.balance);
                json!({ "accountId": id, "status": "open", "accountNumber": number, "balance": balance })
            }
            State::Transfer(Transfer::Known { order: Order { from, to, amount }, status }) => json!({
                "transferId": TransferId::of(stream),
                "fromAccountId": from,
                "toAccountId": to,
                "amount": amount,
                "status": status.name(),
                "reason": status.reason(),
                "refund": matches!(status, Status::Failed { refund: true, .. }),
            }),
            State::Mailbox => json!({ "accountId": AccountId::of_mailbox(stream), "status": "mailbox" }),
            State::Transfer(Transfer::Unknown) => {
                json!({ "transferId": TransferId::of(stream), "status": "unknown" })
            }
            State::Account(Account::Missing) | State::Unused => {
                json!({ "accountId": AccountId::of(stream), "status": "missing", "balance": 0 })
            }
        }
    }

    fn replay(states: &mut Replay<Self>, log: &Store, to: u64) {
        states.advance(log, to);
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

    fn trial(nth: usize, subjects: &[StreamId]) -> Option<Value> {
        trial(nth, subjects)
    }

    fn is_message(kind: &str) -> bool {
        MESSAGES.contains(&kind)
    }

    fn added(kind: &str) -> Option<&'static str> {
        match kind {
            "TransferFailed" | "TransferRefunded" => Some("Added by Daybook: in the source no transfer can fail."),
            _ => None,
        }
    }

    fn subscribers() -> &'static [Subscriber<Self>] {
        SUBSCRIBERS
    }

    fn switches() -> &'static [Switch] {
        SWITCHES
    }

    fn is_on(&self, switch: &str) -> bool {
        match switch {
            "overdraft" => self.overdraft,
            "failure" => self.failure,
            "repeat" => self.repeat,
            "names" => self.names,
            _ => false,
        }
    }

    fn turn(&mut self, switch: &str, on: bool) {
        match switch {
            "overdraft" => self.overdraft = on,
            "failure" => self.failure = on,
            "repeat" => self.repeat = on,
            "names" => self.names = on,
            _ => {}
        }
    }
}

fn account_says(refusal: &account::Refusal) -> Objection {
    match refusal {
        account::Refusal::Missing => Objection::whole("There is no such account. Create it first."),
        account::Refusal::AlreadyCreated => {
            Objection::field("accountId", "There is an account of this id already. Leave the id out to get a new one.")
        }
        account::Refusal::NumberLength(0) => {
            Objection::field("accountNumber", "Expected an account number, found nothing.")
        }
        account::Refusal::NumberLength(found) => Objection::field(
            "accountNumber",
            format!("Expected an account number of at most {NUMBER_MOST} characters, found {found}."),
        ),
        account::Refusal::NotPositive(found) => not_positive(*found),
        account::Refusal::Overdraft { balance, amount } => Objection::field(
            "amount",
            format!(
                "Expected at most {}, which is all there is; found {}.",
                format_cents(*balance),
                format_cents(*amount)
            ),
        ),
        account::Refusal::TooMuch => Objection::field(
            "amount",
            format!("Expected a balance within ±{} afterwards, found more.", format_cents(MOST)),
        ),
    }
}

fn transfer_says(refusal: &transfer::Refusal) -> Objection {
    match refusal {
        transfer::Refusal::NotPositive(found) => not_positive(*found),
        transfer::Refusal::TooMuch(found) => Objection::field(
            "amount",
            format!("Expected at most {}, found {}.", format_cents(MOST), format_cents(*found)),
        ),
        transfer::Refusal::ToOneself => Objection::field(
            "toAccountId",
            "Expected another account than the one that gives, found the same. Choose another one.",
        ),
        transfer::Refusal::OtherContent => Objection::field(
            "transferId",
            "Expected the same transfer as before under this id, found another. Give it an id of its own.",
        ),
        transfer::Refusal::Unknown => Objection::whole("There is no such transfer. Initiate it first."),
        transfer::Refusal::OutOfTurn(status) => Objection::whole(format!(
            "Expected a step that follows from where the transfer stands, found it {} already.",
            status.name()
        )),
    }
}

fn not_positive(found: i64) -> Objection {
    Objection::field("amount", format!("Expected more than $0.00, found {}.", format_cents(found)))
}

fn account_sentence(event: &account::Event) -> String {
    match event {
        account::Event::AccountCreated { number } => format!("account created for {number}"),
        account::Event::Deposited { amount, refund: true, .. } => format!("got {} back", format_cents(*amount)),
        account::Event::Deposited { amount, transfer: None, .. } => format!("deposited {}", format_cents(*amount)),
        account::Event::Deposited { amount, transfer: Some(_), .. } => {
            format!("deposited {} of a transfer", format_cents(*amount))
        }
        account::Event::Withdrawn { amount, transfer: None } => format!("withdrew {}", format_cents(*amount)),
        account::Event::Withdrawn { amount, transfer: Some(_) } => {
            format!("withdrew {} for a transfer", format_cents(*amount))
        }
    }
}

fn transfer_sentence(event: &transfer::Event) -> String {
    match event {
        transfer::Event::TransferInitiated(order) => format!("transfer of {} initiated", format_cents(order.amount)),
        transfer::Event::TransferWithdrawn {} => "transfer: the money has left".to_owned(),
        transfer::Event::TransferFinished {} => "transfer finished".to_owned(),
        transfer::Event::TransferFailed { reason, refund: false } => format!("transfer failed: {reason}"),
        transfer::Event::TransferFailed { reason, refund: true } => {
            format!("transfer failed, and the money goes back: {reason}")
        }
        transfer::Event::TransferRefunded {} => "transfer: the money is back".to_owned(),
    }
}

/// A log from elsewhere may tell of an account that nobody created.
fn name(number: &str) -> String {
    if number.is_empty() { "no name".to_owned() } else { number.to_owned() }
}

fn badge(status: &Status) -> &'static str {
    match status {
        Status::Initial => "Initial",
        Status::Withdrawn => "Withdrawn",
        Status::Finished => "Finished",
        Status::Failed { .. } => "Failed",
        Status::Refunded { .. } => "Refunded",
    }
}

/// An id in short, its last four characters, and whole on demand.
fn id_fact(label: &'static str, id: Option<Uuid>) -> Fact {
    let whole = id.map(|id| id.to_string());
    let short = whole.as_deref().map_or("-", |whole| &whole[whole.len() - 4..]);
    Fact { label, value: short.to_owned(), whole }
}

fn account_in(fields: Fields<'_>, field: &'static str) -> Result<AccountId, Objection> {
    let found = fields.optional_id(field, "an account's id")?;
    found.map(AccountId).ok_or_else(|| Objection::field(field, "Expected an account, found none. Create one first."))
}
