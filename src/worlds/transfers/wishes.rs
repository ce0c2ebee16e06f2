//! From what happened back to what was asked, and this world's terms as Rust.

use daybook_engine::{Event as _, StreamId};
use serde_json::{Value, json};

use super::account;
use super::both::{Command, Event, Refusal, Transfers};
use super::ids::{AccountId, TransferId};
use super::mailbox::{Sum, Wish};
use super::transfer::{self, Order, Status};
use crate::rust::{Literal, Term, number, text};

/// The command that leads to just this event, if account or transfer says yes. A message is nobody's answer.
pub(super) fn wish(stream: &StreamId, events: &[Event]) -> Option<Command> {
    let [event] = events else { return None };
    // A log from elsewhere may call its streams otherwise. No rule asks which one it is.
    match event {
        Event::Account(event) => Some(Command::Account(account_wish(event, AccountId::of(stream).unwrap_or_default()))),
        Event::Transfer(event) => {
            Some(Command::Transfer(transfer_wish(event, TransferId::of(stream).unwrap_or_default())))
        }
        Event::Mailbox(_) => None,
    }
}

fn account_wish(event: &account::Event, account: AccountId) -> account::Command {
    match event {
        account::Event::AccountCreated { number } => {
            account::Command::CreateAccount { account, number: number.clone() }
        }
        &account::Event::Deposited { amount, transfer, refund } => {
            account::Command::Deposit { account, amount, transfer, refund }
        }
        &account::Event::Withdrawn { amount, transfer } => account::Command::Withdraw { account, amount, transfer },
    }
}

fn transfer_wish(event: &transfer::Event, transfer: TransferId) -> transfer::Command {
    match event {
        transfer::Event::TransferInitiated(order) => transfer::Command::InitiateTransfer { transfer, order: *order },
        transfer::Event::TransferWithdrawn {} => transfer::Command::RecordWithdrawal { transfer },
        transfer::Event::TransferFinished {} => transfer::Command::RecordDeposit { transfer },
        transfer::Event::TransferFailed { reason, refund } => {
            transfer::Command::FailTransfer { transfer, reason: reason.clone(), refund: *refund }
        }
        transfer::Event::TransferRefunded {} => transfer::Command::RecordRefund { transfer },
    }
}

/// A command in words. Those that only the process may ask are told the same way; they are read from nobody.
pub(super) fn words(command: &Command) -> Value {
    match command {
        Command::Account(account::Command::CreateAccount { account, number }) => {
            json!({ "type": "CreateAccount", "accountId": account, "accountNumber": number })
        }
        Command::Account(account::Command::Deposit { account, amount, transfer: None, .. }) => {
            json!({ "type": "Deposit", "accountId": account, "amount": amount })
        }
        Command::Account(account::Command::Deposit { account, amount, transfer, refund: false }) => {
            json!({ "type": "Deposit", "accountId": account, "amount": amount, "transferId": transfer })
        }
        Command::Account(account::Command::Deposit { account, amount, transfer, refund: true }) => {
            json!({ "type": "Deposit", "accountId": account, "amount": amount, "transferId": transfer, "refund": true })
        }
        Command::Account(account::Command::Withdraw { account, amount, transfer: None }) => {
            json!({ "type": "Withdraw", "accountId": account, "amount": amount })
        }
        Command::Account(account::Command::Withdraw { account, amount, transfer }) => {
            json!({ "type": "Withdraw", "accountId": account, "amount": amount, "transferId": transfer })
        }
        Command::Transfer(transfer::Command::InitiateTransfer { transfer, order: Order { from, to, amount } }) => {
            json!({
                "type": "InitiateTransfer",
                "transferId": transfer,
                "fromAccountId": from,
                "toAccountId": to,
                "amount": amount,
            })
        }
        Command::Transfer(transfer::Command::RecordWithdrawal { transfer }) => {
            json!({ "type": "RecordWithdrawal", "transferId": transfer })
        }
        Command::Transfer(transfer::Command::RecordDeposit { transfer }) => {
            json!({ "type": "RecordDeposit", "transferId": transfer })
        }
        Command::Transfer(transfer::Command::FailTransfer { transfer, reason, refund }) => {
            json!({ "type": "FailTransfer", "transferId": transfer, "reason": reason, "refund": refund })
        }
        Command::Transfer(transfer::Command::RecordRefund { transfer }) => {
            json!({ "type": "RecordRefund", "transferId": transfer })
        }
    }
}

