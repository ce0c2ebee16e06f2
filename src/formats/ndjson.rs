//! Daybook's own format: one JSON object a line, nothing lost.
//!
//! ```text
//! {"format":"daybook","version":1,"world":"bank","events":2,"log":"0190…"}
//! {"id":"0190…","stream":"account-0190…","revision":0,"position":0,"type":"AccountOpened","data":{…},"metadata":{…}}
//! {"bookmark":{"at":1,"name":"opened"}}
//! {"id":"0190…","stream":"account-0190…","revision":1,"position":1,"type":"MoneyDeposited","data":{…},"metadata":{…}}
//! {"trailer":{"events":2,"head":"752e…"}}
//! ```
//!
//! Events stand in the order of their positions, their data exactly as stored. A file without its trailer was cut off.
//! A line that is an object of one name is no event: bookmarks and notes are such lines. What this version does not
//! know is kept where it stood, such a line or a name in the header. The trailer vouches for the events alone.

use std::iter::Peekable;
use std::mem;
use std::vec::IntoIter;

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use super::walk::{self, check_depth};
use super::{Encoder, FormatError, Head, MOST_EVENTS, Place, json};
use crate::engine::integrity::Link;
use crate::engine::{LogId, RecordedEvent};
use crate::worlds::json::amiss;
use crate::worlds::money::shown;

/// The version written here, and the only one read.
const VERSION: u64 = 1;
/// The longest file that is read piece by piece, in bytes.
pub const MOST_FILE_BYTES: u64 = 1 << 30;
/// The longest line, in bytes.
pub const MOST_LINE_BYTES: usize = 64 << 20;

/// A log as a file holds it.
#[derive(Clone, Debug)]
pub struct File {
    /// What the first line says.
    pub header: Header,
    /// The events, in the order of the file; those are missing that were [taken](Reader::take_events).
    pub events: Vec<RecordedEvent>,
    /// Lines of other kinds.
    pub lines: Vec<Line>,
    /// What the last line vouches for.
    pub trailer: Trailer,
}

/// The first line.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Header {
    format: String,
    version: u64,
    /// The world whose events these are.
    pub world: String,
    /// How many there are.
    pub events: u64,
    /// The log they were recorded in: the chain's beginning.
    pub log: LogId,
    /// Names that this version does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// The last line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trailer {
    /// How many events there were.
    pub events: u64,
    /// The chain's head.
    pub head: Link,
}

#[derive(Serialize, Deserialize)]
struct LastLine {
    trailer: Trailer,
}

/// What a file says besides its events; it is written again as it was.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rest {
    /// Names in the header that this version does not know.
    pub header: Map<String, Value>,
    /// Lines that are no events: bookmarks, notes, and what this version does not know.
    pub lines: Vec<Line>,
}

/// A line that is no event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// How many events stand before it.
    pub after: u64,
    /// Its text, an object of one name.
    pub text: String,
}

/// Writes a log of these events, from its first on.
pub fn write(head: &Head<'_>, events: impl IntoIterator<Item = RecordedEvent>) -> String {
    let mut text = String::new();
    let mut lines = Lines::begin(head, &mut text);
    events.into_iter().for_each(|event| lines.event(&event, &mut text));
    lines.end(&mut text);
    text
}

/// A log as it is written; the trailer holds the head of the chain of what was.
pub(super) struct Lines {
    lines: Peekable<IntoIter<Line>>,
    trailer: Trailer,
}

impl Lines {
    /// Begins with the header.
    pub(super) fn begin(head: &Head<'_>, text: &mut String) -> Self {
        let header = Header {
            format: "daybook".to_owned(),
            version: VERSION,
            world: head.world.to_owned(),
            events: head.events,
            log: head.log,
            extra: head.rest.header.clone(),
        };
        put_line(text, &json(&header));
        let trailer = Trailer { events: head.events, head: Link::genesis(head.log) };
        Self { lines: head.rest.lines.clone().into_iter().peekable(), trailer }
    }

