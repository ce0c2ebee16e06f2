//! Data of events as text: written, read, and held to the numbers that every reader can hold.

use daybook_engine::Unreadable;
use serde::{Deserialize, Serialize};
use serde_json::value::{RawValue, to_raw_value};

use crate::json::amiss;
use crate::money::is_within_bounds;

/// The longest explanation, in characters: it may repeat what was found.
const WHY_MOST: usize = 120;

/// Data as it is recorded. Texts, ids and whole numbers can always be written as JSON; `null` stands in for what can't
/// happen.
pub(crate) fn written(data: &impl Serialize) -> Box<RawValue> {
    to_raw_value(data).unwrap_or_else(|_| RawValue::NULL.to_owned())
}

/// The data of a kind of event, if it has that kind's fields.
pub(crate) fn parse<'a, T: Deserialize<'a>>(kind: &str, data: &'a RawValue) -> Result<T, Unreadable> {
    serde_json::from_str(data.get()).map_err(|why| bad(kind, &amiss(data.get(), &why)))
}

/// Cents that stand in an event's data, if they are within bounds.
pub(crate) fn bounded(kind: &str, cents: i64) -> Result<i64, Unreadable> {
    if is_within_bounds(cents) {
        Ok(cents)
    } else {
        Err(Unreadable::OutOfBounds { kind: kind.to_owned(), found: cents.to_string() })
    }
}

/// Data that a kind of event does not have.
pub(crate) fn bad(kind: &str, why: &str) -> Unreadable {
    Unreadable::BadData { kind: kind.to_owned(), why: why.chars().take(WHY_MOST).collect() }
}