/// The Rust that says this, for a test that depends on `daybook` and `uuid`.
pub(super) fn rust(term: &Term<'_, Transfers>) -> Literal {
    match term {
        Term::Import => Literal::plain("worlds::transfers"),
        Term::Decider => Literal::plain("transfers::Transfers::default()"),
        Term::Event(event) => match event {
            Event::Account(said) => within("Event::Account", "account::Event", event.kind(), account_event(said)),
            Event::Transfer(transfer::Event::TransferInitiated(order)) => {
                let order = order_in_rust(order);
                Literal::plain(format!(
                    "transfers::Event::Transfer(transfers::transfer::Event::TransferInitiated({order}))"
                ))
            }
            Event::Transfer(said) => within("Event::Transfer", "transfer::Event", event.kind(), transfer_event(said)),
            Event::Mailbox(wish) => Literal::plain(wish_in_rust(wish)),
        },
        Term::Command(Command::Account(command)) => {
            let (name, fields) = account_command(command);
            within("Command::Account", "account::Command", name, fields)
        }
        Term::Command(Command::Transfer(command)) => {
            let (name, fields) = transfer_command(command);
            within("Command::Transfer", "transfer::Command", name, fields)
        }
        Term::Refusal(refusal) => Literal::plain(refusal_in_rust(refusal)),
    }
}

