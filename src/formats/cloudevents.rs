//! `CloudEvents` 1.0, as a batch (`application/cloudevents-batch+json`).
//!
//! | an event's | is the attribute |
//! |---|---|
//! | id | `id` |
//! | world and stream | `source`: `/daybook/<world>/<stream>` |
//! | kind | `type` |
//! | stream | `subject` |
//! | time | `time` |
//! | position | `sequence`, ten digits, so that comparing texts orders them |
//! | correlation, cause | `correlationid`, `causationid` |
//! | revision, actor, schema version | `revision`, `actor`, `schemaversion` |
//! | further metadata | an attribute of its own where name and value allow it, else JSON in the text `extra` |
//!
//! Read are also batches and single events of others: the stream is the `subject`, or the `source` if there is none;
//! a binary `data_base64` is kept as `{"data_base64": "…"}`.

use serde_json::value::RawValue;
use serde_json::{Map, Value, json};

use super::loose::{Loose, split, take};
use super::walk::{Entry, Shape, open};
use super::{FormatError, Place, json as written};
use crate::engine::RecordedEvent;

/// Attributes that have their place; further metadata can't take their names.
const TAKEN: [&str; 14] = [
    "id",
    "source",
    "specversion",
    "type",
    "subject",
    "time",
    "data",
    "sequence",
    "correlationid",
    "causationid",
    "revision",
    "actor",
    "schemaversion",
    "extra",
];
const JSON: &str = "application/json";
/// The longest name of an attribute that every program takes.
const NAME_MOST: usize = 20;

/// An event of a batch.
pub(super) fn entry(world: &str, event: &RecordedEvent) -> String {
    let metadata = &event.metadata;
    let (mut attributes, mut apart) = split(&metadata.extra, fits);
    let actor = Value::String(metadata.actor.clone());
    if is_value(&actor) {
        attributes.insert("actor".to_owned(), actor);
    } else {
        apart.insert("actor".to_owned(), actor);
    }
    if !event.stream.as_str().is_empty() {
        attributes.insert("subject".to_owned(), json!(event.stream));
    }
    if !apart.is_empty() {
        attributes.insert("extra".to_owned(), Value::String(written(&apart)));
    }
    attributes.entry("datacontenttype").or_insert_with(|| json!(JSON));
    for (name, value) in [
        ("specversion", json!("1.0")),
        ("id", json!(event.id)),
        ("source", json!(format!("/daybook/{world}/{}", encoded(event.stream.as_str())))),
        ("type", json!(event.kind)),
        ("time", json!(metadata.recorded_at)),
        ("sequence", json!(format!("{:010}", event.position.0))),
        ("revision", json!(event.revision.to_string())),
        ("correlationid", json!(metadata.correlation_id)),
        ("causationid", json!(metadata.causation_id)),
        ("schemaversion", json!(metadata.schema_version)),
    ] {
        attributes.insert(name.to_owned(), value);
    }
    let attributes = written(&attributes);
    format!("{},\"data\":{}}}", attributes.trim_end_matches('}'), event.data.get())
}

/// Whether further metadata can be an attribute.
fn fits(name: &str, value: &Value) -> bool {
    let is_name = |name: &str| name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit());
    (1..=NAME_MOST).contains(&name.len())
        && is_name(name)
        && !TAKEN.contains(&name)
        && is_value(value)
        && !(name == "datacontenttype" && value == JSON)
}

/// Whether a value is one that attributes can have.
fn is_value(value: &Value) -> bool {
    match value {
        Value::Bool(_) => true,
        Value::Number(number) => number.as_i64().is_some_and(|number| i32::try_from(number).is_ok()),
        Value::String(text) => !text.is_empty() && !text.contains(char::is_control),
        Value::Null | Value::Array(_) | Value::Object(_) => false,
    }
}

/// A stream's name as one part of a path.
fn encoded(name: &str) -> String {
    let byte = |byte: u8| match byte {
        b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => char::from(byte).to_string(),
        _ => format!("%{byte:02X}"),
    };
    name.bytes().map(byte).collect()
}

/// What the specification does not allow.
pub(super) fn lost(event: &RecordedEvent) -> impl Iterator<Item = &'static str> {
    let names = [event.stream.as_str(), &event.kind];
    let nameless = event.kind.is_empty();
    let nameless = nameless.then_some("its kind has an empty name, which CloudEvents does not allow");
    let controls = names.iter().any(|name| name.contains(char::is_control));
    let controls = controls.then_some("its stream or kind has control characters, which CloudEvents does not allow");
    [nameless, controls].into_iter().flatten()
}

