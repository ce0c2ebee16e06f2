//! JSON walked through without opening what nobody asks for: data stays the text that it is.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use super::{FormatError, MOST_DEPTH, MOST_EVENTS, Place};
use crate::worlds::json::amiss;
use crate::worlds::money::shown;

/// A list or an object, one level deep.
pub(super) enum Shape<'a> {
    List(Vec<&'a RawValue>),
    Object(Object<'a>),
}

/// An object's names and values, in the order of the text.
pub(super) struct Object<'a>(pub(super) Vec<(String, &'a RawValue)>);

/// One event of a text, and where it stands.
pub(super) struct Entry<'a> {
    pub(super) place: Place,
    pub(super) object: Object<'a>,
}

/// Opens a whole text. Hostile nesting is refused before a parser meets it.
pub(super) fn open(text: &str) -> Result<Shape<'_>, FormatError> {
    check_depth(1, text)?;
    serde_json::from_str(text)
        .map_err(|why| FormatError::at(Place::Line(why.line() as u64), "a list or an object in JSON", told(&why, text)))
}

/// The object that a text begins with, whatever follows.
pub(super) fn first(text: &str) -> Option<Object<'_>> {
    match serde_json::Deserializer::from_str(text).into_iter().next()?.ok()? {
        Shape::Object(object) => Some(object),
        Shape::List(_) => None,
    }
}

impl<'a> Object<'a> {
    /// A name's value; where a name comes twice, the last.
    pub(super) fn get(&self, name: &str) -> Option<&'a RawValue> {
        self.0.iter().rev().find(|(other, _)| other == name).map(|(_, value)| *value)
    }

    /// A value that is text.
    pub(super) fn text(&self, name: &str) -> Option<String> {
        serde_json::from_str(self.get(name)?.get()).ok()
    }

    /// A value that is a whole number from 0 on.
    pub(super) fn number(&self, name: &str) -> Option<u64> {
        self.get(name)?.get().parse().ok()
    }
}

impl<'a> Entry<'a> {
    /// Opens the event that is the `nth` of its text; the first is 1.
    pub(super) fn open(nth: u64, value: &'a RawValue) -> Result<Self, FormatError> {
        let place = Place::Entry(nth);
        match serde_json::from_str(value.get()) {
            Ok(Shape::Object(object)) => Ok(Self { place, object }),
            _ => Err(FormatError::at(place, "an event as an object", shown(value.get()))),
        }
    }

    /// A text that an event can't be without.
    pub(super) fn needed(&self, name: &str) -> Result<String, FormatError> {
        self.object.text(name).ok_or_else(|| self.wrong(&format!("{name} as text"), name))
    }

    /// A value that is something else than expected.
    pub(super) fn wrong(&self, expected: &str, name: &str) -> FormatError {
        let found = self.object.get(name).map_or_else(|| "nothing".to_owned(), |value| shown(value.get()));
        FormatError::at(self.place, expected, found)
    }

    /// JSON inside of a text, with its own depth; `None`: it is other text.
    pub(super) fn inner(&self, text: String) -> Result<Option<Box<RawValue>>, FormatError> {
        let deep = |wrong: FormatError| FormatError { place: self.place, ..wrong };
        check_depth(1, &text).map_err(deep)?;
        Ok(RawValue::from_string(text).ok())
    }

    /// An object that stands inside of the event, or inside of a text in it; empty if there is none.
    pub(super) fn map(&self, name: &str) -> Result<Map<String, Value>, FormatError> {
        let Some(raw) = self.object.get(name) else { return Ok(Map::new()) };
        let inner = match self.object.text(name) {
            Some(text) => self.inner(text)?,
            None => None,
        };
        match serde_json::from_str(inner.as_deref().unwrap_or(raw).get()) {
            Ok(Value::Object(map)) => Ok(map),
            Ok(Value::Null) => Ok(Map::new()),
            Ok(Value::String(text)) if text.is_empty() => Ok(Map::new()),
            Ok(other) => Ok(Map::from_iter([(name.to_owned(), other)])),
            Err(_) => Err(self.wrong(&format!("{name} as an object"), name)),
        }
    }
}

/// Refuses hostile nesting; `line` is the number of the text's first line.
pub(super) fn check_depth(mut line: u64, text: &str) -> Result<(), FormatError> {
    let (mut depth, mut in_text, mut escaped) = (0_usize, false, false);
    for byte in text.bytes() {
        match byte {
            b'\n' => line += 1,
            _ if escaped => escaped = false,
            b'\\' if in_text => escaped = true,
            b'"' => in_text = !in_text,
            b'{' | b'[' if !in_text => depth += 1,
            b'}' | b']' if !in_text => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > MOST_DEPTH {
            return Err(FormatError::at(Place::Line(line), format!("at most {MOST_DEPTH} levels of nesting"), "more"));
        }
    }
    Ok(())
}

fn told(why: &serde_json::Error, text: &str) -> String {
    if text.trim().is_empty() { "nothing".to_owned() } else { format!("{}: {}", shown(text), amiss(text, why)) }
}

impl<'de: 'a, 'a> Deserialize<'de> for Shape<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(OneLevel)
    }
}

struct OneLevel;

impl<'de> Visitor<'de> for OneLevel {
    type Value = Shape<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list or an object")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Shape<'de>, A::Error> {
        let mut values = Vec::new();
        while let Some(value) = list.next_element()? {
            values.push(value);
            check_count::<A::Error>(values.len())?;
        }
        Ok(Shape::List(values))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Shape<'de>, A::Error> {
        let mut values = Vec::new();
        while let Some(value) = object.next_entry()? {
            values.push(value);
            check_count::<A::Error>(values.len())?;
        }
        Ok(Shape::Object(Object(values)))
    }
}

/// So many are refused before they are collected.
fn check_count<E: Error>(count: usize) -> Result<(), E> {
    if count <= MOST_EVENTS { Ok(()) } else { Err(E::custom(format_args!("more than {MOST_EVENTS} entries"))) }
}
