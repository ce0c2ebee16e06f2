//! What was typed, read one argument at a time, with a sentence for each thing that is wrong.

use std::cell::RefCell;
use std::ops::Range;
use std::rc::Rc;

use serde_json::value::{RawValue, to_raw_value};
use serde_json::{Map, Value};
use uuid::Uuid;
use wasm_bindgen::prelude::*;

use crate::engine::{ExpectedRevision, Fact, Revision, StreamId};
use crate::formats::Format;
use crate::lab::door::{Append, Ask};
use crate::lab::no::No;
pub(super) use crate::worlds::fields::told;
use crate::worlds::money::{MOST, shown};

/// The longest name of a stream or kind, in characters.
const NAME_MOST: usize = 200;

/// The arguments of one call, as JSON.
pub(super) struct Args([Value; 4]);

impl Args {
    /// Reads JavaScript values. What JSON can't hold (NaN, big integers) is refused.
    pub(super) fn of(values: &[JsValue; 4]) -> Result<Self, No> {
        let mut read = [Value::Null, Value::Null, Value::Null, Value::Null];
        for (value, read) in values.iter().zip(&mut read) {
            *read = json(value)?;
        }
        Ok(Self(read))
    }

    fn get(&self, nth: usize) -> &Value {
        self.0.get(nth).unwrap_or(&Value::Null)
    }

    pub(super) fn text(&self, nth: usize, name: &str) -> Result<String, No> {
        match self.get(nth) {
            Value::String(text) => Ok(text.clone()),
            found => Err(No::bad_input(format!("Expected {name} as text, found {}.", told(found)))),
        }
    }

    pub(super) fn whole_number(&self, nth: usize, name: &str) -> Result<u64, No> {
        whole_number(name, self.get(nth))
    }

    /// An option's value; null if it was left out.
    pub(super) fn option(&self, nth: usize, name: &str) -> Result<Value, No> {
        match self.get(nth) {
            Value::Null => Ok(Value::Null),
            Value::Object(options) => Ok(options.get(name).cloned().unwrap_or_default()),
            found => Err(No::bad_input(format!("Expected options such as {{{name}: …}}, found {}.", told(found)))),
        }
    }

    /// Refuses an option that the call does not have: a misspelt one must not be lost silently.
    pub(super) fn only(&self, nth: usize, known: &[&str]) -> Result<(), No> {
        let mut names = self.get(nth).as_object().into_iter().flat_map(Map::keys);
        match names.find(|name| !known.contains(&name.as_str())) {
            None => Ok(()),
            Some(name) => {
                Err(No::bad_input(format!("Expected no options but {}; found {}.", known.join(", "), shown(name))))
            }
        }
    }

    fn optional_text(&self, nth: usize, name: &str) -> Result<Option<String>, No> {
        match self.option(nth, name)? {
            Value::Null => Ok(None),
            Value::String(text) => Ok(Some(text)),
            found => Err(No::bad_input(format!("Expected {name} as text, found {}.", told(&found)))),
        }
    }

    fn optional_id(&self, nth: usize, name: &str) -> Result<Option<Uuid>, No> {
        self.optional_text(nth, name)?.map(|text| id(name, &text)).transpose()
    }

    /// `{at}`: a number of events, all of them if left out.
    pub(super) fn at(&self, nth: usize, events: u64) -> Result<u64, No> {
        self.only(nth, &["at"])?;
        match self.option(nth, "at")? {
            Value::Null => Ok(events),
            found => match whole_number("at", &found)? {
                at if at <= events => Ok(at),
                at => Err(No::bad_input(format!("Expected at from 0 to {events}, found {at}."))),
            },
        }
    }

    /// `{from, limit, direction}` of `len` entries, as numbers in the order asked for.
    pub(super) fn window(&self, nth: usize, len: u64) -> Result<Box<dyn Iterator<Item = u64>>, No> {
        self.only(nth, &["from", "limit", "direction"])?;
        let number = |name: &str, default: u64| match self.option(nth, name)? {
            Value::Null => Ok(default),
            found => whole_number(name, &found),
        };
        let limit = number("limit", len)?;
        match self.optional_text(nth, "direction")?.as_deref() {
            None | Some("forwards") => {
                let from = number("from", 0)?;
                Ok(Box::new(clamp(from..from.saturating_add(limit), len)))
            }
            Some("backwards") => {
                let to = number("from", len.saturating_sub(1))?.saturating_add(1).min(len);
                Ok(Box::new(clamp(to.saturating_sub(limit)..to, len).rev()))
            }
            Some(found) => Err(No::bad_input(format!(
                r#"Expected direction: "forwards" or "backwards", found {}."#,
                told(&Value::String(found.to_owned()))
            ))),
        }
    }

