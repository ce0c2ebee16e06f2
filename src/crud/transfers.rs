//! Transfers as two tables, `accounts` and `transfers`.
//!
//! A database would do it all in one transaction, as long as both rows are in it: then nothing is ever under way. With one
//! service for each table it has the same steps as the log, and keeps none of them. Messages have no row at all.

use daybook_engine::{Decider, StreamId};

use super::{Statement, Twin, key, number, quoted};
use crate::worlds::transfers::account::{self, Account};
use crate::worlds::transfers::transfer::{self, Order, Status, Transfer};
use crate::worlds::transfers::{Event, State, Transfers};

impl Twin for Transfers {
    fn statement(&self, stream: &StreamId, before: &State, events: &[Event]) -> Option<Statement> {
        let id = quoted(key(stream.as_str()));
        let after = events.iter().fold(before.clone(), |state, event| self.evolve(state, event));
        match events.first()? {
            Event::Account(account::Event::AccountCreated { number }) => Some(Statement {
                sql: format!("INSERT INTO accounts (id, number, balance) VALUES ({id}, {}, 0.00)", quoted(number)),
                overwrote: Vec::new(),
            }),
            Event::Account(account::Event::Deposited { .. } | account::Event::Withdrawn { .. }) => {
                let balance = |state: &State| number(state.account().balance());
                Some(Statement {
                    sql: format!("UPDATE accounts SET balance = {} WHERE id = {id}", balance(&after)),
                    overwrote: vec![("balance", balance(before))],
                })
            }
            Event::Transfer(transfer::Event::TransferInitiated(Order { from, to, amount })) => {
                let [from, to] = [from, to].map(|account| quoted(key(&account.to_string())));
                let amount = number(*amount);
                Some(Statement {
                    sql: format!(
                        "INSERT INTO transfers (id, from_id, to_id, amount, status) VALUES ({id}, {from}, {to}, {amount}, 'initial')"
                    ),
                    overwrote: Vec::new(),
                })
            }
            Event::Transfer(
                transfer::Event::TransferWithdrawn {}
                | transfer::Event::TransferFinished {}
                | transfer::Event::TransferFailed { .. }
                | transfer::Event::TransferRefunded {},
            ) => Some(Statement {
                sql: format!("UPDATE transfers SET status = '{}' WHERE id = {id}", status(&after)?.name()),
                overwrote: vec![("status", status(before)?.name().to_owned())],
            }),
            Event::Mailbox(_) => None,
        }
    }

    fn row(&self, stream: &StreamId, state: &State) -> Option<Vec<(&'static str, String)>> {
        let id = ("id", key(stream.as_str()).to_owned());
        match state {
            State::Account(Account::Created(page)) => {
                Some(vec![id, ("number", page.number.to_string()), ("balance", number(page.balance))])
            }
            State::Transfer(Transfer::Known { order, status }) => Some(vec![
                id,
                ("from_id", key(&order.from.to_string()).to_owned()),
                ("to_id", key(&order.to.to_string()).to_owned()),
                ("amount", number(order.amount)),
                ("status", status.name().to_owned()),
            ]),
            State::Account(Account::Missing) | State::Transfer(Transfer::Unknown) | State::Unused | State::Mailbox => {
                None
            }
        }
    }
}

/// `None`: there is no row.
fn status(state: &State) -> Option<&Status> {
    match state {
        State::Transfer(Transfer::Known { status, .. }) => Some(status),
        State::Transfer(Transfer::Unknown) | State::Account(_) | State::Unused | State::Mailbox => None,
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::worlds::transfers::{AccountId, Sum, TransferId, Wish};

    const WORLD: Transfers = Transfers { overdraft: false, failure: false, repeat: false, names: false };
    const ADA: AccountId = AccountId(Uuid::from_u128(0xada0));
    const BOB: AccountId = AccountId(Uuid::from_u128(0xb0b0));
    const TRANSFER: TransferId = TransferId(Uuid::from_u128(0x7777));

    fn initiated() -> Event {
        Event::Transfer(transfer::Event::TransferInitiated(Order { from: ADA, to: BOB, amount: 4000 }))
    }

    /// The last statement after these events, and what it overwrote.
    fn last(stream: &StreamId, events: &[Event]) -> Option<(String, Vec<(&'static str, String)>)> {
        let (last, before) = events.split_last().expect("something happened");
        let before = before.iter().fold(State::Unused, |state, event| WORLD.evolve(state, event));
        let Statement { sql, overwrote } = WORLD.statement(stream, &before, std::slice::from_ref(last))?;
        Some((sql, overwrote))
    }

    #[test]
    fn a_status_loses_the_one_before_it() {
        let (sql, overwrote) = last(&TRANSFER.stream(), &[initiated()]).expect("a statement");
        let insert = "INSERT INTO transfers (id, from_id, to_id, amount, status) VALUES ";
        assert_eq!(sql, format!("{insert}('7777', 'ada0', 'b0b0', 40.00, 'initial')"));
        assert_eq!(overwrote, []);

        let withdrawn = Event::Transfer(transfer::Event::TransferWithdrawn {});
        let (sql, overwrote) = last(&TRANSFER.stream(), &[initiated(), withdrawn]).expect("a statement");
        assert_eq!(sql, "UPDATE transfers SET status = 'withdrawn' WHERE id = '7777'");
        assert_eq!(overwrote, [("status", "initial".to_owned())]);
    }

    #[test]
    fn an_account_is_a_row_of_its_own() {
        let created = Event::Account(account::Event::AccountCreated { number: "O'Hara".into() });
        let withdrawn = Event::Account(account::Event::Withdrawn { amount: 1, transfer: Some(TRANSFER) });
        let (sql, _) = last(&ADA.stream(), std::slice::from_ref(&created)).expect("a statement");
        assert_eq!(sql, "INSERT INTO accounts (id, number, balance) VALUES ('ada0', 'O''Hara', 0.00)");
        let (sql, overwrote) = last(&ADA.stream(), &[created, withdrawn]).expect("a statement");
        assert_eq!(sql, "UPDATE accounts SET balance = -0.01 WHERE id = 'ada0'");
        assert_eq!(overwrote, [("balance", "0.00".to_owned())]);
    }

    #[test]
    fn a_message_has_no_row() {
        let wish = Event::Mailbox(Wish::Withdraw(Sum { account: ADA, amount: 1, transfer: TRANSFER }));
        let mailbox = ADA.mailbox(false);
        assert_eq!(last(&mailbox, std::slice::from_ref(&wish)), None);
        assert_eq!(WORLD.row(&mailbox, &WORLD.evolve(State::Unused, &wish)), None);
    }
}