type Fields = Vec<(&'static str, String)>;

/// One enum within the other, on one line.
fn within(outer: &str, inner: &str, name: &str, fields: Fields) -> Literal {
    let is_bare = fields.is_empty();
    let inner = Literal { name: format!("transfers::{inner}::{name}"), fields }.laid_out(0, usize::MAX);
    Literal::plain(format!("transfers::{outer}({inner}{})", if is_bare { " {}" } else { "" }))
}

fn account_event(event: &account::Event) -> Fields {
    match event {
        account::Event::AccountCreated { number } => vec![("number", said(number))],
        account::Event::Deposited { amount, transfer, refund } => {
            vec![("amount", number(*amount)), ("transfer", perhaps(*transfer)), ("refund", refund.to_string())]
        }
        account::Event::Withdrawn { amount, transfer } => {
            vec![("amount", number(*amount)), ("transfer", perhaps(*transfer))]
        }
    }
}

fn transfer_event(event: &transfer::Event) -> Fields {
    match event {
        transfer::Event::TransferFailed { reason, refund } => {
            vec![("reason", said(reason)), ("refund", refund.to_string())]
        }
        transfer::Event::TransferInitiated(_)
        | transfer::Event::TransferWithdrawn {}
        | transfer::Event::TransferFinished {}
        | transfer::Event::TransferRefunded {} => Vec::new(),
    }
}

fn account_command(command: &account::Command) -> (&'static str, Fields) {
    match command {
        account::Command::CreateAccount { account, number } => {
            ("CreateAccount", vec![("account", account_id(*account)), ("number", said(number))])
        }
        account::Command::Deposit { account, amount, transfer, refund } => {
            let (amount, transfer) = (("amount", number(*amount)), ("transfer", perhaps(*transfer)));
            ("Deposit", vec![("account", account_id(*account)), amount, transfer, ("refund", refund.to_string())])
        }
        account::Command::Withdraw { account, amount, transfer } => {
            let (amount, transfer) = (("amount", number(*amount)), ("transfer", perhaps(*transfer)));
            ("Withdraw", vec![("account", account_id(*account)), amount, transfer])
        }
    }
}

fn transfer_command(command: &transfer::Command) -> (&'static str, Fields) {
    let of = |transfer: &TransferId| ("transfer", transfer_id(*transfer));
    match command {
        transfer::Command::InitiateTransfer { transfer, order } => {
            ("InitiateTransfer", vec![of(transfer), ("order", order_in_rust(order))])
        }
        transfer::Command::RecordWithdrawal { transfer } => ("RecordWithdrawal", vec![of(transfer)]),
        transfer::Command::RecordDeposit { transfer } => ("RecordDeposit", vec![of(transfer)]),
        transfer::Command::FailTransfer { transfer, reason, refund } => {
            ("FailTransfer", vec![of(transfer), ("reason", said(reason)), ("refund", refund.to_string())])
        }
        transfer::Command::RecordRefund { transfer } => ("RecordRefund", vec![of(transfer)]),
    }
}

fn refusal_in_rust(refusal: &Refusal) -> String {
    match refusal {
        // Every refusal of an account holds numbers alone, and those are written alike.
        Refusal::Account(refusal) => format!("transfers::Refusal::Account(transfers::account::Refusal::{refusal:?})"),
        Refusal::Transfer(transfer::Refusal::OutOfTurn(status)) => {
            format!("transfers::Refusal::Transfer(transfers::transfer::Refusal::OutOfTurn({}))", status_in_rust(status))
        }
        Refusal::Transfer(refusal) => {
            format!("transfers::Refusal::Transfer(transfers::transfer::Refusal::{refusal:?})")
        }
    }
}

fn status_in_rust(status: &Status) -> String {
    let status = match status {
        Status::Failed { reason, refund } => format!("Failed {{ reason: {}, refund: {refund} }}", said(reason)),
        Status::Refunded { reason: Some(reason) } => format!("Refunded {{ reason: Some({}) }}", said(reason)),
        Status::Initial | Status::Withdrawn | Status::Finished | Status::Refunded { reason: None } => {
            format!("{status:?}")
        }
    };
    format!("transfers::transfer::Status::{status}")
}

fn wish_in_rust(wish: &Wish) -> String {
    let Sum { account, amount, transfer } = *wish.sum();
    let sum = format!(
        "transfers::Sum {{ account: {}, amount: {}, transfer: {} }}",
        account_id(account),
        number(amount),
        transfer_id(transfer)
    );
    match wish {
        Wish::Withdraw(_) => format!("transfers::Event::Mailbox(transfers::Wish::Withdraw({sum}))"),
        Wish::Deposit { refund, .. } => {
            format!("transfers::Event::Mailbox(transfers::Wish::Deposit {{ sum: {sum}, refund: {refund} }})")
        }
    }
}

fn order_in_rust(order: &Order) -> String {
    let Order { from, to, amount } = *order;
    let (from, to, amount) = (account_id(from), account_id(to), number(amount));
    format!("transfers::transfer::Order {{ from: {from}, to: {to}, amount: {amount} }}")
}

fn account_id(AccountId(id): AccountId) -> String {
    format!("transfers::AccountId(uuid::uuid!(\"{id}\"))")
}

fn transfer_id(TransferId(id): TransferId) -> String {
    format!("transfers::TransferId(uuid::uuid!(\"{id}\"))")
}

fn perhaps(transfer: Option<TransferId>) -> String {
    transfer.map_or_else(|| "None".to_owned(), |transfer| format!("Some({})", transfer_id(transfer)))
}

fn said(told: &str) -> String {
    format!("{}.into()", text(told))
}

#[cfg(test)]
mod tests {
    use daybook_engine::{Decider as _, Timestamp, fold};
    use uuid::Uuid;

    use super::*;
    use crate::{Stamp, World as _};

    const ADA: AccountId = AccountId(Uuid::from_u128(1));
    const BOB: AccountId = AccountId(Uuid::from_u128(2));
    const TRANSFER: TransferId = TransferId(Uuid::from_u128(3));
    const WORLD: Transfers = Transfers { overdraft: false, failure: false, repeat: false, names: false };

    fn created() -> Event {
        Event::Account(account::Event::AccountCreated { number: "Ada".into() })
    }

    fn deposited(transfer: Option<TransferId>, refund: bool) -> Event {
        Event::Account(account::Event::Deposited { amount: 5, transfer, refund })
    }

    fn withdrawn(transfer: Option<TransferId>) -> Event {
        Event::Account(account::Event::Withdrawn { amount: 5, transfer })
    }

    fn initiated() -> Event {
        Event::Transfer(transfer::Event::TransferInitiated(Order { from: ADA, to: BOB, amount: 5 }))
    }

    fn failed(refund: bool) -> Event {
        Event::Transfer(transfer::Event::TransferFailed { reason: "no \"account\"".into(), refund })
    }

    fn told(event: transfer::Event) -> Event {
        Event::Transfer(event)
    }

    /// What had happened, and what happened then.
    fn all() -> Vec<(StreamId, Vec<Event>, Event)> {
        let withdrawn_there = || told(transfer::Event::TransferWithdrawn {});
        let accounts = [
            (vec![], created()),
            (vec![created()], deposited(None, false)),
            (vec![created()], deposited(Some(TRANSFER), true)),
            (vec![created(), deposited(None, false)], withdrawn(None)),
            (vec![created(), deposited(None, false)], withdrawn(Some(TRANSFER))),
        ];
        let transfers = [
            (vec![], initiated()),
            (vec![initiated()], withdrawn_there()),
            (vec![initiated()], failed(false)),
            (vec![initiated(), withdrawn_there()], told(transfer::Event::TransferFinished {})),
            (vec![initiated(), withdrawn_there(), failed(true)], told(transfer::Event::TransferRefunded {})),
        ];
        let accounts = accounts.into_iter().map(|(before, event)| (ADA.stream(), before, event));
        let transfers = transfers.into_iter().map(|(before, event)| (TRANSFER.stream(), before, event));
        accounts.chain(transfers).collect()
    }

    #[test]
    fn a_wish_that_is_granted_leads_to_what_it_was_told_by() {
        for (stream, before, event) in all() {
            let wish = WORLD.wish(&stream, std::slice::from_ref(&event)).expect("someone asks for it");
            assert_eq!(WORLD.stream_of(&wish), stream);
            assert_eq!(WORLD.decide(&wish, &fold(&WORLD, &before)), Ok(vec![event]));
        }
    }

    #[test]
    fn nobody_asks_for_a_message_or_for_two_things_at_once() {
        let wish = Event::Mailbox(Wish::Withdraw(Sum { account: ADA, amount: 5, transfer: TRANSFER }));
        assert_eq!(WORLD.wish(&ADA.mailbox(false), &[wish]), None);
        assert_eq!(WORLD.wish(&ADA.stream(), &[created(), deposited(None, false)]), None);
        assert_eq!(WORLD.wish(&ADA.stream(), &[]), None);
    }

    #[test]
    fn what_anybody_may_ask_is_read_again_and_what_the_process_asks_is_not() {
        let stamp = Stamp { now: Timestamp::from_millis(0), id: Uuid::from_u128(9), seed: 0 };
        let anybody = [created(), deposited(None, false), withdrawn(None), initiated()];
        for (stream, _, event) in all() {
            let wish = WORLD.wish(&stream, std::slice::from_ref(&event)).expect("someone asks for it");
            let read = WORLD.read(&WORLD.words(&wish), &stamp);
            assert_eq!(read.is_ok(), anybody.contains(&event), "{:?}", WORLD.words(&wish));
            assert!(read.is_err() || read == Ok(wish));
        }
    }

    #[test]
    fn a_status_says_why_in_rust_too() {
        let refunded = |reason: Option<&str>| status_in_rust(&Status::Refunded { reason: reason.map(Into::into) });
        assert_eq!(refunded(None), "transfers::transfer::Status::Refunded { reason: None }");
        assert_eq!(refunded(Some("no")), "transfers::transfer::Status::Refunded { reason: Some(\"no\".into()) }");
    }

    #[test]
    fn a_term_is_one_enum_within_the_other() {
        let event = |event| WORLD.rust(&Term::Event(&event)).name;
        assert_eq!(
            event(created()),
            "transfers::Event::Account(transfers::account::Event::AccountCreated { number: \"Ada\".into() })"
        );
        assert_eq!(
            event(told(transfer::Event::TransferFinished {})),
            "transfers::Event::Transfer(transfers::transfer::Event::TransferFinished {})"
        );
        let too_late = Refusal::Transfer(transfer::Refusal::OutOfTurn(Status::Finished));
        assert_eq!(
            WORLD.rust(&Term::Refusal(&too_late)).name,
            "transfers::Refusal::Transfer(transfers::transfer::Refusal::OutOfTurn(transfers::transfer::Status::Finished))"
        );
    }
}
