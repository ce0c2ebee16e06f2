//! A log of its own that follows another: each event there leads to a command here, once.
//!
//! What it writes and how far it has read stand in one commit. So a message that is delivered again changes nothing,
//! and after a crash it goes on exactly where it was. The naive follower stores its place afterwards, and writes down
//! again whatever it is given again.

use std::collections::BTreeMap;

use serde_json::Map;

use super::door::{Asked, Recorded};
use super::no::No;
use super::readers::{Stands, Told, said, tracking};
use super::running::Running;
use super::stamp::stamp;
use crate::crud::Twin;
use crate::engine::handle::{Fact, Part, number_all};
use crate::engine::subscription::{Care, Delivery};
use crate::engine::{Envelope, JournalError, LogId, Position, RecordedEvent, Store, StreamId, answer_id};
use crate::worlds::Following;

/// Messages that are dealt with in one commit, by a follower that catches up.
const IN_ONE_GO: usize = 200;

/// The log that is followed.
#[derive(Clone, Copy)]
pub struct Leader<'a> {
    /// Its id.
    pub log: LogId,
    /// Its events.
    pub store: &'a Store,
}

impl Leader<'_> {
    /// Under which name a follower keeps its place in this log. In another log it has another place.
    fn place(self, following: &Following) -> String {
        format!("{} of {}", following.name, self.log)
    }

    /// What is noted once a follower has begun with this log.
    fn begun(self, following: &Following) -> String {
        format!("{} follows {}", following.name, self.log)
    }
}

/// A command that an event of the leader led to, and what it came to.
struct Led<W: Twin> {
    envelope: Envelope,
    stream: StreamId,
    events: Vec<W::Event>,
    /// The stream's state afterwards.
    state: W::State,
}

impl<W: Twin> Running<W> {
    /// The follower that writes this log, as others see it.
    pub(super) fn told_follower(&self, leader: Leader<'_>) -> Option<Told> {
        let following = W::follows()?;
        let checkpoint = self.readers.checkpoint(&leader.place(following));
        let from = checkpoint.map_or(0, |Position(last)| last + 1);
        let is_elsewhere = !self.store.is_empty() && self.readers.number(&leader.begun(following)) == 0;
        Some(Told {
            name: following.name,
            says: following.says,
            checkpoint,
            lag: leader.store.len().saturating_sub(from),
            next: Some(Position(from)).filter(|_| from < leader.store.len()),
            stands: if is_elsewhere { Stands::Elsewhere } else { self.readers.stands(following.name, true) },
            care: self.readers.care(following.name),
            in_source: following.in_source,
            shares: false,
            parked: Vec::new(),
            why: BTreeMap::new(),
        })
    }

    /// Whether the follower runs, and has something to do. Only where the log is written.
    pub(super) fn is_follower_due(&mut self, leader: Leader<'_>) -> bool {
        let Some(following) = W::follows() else { return false };
        let runs = self.told_follower(leader).is_some_and(|told| told.stands == Stands::Running);
        if !runs || self.closed.is_some() || self.readers.is_stalled(following.name) {
            return false;
        }
        let place = leader.place(following);
        self.has_more(&place, following.name, |from| Some(from).filter(|from| *from < leader.store.len()))
    }

    /// Lets the follower deal with its next message, or on its own with as many as there are, up to a bound.
    pub(super) fn follow_on(&mut self, leader: Leader<'_>, by_hand: bool, asked: &Asked) -> Result<Recorded, No> {
        self.may_write()?;
        let Some(following) = W::follows() else {
            return Err(No::bad_input("Expected a log that follows another, found one that does not."));
        };
        let told = self.catch_up(following, leader, by_hand, asked);
        if let Err(no) = &told {
            // What was on its way is brought again. A storage that is crowded is tried again at once, others later.
            self.readers.forget(&leader.place(following));
            if !matches!(no, No::Journal(JournalError::Crowded)) {
                self.readers.stall(following.name);
            }
        }
        told
    }

