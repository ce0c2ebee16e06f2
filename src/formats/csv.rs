//! CSV (RFC 4180, UTF-8 with a header): a table for spreadsheets.
//!
//! A spreadsheet takes a cell that begins with `=`, `+`, `-` or `@` for a formula. Such a cell, and one that begins
//! with a tab, a line's end or an apostrophe, gets an apostrophe before it; reading takes one apostrophe off again.

use serde_json::value::RawValue;

use super::loose::Loose;
use super::walk::check_depth;
use super::{Encoder, FormatError, MOST_EVENTS, Place, json};
use crate::engine::RecordedEvent;
use crate::worlds::money::shown;

/// What a table of ours begins with.
pub(super) const FIRST_COLUMNS: &str = "position,stream,revision,type,";
const COLUMNS: [&str; 12] = [
    "position",
    "stream",
    "revision",
    "type",
    "recorded_at",
    "actor",
    "correlation_id",
    "causation_id",
    "id",
    "data",
    "schema_version",
    "extra",
];
/// The longest cell that spreadsheets take, in characters.
const CELL_MOST: usize = 32_767;

/// A table as it is written.
pub(super) struct Rows;

impl Rows {
    /// Begins with the names of the columns.
    pub(super) fn begin(text: &mut String) -> Self {
        text.push_str(&COLUMNS.join(","));
        text.push_str("\r\n");
        Self
    }
}

impl Encoder for Rows {
    fn event(&mut self, event: &RecordedEvent, text: &mut String) {
        let metadata = &event.metadata;
        let extra = if metadata.extra.is_empty() { String::new() } else { json(&metadata.extra) };
        let cells = [
            &event.position.to_string(),
            event.stream.as_str(),
            &event.revision.to_string(),
            &event.kind,
            &metadata.recorded_at.to_string(),
            &metadata.actor,
            &metadata.correlation_id.to_string(),
            &metadata.causation_id.to_string(),
            &event.id.to_string(),
            event.data.get(),
            &metadata.schema_version.to_string(),
            &extra,
        ];
        text.push_str(&cells.map(cell).join(","));
        text.push_str("\r\n");
    }

    fn end(&mut self, _text: &mut String) {}
}

fn cell(text: &str) -> String {
    let is_formula = text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '\'']);
    let harmless = if is_formula { format!("'{text}") } else { text.to_owned() };
    let is_plain = !harmless.contains([',', '"', '\r', '\n']) && harmless.trim() == harmless;
    if is_plain { harmless } else { format!("\"{}\"", harmless.replace('"', "\"\"")) }
}

/// What a spreadsheet would cut.
pub(super) fn lost(event: &RecordedEvent) -> impl Iterator<Item = &'static str> {
    let is_long = event.data.get().len() > CELL_MOST;
    is_long.then_some("its data may be longer than a spreadsheet's cell, which cuts it").into_iter()
}

/// Reads a table of ours.
pub(super) fn read(text: &str) -> Result<Vec<Loose>, FormatError> {
    let mut table = Table { rest: text, line: 1 };
    let wrong = |line, expected: &str, found: &str| FormatError::at(Place::Line(line), expected, shown(found));
    let header = table.row()?.unwrap_or_default();
    if header != COLUMNS {
        return Err(wrong(1, &format!("the columns {}", COLUMNS.join(",")), &header.join(",")));
    }
    let mut events = Vec::new();
    loop {
        let line = table.line;
        let Some(cells) = table.row()? else { return Ok(events) };
        if cells == [""] {
            continue;
        }
        if events.len() == MOST_EVENTS {
            return Err(FormatError::at(Place::Line(line), format!("at most {MOST_EVENTS} events"), "more"));
        }
        let count = cells.len();
        let cells = <[String; COLUMNS.len()]>::try_from(cells)
            .map_err(|_| wrong(line, &format!("{} cells", COLUMNS.len()), &count.to_string()))?;
        events.push(event(line, cells)?);
    }
}

