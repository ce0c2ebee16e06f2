//! A segment unpacked for a store: every name once, and a row for each event.

use std::ops::Range;

use serde_json::{Map, Value};
use uuid::Uuid;

use super::{BadSegment, unpack};
use crate::commit::{Commit, LogId, Tracking, Write};
use crate::event::{Metadata, Position, RecordedEvent, Timestamp, json};
use crate::integrity::Link;
use crate::stream::{ExpectedRevision, Revision, StreamId};

/// The commits of a segment, with every name and every text in one place.
///
/// An event of its own needs a handful of pieces of memory, a row here needs none. [`Store::take`](crate::Store::take)
/// takes in a whole batch; whoever wants events one by one asks for the [commits](Batch::commits).
#[derive(Clone, Debug)]
pub struct Batch {
    /// The log of all the commits.
    pub log: LogId,
    /// The chain's link before the first event.
    pub before: Link,
    /// The link after the last event.
    pub head: Link,
    pub(super) commits: Vec<CommitRow>,
    pub(super) writes: Vec<WriteRow>,
    pub(crate) rows: Vec<EventRow>,
    /// No two are alike.
    pub(crate) names: Vec<String>,
    /// The data of all events, end to end.
    pub(crate) texts: String,
    /// What further metadata there is; many events may have the same.
    pub(crate) extras: Vec<Map<String, Value>>,
}

/// A commit: how many writes, and what it tracks.
#[derive(Clone, Debug)]
pub(super) struct CommitRow {
    pub(super) writes: usize,
    pub(super) tracking: Option<Tracking>,
}

/// A write: whose, and how many events.
#[derive(Clone, Debug)]
pub(super) struct WriteRow {
    pub(super) stream: usize,
    pub(super) expected: ExpectedRevision,
    pub(super) events: usize,
}

/// An event whose names are numbers, and whose data lies in the batch's texts.
#[derive(Clone, Debug)]
pub(crate) struct EventRow {
    pub(crate) id: Uuid,
    pub(crate) stream: usize,
    pub(crate) revision: Revision,
    pub(crate) position: Position,
    pub(crate) recorded_at: Timestamp,
    pub(crate) kind: usize,
    pub(crate) data: Range<usize>,
    /// `None`: it begins its conversation.
    pub(crate) correlation: Option<Uuid>,
    /// `None`: it causes itself.
    pub(crate) causation: Option<Uuid>,
    pub(crate) actor: usize,
    pub(crate) schema_version: u16,
    /// Which of the extras, if any.
    pub(crate) extra: Option<usize>,
}

impl Batch {
    /// What a packed segment holds. Takes bytes from anywhere, in bounded time and memory.
    pub fn unpack(bytes: &[u8]) -> Result<Self, BadSegment> {
        unpack::unpack(bytes)
    }

    /// How many commits there are.
    pub fn len(&self) -> usize {
        self.commits.len()
    }

    /// Whether there is no commit.
    pub fn is_empty(&self) -> bool {
        self.commits.is_empty()
    }

    /// The commits as they were packed.
    pub fn commits(&self) -> Vec<Commit> {
        let (mut writes, mut rows) = (self.writes.iter(), self.rows.iter());
        let mut write = |row: &WriteRow| Write {
            stream: StreamId::new(self.names[row.stream].as_str()),
            expected: row.expected,
            events: rows.by_ref().take(row.events).map(|row| self.event(row)).collect(),
        };
        let commit = |row: &CommitRow| Commit {
            log: self.log,
            writes: writes.by_ref().take(row.writes).map(&mut write).collect(),
            tracking: row.tracking.clone(),
        };
        self.commits.iter().map(commit).collect()
    }

    /// What the commits track, in order.
    pub fn trackings(&self) -> impl Iterator<Item = &Tracking> {
        self.commits.iter().filter_map(|commit| commit.tracking.as_ref())
    }

    fn event(&self, row: &EventRow) -> RecordedEvent {
        RecordedEvent {
            id: row.id,
            stream: StreamId::new(self.names[row.stream].as_str()),
            revision: row.revision,
            position: row.position,
            kind: self.names[row.kind].clone(),
            data: json(self.data(row)),
            metadata: Metadata {
                recorded_at: row.recorded_at,
                correlation_id: row.correlation.unwrap_or(row.id),
                causation_id: row.causation.unwrap_or(row.id),
                actor: self.names[row.actor].clone(),
                schema_version: row.schema_version,
                extra: row.extra.map(|extra| self.extras[extra].clone()).unwrap_or_default(),
            },
        }
    }

    #[inline]
    pub(crate) fn data(&self, row: &EventRow) -> &str {
        &self.texts[row.data.clone()]
    }
}
