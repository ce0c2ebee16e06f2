//! Events as other programs tell them, and the one place that numbers and completes them.

use std::collections::HashMap;
use std::mem;

use serde_json::value::RawValue;
use serde_json::{Map, Value, json};
use uuid::{Builder, Uuid};

use super::remark::{Remark, Remarks};
use crate::engine::{Metadata, Position, RecordedEvent, Revision, StreamId, Timestamp};

/// What [`Metadata`] has fields for; nothing else may take these names.
const OWN: [&str; 5] = ["recordedAt", "correlationId", "causationId", "actor", "schemaVersion"];

/// An event of another program: what it says, and gaps where it says nothing.
pub(super) struct Loose {
    pub(super) id: Option<String>,
    pub(super) stream: String,
    pub(super) kind: String,
    pub(super) data: Box<RawValue>,
    pub(super) position: Option<u64>,
    pub(super) revision: Option<u64>,
    /// Metadata under the names that [`Metadata`] has, and whatever else there was.
    pub(super) about: Map<String, Value>,
    /// Metadata that stood apart, since its names mean something else in the format.
    pub(super) apart: Map<String, Value>,
    /// What its reader has to say.
    pub(super) remark: Option<&'static str>,
}

/// Numbers the events and fills their gaps. The same text gives the same events, always: there is no clock and no dice.
pub(super) fn complete(mut events: Vec<Loose>) -> (Vec<RecordedEvent>, Vec<Remark>) {
    if events.iter().all(|event| event.position.is_some()) {
        events.sort_by_key(|event| event.position);
    }
    let mut gaps = Gaps::default();
    let events = (0..).zip(events).map(|(position, event)| gaps.fill(position, event)).collect();
    (events, gaps.remarks.all())
}

/// What the events so far leave for the next.
#[derive(Default)]
struct Gaps {
    remarks: Remarks,
    revisions: HashMap<String, u64>,
    time: Timestamp,
}

impl Gaps {
    fn fill(&mut self, position: u64, mut event: Loose) -> RecordedEvent {
        let revision = self.revision(position, &event);
        let (about, remarks) = (&mut event.about, &mut self.remarks);
        let mut note = |what| remarks.note(position, what);
        if let Some(what) = event.remark {
            note(what);
        }
        match event.position {
            Some(told) if told == position => {}
            Some(_) => note("its place in the whole log was another; all were numbered anew, in the same order"),
            None => note("it has no place in the whole log; it was numbered in the order of the file"),
        }
        match take(about, "recordedAt").as_deref().and_then(moment) {
            Some(time) => self.time = time,
            None => note("it has no time that can be read; it got the one of the event before it, or 1970"),
        }
        let content =
            |event: &Loose| [event.stream.as_str(), &revision.to_string(), &event.kind, event.data.get()].join("\n");
        let mut id_of = |text: &str| {
            text.parse().unwrap_or_else(|_| {
                note("an id is no UUID; one was made from it");
                made_from(text)
            })
        };
        let correlation_id = take(about, "correlationId").as_deref().map(&mut id_of);
        let causation_id = take(about, "causationId").as_deref().map(&mut id_of);
        let own_id = event.id.as_deref().map(&mut id_of);
        let actor = take(about, "actor").or_else(|| take(&mut event.apart, "actor"));
        if actor.is_none() {
            note("it does not say who acted; “unknown” stands there now");
        }
        let schema_version = about.get("schemaVersion").and_then(Value::as_u64).and_then(|n| u16::try_from(n).ok());
        match schema_version {
            Some(_) => drop(about.remove("schemaVersion")),
            None => note("it has no schema version; it is taken as 1"),
        }
        if own_id.is_none() {
            note("it has no id; one was made from its content");
        }
        let extra = together(mem::take(&mut event.about), mem::take(&mut event.apart));
        let id = own_id.unwrap_or_else(|| made_from(&content(&event)));
        RecordedEvent {
            id,
            stream: StreamId::new(event.stream),
            revision: Revision(revision),
            position: Position(position),
            kind: event.kind,
            data: on_one_line(event.data),
            metadata: Metadata {
                recorded_at: self.time,
                correlation_id: correlation_id.unwrap_or(id),
                causation_id: causation_id.unwrap_or(id),
                actor: actor.unwrap_or_else(|| "unknown".to_owned()),
                schema_version: schema_version.unwrap_or(1),
                extra,
            },
        }
    }

    /// A revision that is told is kept, right or wrong; that is for others to judge.
    fn revision(&mut self, position: u64, event: &Loose) -> u64 {
        if event.revision.is_none() {
            self.remarks.note(position, "it has no place in its stream; it was numbered in the order of the file");
        }
        let next = self.revisions.entry(event.stream.clone()).or_default();
        let revision = event.revision.unwrap_or(*next);
        *next = revision.saturating_add(1);
        revision
    }
}

/// Data as a line of NDJSON can hold it. Between the parts of JSON any space is as good as another; inside of texts
/// there are no such characters.
fn on_one_line(data: Box<RawValue>) -> Box<RawValue> {
    if !data.get().contains(['\n', '\r']) {
        return data;
    }
    RawValue::from_string(data.get().replace(['\n', '\r'], " ")).unwrap_or(data)
}

