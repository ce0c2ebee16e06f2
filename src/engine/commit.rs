//! The events of one append, all or nothing.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::event::{Position, RecordedEvent};
use crate::stream::{ExpectedRevision, StreamId};

/// Which log: a world's recorded one, a copy or a branch. A `UUIDv7`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct LogId(pub Uuid);

impl fmt::Display for LogId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for LogId {
    type Err = uuid::Error;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse().map(Self)
    }
}

/// One atomic step of a log: it becomes durable whole or not at all.
///
/// What a follower writes and how far it has read stand in one commit, so that no crash can come between the two.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Commit {
    /// The log it belongs to.
    pub log: LogId,
    /// Events by stream, each with what its writer expected of the stream.
    pub writes: Vec<Write>,
    /// How far a subscription has read, stored together with what it wrote.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tracking: Option<Tracking>,
}

/// The events that a commit adds to one stream.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Write {
    /// The stream appended to.
    pub stream: StreamId,
    /// What its writer expected.
    pub expected: ExpectedRevision,
    /// The events, numbered.
    pub events: Vec<RecordedEvent>,
}

/// The last position of another log that a subscription has dealt with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tracking {
    /// The subscription's name.
    pub subscription: String,
    /// The position it has dealt with, that one included.
    pub position: Position,
}

impl Commit {
    /// All events, in the order of their positions.
    pub fn events(&self) -> impl Iterator<Item = &RecordedEvent> {
        self.writes.iter().flat_map(|write| &write.events)
    }
}
