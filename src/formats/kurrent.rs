//! `KurrentDB`: what its HTTP API takes, and what it answers when it is read.
//!
//! Written is one list a stream, each the body of one append (`application/vnd.kurrent.events+json`):
//!
//! ```text
//! {"account-0190…": [{"eventId":"0190…","eventType":"MoneyDeposited","data":{…},"metadata":{"position":1,…}}, …], …}
//! ```
//!
//! The order of the whole log stands in the metadata, as `position` and `revision`, beside `$correlationId`,
//! `$causationId`, `recordedAt`, `actor`, `schemaVersion` and what else was known. Extras whose names mean something
//! here stand in `extra`. Such a server keeps data only if it is an object or a list; anything else is wrapped as
//! `{"value": …}`, with `"wrapped": true` in the metadata, and unwrapped when it is read again.
//!
//! Read are also: one such list (the stream is `metadata.stream`, or [`NO_STREAM`]), a list of events as a server gives
//! them one by one (`eventStreamId`, `eventNumber`), and a feed, its `entries` newest first.

use serde_json::value::RawValue;
use serde_json::{Map, Value};

use super::loose::{Loose, flat, take, take_apart, take_number};
use super::walk::{Entry, Object, Shape, open};
use super::{Encoder, FormatError, MOST_EVENTS, Place, json};
use crate::engine::{RecordedEvent, StreamId};

/// The stream of events that name none.
pub const NO_STREAM: &str = "imported";

/// The appends that make up a log, as they are written: one stream after the other.
pub(super) struct Appends {
    /// The stream whose list is open.
    stream: Option<StreamId>,
}

impl Appends {
    /// Begins an object of lists.
    pub(super) fn begin(text: &mut String) -> Self {
        text.push_str("{\n");
        Self { stream: None }
    }
}

impl Encoder for Appends {
    fn event(&mut self, event: &RecordedEvent, text: &mut String) {
        if self.stream.as_ref() == Some(&event.stream) {
            text.push_str(",\n");
        } else {
            text.push_str(if self.stream.is_some() { "\n],\n" } else { "" });
            text.push_str(&json(&event.stream));
            text.push_str(":[\n");
            self.stream = Some(event.stream.clone());
        }
        text.push_str(&append(event));
    }

    fn end(&mut self, text: &mut String) {
        text.push_str(if self.stream.is_some() { "\n]\n}\n" } else { "\n}\n" });
    }
}

fn append(event: &RecordedEvent) -> String {
    let mut metadata = flat(event);
    let mut data = event.data.get().to_owned();
    if is_bare(&event.data) {
        data = format!("{{\"value\":{data}}}");
        metadata.insert("wrapped".to_owned(), Value::Bool(true));
    }
    let (id, kind, metadata) = (json(&event.id), json(&event.kind), json(&metadata));
    format!(r#"{{"eventId":{id},"eventType":{kind},"data":{data},"metadata":{metadata}}}"#)
}

fn is_bare(data: &RawValue) -> bool {
    !data.get().starts_with(['{', '['])
}

/// What a server would not take as it is.
pub(super) fn lost(event: &RecordedEvent) -> impl Iterator<Item = &'static str> {
    let bare = is_bare(&event.data).then_some("its data is no object and no list; it is wrapped as {\"value\": …}");
    let system = event.stream.as_str().starts_with('$') || event.kind.starts_with('$');
    let system = system.then_some("names that begin with $ are the system's; a server may refuse it");
    let nameless = event.stream.as_str().is_empty() || event.kind.is_empty();
    let nameless = nameless.then_some("its stream or kind has an empty name; a server refuses it");
    [bare, system, nameless].into_iter().flatten()
}

/// Reads any of the shapes.
pub(super) fn read(text: &str) -> Result<Vec<Loose>, FormatError> {
    read_with(text, false)
}

/// The same; `is_json` says what a text as data means if the event itself does not.
pub(super) fn read_with(text: &str, is_json: bool) -> Result<Vec<Loose>, FormatError> {
    let entries = entries(open(text)?)?;
    if entries.len() > MOST_EVENTS {
        return Err(FormatError::at(Place::Line(1), format!("at most {MOST_EVENTS} events"), "more"));
    }
    let event = |(nth, (stream, value)): (u64, (Option<String>, &_))| event(&Entry::open(nth, value)?, stream, is_json);
    (1..).zip(entries).map(event).collect()
}

