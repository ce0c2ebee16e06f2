//! From what happened back to what was asked, and the bank's terms as Rust.

use std::rc::Rc;

use daybook_engine::{Event as _, StreamId};
use serde_json::{Map, Value, json};

use super::account::{Bank, Command, Event};
use super::ids;
use crate::rust::{Literal, Term, number, text};

/// The command that leads to just these events, if the account says yes.
pub(super) fn wish(stream: &StreamId, events: &[Event]) -> Option<Command> {
    // A log from elsewhere may call its streams otherwise. No rule asks which account it is.
    let account = ids::account(stream).parse().unwrap_or_default();
    let open = |owner: &Rc<str>, number: &Rc<str>, opening_deposit| Command::OpenAccount {
        account,
        number: number.clone(),
        owner: owner.clone(),
        opening_deposit,
    };
    match events {
        [Event::AccountOpened { owner, number }] => Some(open(owner, number, 0)),
        [Event::AccountOpened { owner, number }, Event::MoneyDeposited { amount }] => {
            Some(open(owner, number, *amount))
        }
        [Event::MoneyDeposited { amount }] => Some(Command::Deposit { account, amount: *amount }),
        [Event::MoneyWithdrawn { amount }] => Some(Command::Withdraw { account, amount: *amount }),
        [Event::AccountClosed { reason }] => Some(Command::CloseAccount { account, reason: reason.clone() }),
        _ => None,
    }
}

/// A command in the words that are read; an account that is yet to be opened has no id in them.
pub(super) fn words(command: &Command) -> Value {
    match command {
        Command::OpenAccount { owner, opening_deposit, .. } => {
            json!({ "type": "OpenAccount", "owner": owner, "openingDeposit": opening_deposit })
        }
        Command::Deposit { account, amount } => json!({ "type": "Deposit", "accountId": account, "amount": amount }),
        Command::Withdraw { account, amount } => json!({ "type": "Withdraw", "accountId": account, "amount": amount }),
        Command::CloseAccount { account, reason } => {
            let reason = reason.iter().map(|reason| ("reason".to_owned(), json!(reason)));
            let words = [("type".to_owned(), json!("CloseAccount")), ("accountId".to_owned(), json!(account))];
            Value::Object(words.into_iter().chain(reason).collect::<Map<_, _>>())
        }
    }
}

/// The Rust that says this, for a test that depends on `daybook` and `uuid`.
pub(super) fn rust(term: &Term<'_, Bank>) -> Literal {
    match term {
        Term::Import => Literal::plain("worlds::bank"),
        Term::Decider => Literal::plain("bank::Bank::default()"),
        Term::Event(event) => event_in_rust(event),
        Term::Command(command) => command_in_rust(command),
        // Every refusal holds numbers alone, and those are written alike.
        Term::Refusal(refusal) => Literal::plain(format!("bank::Refusal::{refusal:?}")),
    }
}

fn event_in_rust(event: &Event) -> Literal {
    let fields = match event {
        Event::AccountOpened { owner, number } => vec![("owner", said(owner)), ("number", said(number))],
        Event::MoneyDeposited { amount } | Event::MoneyWithdrawn { amount } => vec![("amount", number(*amount))],
        Event::AccountClosed { reason } => vec![("reason", perhaps(reason.as_deref()))],
        Event::BooksOpened(_) => {
            let data = text(event.data().get());
            return Literal::plain(format!(
                "bank::Event::BooksOpened(serde_json::from_str({data}).expect(\"an opening balance sheet\"))"
            ));
        }
        Event::AccountCarriedOver { owner, number: of, balance, closed } => vec![
            ("owner", said(owner)),
            ("number", said(of)),
            ("balance", number(*balance)),
            ("closed", closed.to_string()),
        ],
    };
    Literal { name: format!("bank::Event::{}", event.kind()), fields }
}

fn command_in_rust(command: &Command) -> Literal {
    let (name, account, more) = match command {
        Command::OpenAccount { account, number: of, owner, opening_deposit } => {
            let deposit = ("opening_deposit", number(*opening_deposit));
            ("OpenAccount", account, vec![("number", said(of)), ("owner", said(owner)), deposit])
        }
        Command::Deposit { account, amount } => ("Deposit", account, vec![("amount", number(*amount))]),
        Command::Withdraw { account, amount } => ("Withdraw", account, vec![("amount", number(*amount))]),
        Command::CloseAccount { account, reason } => {
            ("CloseAccount", account, vec![("reason", perhaps(reason.as_deref()))])
        }
    };
    let account = ("account", format!("uuid::uuid!(\"{account}\")"));
    Literal { name: format!("bank::Command::{name}"), fields: [account].into_iter().chain(more).collect() }
}

fn said(told: &str) -> String {
    format!("{}.into()", text(told))
}

fn perhaps(told: Option<&str>) -> String {
    told.map_or_else(|| "None".to_owned(), |told| format!("Some({})", said(told)))
}

#[cfg(test)]
mod tests {
    use daybook_engine::{Decider, Timestamp};
    use uuid::Uuid;

    use super::*;
    use crate::{Stamp, World};

    fn opened() -> Event {
        Event::AccountOpened { owner: "Ada".into(), number: "1234-5678".into() }
    }

    fn deposited() -> Event {
        Event::MoneyDeposited { amount: 5 }
    }

    #[test]
    fn a_wish_that_is_granted_leads_to_what_it_was_told_by() {
        let stream = StreamId::new("account-00000000-0000-0000-0000-000000000007");
        let cases = [
            (vec![], vec![opened()]),
            (vec![], vec![opened(), deposited()]),
            (vec![opened()], vec![deposited()]),
            (vec![opened(), deposited()], vec![Event::MoneyWithdrawn { amount: 5 }]),
            (vec![opened()], vec![Event::AccountClosed { reason: Some("moved away".into()) }]),
        ];
        for (before, events) in cases {
            let wish = Bank::default().wish(&stream, &events).expect("someone asks for it");
            assert_eq!(Bank::default().stream_of(&wish), stream);
            assert_eq!(Bank::default().decide(&wish, &daybook_engine::fold(&Bank::default(), &before)), Ok(events));
        }
    }

    #[test]
    fn nobody_asks_for_what_the_books_say() {
        let stream = StreamId::new("account-x");
        let carried = Event::AccountCarriedOver { owner: "Ada".into(), number: "1".into(), balance: 5, closed: false };
        assert_eq!(Bank::default().wish(&stream, &[carried]), None);
        assert_eq!(Bank::default().wish(&stream, &[deposited(), deposited()]), None);
        assert_eq!(Bank::default().wish(&stream, &[]), None);
    }

    #[test]
    fn the_words_of_a_wish_are_read_again() {
        let stream = StreamId::new("account-00000000-0000-0000-0000-000000000007");
        let stamp = Stamp { now: Timestamp::from_millis(0), id: Uuid::from_u128(7), seed: 0 };
        for event in [deposited(), Event::MoneyWithdrawn { amount: 5 }, Event::AccountClosed { reason: None }] {
            let wish = Bank::default().wish(&stream, &[event]).expect("someone asks for it");
            assert_eq!(Bank::default().read(&Bank::default().words(&wish), &stamp), Ok(wish));
        }
        let open = Command::OpenAccount {
            account: stamp.id,
            number: "0000-0000".into(),
            owner: "Ada".into(),
            opening_deposit: 5,
        };
        assert_eq!(Bank::default().read(&Bank::default().words(&open), &stamp), Ok(open));
    }
}
