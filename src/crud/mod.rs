//! The twin: the same commands as SQL on one row, and what each of them overwrote.
//!
//! Most programs work this way, and for many it is enough. The twin shows what it costs: a row knows what is, and
//! nothing of how it came to be.

mod bank;
mod ledger;
mod transfers;

use daybook_engine::StreamId;

use crate::worlds::World;

/// A world as a table with one row for each stream.
pub trait Twin: World {
    /// What a program without a log would have run for the events of one command.
    fn statement(&self, stream: &StreamId, before: &Self::State, events: &[Self::Event]) -> Option<Statement>;

    /// The row as it is now: column and value. `None`: there is no row.
    fn row(&self, stream: &StreamId, state: &Self::State) -> Option<Vec<(&'static str, String)>>;
}

/// One SQL statement and its damage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// The statement.
    pub sql: String,
    /// What stood in the row before and is gone now: column and value.
    pub overwrote: Vec<(&'static str, String)>,
}

/// Text as SQL writes it: in single quotes, those inside doubled.
pub fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// The primary key, as short as it stays unique for the eye: the last four characters.
fn key(id: &str) -> &str {
    id.char_indices().rev().nth(3).map_or(id, |(start, _)| &id[start..])
}

/// Cents as SQL's NUMERIC(16, 2).
fn number(cents: i64) -> String {
    let sign = if cents < 0 { "-" } else { "" };
    format!("{sign}{}.{:02}", cents.unsigned_abs() / 100, cents.unsigned_abs() % 100)
}
