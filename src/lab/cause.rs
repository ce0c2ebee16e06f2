//! What caused an event, and what it caused: across streams, commands and the logs that follow.

use std::collections::{BTreeMap, BTreeSet};

use uuid::Uuid;

use super::Lab;
use super::door::Door;
use super::no::No;
use crate::engine::{LogId, Position, Store};

/// The most events of one conversation that are drawn.
pub const MOST: usize = 60;

/// An event among those of its conversation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    /// The log it is in: the one that was asked about, or a follower's.
    pub log: LogId,
    /// That log's name for people: `General ledger`.
    pub name: &'static str,
    /// Its place there.
    pub position: Position,
    /// What happened.
    pub sentence: String,
    /// Its stream.
    pub stream: String,
    /// Whether it is a message, a wish that was written down, and no fact.
    pub is_message: bool,
    /// Which node led to it, if that is another one and is drawn.
    pub cause: Option<usize>,
    /// How many causes it is away from one that has none here.
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
    /// The conversation that an event of a log belongs to, in that log and in those that follow it. Of a long one, first
    /// what led to the event and what it led to.
    pub fn conversation(&self, log: LogId, position: Position) -> Result<Conversation, No> {
        let inner = self.inner.borrow();
        let door = inner.logs.get(&log).ok_or_else(|| super::unknown(log))?;
        let Some(correlation) = door.store().correlation_at(position.0) else {
            return Err(No::bad_input(format!("Expected an event of this log, found position {position}.")));
        };
        let logs = std::iter::once(log).chain(inner.followers(log));
        let doors: Vec<(LogId, &dyn Door)> =
            logs.filter_map(|log| Some((log, inner.logs.get(&log)?.as_ref()))).collect();
        let stores: Vec<_> = doors.iter().map(|(_, door)| door.store()).collect();
        let members = members(&stores, correlation);
        let drawn = nearest(&stores, &members, position.0);
        let mut conversation = Conversation { nodes: Vec::new(), more: members.len() - drawn.len() };
        let mut known: BTreeMap<Uuid, usize> = BTreeMap::new();
        for (nth, at) in drawn {
            let (of, door) = doors[nth];
            let Some(event) = door.store().event(at) else { continue };
            let cause =
                known.get(&event.metadata.causation_id).copied().filter(|_| event.metadata.causation_id != event.id);
            let depth = cause.map_or(0, |cause| conversation.nodes[cause].depth + 1);
            known.insert(event.id, conversation.nodes.len());
            conversation.nodes.push(Node {
                log: of,
                name: door.opening().title,
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

/// A place in one of several logs: which one, and the position there.
type Place = (usize, u64);

/// The places of a conversation's events.
fn members(stores: &[&Store], correlation: Uuid) -> Vec<Place> {
    let of_one = |(nth, store): (usize, &&Store)| -> Vec<Place> {
        let is_member = |at: &u64| store.correlation_at(*at) == Some(correlation);
        (0..store.len()).filter(is_member).map(|at| (nth, at)).collect()
    };
    stores.iter().enumerate().flat_map(of_one).collect()
}

/// The members that are drawn: what led to an event of the first log, what it led to, and the others from the beginning
/// on, as far as there is room.
fn nearest(stores: &[&Store], members: &[Place], asked: u64) -> BTreeSet<Place> {
    let store = stores[0];
    let mut drawn = BTreeSet::from([(0, asked)]);
    let mut at = asked;
    while drawn.len() < MOST
        && let Some(Position(cause)) = store.causation_at(at).and_then(|cause| store.find(cause))
        && store.correlation_at(cause) == store.correlation_at(asked)
        && drawn.insert((0, cause))
    {
        at = cause;
    }
    let mut led: BTreeSet<Uuid> = store.id_at(asked).into_iter().collect();
    for &(nth, at) in members {
        let is_led = stores[nth].causation_at(at).is_some_and(|cause| led.contains(&cause));
        if is_led && drawn.len() < MOST {
            led.extend(stores[nth].id_at(at));
            drawn.insert((nth, at));
        }
    }
    for &member in members {
        if drawn.len() < MOST {
            drawn.insert(member);
        }
    }
    drawn
}
