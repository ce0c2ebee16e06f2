//! Recording: a command's words become events, which are durable before they are visible.

use std::collections::HashSet;

use serde_json::json;
use uuid::Uuid;

use super::Running;
use crate::crud::Twin;
use crate::engine::handle::nth_id;
use crate::engine::snapshot::load_at;
use crate::engine::{Commit, Envelope, Event, Fact, Position, RecordedEvent, StreamId, Unreadable};
use crate::lab::door::{Ask, Asked, Recorded};
use crate::lab::no::No;
use crate::lab::stamp::stamp;
use crate::worlds::Objection;
use crate::worlds::money::{MOST, shown};

/// The longest name of an actor, and the longest reason, in characters.
const WORDS_MOST: usize = 1000;

impl<W: Twin> Running<W> {
    pub(in crate::lab) fn may_write(&self) -> Result<(), No> {
        self.closed.clone().map_or(Ok(()), Err)
    }

    pub(in crate::lab) fn envelope(&self, ask: &Ask, id: Uuid, asked: &Asked) -> Result<Envelope, No> {
        let actor = short("actor", ask.actor.as_deref().filter(|actor| !actor.trim().is_empty()).unwrap_or("you"))?;
        let mut extra = ask.extra.clone();
        if let Some(reason) = ask.reason.as_deref().filter(|reason| !reason.is_empty()) {
            extra.insert("reason".to_owned(), json!(short("reason", reason)?));
        }
        Ok(Envelope {
            log: self.id,
            id,
            recorded_at: asked.now,
            actor,
            correlation_id: ask.correlation,
            causation_id: ask.causation,
            extra,
        })
    }

    /// Reads a command's words and completes them.
    pub(in crate::lab) fn understand(&self, ask: &Ask, id: Uuid, asked: &Asked) -> Result<Understood<W>, No> {
        let envelope = self.envelope(ask, id, asked)?;
        let command = self.world.read(&ask.words, &stamp(asked.now, id)).map_err(No::BadInput)?;
        let stream = self.world.stream_of(&command);
        Ok(Understood { envelope, command, stream })
    }

    /// The events that a command of this id has recorded already.
    pub(super) fn recorded_by(&self, id: Uuid) -> Vec<RecordedEvent> {
        let first = self.store.find(id).map_or(self.store.len(), |Position(first)| first);
        let follows =
            |(nth, event): &(u64, RecordedEvent)| event.id == nth_id(id, *nth) && event.metadata.causation_id == id;
        let events = (first..self.store.len()).filter_map(|position| self.store.event(position));
        (0..).zip(events).take_while(follows).map(|(_, event)| event).collect()
    }

    /// The same command again: what it recorded, if it asks for the same.
    pub(super) fn repeat(&self, ask: &Ask, id: Uuid, events: Vec<RecordedEvent>) -> Result<Recorded, No> {
        let other = || {
            No::bad_input(format!(
                "Expected the command that was recorded under {id}, found another. Give it an id of its own."
            ))
        };
        let first = events.first().ok_or_else(other)?;
        let asked = Asked { now: first.metadata.recorded_at, id };
        let Understood { envelope, command, stream } = self.understand(ask, id, &asked)?;
        let key = self.store.stream_key(&stream).ok_or_else(other)?;
        let before = load_at(&self.store, &self.world, key, first.position.0);
        let facts = self.world.decide(&command, &before.state).map_err(|_| other())?;
        let same = |(event, fact): (&RecordedEvent, &W::Event)| {
            let metadata = &event.metadata;
            event.stream == stream
                && event.kind == fact.kind()
                && event.data.get() == fact.data().get()
                && metadata.actor == envelope.actor
                && metadata.extra == envelope.extra
                && metadata.correlation_id == envelope.correlation_id.unwrap_or(id)
        };
        if events.len() != facts.len() || !events.iter().zip(&facts).all(same) {
            return Err(other());
        }
        Ok(Recorded { events, again: true, ..Recorded::default() })
    }

    /// Records events, unless there are none.
    pub(in crate::lab) fn record(&mut self, commit: Commit) -> Result<Recorded, No> {
        if commit.events().next().is_none() {
            return Ok(Recorded::default());
        }
        self.check_ids(&commit)?;
        self.write(&commit)?;
        Ok(Recorded {
            events: commit.writes.into_iter().flat_map(|write| write.events).collect(),
            ..Recorded::default()
        })
    }

    /// Durable before visible.
    pub(in crate::lab) fn write(&mut self, commit: &Commit) -> Result<(), No> {
        match &mut self.journal {
            None => self.take_in(commit)?,
            Some(journal) => {
                if journal.place().is_none() {
                    journal.replace(self.id, &[])?;
                }
                journal.append(commit)?;
                if self.is_shared {
                    self.unseen.commits.push_back(commit.clone());
                } else {
                    self.take_in(commit)?;
                }
            }
        }
        Ok(())
    }

    /// Every event has an id of its own.
    fn check_ids(&self, commit: &Commit) -> Result<(), No> {
        let mut new = HashSet::new();
        match commit.events().find(|event| self.store.find(event.id).is_some() || !new.insert(event.id)) {
            None => Ok(()),
            Some(event) => Err(No::bad_input(format!(
                "Expected an id for each new event, found {}, which another event has. Choose another one.",
                event.id
            ))),
        }
    }

    /// Bounds hold at every door that is not `decide`.
    pub(super) fn check_bounds(&self, stream: &StreamId, facts: &[Fact]) -> Result<(), No> {
        let mut sum = self.key(stream).map_or(0, |key| self.timeline.now().sums.of(key));
        for fact in facts {
            match W::Event::read(&fact.kind, fact.schema_version, &fact.data) {
                Ok(event) => sum += event.amount(),
                Err(Unreadable::UnknownKind(_)) => {}
                Err(unreadable) => {
                    let found = shown(fact.data.get());
                    let message = format!("Expected data that {} has, found {found}: {unreadable}.", fact.kind);
                    return Err(No::bad_input(message));
                }
            }
            if !(-MOST..=MOST).contains(&sum) {
                return Err(No::bad_input(format!("Expected a sum within ±{MOST} afterwards, found {sum}.")));
            }
        }
        Ok(())
    }
}

/// A command that was read and completed.
pub(in crate::lab) struct Understood<W: Twin> {
    pub(in crate::lab) envelope: Envelope,
    pub(in crate::lab) command: W::Command,
    pub(in crate::lab) stream: StreamId,
}

fn short(field: &'static str, text: &str) -> Result<String, No> {
    match text.chars().count() {
        0..=WORDS_MOST => Ok(text.to_owned()),
        found => Err(No::BadInput(Objection::field(
            field,
            format!("Expected at most {WORDS_MOST} characters as {field}, found {found}."),
        ))),
    }
}