/// Events with the stream that they stand under, the oldest first.
fn entries(shape: Shape<'_>) -> Result<Vec<(Option<String>, &RawValue)>, FormatError> {
    let alone = |values: Vec<_>| values.into_iter().map(|value| (None, value)).collect();
    let object = match shape {
        Shape::List(values) => return Ok(alone(values)),
        Shape::Object(object) => object,
    };
    if let Some(mut entries) = feed(&object) {
        entries.reverse();
        return Ok(alone(entries));
    }
    let mut all = Vec::new();
    for (stream, value) in object.0 {
        let Ok(Shape::List(values)) = serde_json::from_str(value.get()) else {
            let expected = "a list of events for each stream";
            return Err(FormatError::at(Place::Line(1), expected, crate::worlds::money::shown(value.get())));
        };
        all.extend(values.into_iter().map(|value| (Some(stream.clone()), value)));
    }
    Ok(all)
}

/// The entries of a feed. A stream may be called `entries` too; only a feed's events name their stream.
fn feed<'a>(object: &Object<'a>) -> Option<Vec<&'a RawValue>> {
    let Shape::List(entries) = serde_json::from_str(object.get("entries")?.get()).ok()? else { return None };
    let names_stream =
        |value: &&RawValue| Entry::open(1, value).is_ok_and(|entry| entry.object.get("streamId").is_some());
    let is_feed = object.0.len() > 1 && object.0.iter().any(|(_, value)| is_bare(value));
    (is_feed || entries.first().is_some_and(names_stream)).then_some(entries)
}

fn event(entry: &Entry<'_>, stream: Option<String>, is_json: bool) -> Result<Loose, FormatError> {
    let Entry { object, .. } = entry;
    let mut about = entry.map(if object.get("metaData").is_some() { "metaData" } else { "metadata" })?;
    rename(&mut about, "$correlationId", "correlationId");
    rename(&mut about, "$causationId", "causationId");
    if !about.contains_key("recordedAt") {
        let time = object.text("created").or_else(|| object.text("updated"));
        about.extend(time.map(|time| ("recordedAt".to_owned(), Value::String(time))));
    }
    let in_metadata = (take(&mut about, "stream"), take_number(&mut about, "revision"));
    let stream = stream.or_else(|| object.text("eventStreamId")).or_else(|| object.text("streamId")).or(in_metadata.0);
    let (data, is_other) = data(entry, is_json)?;
    let remark = match (&stream, is_other) {
        (None, _) => Some("it names no stream; it was put into the stream “imported”"),
        (Some(_), true) => Some("its data is not JSON; it is kept as text"),
        (Some(_), false) => None,
    };
    Ok(Loose {
        id: object.text("eventId"),
        stream: stream.unwrap_or_else(|| NO_STREAM.to_owned()),
        kind: entry.needed("eventType")?,
        data: unwrap(data, &mut about),
        position: take_number(&mut about, "position"),
        revision: object.number("eventNumber").or_else(|| object.number("sequenceNumber")).or(in_metadata.1),
        apart: take_apart(&mut about),
        about,
        remark,
    })
}

/// The data as JSON, and whether it is a text that should have been JSON and is not.
///
/// A text that holds an object or a list is opened, as a server does; where the event says that it is JSON, any other
/// too.
fn data(entry: &Entry<'_>, is_json: bool) -> Result<(Box<RawValue>, bool), FormatError> {
    let Some(raw) = entry.object.get("data") else { return Ok((RawValue::NULL.to_owned(), false)) };
    let Some(text) = entry.object.text("data") else { return Ok((raw.to_owned(), false)) };
    let said = entry.object.get("isJson").map(RawValue::get);
    let opens_any = said == Some("true") || (is_json && said.is_none());
    let opens = said != Some("false") && (opens_any || text.trim_start().starts_with(['{', '[']));
    let opened = if opens { entry.inner(text)? } else { None };
    let is_other = opens_any && opened.is_none() || said == Some("false");
    Ok((opened.unwrap_or_else(|| raw.to_owned()), is_other))
}

fn unwrap(data: Box<RawValue>, about: &mut Map<String, Value>) -> Box<RawValue> {
    if about.get("wrapped") != Some(&Value::Bool(true)) {
        return data;
    }
    match serde_json::from_str(data.get()) {
        Ok(Shape::Object(Object(values))) if values.len() == 1 && values[0].0 == "value" => {
            about.remove("wrapped");
            values[0].1.to_owned()
        }
        _ => data,
    }
}

fn rename(map: &mut Map<String, Value>, from: &str, to: &str) {
    if let Some(text) = (!map.contains_key(to)).then(|| take(map, from)).flatten() {
        map.insert(to.to_owned(), Value::String(text));
    }
}
