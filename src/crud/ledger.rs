//! The General ledger and the transaction log as tables: a program without a log would keep a total, and a line for
//! each statement if somebody thought of it.

use daybook_engine::StreamId;

use super::{Statement, Twin};
use crate::worlds::ledger::{Event, GeneralLedger, Ledger};
use crate::worlds::transactions::{Entries, Event as Written, TransactionLog};

impl Twin for GeneralLedger {
    fn statement(&self, _stream: &StreamId, before: &Ledger, events: &[Event]) -> Option<Statement> {
        let moved: i64 = events.iter().map(daybook_engine::Event::amount).sum();
        let sql = format!("UPDATE ledgers SET balance = {} WHERE name = 'General'", before.balance + moved);
        Some(Statement { sql, overwrote: vec![("balance", before.balance.to_string())] })
    }

    fn row(&self, _stream: &StreamId, ledger: &Ledger) -> Option<Vec<(&'static str, String)>> {
        ledger.is_created.then(|| vec![("name", "General".to_owned()), ("balance", ledger.balance.to_string())])
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
