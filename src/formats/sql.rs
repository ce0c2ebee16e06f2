//! SQL: a script that makes one table, in words that `SQLite` 3 and `PostgreSQL` 15 both know.
//!
//! Data and metadata are columns of text, so that data stays bit for bit what it is; both databases read JSON in such a
//! column (`data ->> 'amount'`, in `PostgreSQL` `data::json ->> 'amount'`). It is written, never read.

use super::{Encoder, Head, json};
use crate::engine::RecordedEvent;

/// A script as it is written.
pub(super) struct Script;

impl Script {
    /// Begins with the table.
    pub(super) fn begin(head: &Head<'_>, text: &mut String) -> Self {
        let Head { world, log, events, .. } = head;
        let title = format!("-- Daybook, the world {world}, log {log}: {events} events.\n");
        text.push_str(&title);
        text.push_str(TABLE);
        Self
    }
}

impl Encoder for Script {
    fn event(&mut self, event: &RecordedEvent, text: &mut String) {
        let values = [
            event.position.to_string(),
            literal(event.stream.as_str()),
            event.revision.to_string(),
            literal(&event.kind),
            literal(event.data.get()),
            literal(&json(&event.metadata)),
            literal(&event.id.to_string()),
            literal(&event.metadata.recorded_at.to_string()),
        ];
        text.push_str("INSERT INTO events VALUES (");
        text.push_str(&values.join(", "));
        text.push_str(");\n");
    }

    fn end(&mut self, text: &mut String) {
        text.push_str("COMMIT;\n");
    }
}

const TABLE: &str = "BEGIN;
CREATE TABLE events (
    position INTEGER PRIMARY KEY,
    stream TEXT NOT NULL,
    revision INTEGER NOT NULL,
    type TEXT NOT NULL,
    data TEXT NOT NULL,
    metadata TEXT NOT NULL,
    id TEXT NOT NULL UNIQUE,
    recorded_at TEXT NOT NULL,
    UNIQUE (stream, revision)
);
";

/// A text as SQL. Backslashes mean nothing in standard strings, and a quotation mark is doubled.
///
/// The shell of `SQLite` takes a carriage return off a line's end, inside of strings too. So none stands there: a mark
/// stands for it, which the database replaces. No database of the two keeps a NUL; U+2400 stands for it.
fn literal(text: &str) -> String {
    let quoted = |text: &str| format!("'{}'", text.replace('\'', "''").replace('\0', "\u{2400}"));
    if !text.contains("\r\n") {
        return quoted(text);
    }
    // A mark has `<` only where it begins, so it can't be found across its own edge.
    let mark = (0..=text.len()).map(|nth| format!("<cr{nth}>")).find(|mark| !text.contains(mark)).unwrap_or_default();
    format!("replace({}, '{mark}', '\r')", quoted(&text.replace("\r\n", &format!("{mark}\n"))))
}

/// What a column of text can't hold.
pub(super) fn lost(event: &RecordedEvent) -> impl Iterator<Item = &'static str> {
    let has_nul = event.stream.as_str().contains('\0') || event.kind.contains('\0');
    has_nul.then_some("its stream or kind has a NUL, which becomes U+2400").into_iter()
}
