//! What caused an event, and what it caused: across streams, commands and the logs that follow.

use std::collections::BTreeMap;

use uuid::Uuid;

use super::Lab;
use super::no::No;
use crate::engine::{LogId, Position, Store};

/// The most events of one conversation that are drawn.
pub const MOST: usize = 60;

/// An event among those of its conversation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    /// The log it is in: the one that was asked about, or a follower's.
    pub log: LogId,
    /// Its world.
    pub world: &'static str,
    /// Its place there.
    pub position: Position,
    /// What happened.
    pub sentence: String,
    /// Its stream.
    pub stream: String,
    /// Whether it is a message, a wish that was written down, and no fact.
    pub is_message: bool,
    /// Which node led to it, if that is another one; the first node leads to all others in the end.
    pub cause: Option<usize>,
    /// How many causes it is away from the first.
    pub depth: usize,
    /// Whether it is the event that was asked about.
    pub is_asked: bool,
}

/// A conversation as a graph, causes before effects; and how many events were left out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Conversation {
    /// Its events.
    pub nodes: Vec<Node>,
    /// How many more there are.
    pub more: usize,
}

impl Lab {
    /// The conversation that an event of a log belongs to, in that log and in those that follow it.
    pub fn conversation(&self, log: LogId, position: Position) -> Result<Conversation, No> {
        let inner = self.inner.borrow();
        let door = inner.logs.get(&log).ok_or_else(|| super::unknown(log))?;
        let Some(correlation) = door.store().correlation_at(position.0) else {
            return Err(No::bad_input(format!("Expected an event of this log, found position {position}.")));
        };
        let mut found: Vec<(LogId, u64)> = Vec::new();
        let mut more = 0;
        for log in std::iter::once(log).chain(inner.followers(log)) {
            let Some(door) = inner.logs.get(&log) else { continue };
            let its = members(door.store(), correlation);
            let room = MOST.saturating_sub(found.len());
            more += its.len().saturating_sub(room);
            found.extend(its.into_iter().take(room).map(|position| (log, position)));
        }
        let mut conversation = Conversation { nodes: Vec::new(), more };
        let mut known: BTreeMap<Uuid, usize> = BTreeMap::new();
        for (of, at) in found {
            let Some(door) = inner.logs.get(&of) else { continue };
            let Some(event) = door.store().event(at) else { continue };
            let cause =
                known.get(&event.metadata.causation_id).copied().filter(|_| event.metadata.causation_id != event.id);
            let depth = cause.map_or(0, |cause| conversation.nodes[cause].depth + 1);
            known.insert(event.id, conversation.nodes.len());
            conversation.nodes.push(Node {
                log: of,
                world: door.world(),
                position: Position(at),
                sentence: door.entries(at, at + 1).pop().map(|entry| entry.sentence).unwrap_or_default(),
                stream: event.stream.to_string(),
                is_message: door.is_message(&event.kind),
                cause,
                depth,
                is_asked: of == log && at == position.0,
            });
        }
        Ok(conversation)
    }
}

/// The positions of a conversation's events.
fn members(store: &Store, correlation: Uuid) -> Vec<u64> {
    (0..store.len()).filter(|at| store.correlation_at(*at) == Some(correlation)).collect()
}
