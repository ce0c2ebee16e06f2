//! Reading a command from JSON, one field at a time, with a sentence for each thing that is wrong.

use serde_json::{Map, Value};
use uuid::Uuid;

use super::money::{MOST, is_within_bounds, shown};

/// A "no" in words, and the field it is about.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Objection {
    /// The field, if it is one field's fault.
    pub field: Option<&'static str>,
    /// What was expected, what was found, and what to do.
    pub message: String,
}

impl Objection {
    /// A fault of the command as a whole.
    pub fn whole(message: impl Into<String>) -> Self {
        Self { field: None, message: message.into() }
    }

    /// A fault of one field.
    pub fn field(field: &'static str, message: impl Into<String>) -> Self {
        Self { field: Some(field), message: message.into() }
    }
}

/// The fields of one command.
#[derive(Clone, Copy, Debug)]
pub struct Fields<'a>(&'a Map<String, Value>);

impl<'a> Fields<'a> {
    /// Takes a command apart: its `type`, and the fields beside it.
    pub fn of(command: &'a Value) -> Result<(&'a str, Self), Objection> {
        let expected = |found: &Value| {
            Objection::whole(format!("Expected a command such as {{type: \"Deposit\", …}}, found {}.", told(found)))
        };
        let fields = command.as_object().ok_or_else(|| expected(command))?;
        let kind = fields.get("type");
        let found = || kind.map_or_else(|| "nothing".to_owned(), told);
        let kind = kind
            .and_then(Value::as_str)
            .ok_or_else(|| Objection::whole(format!("Expected the command's type as text, found {}.", found())))?;
        Ok((kind, Self(fields)))
    }

    /// Refuses a field that the command does not have: a misspelt name must not be lost silently.
    pub fn only(self, known: &[&str]) -> Result<Self, Objection> {
        match self.0.keys().find(|name| *name != "type" && !known.contains(&name.as_str())) {
            None => Ok(self),
            Some(name) => {
                Err(Objection::whole(format!("Expected no fields but {}; found {}.", known.join(", "), shown(name))))
            }
        }
    }

    /// A text that must be there. What it may say is the decider's matter.
    pub fn text(self, field: &'static str) -> Result<String, Objection> {
        self.optional_text(field)?
            .ok_or_else(|| Objection::field(field, format!("Expected {field} as text, found nothing.")))
    }

    /// A text that may be left out.
    pub fn optional_text(self, field: &'static str) -> Result<Option<String>, Objection> {
        match self.0.get(field) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.clone())),
            Some(found) => Err(Objection::field(field, format!("Expected {field} as text, found {}.", told(found)))),
        }
    }

    /// An id that may be left out. `of` says whose it is: `an account's id`.
    pub fn optional_id(self, field: &'static str, of: &str) -> Result<Option<Uuid>, Objection> {
        let Some(text) = self.optional_text(field)? else { return Ok(None) };
        let expected = |_| {
            let found = told(&Value::from(text.as_str()));
            Objection::field(field, format!("Expected {of}, a UUID such as {}, found {found}.", Uuid::nil()))
        };
        text.parse().map(Some).map_err(expected)
    }

    /// Whole cents that must be there, within the bounds of ±(2^53 - 1).
    pub fn cents(self, field: &'static str) -> Result<i64, Objection> {
        self.optional_cents(field)?.ok_or_else(|| {
            Objection::field(field, format!("Expected {field} as a whole number of cents, found nothing."))
        })
    }

    /// Whole cents that may be left out.
    pub fn optional_cents(self, field: &'static str) -> Result<Option<i64>, Objection> {
        let Some(found) = self.0.get(field) else { return Ok(None) };
        match found.as_i64() {
            Some(cents) if is_within_bounds(cents) => Ok(Some(cents)),
            Some(_) => Err(Objection::field(
                field,
                format!("Expected {field} between {} and {MOST} cents, found {}.", -MOST, told(found)),
            )),
            None => Err(Objection::field(
                field,
                format!("Expected {field} as a whole number of cents, found {}.", told(found)),
            )),
        }
    }
}

/// The "no" to a command that a world does not have.
pub fn no_other(expected: &str, found: &str) -> Objection {
    Objection::whole(format!("Expected {expected}, found {}.", told(&Value::from(found))))
}

/// A JSON value as a sentence tells it.
pub fn told(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Bool(truth) => truth.to_string(),
        Value::Number(number) => format!("the number {number}"),
        Value::String(text) if text.is_empty() => "an empty text".to_owned(),
        Value::String(text) => format!("the text {}", shown(text)),
        Value::Array(list) => format!("a list of {}", list.len()),
        Value::Object(_) => "an object".to_owned(),
    }
}

/// The last four characters of an id: enough to tell one from another, and for people as much as they read.
pub fn short(id: &str) -> &str {
    id.char_indices().rev().nth(3).map_or(id, |(start, _)| &id[start..])
}
