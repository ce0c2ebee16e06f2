//! Daybook's own format: one JSON object a line, nothing lost.
//!
//! ```text
//! {"format":"daybook","version":1,"world":"bank","events":2,"log":"0190…"}
//! {"id":"0190…","stream":"account-0190…","revision":0,"position":0,"type":"AccountOpened","data":{…},"metadata":{…}}
//! {"id":"0190…","stream":"account-0190…","revision":1,"position":1,"type":"MoneyDeposited","data":{…},"metadata":{…}}
//! {"trailer":{"events":2,"head":"752e…"}}
//! ```
//!
//! Events stand in the order of their positions, their data exactly as stored. A file without its trailer was cut off.
//! Names in the header that this version does not know are kept.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::engine::integrity::Link;
use crate::engine::{LogId, RecordedEvent};
use crate::worlds::money::shown;

/// The version written here, and the only one read.
const VERSION: u64 = 1;
/// The longest text that is read, in bytes.
pub const MOST_BYTES: usize = 64 << 20;
/// The most events that are read.
pub const MOST_EVENTS: u64 = 2_000_000;
/// The deepest nesting of lists and objects that is read.
pub const MOST_DEPTH: usize = 64;

/// A log as a file holds it.
#[derive(Clone, Debug)]
pub struct File {
    /// What the first line says.
    pub header: Header,
    /// The events, in the order of the file.
    pub events: Vec<RecordedEvent>,
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

/// Text that is not such a file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("Line {line}: expected {expected}, found {found}.")]
pub struct FormatError {
    /// The first line at fault; the first line is 1.
    pub line: u64,
    /// What should have stood there.
    pub expected: String,
    /// What stands there.
    pub found: String,
}

/// Writes a log from its first event on; the trailer holds the head of their chain.
pub fn write(
    world: &str,
    log: LogId,
    extra: &Map<String, Value>,
    events: impl ExactSizeIterator<Item = RecordedEvent>,
) -> String {
    let count = events.len() as u64;
    let header = Header {
        format: "daybook".to_owned(),
        version: VERSION,
        world: world.to_owned(),
        events: count,
        log,
        extra: extra.clone(),
    };
    let mut text = line(&header);
    let mut head = Link::genesis(log);
    for event in events {
        head = head.then(&event);
        text.push_str(&line(&event));
    }
    text.push_str(&line(&LastLine { trailer: Trailer { events: count, head } }));
    text
}

/// Reads a log, or says at which line it stops being one.
pub fn read(text: &str) -> Result<File, FormatError> {
    if text.len() > MOST_BYTES {
        return Err(wrong(1, format!("at most {MOST_BYTES} bytes"), format!("{}", text.len())));
    }
    let text = text.trim_start_matches('\u{feff}');
    let mut lines = (1..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty());
    let (number, first) = lines.next().ok_or_else(|| wrong(1, "a Daybook log", "nothing"))?;
    let header = read_header(number, first)?;
    let mut events = Vec::new();
    for (number, line) in lines.by_ref() {
        check_depth(number, line)?;
        match serde_json::from_str::<RecordedEvent>(line) {
            Ok(event) => events.push(event),
            Err(why) => {
                let Ok(LastLine { trailer }) = serde_json::from_str(line) else {
                    return Err(wrong(number, "an event or the trailer", format!("{} ({why})", shown(line))));
                };
                return end(header, events, trailer, number, lines.next());
            }
        }
        if events.len() as u64 > MOST_EVENTS {
            return Err(wrong(number, format!("at most {MOST_EVENTS} events"), "more"));
        }
    }
    let found = format!("the end after {} of {} events: the file was cut off", events.len(), header.events);
    Err(wrong(text.lines().count() as u64 + 1, "the trailer", found))
}

fn read_header(number: u64, line: &str) -> Result<Header, FormatError> {
    let no = |found| wrong(number, r#"a header such as {"format":"daybook","version":1,…}"#, found);
    check_depth(number, line)?;
    let value: Value = serde_json::from_str(line).map_err(|_| no(shown(line)))?;
    if value.get("format").and_then(Value::as_str) != Some("daybook") {
        return Err(no(format!("a file of another program: {}", shown(line))));
    }
    if value.get("version").and_then(Value::as_u64) != Some(VERSION) {
        return Err(no(format!("version {}", value.get("version").unwrap_or(&Value::Null))));
    }
    serde_json::from_value(value).map_err(|why| no(why.to_string()))
}

fn end(
    header: Header,
    events: Vec<RecordedEvent>,
    trailer: Trailer,
    number: u64,
    more: Option<(u64, &str)>,
) -> Result<File, FormatError> {
    if let Some((number, line)) = more {
        return Err(wrong(number, "nothing after the trailer", shown(line)));
    }
    let count = events.len() as u64;
    if trailer.events != count || header.events != count {
        let expected = format!("{} events", if header.events == count { trailer.events } else { header.events });
        return Err(wrong(number, expected, count.to_string()));
    }
    Ok(File { header, events, trailer })
}

/// Refuses hostile nesting before a parser meets it.
fn check_depth(number: u64, line: &str) -> Result<(), FormatError> {
    let (mut depth, mut in_text, mut escaped) = (0_usize, false, false);
    for byte in line.bytes() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_text => escaped = true,
            b'"' => in_text = !in_text,
            b'{' | b'[' if !in_text => depth += 1,
            b'}' | b']' if !in_text => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > MOST_DEPTH {
            return Err(wrong(number, format!("at most {MOST_DEPTH} levels of nesting"), "more"));
        }
    }
    Ok(())
}

fn wrong(line: u64, expected: impl Into<String>, found: impl Into<String>) -> FormatError {
    FormatError { line, expected: expected.into(), found: found.into() }
}

fn line(value: &impl Serialize) -> String {
    // Texts, numbers and JSON that was read before can always be written.
    serde_json::to_string(value).unwrap_or_default() + "\n"
}
