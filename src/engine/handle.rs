//! From a command to a commit, changing nothing.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::commit::{Commit, LogId, Write};
use crate::decider::Decider;
use crate::event::{Event, Metadata, Position, RecordedEvent, Timestamp};
use crate::snapshot::Loaded;
use crate::store::Store;
use crate::stream::{ExpectedRevision, Revision, StreamId, WrongExpectedRevision};

/// Decides a command against a loaded state and numbers the events that follow from it.
///
/// The commit is only proposed: nothing has been recorded until a journal has it. It expects the stream to be where
/// `loaded` left it, so that a decision made on an old state can't slip in behind a newer event.
pub fn handle<D>(
    store: &Store,
    decider: &D,
    stream: &StreamId,
    loaded: &Loaded<D::State>,
    command: &D::Command,
    envelope: &Envelope,
) -> Result<Commit, Unhandled<D::Refusal>>
where
    D: Decider<Event: Event>,
{
    let events = decider.decide(command, &loaded.state).map_err(Unhandled::Refused)?;
    let facts = events.iter().map(Fact::of).collect();
    Ok(number(store, stream, ExpectedRevision::after(loaded.revision), facts, envelope)?)
}

/// Gives facts their places at the end of a stream and of the log.
pub fn number(
    store: &Store,
    stream: &StreamId,
    expected: ExpectedRevision,
    facts: Vec<Fact>,
    envelope: &Envelope,
) -> Result<Commit, WrongExpectedRevision> {
    let actual = store.stream_key(stream).and_then(|key| store.last_revision(key));
    if !expected.holds_for(actual) {
        return Err(WrongExpectedRevision { stream: stream.clone(), expected, actual });
    }
    let part = Part { stream: stream.clone(), facts, envelope };
    let mut commit = number_all(store, envelope.log, [part]);
    commit.writes.iter_mut().for_each(|write| write.expected = expected);
    Ok(commit)
}

/// Facts of one command for one stream, that have no places yet.
#[derive(Clone, Debug)]
pub struct Part<'a> {
    /// The stream that they are for.
    pub stream: StreamId,
    /// What happens there, in order.
    pub facts: Vec<Fact>,
    /// The command that they follow from. Parts of one command that stand side by side share its ids.
    pub envelope: &'a Envelope,
}

/// Gives the parts of one commit their places. Every write expects its stream as it is now.
pub fn number_all<'a>(store: &Store, log: LogId, parts: impl IntoIterator<Item = Part<'a>>) -> Commit {
    let mut writes: Vec<Write> = Vec::new();
    let mut last: HashMap<StreamId, Option<Revision>> = HashMap::new();
    let mut position = store.len();
    // The command that is numbered: its id, how many events it has, and the id of the first.
    let (mut command, mut nth, mut first_id) = (None, 0, None);
    for Part { stream, facts, envelope } in parts {
        if command.replace(envelope.id) != Some(envelope.id) {
            (nth, first_id) = (0, None);
        }
        let known = || store.stream_key(&stream).and_then(|key| store.last_revision(key));
        let last = last.entry(stream.clone()).or_insert_with(known);
        if writes.last().is_none_or(|write| write.stream != stream) {
            writes.push(Write { stream: stream.clone(), expected: ExpectedRevision::after(*last), events: Vec::new() });
        }
        let Some(Write { events, .. }) = writes.last_mut() else { continue };
        for fact in facts {
            let id = fact.id.unwrap_or_else(|| nth_id(envelope.id, nth));
            let first_id = *first_id.get_or_insert(id);
            let revision = Revision(last.map_or(0, |Revision(last)| last + 1));
            events.push(RecordedEvent {
                id,
                stream: stream.clone(),
                revision,
                position: Position(position),
                kind: fact.kind,
                data: fact.data,
                metadata: Metadata {
                    recorded_at: envelope.recorded_at,
                    correlation_id: envelope.correlation_id.unwrap_or(first_id),
                    causation_id: envelope.causation_id.unwrap_or(first_id),
                    actor: envelope.actor.clone(),
                    schema_version: fact.schema_version,
                    extra: envelope.extra.clone(),
                },
            });
            *last = Some(revision);
            (position, nth) = (position + 1, nth + 1);
        }
    }
    Commit { log, writes, tracking: None }
}

/// The id of the `nth` event of a command: the command's own for the first, then one more each.
pub fn nth_id(command: Uuid, nth: u64) -> Uuid {
    Uuid::from_u128(command.as_u128().wrapping_add(u128::from(nth)))
}

/// What the lab knows of a command besides its words.
#[derive(Clone, Debug)]
pub struct Envelope {
    /// The log it is for.
    pub log: LogId,
    /// The command's id, a `UUIDv7`: also that of its first event.
    pub id: Uuid,
    /// The clock as it was read.
    pub recorded_at: Timestamp,
    /// Who asks.
    pub actor: String,
    /// The conversation it belongs to; `None`: it begins one.
    pub correlation_id: Option<Uuid>,
    /// The event that led to it; `None`: nothing did, and its first event causes itself.
    pub causation_id: Option<Uuid>,
    /// Further metadata, such as a reason.
    pub extra: Map<String, Value>,
}

/// An event that has no place yet.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Fact {
    /// Its id, if it has one of its own; else it follows from the command's.
    pub id: Option<Uuid>,
    /// Its kind.
    pub kind: String,
    /// Its data.
    pub data: Box<RawValue>,
    /// The shape of its data.
    pub schema_version: u16,
}

impl Fact {
    /// A typed event as it will be written.
    pub fn of<E: Event>(event: &E) -> Self {
        Self { id: None, kind: event.kind().to_owned(), data: event.data(), schema_version: E::SCHEMA_VERSION }
    }
}

/// Why a command led to no commit.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unhandled<R> {
    /// The business says no.
    #[error("refused")]
    Refused(R),
    /// Someone was first.
    #[error(transparent)]
    Overtaken(#[from] WrongExpectedRevision),
}
