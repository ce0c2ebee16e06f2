//! Logs as text, in and out. A format parses and writes; it judges nothing.
//!
//! | format | out | in | holds |
//! |---|---|---|---|
//! | [`ndjson`] | yes | yes | everything, bit for bit; read piece by piece |
//! | [`kurrent`] | yes | yes | every event; also what a `KurrentDB` server answers when it is read |
//! | [`gaffer`] | yes | yes | every event |
//! | [`cloudevents`] | yes | yes | every event |
//! | [`csv`] | yes | yes | every event |
//! | [`sql`] | yes | no | every event |
//!
//! Only NDJSON also holds what stands beside the events: the log's id, the chain's head, bookmarks and notes. What a
//! writer leaves out or a reader has to make up is told by [`Remark`]s; `lab::import` makes verdicts of them.

pub mod ndjson;
pub mod kurrent;
pub mod gaffer;
pub mod cloudevents;
pub mod csv;
pub mod sql;

mod writer;
mod loose;
mod remark;
mod walk;

use std::fmt;

use crate::engine::integrity::Link;
use crate::engine::{LogId, RecordedEvent};
use ndjson::Rest;
pub use remark::{Remark, Remarks};
pub use writer::{Writer, Written};

/// The longest text that is read at once, in bytes. A file that is read piece by piece may be longer:
/// [`ndjson::MOST_FILE_BYTES`].
pub const MOST_BYTES: usize = 64 << 20;
/// The most events that are read.
pub const MOST_EVENTS: usize = 2_000_000;
/// The deepest nesting of lists and objects that is read.
pub const MOST_DEPTH: usize = 64;

/// A way to write a log down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Daybook's own: nothing is lost.
    Ndjson,
    /// What a `KurrentDB` server takes, one list a stream.
    KurrentDb,
    /// Test data for `KurrentDB`'s debugger of projections.
    Gaffer,
    /// A batch of `CloudEvents` 1.0.
    CloudEvents,
    /// A table for spreadsheets.
    Csv,
    /// A table for `SQLite` and `PostgreSQL`.
    Sql,
}

impl Format {
    /// All of them, the lossless one first.
    pub const ALL: [Self; 6] = [Self::Ndjson, Self::KurrentDb, Self::Gaffer, Self::CloudEvents, Self::Csv, Self::Sql];

    /// Its name for programs.
    pub fn name(self) -> &'static str {
        self.told()[0]
    }

    /// Its name for people.
    pub fn label(self) -> &'static str {
        self.told()[1]
    }

    /// How a file's name ends, without the dot.
    pub fn extension(self) -> &'static str {
        self.told()[2]
    }

    /// Its media type.
    pub fn media_type(self) -> &'static str {
        self.told()[3]
    }

    /// Whether it can also be read.
    pub fn is_read(self) -> bool {
        self != Self::Sql
    }

    /// The format of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.name() == name)
    }

    fn told(self) -> [&'static str; 4] {
        match self {
            Self::Ndjson => ["ndjson", "Daybook (NDJSON, nothing is lost)", "ndjson", "application/x-ndjson"],
            Self::KurrentDb => ["kurrentdb", "KurrentDB (appends by stream)", "json", "application/json"],
            Self::Gaffer => ["gaffer", "gaffer (test data for KurrentDB)", "json", "application/json"],
            Self::CloudEvents => {
                ["cloudevents", "CloudEvents 1.0 (batch)", "json", "application/cloudevents-batch+json"]
            }
            Self::Csv => ["csv", "CSV (for spreadsheets)", "csv", "text/csv;charset=utf-8"],
            Self::Sql => ["sql", "SQL (for SQLite and PostgreSQL)", "sql", "application/sql"],
        }
    }
}

/// What a writer is told besides the events.
#[derive(Clone, Copy, Debug)]
pub struct Head<'a> {
    /// The world whose events these are.
    pub world: &'a str,
    /// The log they were recorded in.
    pub log: LogId,
    /// How many there are.
    pub events: u64,
    /// What stands beside them.
    pub rest: &'a Rest,
}

/// A format as it is written, after its beginning.
trait Encoder {
    /// Writes the next event.
    fn event(&mut self, event: &RecordedEvent, text: &mut String);
    /// Writes what stands after all events.
    fn end(&mut self, text: &mut String);
}

/// A log as it was read.
#[derive(Clone, Debug)]
pub struct File {
    /// The world whose events these are; `None`: the format does not say.
    pub world: Option<String>,
    /// The events, in the order of their positions.
    pub events: Vec<RecordedEvent>,
    /// What stood beside them.
    pub rest: Rest,
    /// The log they were recorded in and the head of their chain, where the format vouches for them.
    pub chain: Option<(LogId, Link)>,
    /// What the text did not say and had to be made up.
    pub remarks: Vec<Remark>,
}