/// All further metadata of an event. A name that belongs to [`Metadata`] itself gets a `$` before it.
fn together(about: Map<String, Value>, apart: Map<String, Value>) -> Map<String, Value> {
    let name = |name: String| if OWN.contains(&name.as_str()) { format!("${name}") } else { name };
    about.into_iter().chain(apart).map(|(own, value)| (name(own), value)).collect()
}

/// Takes a value that is text; anything else stays.
pub(super) fn take(map: &mut Map<String, Value>, name: &str) -> Option<String> {
    match map.get(name) {
        Some(Value::String(_)) => match map.remove(name) {
            Some(Value::String(text)) => Some(text),
            _ => None,
        },
        _ => None,
    }
}

/// Takes a value that is a whole number from 0 on; anything else stays.
pub(super) fn take_number(map: &mut Map<String, Value>, name: &str) -> Option<u64> {
    let number = map.get(name)?.as_u64()?;
    map.remove(name);
    Some(number)
}

/// An event's metadata as one flat object, places included. Extras whose names mean something here stand in `extra`.
pub(super) fn flat(event: &RecordedEvent) -> Map<String, Value> {
    const TAKEN: [&str; 5] = ["position", "revision", "stream", "wrapped", "extra"];
    let metadata = &event.metadata;
    let fits = |name: &str, _: &Value| !name.starts_with('$') && !TAKEN.contains(&name) && !OWN.contains(&name);
    let (mut flat, apart) = split(&metadata.extra, fits);
    for (name, value) in [
        ("position", json!(event.position)),
        ("revision", json!(event.revision)),
        ("recordedAt", json!(metadata.recorded_at)),
        ("$correlationId", json!(metadata.correlation_id)),
        ("$causationId", json!(metadata.causation_id)),
        ("actor", json!(metadata.actor)),
        ("schemaVersion", json!(metadata.schema_version)),
    ] {
        flat.insert(name.to_owned(), value);
    }
    if !apart.is_empty() {
        flat.insert("extra".to_owned(), Value::Object(apart));
    }
    flat
}

/// Extras that can stand among other names, and those that have to stand apart.
pub(super) fn split(
    extra: &Map<String, Value>,
    fits: impl Fn(&str, &Value) -> bool,
) -> (Map<String, Value>, Map<String, Value>) {
    extra.iter().map(|(name, value)| (name.clone(), value.clone())).partition(|(name, value)| fits(name, value))
}

/// Takes the object `extra`, where extras stand apart; anything else of that name stays.
pub(super) fn take_apart(about: &mut Map<String, Value>) -> Map<String, Value> {
    match about.remove("extra") {
        Some(Value::Object(apart)) => apart,
        other => {
            about.extend(other.map(|other| ("extra".to_owned(), other)));
            Map::new()
        }
    }
}

/// A moment in RFC 3339, with any fraction and any offset; what is finer than a millisecond is cut off.
fn moment(text: &str) -> Option<Timestamp> {
    let text = text.trim().to_ascii_uppercase();
    let (local, minutes) = match text.strip_suffix('Z') {
        Some(local) => (local, 0),
        None => offset(&text)?,
    };
    let at = Timestamp::try_from(format!("{local}Z")).ok()?;
    Some(Timestamp::from_millis(at.millis() - minutes * 60_000))
}

/// Splits `+02:00` off a moment, as minutes.
fn offset(text: &str) -> Option<(&str, i64)> {
    let (local, offset) = text.split_at_checked(text.len().checked_sub(6)?)?;
    let (hours, minutes) = offset.get(1..)?.split_once(':')?;
    let minutes = hours.parse::<i64>().ok()? * 60 + minutes.parse::<i64>().ok()?;
    match offset.as_bytes().first()? {
        b'+' => Some((local, minutes)),
        b'-' => Some((local, -minutes)),
        _ => None,
    }
}

/// A `UUIDv8` that follows from a text: FNV-1a with 128 bits. It tells apart; it protects from nothing.
fn made_from(text: &str) -> Uuid {
    const BASIS: u128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d;
    const PRIME: u128 = 0x0000_0000_0100_0000_0000_0000_0000_013b;
    let hash = text.bytes().fold(BASIS, |hash, byte| (hash ^ u128::from(byte)).wrapping_mul(PRIME));
    Builder::from_custom_bytes(hash.to_be_bytes()).into_uuid()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_read_in_every_spelling() {
        for (text, read) in [
            ("2026-01-31T12:00:00.000Z", Some("2026-01-31T12:00:00.000Z")),
            ("2026-01-31T12:00:00.1234567Z", Some("2026-01-31T12:00:00.123Z")),
            ("2026-01-31t12:00:00z", Some("2026-01-31T12:00:00.000Z")),
            ("2026-01-31T12:00:00.5+02:00", Some("2026-01-31T10:00:00.500Z")),
            ("2026-01-31T23:30:00-01:30", Some("2026-02-01T01:00:00.000Z")),
            ("2026-01-31", None),
            ("yesterday", None),
            ("2026-01-31T12:00:00é0:00", None),
            ("", None),
        ] {
            assert_eq!(moment(text).map(|at| at.to_string()).as_deref(), read, "{text}");
        }
    }

    #[test]
    fn ids_follow_from_text_alone() {
        assert_eq!(made_from("A234-1234").to_string(), made_from("A234-1234").to_string());
        assert_ne!(made_from("A234-1234"), made_from("A234-1235"));
        assert_eq!(made_from("").get_version_num(), 8);
    }
}
