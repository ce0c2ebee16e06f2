//! The bank as a table `accounts`.

use daybook_engine::{Decider, StreamId};

use super::{Statement, Twin, key, number, quoted};
use crate::worlds::bank::{Account, Bank, Event};

impl Twin for Bank {
    fn statement(&self, stream: &StreamId, before: &Account, events: &[Event]) -> Option<Statement> {
        let id = quoted(key(stream.as_str()));
        let after = events.iter().fold(before.clone(), |account, event| self.evolve(account, event));
        match events.first()? {
            // A row has no books that could be full. To begin a new table with the old balances, one would write this.
            Event::AccountOpened { owner, .. } | Event::AccountCarriedOver { owner, .. } => Some(Statement {
                sql: format!(
                    "INSERT INTO accounts (id, owner, balance, status) VALUES ({id}, {}, {}, '{}')",
                    quoted(owner),
                    number(after.balance()),
                    status(&after)?,
                ),
                overwrote: Vec::new(),
            }),
            Event::BooksOpened(_) => None,
            Event::MoneyDeposited { .. } | Event::MoneyWithdrawn { .. } => Some(Statement {
                sql: format!("UPDATE accounts SET balance = {} WHERE id = {id}", number(after.balance())),
                overwrote: vec![("balance", number(before.balance()))],
            }),
            Event::AccountClosed { .. } => Some(Statement {
                sql: format!("UPDATE accounts SET status = 'closed' WHERE id = {id}"),
                overwrote: vec![("status", "open".to_owned())],
            }),
        }
    }

    fn row(&self, stream: &StreamId, account: &Account) -> Option<Vec<(&'static str, String)>> {
        let (Account::Open { owner, .. } | Account::Closed { owner, .. }) = account else { return None };
        let status = status(account)?;
        let id = key(stream.as_str()).to_owned();
        let balance = number(account.balance());
        Some(vec![("id", id), ("owner", owner.to_string()), ("balance", balance), ("status", status.to_owned())])
    }
}

/// `None`: there is no row.
fn status(account: &Account) -> Option<&'static str> {
    match account {
        Account::Unopened => None,
        Account::Open { .. } => Some("open"),
        Account::Closed { .. } => Some("closed"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stream() -> StreamId {
        StreamId::new("account-00000000-0000-0000-0000-00000000a057")
    }

    fn opened() -> Event {
        Event::AccountOpened { owner: "O'Hara".into(), number: "1234-5678".into() }
    }

    #[test]
    fn opening_with_money_is_one_insert() {
        let events = [opened(), Event::MoneyDeposited { amount: 10_000 }];
        let statement = Bank::default().statement(&stream(), &Account::Unopened, &events).expect("a statement");
        assert_eq!(
            statement.sql,
            "INSERT INTO accounts (id, owner, balance, status) VALUES ('a057', 'O''Hara', 100.00, 'open')"
        );
        assert_eq!(statement.overwrote, []);
    }

    #[test]
    fn a_row_that_was_carried_over_is_inserted_as_it_was() {
        let carried =
            |closed| Event::AccountCarriedOver { owner: "Ada".into(), number: "1".into(), balance: 5, closed };
        let sql = |closed| {
            Bank::default().statement(&stream(), &Account::Unopened, &[carried(closed)]).expect("a statement").sql
        };
        let insert = "INSERT INTO accounts (id, owner, balance, status) VALUES ('a057', 'Ada', 0.05, ";
        assert_eq!([sql(false), sql(true)], [format!("{insert}'open')"), format!("{insert}'closed')")]);
    }

    #[test]
    fn an_update_loses_what_was_there() {
        let before = Account::Open { owner: "Ada".into(), number: "1".into(), balance: 15_000 };
        let statement = Bank::default()
            .statement(&stream(), &before, &[Event::MoneyWithdrawn { amount: 3000 }])
            .expect("a statement");
        assert_eq!(statement.sql, "UPDATE accounts SET balance = 120.00 WHERE id = 'a057'");
        assert_eq!(statement.overwrote, [("balance", "150.00".to_owned())]);
    }

    #[test]
    fn no_account_no_row() {
        assert_eq!(Bank::default().row(&stream(), &Account::Unopened), None);
    }
}