/// Reads a batch or a single event, and the world it names if it is one of ours.
pub(super) fn read(text: &str) -> Result<(Option<String>, Vec<Loose>), FormatError> {
    let entries = match open(text)? {
        Shape::List(values) => {
            (1..).zip(values).map(|(nth, value)| Entry::open(nth, value)).collect::<Result<Vec<_>, _>>()?
        }
        Shape::Object(object) => vec![Entry { place: Place::Entry(1), object }],
    };
    let mut world = None;
    let events = entries.iter().map(|entry| event(entry, &mut world)).collect::<Result<_, _>>()?;
    Ok((world, events))
}

fn event(entry: &Entry<'_>, world: &mut Option<String>) -> Result<Loose, FormatError> {
    let mut about = attributes(entry)?;
    let mut needed = |name| {
        let text = take(&mut about, name).filter(|text| !text.is_empty() || name == "type");
        text.ok_or_else(|| entry.wrong(&format!("{name} as text"), name))
    };
    if needed("specversion")? != "1.0" {
        return Err(entry.wrong("specversion 1.0", "specversion"));
    }
    let (id, source, kind) = (needed("id")?, needed("source")?, needed("type")?);
    let stream = stream(entry, &source, &mut about, world)?;
    let (data, remark) = data(entry)?;
    let mut number = |name| {
        let text = about.get(name)?.as_str().map_or_else(|| about[name].to_string(), str::to_owned);
        let number = text.parse().ok()?;
        about.remove(name);
        Some(number)
    };
    let (position, revision) = (number("sequence"), number("revision"));
    let apart = entry.map("extra")?;
    about.remove("extra");
    if about.get("datacontenttype").is_some_and(|told| told == JSON) {
        about.remove("datacontenttype");
    }
    for (from, to) in [
        ("time", "recordedAt"),
        ("correlationid", "correlationId"),
        ("causationid", "causationId"),
        ("schemaversion", "schemaVersion"),
    ] {
        let value = about.remove(from);
        about.extend(value.map(|value| (to.to_owned(), value)));
    }
    Ok(Loose { id: Some(id), stream, kind, data, position, revision, about, apart, remark })
}

/// All attributes; null means that one is not set.
fn attributes(entry: &Entry<'_>) -> Result<Map<String, Value>, FormatError> {
    let mut attributes = Map::new();
    for (name, value) in &entry.object.0 {
        if name != "data" && name != "data_base64" && value.get() != "null" {
            let value = serde_json::from_str(value.get()).map_err(|_| entry.wrong(&format!("{name} as JSON"), name))?;
            attributes.insert(name.clone(), value);
        }
    }
    Ok(attributes)
}

/// The event's stream. A source of ours says the world too; any other is kept.
fn stream(
    entry: &Entry<'_>,
    source: &str,
    about: &mut Map<String, Value>,
    world: &mut Option<String>,
) -> Result<String, FormatError> {
    let subject = take(about, "subject");
    let Some((of, stream)) = source.strip_prefix("/daybook/").and_then(|path| path.split_once('/')) else {
        about.insert("source".to_owned(), Value::String(source.to_owned()));
        return Ok(subject.unwrap_or_else(|| source.to_owned()));
    };
    let known = world.get_or_insert_with(|| of.to_owned());
    if known != of {
        return Err(entry.wrong(&format!("a source of the world {known}, as before"), "source"));
    }
    Ok(subject.unwrap_or_else(|| stream.to_owned()))
}

fn data(entry: &Entry<'_>) -> Result<(Box<RawValue>, Option<&'static str>), FormatError> {
    match (entry.object.get("data"), entry.object.text("data_base64")) {
        (Some(_), Some(_)) => Err(entry.wrong("data or data_base64, not both", "data_base64")),
        (Some(data), None) => Ok((data.to_owned(), None)),
        (None, Some(binary)) => {
            let kept = RawValue::from_string(written(&json!({ "data_base64": binary })));
            let what = "its data is binary; it is kept as {\"data_base64\": …}";
            Ok((kept.unwrap_or_else(|_| RawValue::NULL.to_owned()), Some(what)))
        }
        (None, None) => Ok((RawValue::NULL.to_owned(), None)),
    }
}