    fn catch_up(
        &mut self,
        following: &Following,
        leader: Leader<'_>,
        by_hand: bool,
        asked: &Asked,
    ) -> Result<Recorded, No> {
        let place = leader.place(following);
        if self.readers.number(&leader.begun(following)) == 0 {
            if !self.store.is_empty() {
                return Err(No::bad_input("Expected a log that follows this one, found one of another. Rebuild it."));
            }
            self.put_note(tracking(&leader.begun(following), Position(1)))?;
        }
        let is_right = self.readers.care(following.name) == Care::Right;
        let before = self.readers.checkpoint(&place);
        let most = if by_hand || !is_right { 1 } else { IN_ONE_GO };
        let (mut led, mut last, mut has_died) = (Vec::new(), None, false);
        while led.len() < most && !has_died {
            let next = |from: u64| Some(from).filter(|from| *from < leader.store.len());
            let (position, dies) = match self.bring_to(&place, following.name, next) {
                Delivery::Comes { position, dies } => (position, dies && !is_right),
                Delivery::NotYet(position) if by_hand => {
                    return Ok(said(format!("Event {} did not arrive yet.", position.0 + 1)));
                }
                Delivery::NotYet(_) => continue,
                Delivery::Nothing => break,
            };
            let Some(event) = leader.store.event(position.0) else { break };
            let follows = self.led_to(following, &event, &led, is_right, asked)?;
            has_died = dies && follows.is_some();
            led.extend(follows);
            self.settle(&place, position);
            last = Some(position);
        }
        let Some(last) = last else { return Ok(said("There is no message left.".to_owned())) };
        let parts = led.iter().map(|led: &Led<W>| Part {
            stream: led.stream.clone(),
            facts: led.events.iter().map(Fact::of).collect(),
            envelope: &led.envelope,
        });
        let mut commit = number_all(&self.store, self.id, parts);
        let checkpoint = self.checkpoint_of(&place);
        if is_right && before != checkpoint {
            commit.tracking = checkpoint.map(|position| tracking(&place, position));
        }
        let recorded = self.record(commit)?;
        if has_died {
            self.readers.forget(&place);
            let words = format!("It died after event {}, before it could store its checkpoint.", last.0 + 1);
            return Ok(Recorded { words, ..recorded });
        }
        if !is_right || recorded.events.is_empty() {
            self.store_checkpoint(&place)?;
        }
        let words = if recorded.events.is_empty() {
            format!("Nothing follows from event {}.", last.0 + 1)
        } else {
            format!("Event {} was dealt with.", last.0 + 1)
        };
        Ok(Recorded { words, ..recorded })
    }

    /// What an event of the leader leads to here; `None`: nothing, or it was written down before.
    fn led_to(
        &self,
        following: &Following,
        event: &RecordedEvent,
        before: &[Led<W>],
        is_right: bool,
        asked: &Asked,
    ) -> Result<Option<Led<W>>, No> {
        let Some(words) = (following.react)(event) else { return Ok(None) };
        let id = if is_right { answer_id(event.id, following.name) } else { asked.id };
        if self.store.find(id).is_some() {
            return Ok(None);
        }
        let command = self.world.read(&words, &stamp(asked.now, id)).map_err(No::BadInput)?;
        let stream = self.world.stream_of(&command);
        let earlier = before.iter().rev().find(|led| led.stream == stream).map(|led| led.state.clone());
        let state = earlier.unwrap_or_else(|| self.state_at(Some(&stream), self.store.len()));
        let events =
            self.world.decide(&command, &state).map_err(|refusal| No::Refused(self.world.refusal(&refusal)))?;
        let envelope = Envelope {
            log: self.id,
            id,
            recorded_at: asked.now,
            actor: following.name.to_owned(),
            correlation_id: Some(event.metadata.correlation_id),
            causation_id: Some(event.id),
            extra: Map::new(),
        };
        let state = events.iter().fold(state, |state, event| self.world.evolve(state, event));
        Ok(Some(Led { envelope, stream, events, state }))
    }
}