/// Reads a log, or says where the text stops being one.
pub fn read(format: Format, text: &str) -> Result<File, FormatError> {
    check_length(text.len())?;
    let text = text.trim_start_matches('\u{feff}');
    let (world, loose) = match format {
        Format::Ndjson => return ndjson::read(text).map(File::from),
        Format::KurrentDb => (None, kurrent::read(text)?),
        Format::Gaffer => (None, gaffer::read(text)?),
        Format::CloudEvents => cloudevents::read(text)?,
        Format::Csv => (None, csv::read(text)?),
        Format::Sql => return Err(FormatError::at(Place::Line(1), "a format that can be read", "SQL")),
    };
    let (events, remarks) = loose::complete(loose);
    Ok(File { world, events, rest: Rest::default(), chain: None, remarks })
}

/// How much of a text is looked at to tell whether it is read piece by piece, in bytes.
const BEGINNING: usize = 1 << 16;

/// Reads a log piece by piece, wherever the pieces begin and end.
///
/// The lossless format is never in memory as text, so a file may be as long as [`ndjson::MOST_FILE_BYTES`]. The others
/// put in order what they hold once all of it is there, so their text is collected, up to [`MOST_BYTES`].
#[derive(Debug, Default)]
pub struct Reader {
    format: Option<Format>,
    /// What was not read yet.
    text: Vec<u8>,
    lines: ndjson::Reader,
}

impl Reader {
    /// A reader for this format, or for the one that the text tells by itself.
    pub fn of(format: Option<Format>) -> Self {
        Self { format, ..Self::default() }
    }

    /// Reads on. After the first error nothing more is of use.
    pub fn push(&mut self, bytes: &[u8]) -> Result<(), FormatError> {
        if self.is_by_lines() {
            return self.lines.push(bytes);
        }
        let was_short = self.text.len() < BEGINNING;
        self.text.extend_from_slice(bytes);
        if self.format.is_none() && was_short && self.text.len() >= BEGINNING {
            let beginning = String::from_utf8_lossy(&self.text[..BEGINNING]);
            self.format = sniff(&beginning).filter(|format| *format == Format::Ndjson);
        }
        if self.is_by_lines() {
            return self.lines.push(&std::mem::take(&mut self.text));
        }
        check_length(self.text.len())
    }

    /// The world and the log that the text names, once it has: only the lossless format does before its end.
    pub fn origin(&self) -> Option<(&str, LogId)> {
        self.lines.header().map(|header| (header.world.as_str(), header.log))
    }

    /// The events that were read since this was last asked, in the order of their positions.
    pub fn take_events(&mut self) -> Vec<RecordedEvent> {
        self.lines.take_events()
    }

    /// What remains when the text is at its end: its last events, and what stands beside all of them.
    pub fn finish(self) -> Result<File, FormatError> {
        if self.is_by_lines() {
            return self.lines.finish().map(File::from);
        }
        let text = String::from_utf8(self.text)
            .map_err(|_| FormatError::at(Place::Line(1), "text in UTF-8", "other bytes"))?;
        read(self.format.or_else(|| sniff(&text)).unwrap_or(Format::Ndjson), &text)
    }

    fn is_by_lines(&self) -> bool {
        self.format == Some(Format::Ndjson)
    }
}

/// Whether a text is short enough to be read at once.
pub fn check_length(bytes: usize) -> Result<(), FormatError> {
    if bytes > MOST_BYTES {
        return Err(FormatError::at(Place::Line(1), format!("at most {MOST_BYTES} bytes"), bytes.to_string()));
    }
    Ok(())
}

/// Tells a format by the beginning of its text; `None`: it could be anything.
///
/// A text without any event is told only if it says itself what it is.
pub fn sniff(text: &str) -> Option<Format> {
    let text = text.trim_start_matches('\u{feff}').trim_start();
    if text.starts_with(csv::FIRST_COLUMNS) {
        return Some(Format::Csv);
    }
    let is_list = text.starts_with('[');
    let first = walk::first(if is_list { &text[1..] } else { text })?;
    let has = |name| first.get(name).is_some();
    if has("specversion") {
        return Some(Format::CloudEvents);
    }
    if has("eventType") || has("eventId") {
        // A `KurrentDB` server names the stream in another way, and its appends not at all.
        let is_fixture = is_list && has("streamId") && !has("eventNumber") && !has("positionEventNumber");
        return Some(if is_fixture { Format::Gaffer } else { Format::KurrentDb });
    }
    if is_list {
        return None;
    }
    if has("format") && first.text("format").is_some() {
        return Some(Format::Ndjson);
    }
    let is_by_stream = !first.0.is_empty() && first.0.iter().all(|(_, value)| value.get().starts_with('['));
    (is_by_stream || has("entries")).then_some(Format::KurrentDb)
}

/// Text that is not what it should be.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{place}: expected {expected}, found {found}.")]
pub struct FormatError {
    /// The first place at fault.
    pub place: Place,
    /// What should have stood there.
    pub expected: String,
    /// What stands there.
    pub found: String,
}

/// A place in a text; the first of each is 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// A line.
    Line(u64),
    /// An event, as the text has them.
    Entry(u64),
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Line(line) => write!(f, "Line {line}"),
            Self::Entry(entry) => write!(f, "Entry {entry}"),
        }
    }
}

impl FormatError {
    fn at(place: Place, expected: impl Into<String>, found: impl Into<String>) -> Self {
        Self { place, expected: expected.into(), found: found.into() }
    }
}

/// JSON of what can always be written: texts, numbers, and JSON that was read before.
fn json(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
}