    /// The lines that stand before the event at a position.
    fn put_before(&mut self, position: u64, text: &mut String) {
        while let Some(line) = self.lines.next_if(|line| line.after <= position) {
            put_line(text, &line.text);
        }
    }
}

impl Encoder for Lines {
    fn event(&mut self, event: &RecordedEvent, text: &mut String) {
        self.put_before(event.position.0, text);
        self.trailer.head = self.trailer.head.then(event);
        put_line(text, &json(event));
    }

    fn end(&mut self, text: &mut String) {
        self.put_before(u64::MAX, text);
        put_line(text, &json(&LastLine { trailer: self.trailer }));
    }
}

fn put_line(text: &mut String, line: &str) {
    text.push_str(line);
    text.push('\n');
}

/// Reads a log, or says at which line it stops being one.
pub fn read(text: &str) -> Result<File, FormatError> {
    let mut reader = Reader::default();
    reader.push(text.as_bytes())?;
    reader.finish()
}

/// Reads a log piece by piece, wherever the pieces begin and end: the file never lies in memory as text.
///
/// ```
/// use daybook::formats::ndjson::Reader;
/// let mut reader = Reader::default();
/// for piece in ["{\"format\":\"day", "book\",\"version\":2}\n"] {
///     if let Err(wrong) = reader.push(piece.as_bytes()) {
///         assert!(wrong.to_string().ends_with("found version 2."));
///     }
/// }
/// assert!(reader.finish().is_err());
/// ```
#[derive(Debug, Default)]
pub struct Reader {
    /// A line whose end has not come yet.
    part: Vec<u8>,
    /// Lines that have ended.
    line: u64,
    bytes: u64,
    header: Option<Header>,
    /// Events that were read, those included that were taken away.
    count: u64,
    events: Vec<RecordedEvent>,
    lines: Vec<Line>,
    trailer: Option<Trailer>,
    failed: Option<FormatError>,
}

impl Reader {
    /// What the first line says, once it was read.
    pub fn header(&self) -> Option<&Header> {
        self.header.as_ref()
    }

    /// The events that were read since this was last asked. They are not in the file that comes in the end.
    pub fn take_events(&mut self) -> Vec<RecordedEvent> {
        mem::take(&mut self.events)
    }

    /// Reads on. After the first error every further call gives it again.
    pub fn push(&mut self, bytes: &[u8]) -> Result<(), FormatError> {
        self.failed.clone().map_or(Ok(()), Err)?;
        let pushed = self.split(bytes);
        self.failed = pushed.clone().err();
        pushed
    }

    /// The whole file, if it is whole.
    pub fn finish(mut self) -> Result<File, FormatError> {
        self.failed.take().map_or(Ok(()), Err)?;
        if !self.part.is_empty() {
            self.end_line(&[])?;
        }
        let Some(header) = self.header else { return Err(wrong(1, "a Daybook log", "nothing")) };
        let Self { events, count, lines, line, .. } = self;
        let Some(trailer) = self.trailer else {
            let found = format!("the end after {count} of {} events: the file was cut off", header.events);
            return Err(wrong(line + 1, "the trailer", found));
        };
        Ok(File { header, events, lines, trailer })
    }

    fn split(&mut self, bytes: &[u8]) -> Result<(), FormatError> {
        self.bytes += bytes.len() as u64;
        if self.bytes > MOST_FILE_BYTES {
            return Err(wrong(self.line + 1, format!("at most {MOST_FILE_BYTES} bytes"), "more"));
        }
        let mut pieces = bytes.split(|byte| *byte == b'\n');
        let last = pieces.next_back().unwrap_or_default();
        pieces.try_for_each(|piece| self.end_line(piece))?;
        self.check_length(last)?;
        self.part.extend_from_slice(last);
        Ok(())
    }