    /// A command and its options.
    pub(super) fn ask(&self, command: usize, options: usize) -> Result<Ask, No> {
        self.only(options, &["expectedRevision", "correlationId", "commandId", "actor", "reason"])?;
        let expected = match self.option(options, "expectedRevision")? {
            Value::Null => None,
            found => Some(expected_revision(&found)?),
        };
        Ok(Ask {
            words: self.get(command).clone(),
            id: self.optional_id(options, "commandId")?,
            expected,
            correlation: self.optional_id(options, "correlationId")?,
            actor: self.optional_text(options, "actor")?,
            reason: self.optional_text(options, "reason")?,
            ..Ask::default()
        })
    }

    /// A stream, what is expected of it, and events.
    pub(super) fn append(&self, stream: usize, expected: usize, events: usize) -> Result<Append, No> {
        let stream = name("stream", &self.text(stream, "stream")?)?;
        if stream.starts_with('$') {
            return Err(No::bad_input("Expected a stream of your own; names that begin with $ are the system's."));
        }
        let Value::Array(events) = self.get(events) else {
            let found = told(self.get(events));
            return Err(No::bad_input(format!("Expected a list of events, found {found}.")));
        };
        let facts = events.iter().map(fact).collect::<Result<Vec<_>, No>>()?;
        if facts.is_empty() {
            return Err(No::bad_input("Expected at least one event, found an empty list."));
        }
        let metadata = events.iter().map(|event| event.get("metadata").unwrap_or(&Value::Null));
        let first = metadata.clone().next().unwrap_or(&Value::Null);
        if metadata.clone().any(|metadata| metadata != first) {
            return Err(No::bad_input(
                "Expected the same metadata for all events of one append, found different ones.",
            ));
        }
        Ok(Append {
            stream: StreamId::new(stream),
            expected: expected_revision(self.get(expected))?,
            facts,
            ask: about(first)?,
        })
    }

    /// The name of one of these formats.
    pub(super) fn format(&self, nth: usize, among: impl Fn(Format) -> bool) -> Result<Format, No> {
        let found = self.get(nth);
        found.as_str().and_then(Format::named).filter(|format| among(*format)).ok_or_else(|| {
            let names: Vec<_> = Format::ALL.into_iter().filter(|format| among(*format)).map(Format::name).collect();
            No::bad_input(format!("Expected a format ({}), found {}.", names.join(", "), told(found)))
        })
    }
}

fn clamp(range: Range<u64>, len: u64) -> Range<u64> {
    range.start.min(len)..range.end.min(len)
}

fn whole_number(name: &str, found: &Value) -> Result<u64, No> {
    found
        .as_u64()
        .filter(|number| *number <= MOST.unsigned_abs())
        .ok_or_else(|| No::bad_input(format!("Expected {name} as a whole number from 0 on, found {}.", told(found))))
}

fn id(name: &str, text: &str) -> Result<Uuid, No> {
    let found = told(&Value::String(text.to_owned()));
    text.parse().map_err(|_| No::bad_input(format!("Expected {name} as a UUID, found {found}.")))
}

fn name(what: &str, text: &str) -> Result<String, No> {
    match text.chars().count() {
        1..=NAME_MOST if !text.contains(char::is_control) => Ok(text.to_owned()),
        found => Err(No::bad_input(format!(
            "Expected the name of a {what} of 1 to {NAME_MOST} characters without control characters, found {found}."
        ))),
    }
}

fn expected_revision(found: &Value) -> Result<ExpectedRevision, No> {
    match found {
        Value::String(text) if text == "any" => Ok(ExpectedRevision::Any),
        Value::String(text) if text == "noStream" => Ok(ExpectedRevision::NoStream),
        Value::String(text) if text == "streamExists" => Ok(ExpectedRevision::StreamExists),
        Value::Number(number) if number.is_u64() => Ok(ExpectedRevision::Exact(Revision(number.as_u64().unwrap_or(0)))),
        _ => Err(No::bad_input(format!(
            r#"Expected a revision as a whole number, "any", "noStream" or "streamExists", found {}."#,
            told(found)
        ))),
    }
}

