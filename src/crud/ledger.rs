//! The General ledger and the transaction log as tables: a program without a log would keep a total, and a line for
//! each statement if somebody thought of it.

use daybook_engine::StreamId;

use super::{Statement, Twin, number};
use crate::worlds::ledger::{Event, GeneralLedger, Ledger};
use crate::worlds::transactions::{Entries, Event as Written, TransactionLog};

impl Twin for GeneralLedger {
    fn statement(&self, _stream: &StreamId, before: &Ledger, events: &[Event]) -> Option<Statement> {
        let moved: i64 = events.iter().map(daybook_engine::Event::amount).sum();
        let sql = format!("UPDATE ledgers SET balance = {} WHERE name = 'General'", number(before.balance + moved));
        Some(Statement { sql, overwrote: vec![("balance", number(before.balance))] })
    }

    fn row(&self, _stream: &StreamId, ledger: &Ledger) -> Option<Vec<(&'static str, String)>> {
        ledger.is_created.then(|| vec![("name", "General".to_owned()), ("balance", number(ledger.balance))])
    }
}

impl Twin for TransactionLog {
    fn statement(&self, _stream: &StreamId, _before: &Entries, _events: &[Written]) -> Option<Statement> {
        None
    }

    fn row(&self, _stream: &StreamId, _entries: &Entries) -> Option<Vec<(&'static str, String)>> {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_balance_is_dollars_and_cents_as_in_every_table() {
        let stream = StreamId::new("ledger-General");
        let before = Ledger { is_created: true, balance: 15_000, transaction_count: 1 };
        let added = Event::TransactionAdded { amount: -3_005 };
        let Statement { sql, overwrote } = GeneralLedger.statement(&stream, &before, &[added]).expect("a statement");
        assert_eq!(sql, "UPDATE ledgers SET balance = 119.95 WHERE name = 'General'");
        assert_eq!(overwrote, [("balance", "150.00".to_owned())]);
        let row = GeneralLedger.row(&stream, &before).expect("it was begun");
        assert_eq!(row, [("name", "General".to_owned()), ("balance", "150.00".to_owned())]);
    }
}