    /// A line is refused before it is collected, not after.
    fn check_length(&self, more: &[u8]) -> Result<(), FormatError> {
        if self.part.len() + more.len() > MOST_LINE_BYTES {
            return Err(wrong(self.line + 1, format!("a line of at most {MOST_LINE_BYTES} bytes"), "more"));
        }
        Ok(())
    }

    fn end_line(&mut self, piece: &[u8]) -> Result<(), FormatError> {
        self.check_length(piece)?;
        self.line += 1;
        if self.part.is_empty() {
            return self.read_line(piece);
        }
        let mut line = mem::take(&mut self.part);
        line.extend_from_slice(piece);
        self.read_line(&line)?;
        line.clear();
        self.part = line;
        Ok(())
    }

    fn read_line(&mut self, line: &[u8]) -> Result<(), FormatError> {
        let number = self.line;
        let line = str::from_utf8(line).map_err(|_| wrong(number, "text in UTF-8", "other bytes"))?;
        let line = line.trim_start_matches(if number == 1 { "\u{feff}" } else { "" }).trim();
        if line.is_empty() {
            return Ok(());
        }
        check_depth(number, line)?;
        let Some(header) = &self.header else {
            self.header = Some(read_header(number, line)?);
            return Ok(());
        };
        if self.trailer.is_some() {
            return Err(wrong(number, "nothing after the trailer", shown(line)));
        }
        match serde_json::from_str(line) {
            Ok(event) => {
                self.events.push(event);
                self.count += 1;
            }
            Err(why) => {
                let count = self.count;
                if let Ok(LastLine { trailer }) = serde_json::from_str(line) {
                    check_count(number, header.events, trailer.events, count)?;
                    self.trailer = Some(trailer);
                } else if is_other_kind(line) {
                    self.lines.push(Line { after: count, text: line.to_owned() });
                } else {
                    let found = format!("{}: {}", shown(line), amiss(line, &why));
                    return Err(wrong(number, "an event or the trailer", found));
                }
            }
        }
        if self.count.max(self.lines.len() as u64) > MOST_EVENTS as u64 {
            return Err(wrong(number, format!("at most {MOST_EVENTS} events"), "more"));
        }
        Ok(())
    }
}

fn read_header(number: u64, line: &str) -> Result<Header, FormatError> {
    let no = |found| wrong(number, r#"a header such as {"format":"daybook","version":1,…}"#, found);
    let value: Value = serde_json::from_str(line).map_err(|_| no(shown(line)))?;
    if value.get("format").and_then(Value::as_str) != Some("daybook") {
        return Err(no(format!("a file of another program: {}", shown(line))));
    }
    if value.get("version").and_then(Value::as_u64) != Some(VERSION) {
        return Err(no(format!("version {}", value.get("version").unwrap_or(&Value::Null))));
    }
    serde_json::from_str(line).map_err(|why| no(format!("{}: {}", shown(line), amiss(line, &why))))
}

fn check_count(number: u64, header: u64, trailer: u64, count: u64) -> Result<(), FormatError> {
    match (header == count, trailer == count) {
        (true, true) => Ok(()),
        (true, false) => Err(wrong(number, format!("{trailer} events"), count.to_string())),
        (false, _) => Err(wrong(number, format!("{header} events"), count.to_string())),
    }
}

/// An object of one name, which is not the trailer's.
fn is_other_kind(line: &str) -> bool {
    let is_whole = serde_json::from_str::<&RawValue>(line).is_ok();
    let names = walk::first(line).map(|object| object.0).unwrap_or_default();
    is_whole && matches!(&names[..], [(name, _)] if name != "trailer")
}

impl From<File> for super::File {
    fn from(file: File) -> Self {
        let File { header, events, lines, trailer } = file;
        Self {
            world: Some(header.world),
            events,
            rest: Rest { header: header.extra, lines },
            chain: Some((header.log, trailer.head)),
            remarks: Vec::new(),
        }
    }
}

fn wrong(line: u64, expected: impl Into<String>, found: impl Into<String>) -> FormatError {
    FormatError::at(Place::Line(line), expected, found)
}