fn fact(event: &Value) -> Result<Fact, No> {
    let expected = |what: &str, found: &Value| No::bad_input(format!("Expected {what}, found {}.", told(found)));
    let fields = event.as_object().ok_or_else(|| expected("an event such as {type, data}", event))?;
    let kind = fields.get("type").unwrap_or(&Value::Null);
    let kind = kind.as_str().ok_or_else(|| expected("the event's type as text", kind))?;
    let own_id = match fields.get("id") {
        None | Some(Value::Null) => None,
        Some(Value::String(text)) => Some(id("the event's id", text)?),
        Some(found) => return Err(expected("the event's id as a UUID", found)),
    };
    Ok(Fact { id: own_id, kind: name("kind", kind)?, data: raw(fields)?, schema_version: 1 })
}

/// The metadata of an append: what is known by name, and the rest as it is.
fn about(metadata: &Value) -> Result<Ask, No> {
    let mut extra = match metadata {
        Value::Null => Map::new(),
        Value::Object(metadata) => metadata.clone(),
        found => return Err(No::bad_input(format!("Expected metadata as an object, found {}.", told(found)))),
    };
    if let Some(own) = ["recordedAt", "schemaVersion"].into_iter().find(|own| extra.contains_key(*own)) {
        return Err(No::bad_input(format!(
            "Expected metadata without {own}, which the log writes itself, found some."
        )));
    }
    let mut text = |name: &str| match extra.remove(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(found) => Err(No::bad_input(format!("Expected {name} as text, found {}.", told(&found)))),
    };
    Ok(Ask {
        actor: text("actor")?,
        reason: text("reason")?,
        correlation: text("correlationId")?.map(|text| id("correlationId", &text)).transpose()?,
        causation: text("causationId")?.map(|text| id("causationId", &text)).transpose()?,
        extra,
        ..Ask::default()
    })
}

fn raw(fields: &Map<String, Value>) -> Result<Box<RawValue>, No> {
    let data = fields.get("data").unwrap_or(&Value::Null);
    to_raw_value(data).map_err(|why| No::bad_input(format!("Expected data as JSON, found {why}.")))
}

/// A JavaScript value as JSON.
fn json(value: &JsValue) -> Result<Value, No> {
    if value.is_undefined() || value.is_function() {
        return Ok(Value::Null);
    }
    let no = |why: &str| No::bad_input(format!("Expected plain data, found something that is not JSON: {why}."));
    let odd = Rc::new(RefCell::new(None));
    let first_odd = Rc::clone(&odd);
    let replacer = Closure::<dyn Fn(JsValue, JsValue) -> JsValue>::new(move |key: JsValue, value: JsValue| {
        let Some(found) = not_json(&value) else { return value };
        first_odd.borrow_mut().get_or_insert((key.as_string().unwrap_or_default(), found));
        JsValue::NULL
    });
    let text = js_sys::JSON::stringify_with_replacer(value, replacer.as_ref()).map_err(|error| {
        no(&error.dyn_ref::<js_sys::Error>().map_or_else(String::new, |error| error.message().into()))
    })?;
    match (odd.take(), text.as_string()) {
        (Some((key, found)), _) if key.is_empty() => {
            Err(No::bad_input(format!("Expected plain data, found {found}, which JSON can't hold.")))
        }
        (Some((key, found)), _) => {
            Err(No::bad_input(format!("Expected {} as JSON can hold it, found {found}.", shown(&key))))
        }
        (None, Some(text)) => serde_json::from_str(&text).map_err(|why| no(&why.to_string())),
        (None, None) => Err(no("a symbol")),
    }
}

/// What a value is that JSON can't hold: as text or null it would be taken for what was meant.
fn not_json(value: &JsValue) -> Option<String> {
    if value.is_bigint() {
        return Some("a BigInt".to_owned());
    }
    value.as_f64().filter(|number| !number.is_finite()).map(|number| match number {
        f64::INFINITY => "Infinity".to_owned(),
        f64::NEG_INFINITY => "-Infinity".to_owned(),
        _ => "NaN".to_owned(),
    })
}