fn event(line: u64, cells: [String; COLUMNS.len()]) -> Result<Loose, FormatError> {
    let [position, stream, revision, kind, time, actor, correlation, causation, id, data, version, extra] = cells;
    check_depth(line, &data)?;
    check_depth(line, &extra)?;
    let no = |column: &str, found: &str| FormatError::at(Place::Line(line), column, shown(found));
    let number = |column: &str, cell: &str| match cell {
        "" => Ok(None),
        _ => cell.parse::<u64>().map(Some).map_err(|_| no(&format!("{column} as a whole number"), cell)),
    };
    let data = RawValue::from_string(data.clone()).map_err(|_| no("data as JSON", &data))?;
    let apart = match extra.as_str() {
        "" => serde_json::Map::new(),
        _ => serde_json::from_str(&extra).map_err(|_| no("extra as an object in JSON", &extra))?,
    };
    let told = [("recordedAt", time), ("correlationId", correlation), ("causationId", causation)];
    let mut about: serde_json::Map<_, _> = told
        .into_iter()
        .filter(|(_, cell)| !cell.is_empty())
        .map(|(name, cell)| (name.to_owned(), cell.into()))
        .collect();
    about.insert("actor".to_owned(), actor.into());
    about.extend(number("schema_version", &version)?.map(|version| ("schemaVersion".to_owned(), version.into())));
    Ok(Loose {
        id: Some(id).filter(|id| !id.is_empty()),
        stream,
        kind,
        data,
        position: number("position", &position)?,
        revision: number("revision", &revision)?,
        about,
        apart,
        remark: None,
    })
}

/// The rows that have not been read.
struct Table<'a> {
    rest: &'a str,
    line: u64,
}

impl Table<'_> {
    /// The next row; `None` after the last.
    fn row(&mut self) -> Result<Option<Vec<String>>, FormatError> {
        if self.rest.is_empty() {
            return Ok(None);
        }
        let mut cells = Vec::new();
        loop {
            let cell = if self.rest.starts_with('"') { self.quoted()? } else { self.plain() };
            cells.push(match cell.strip_prefix('\'') {
                Some(harmless) => harmless.to_owned(),
                None => cell,
            });
            if let Some(rest) = self.rest.strip_prefix(',') {
                self.rest = rest;
                // A row can't have more cells than this; the error names how many there are.
                if cells.len() <= COLUMNS.len() {
                    continue;
                }
            }
            let end = self.rest.strip_prefix("\r\n").or_else(|| self.rest.strip_prefix('\n'));
            self.line += u64::from(end.is_some());
            match end {
                Some(rest) => self.rest = rest,
                None if self.rest.is_empty() => {}
                None => return Err(self.wrong("a comma or the line's end after a cell")),
            }
            return Ok(Some(cells));
        }
    }

    fn plain(&mut self) -> String {
        let end = self.rest.find([',', '\n']).unwrap_or(self.rest.len());
        let end = if self.rest[end..].starts_with('\n') && self.rest[..end].ends_with('\r') { end - 1 } else { end };
        let (cell, rest) = self.rest.split_at(end);
        self.rest = rest;
        cell.to_owned()
    }

    fn quoted(&mut self) -> Result<String, FormatError> {
        let mut cell = String::new();
        let mut rest = &self.rest[1..];
        loop {
            let Some((before, after)) = rest.split_once('"') else {
                return Err(self.wrong("a quotation mark at the end of the cell"));
            };
            cell.push_str(before);
            let Some(more) = after.strip_prefix('"') else {
                self.line += cell.matches('\n').count() as u64;
                self.rest = after;
                return Ok(cell);
            };
            cell.push('"');
            rest = more;
        }
    }

    fn wrong(&self, expected: &str) -> FormatError {
        FormatError::at(Place::Line(self.line), expected, shown(self.rest))
    }
}
