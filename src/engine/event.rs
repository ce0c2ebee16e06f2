//! What is recorded: an event with its place, its time and its cause.

use std::fmt;
use std::time::{Duration, UNIX_EPOCH};

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use uuid::Uuid;

use crate::stream::{Revision, StreamId};

/// A fact as the log keeps it.
///
/// As JSON it is exactly `{id, stream, revision, position, type, data, metadata}`. `data` comes back bit for bit as
/// it was written, for ever; what it means may be read anew, what it says may not change. Other names are refused rather
/// than lost.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecordedEvent {
    /// The event's own id. Recording the same id twice records nothing twice.
    pub id: Uuid,
    /// The stream it belongs to.
    pub stream: StreamId,
    /// Its place in that stream; the first is 0.
    pub revision: Revision,
    /// Its place in the whole log; the first is 0.
    pub position: Position,
    /// What kind of thing happened, in the past tense.
    #[serde(rename = "type")]
    pub kind: String,
    /// What happened, as JSON text.
    pub data: Box<RawValue>,
    /// What is known about the recording rather than about the fact.
    pub metadata: Metadata,
}

/// What is known about the recording of an event: when, why, by whom.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Metadata {
    /// The clock as it was read, even backwards. Order is position's matter, never time's.
    pub recorded_at: Timestamp,
    /// The conversation this event belongs to: the id of the event that began it.
    pub correlation_id: Uuid,
    /// The event that led to this one; a first event causes itself.
    pub causation_id: Uuid,
    /// Who acted.
    pub actor: String,
    /// The shape that `data` had when it was written.
    pub schema_version: u16,
    /// Anything else that came with the event, `reason` among it; kept as it came.
    #[serde(flatten)]
    pub extra: serde_json::Map<String, serde_json::Value>,
}

/// A place in the whole log; the first event has position 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Position(pub u64);

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A moment in milliseconds since 1970-01-01T00:00:00Z; RFC 3339 with three decimals as text.
///
/// Years 1970 to 9999; a clock that says anything else is read as the nearer end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Timestamp(u64);

impl Timestamp {
    const LAST: u64 = 253_402_300_799_999;

    /// The moment `millis` milliseconds after 1970 began.
    pub fn from_millis(millis: i64) -> Self {
        Self(u64::try_from(millis).unwrap_or(0).min(Self::LAST))
    }

    /// Milliseconds since 1970 began.
    pub fn millis(self) -> i64 {
        i64::try_from(self.0).unwrap_or(i64::MAX)
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        humantime::format_rfc3339_millis(UNIX_EPOCH + Duration::from_millis(self.0)).fmt(f)
    }
}

impl From<Timestamp> for String {
    fn from(at: Timestamp) -> Self {
        at.to_string()
    }
}

impl TryFrom<String> for Timestamp {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let told = || format!("expected a time such as 2026-01-31T12:00:00.000Z, found {text:?}");
        let moment = humantime::parse_rfc3339(&text).map_err(|_| told())?;
        let since = moment.duration_since(UNIX_EPOCH).map_err(|_| told())?;
        Ok(Self(u64::try_from(since.as_millis()).unwrap_or(Self::LAST)))
    }
}

/// Text that was looked at before and is JSON; `null` stands in for what can't happen.
pub(crate) fn json(text: &str) -> Box<RawValue> {
    RawValue::from_string(text.to_owned()).unwrap_or_else(|_| RawValue::NULL.to_owned())
}

/// How one world's typed events become text, and text becomes typed events again.
pub trait Event: Sized {
    /// Every kind this world writes today. Their order gives each its [`KindKey`](crate::KindKey) in a store.
    const KINDS: &'static [&'static str];
    /// The shape in which `data` is written today.
    const SCHEMA_VERSION: u16 = 1;

    /// The event's kind, one of [`Event::KINDS`].
    fn kind(&self) -> &'static str;

    /// The event's data as JSON text.
    fn data(&self) -> Box<RawValue>;

    /// Reads an event of today or of any day before.
    fn read(kind: &str, schema_version: u16, data: &RawValue) -> Result<Self, Unreadable>;

    /// What this event adds to the figure that its world sums, in that figure's unit (the bank: cents).
    ///
    /// The store keeps it as a column of its own, so that totals need not open any text.
    fn amount(&self) -> i64 {
        0
    }

    /// What the event of this data adds, as [`Event::amount`] has it; `None`: today's code can't read it.
    ///
    /// A world that can tell from the text alone says so here: whole logs are read by it. A law test holds both ways to the
    /// same answer.
    fn amount_of(kind: &str, schema_version: u16, data: &str) -> Option<i64> {
        let data = serde_json::from_str(data).ok()?;
        Self::read(kind, schema_version, data).ok().map(|event| event.amount())
    }

    /// The event told by its kind (an index into [`Event::KINDS`]) and amount alone, where these say everything.
    ///
    /// `None` sends the reader to the data. A law test holds both ways of reading to the same answer.
    fn from_row(_kind: usize, _amount: i64) -> Option<Self> {
        None
    }
}

/// An event that today's code can't read. It stays in the log, is shown as it is, and changes no state.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    /// A kind that this world does not know.
    #[error("the kind {0:?} is not known here")]
    UnknownKind(String),
    /// A known kind whose data has another shape than expected.
    #[error("the data of {kind} can't be read: {why}")]
    BadData {
        /// The event's kind.
        kind: String,
        /// What was expected and found.
        why: String,
    },
    /// A number beyond what every reader of JSON can hold exactly.
    #[error("a number in {kind} must lie between plus and minus 2^53 - 1, found {found}")]
    OutOfBounds {
        /// The event's kind.
        kind: String,
        /// The number.
        found: String,
    },
}
