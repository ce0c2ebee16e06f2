//! Who reads a running log and acts on it: each with its checkpoint, one message at a time.
//!
//! Everything that must outlast the program is a checkpoint in the log's journal: a name and a number. `Transfers` is how
//! far that reader has come; `Transfers paused` whether it waits; `switch repeat` whether the business does something as
//! its source does. Done right, a reader's checkpoint lies in the commit that holds what follows from the message, so no
//! crash can come between the two; the naive reader stores it afterwards.

use std::collections::{BTreeMap, HashMap};

use serde::{Deserialize, Serialize};
use serde_json::Map;
use uuid::Uuid;

use super::door::{Asked, Recorded};
use super::no::No;
use super::running::Running;
use crate::crud::Twin;
use crate::engine::handle::{Fact, Part, number_all};
use crate::engine::subscription::{Care, Delivery, Faults, Group, Subscription};
use crate::engine::{
    Commit, Decider, Envelope, JournalError, Message, Position, Reaction, RecordedEvent, Snapshots, StreamId, Tracking,
    Unreadable, answer_id,
};
use crate::worlds::{Subscriber, Switch, Wanted};

/// Under which name it is noted how often a snapshot is kept.
const SNAPSHOTS: &str = "snapshots every";

/// Messages that lead to nothing and are passed over in one go.
const PASSED_OVER: u32 = 200;

/// Parked messages of which it is told why they are.
const EXPLAINED: usize = 20;

/// A reader as others see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// Its name.
    pub name: &'static str,
    /// What it does, in a sentence.
    pub says: &'static str,
    /// The last message it has dealt with.
    pub checkpoint: Option<Position>,
    /// How many messages it has still to deal with.
    pub lag: u64,
    /// The next of them.
    pub next: Option<Position>,
    /// How it stands.
    pub stands: Stands,
    /// How it keeps its place.
    pub care: Care,
    /// How its source does.
    pub in_source: Care,
    /// Whether it shares its work, as competing consumers do: then no message holds it up.
    pub shares: bool,
    /// Messages that it could not deal with, and that were put aside.
    pub parked: Vec<Position>,
    /// Why it can't deal with the one that holds it up, or with the first of those that were put aside. One that it could
    /// deal with by now is not among them.
    pub why: BTreeMap<Position, String>,
}

/// How a reader stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stands {
    /// It deals with messages as they come.
    Running,
    /// It deals with one when it is told to.
    Paused,
    /// It could not deal with this message, and does not get past it.
    Failed(Position),
    /// What it has written follows another log than the one there is.
    Elsewhere,
}

/// Something about a log's readers that can be set.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Setting {
    /// Whether a reader waits to be told.
    Paused(String, bool),
    /// Whether everyone who reads the log waits to be told.
    AllPaused(bool),
    /// How a reader keeps its place.
    Care(String, Care),
    /// A reader begins again at the log's beginning.
    Anew(String),
    /// A message that a reader has parked is tried once more.
    Retry(String, Position),
    /// The message that holds a reader up is parked, and the reader goes on after it.
    PutAside(String, Position),
    /// Which faults delivery has, and how they are drawn.
    Faults(Faults, u64),
    /// Whether the business does something as its source does.
    Switch(String, bool),
    /// How many events of a stream lie between two snapshots; 0 keeps none. Those that there are, are thrown away.
    Snapshots(u64),
}

/// The readers of a log, and what was written down about them.
pub(super) struct Readers {
    /// Names and numbers, as the journal has them.
    noted: BTreeMap<String, u64>,
    live: Vec<Live>,
    /// Readers that wait until something else happens, since what they tried could not be recorded.
    stalled: Vec<String>,
}

/// A reader at work. Only the tab that writes has any.
struct Live {
    name: String,
    how: How,
}

enum How {
    Alone(Subscription),
    Shared(Group),
}

impl Readers {
    pub(super) const fn new() -> Self {
        Self { noted: BTreeMap::new(), live: Vec::new(), stalled: Vec::new() }
    }

    /// Takes note of what a commit tracks.
    pub(super) fn note(&mut self, Tracking { subscription, position }: &Tracking) {
        match subscription.strip_suffix(" anew") {
            Some(reader) => {
                let is_its = |name: &str| {
                    let rest = name.strip_prefix(reader);
                    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(" parked ") || rest.starts_with(" of "))
                };
                self.noted.retain(|name, _| !is_its(name));
            }
            None => {
                self.noted.insert(subscription.clone(), position.0);
            }
        }
    }

    /// Whoever reads from now on begins at its stored checkpoint.
    pub(super) fn forget_live(&mut self) {
        self.live.clear();
        self.stalled.clear();
    }

    /// A reader begins again at its stored checkpoint.
    pub(super) fn forget(&mut self, reader: &str) {
        self.live.retain(|live| live.name != reader);
    }

    /// A reader waits until something else happens.
    pub(super) fn stall(&mut self, reader: &str) {
        self.stalled.push(reader.to_owned());
    }

    pub(super) fn is_stalled(&self, reader: &str) -> bool {
        self.stalled.iter().any(|stalled| stalled == reader)
    }

    pub(super) fn number(&self, name: &str) -> u64 {
        self.noted.get(name).copied().unwrap_or_default()
    }

    pub(super) fn checkpoint(&self, reader: &str) -> Option<Position> {
        self.noted.get(reader).copied().map(Position)
    }

    fn parked(&self, reader: &str) -> Vec<Position> {
        let prefix = format!("{reader} parked ");
        let of_reader = self.noted.iter().filter(|(_, tries)| **tries > 0);
        let mut parked: Vec<_> =
            of_reader.filter_map(|(name, _)| name.strip_prefix(&prefix)?.parse().ok().map(Position)).collect();
        parked.sort();
        parked
    }

    pub(super) fn care(&self, reader: &str) -> Care {
        if self.number(&format!("{reader} naive")) > 0 { Care::Naive } else { Care::Right }
    }

    /// A reader that was never told otherwise is paused, if that is how it begins.
    pub(super) fn stands(&self, reader: &str, begins_paused: bool) -> Stands {
        let is_paused = self.noted.get(&format!("{reader} paused")).map_or(begins_paused, |paused| *paused > 0);
        match self.number(&format!("{reader} failed")).checked_sub(1) {
            Some(position) => Stands::Failed(Position(position)),
            None if is_paused => Stands::Paused,
            None => Stands::Running,
        }
    }

    fn faults(&self) -> (Faults, u64) {
        let (bits, seed) = (self.number("faults"), self.number("faults seed"));
        let is_on = |nth: u64| bits >> nth & 1 == 1;
        let faults =
            Faults { duplicate: is_on(0), delay: is_on(1), reorder: is_on(2), drop: is_on(3), crash: is_on(4) };
        (faults, seed)
    }
}

impl Live {
    fn has_more(&self, next: impl Fn(u64) -> Option<u64>) -> bool {
        match &self.how {
            How::Alone(subscription) => subscription.has_more(next),
            How::Shared(group) => group.has_more(next),
        }
    }

    fn bring(&mut self, next: impl Fn(u64) -> Option<u64>) -> Delivery {
        match &mut self.how {
            How::Alone(subscription) => subscription.deliver(next),
            How::Shared(group) => group.take(0, next),
        }
    }
}

impl Setting {
    /// As the checkpoints that say so.
    fn notes<W: Twin>(&self) -> Vec<Tracking> {
        let note = |name: String, number: u64| Tracking { subscription: name, position: Position(number) };
        match self {
            Self::Paused(reader, paused) => {
                vec![note(format!("{reader} paused"), (*paused).into()), note(format!("{reader} failed"), 0)]
            }
            Self::AllPaused(paused) => {
                let paused = u64::from(*paused);
                W::subscribers().iter().map(|subscriber| note(format!("{} paused", subscriber.name), paused)).collect()
            }
            Self::Care(reader, care) => vec![note(format!("{reader} naive"), (*care == Care::Naive).into())],
            Self::Anew(reader) => vec![note(format!("{reader} anew"), 0), note(format!("{reader} failed"), 0)],
            // It stays parked until it is dealt with: who stops in between has lost nothing.
            Self::Retry(..) => Vec::new(),
            // Parked first: who stops in between has put nothing aside that nobody knows of.
            Self::PutAside(reader, position) => vec![
                note(format!("{reader} parked {position}"), 1),
                Tracking { subscription: reader.clone(), position: *position },
                note(format!("{reader} failed"), 0),
            ],
            Self::Faults(faults, seed) => {
                let Faults { duplicate, delay, reorder, drop, crash } = *faults;
                let bits = [duplicate, delay, reorder, drop, crash].into_iter().rev();
                let bits = bits.fold(0, |bits, is_on| bits << 1 | u64::from(is_on));
                vec![note("faults".to_owned(), bits), note("faults seed".to_owned(), *seed)]
            }
            Self::Switch(switch, is_on) => vec![note(format!("switch {switch}"), (*is_on).into())],
            Self::Snapshots(every) => vec![note(SNAPSHOTS.to_owned(), *every)],
        }
    }

    /// The reader it is about, if it is about one.
    pub(super) fn reader(&self) -> Option<&str> {
        self.names().filter(|(_, is_reader)| *is_reader).map(|(reader, _)| reader)
    }

    /// The reader or switch it is about, if it is about one.
    fn names(&self) -> Option<(&str, bool)> {
        match self {
            Self::Paused(reader, _)
            | Self::Care(reader, _)
            | Self::Anew(reader)
            | Self::Retry(reader, _)
            | Self::PutAside(reader, _) => Some((reader, true)),
            Self::Switch(switch, _) => Some((switch, false)),
            Self::AllPaused(_) | Self::Faults(..) | Self::Snapshots(_) => None,
        }
    }
}

/// Events that follow from a message, by stream.
type Led<W> = Vec<(StreamId, Vec<<W as Decider>::Event>)>;

/// What a reader made of a message.
enum Made<W: Twin> {
    /// These events follow from it, by stream.
    Events(Led<W>),
    /// It can't deal with it, and this is why.
    Nothing(String),
}

impl<W: Twin> Running<W> {
    /// Who reads this log, as others see them.
    pub(super) fn told_readers(&self) -> Vec<Told> {
        let told = |subscriber: &Subscriber<W>| {
            let name = subscriber.name;
            let checkpoint = self.readers.checkpoint(name);
            let from = checkpoint.map_or(0, |Position(last)| last + 1);
            let mut waiting = self.positions_for(subscriber, from).filter(|&at| self.is_for(subscriber, at));
            let next = waiting.next().map(Position);
            let stands = self.readers.stands(name, false);
            let parked = self.readers.parked(name);
            let holds_up = if let Stands::Failed(position) = stands { Some(position) } else { None };
            let why = |position: Position| match self.make_of(subscriber, position) {
                Made::Nothing(why) => Some((position, why)),
                Made::Events(_) => None,
            };
            let why = parked.iter().take(EXPLAINED).copied().chain(holds_up).filter_map(why).collect();
            Told {
                name,
                says: subscriber.says,
                checkpoint,
                lag: next.map_or(0, |_| 1 + waiting.count() as u64),
                next,
                stands,
                care: self.readers.care(name),
                // Whoever reads and acts there stores its place after it has acted.
                in_source: Care::Naive,
                shares: subscriber.shares,
                parked,
                why,
            }
        };
        W::subscribers().iter().map(told).collect()
    }

    /// What can be switched, and whether it is.
    pub(super) fn told_switches(&self) -> Vec<(Switch, bool)> {
        W::switches().iter().map(|switch| (*switch, self.world.is_on(switch.name))).collect()
    }

    /// Which faults delivery has, and how they are drawn.
    pub(super) fn told_faults(&self) -> (Faults, u64) {
        self.readers.faults()
    }

    /// Takes note of what a commit tracks, as soon as the commit is shown.
    pub(super) fn take_note(&mut self, tracking: &Tracking) {
        self.readers.stalled.clear();
        if let Some(switch) = tracking.subscription.strip_prefix("switch ") {
            self.world.turn(switch, tracking.position.0 > 0);
        }
        if tracking.subscription == SNAPSHOTS {
            self.snapshots = Snapshots::every(tracking.position.0);
        }
        self.readers.note(tracking);
    }

    /// The commits that say that all readers have dealt with everything there is.
    pub(super) fn read_already(&self) -> Vec<Commit> {
        let Some(last) = self.store.len().checked_sub(1).map(Position) else { return Vec::new() };
        let commit = |subscriber: &Subscriber<W>| Commit {
            log: self.id,
            writes: Vec::new(),
            tracking: Some(tracking(subscriber.name, last)),
        };
        W::subscribers().iter().map(commit).collect()
    }

    /// Sets something about the readers, for good.
    pub(super) fn set_reader(&mut self, setting: &Setting) -> Result<(), No> {
        self.may_write()?;
        if let Some((name, is_reader)) = setting.names() {
            let is_known = if is_reader {
                W::subscribers().iter().any(|subscriber| subscriber.name == name)
                    || W::follows().is_some_and(|following| following.name == name)
            } else {
                W::switches().iter().any(|switch| switch.name == name)
            };
            if !is_known {
                let what = if is_reader { "a reader of this log" } else { "a switch of this world" };
                return Err(No::bad_input(format!("Expected {what}, found “{name}”.")));
            }
        }
        if let Setting::PutAside(reader, position) = setting
            && self.readers.stands(reader, false) != Stands::Failed(*position)
        {
            let event = position.0 + 1;
            return Err(No::bad_input(format!("Expected the event that holds “{reader}” up, found event {event}.")));
        }
        for note in setting.notes::<W>() {
            self.put_note(note)?;
        }
        match setting {
            Setting::Retry(reader, position) => {
                if let Some(subscriber) = W::subscribers().iter().find(|subscriber| subscriber.name == reader) {
                    let is_parked = self.readers.parked(reader).contains(position);
                    let nth = self.begin(reader, reader, subscriber.shares);
                    match &mut self.readers.live[nth].how {
                        How::Shared(group) => group.retry(*position),
                        How::Alone(subscription) if is_parked => subscription.retry(*position),
                        How::Alone(_) => {}
                    }
                }
            }
            Setting::Care(..) | Setting::Anew(_) | Setting::Faults(..) => self.readers.forget_live(),
            Setting::PutAside(reader, _) => self.readers.forget(reader),
            Setting::Paused(..) | Setting::AllPaused(_) | Setting::Switch(..) | Setting::Snapshots(_) => {}
        }
        Ok(())
    }

    /// A running reader that has something to do, if one has. Only where the log is written.
    pub(super) fn next_reader(&mut self) -> Option<&'static str> {
        if !self.acts || self.closed.is_some() {
            return None;
        }
        W::subscribers().iter().find(|subscriber| self.has_work(subscriber)).map(|subscriber| subscriber.name)
    }

    fn has_work(&mut self, subscriber: &Subscriber<W>) -> bool {
        let name = subscriber.name;
        if self.readers.stands(name, false) != Stands::Running || self.readers.is_stalled(name) {
            return false;
        }
        let nth = self.begin(name, name, subscriber.shares);
        self.readers.live[nth].has_more(|from| self.positions_for(subscriber, from).next())
    }

    /// Whether a reader that keeps its place under this name has something to do.
    pub(super) fn has_more(&mut self, place: &str, reader: &str, next: impl Fn(u64) -> Option<u64>) -> bool {
        let nth = self.begin(place, reader, false);
        self.readers.live[nth].has_more(next)
    }

    /// Lets a reader deal with its next message; those that lead to nothing are passed over on the way.
    pub(super) fn step_reader(&mut self, reader: &str, by_hand: bool, asked: &Asked) -> Result<Recorded, No> {
        self.may_write()?;
        let Some(subscriber) = W::subscribers().iter().find(|subscriber| subscriber.name == reader) else {
            return Err(No::bad_input(format!("Expected a reader of this log, found “{reader}”.")));
        };
        let step = self.step_on(subscriber, by_hand, asked);
        if let Err(no) = &step {
            // What was on its way is brought again. A storage that is crowded is tried again at once, others later.
            self.readers.forget(reader);
            if !matches!(no, No::Journal(JournalError::Crowded)) {
                self.readers.stall(subscriber.name);
            }
        }
        step
    }

    fn step_on(&mut self, subscriber: &Subscriber<W>, by_hand: bool, asked: &Asked) -> Result<Recorded, No> {
        let mut passed = None;
        let most = if by_hand { u32::MAX } else { PASSED_OVER };
        for _ in 0..most {
            let (position, dies) = match self.bring(subscriber) {
                Delivery::Comes { position, dies } => (position, dies),
                Delivery::NotYet(position) if by_hand && self.is_for(subscriber, position.0) => {
                    return Ok(said(format!("Event {} did not arrive yet.", position.0 + 1)));
                }
                Delivery::NotYet(_) => continue,
                Delivery::Nothing => break,
            };
            let made = match self.make_of(subscriber, position) {
                Made::Nothing(why) => return self.fail(subscriber, position, &why),
                Made::Events(made) => made,
            };
            let is_right = self.readers.care(subscriber.name) == Care::Right;
            let message = self.store.event(position.0).ok_or_else(|| No::bad_input("Expected a message."))?;
            let knows_again = is_right && !self.has_naive_rules();
            let id = if knows_again { answer_id(message.id, subscriber.name) } else { asked.id };
            let is_known = self.store.find(id).is_some();
            if made.is_empty() || is_known {
                self.settle(subscriber.name, position);
                self.take_back(subscriber.name, position)?;
                passed = if self.is_for(subscriber, position.0) { Some(position) } else { passed };
                continue;
            }
            return self.act(subscriber, &message, made, id, dies && !is_right, asked);
        }
        // Several may have been passed over: one checkpoint for all of them, if they are all of it.
        self.store_checkpoint(subscriber.name)?;
        Ok(said(match passed {
            Some(position) => format!("Nothing follows from event {}.", position.0 + 1),
            None => "There is no message left.".to_owned(),
        }))
    }

    /// Whether the business is switched to do again what comes again. Then no answer is known by its id either.
    fn has_naive_rules(&self) -> bool {
        W::switches().iter().any(|switch| switch.is_naive && self.world.is_on(switch.name))
    }

    /// Records what follows from a message, and that it was dealt with.
    fn act(
        &mut self,
        subscriber: &Subscriber<W>,
        message: &RecordedEvent,
        made: Led<W>,
        id: Uuid,
        dies: bool,
        asked: &Asked,
    ) -> Result<Recorded, No> {
        let envelope = Envelope {
            log: self.id,
            id,
            recorded_at: asked.now,
            actor: subscriber.name.to_owned(),
            correlation_id: Some(message.metadata.correlation_id),
            causation_id: Some(message.id),
            extra: Map::new(),
        };
        let part = |(stream, events): (StreamId, Vec<W::Event>)| Part {
            stream,
            facts: events.iter().map(Fact::of).collect(),
            envelope: &envelope,
        };
        let mut commit = number_all(&self.store, self.id, made.into_iter().map(part));
        let is_right = self.readers.care(subscriber.name) == Care::Right;
        let before = self.checkpoint_of(subscriber.name);
        self.settle(subscriber.name, message.position);
        let checkpoint = self.checkpoint_of(subscriber.name);
        if is_right && before != checkpoint {
            commit.tracking = checkpoint.map(|position| tracking(subscriber.name, position));
        }
        let recorded = self.record(commit)?;
        self.take_back(subscriber.name, message.position)?;
        if dies {
            // Its effect is recorded, its checkpoint is not: whoever comes after it begins at the one before.
            self.readers.forget(subscriber.name);
            let words =
                format!("It died after event {}, before it could store its checkpoint.", message.position.0 + 1);
            return Ok(Recorded { words, ..recorded });
        }
        if !is_right {
            self.store_checkpoint(subscriber.name)?;
        }
        Ok(Recorded { words: format!("Event {} was dealt with.", message.position.0 + 1), ..recorded })
    }

    /// A message that was put aside, or held its reader up, is dealt with now.
    fn take_back(&mut self, reader: &str, position: Position) -> Result<(), No> {
        let (parked, failed) = (format!("{reader} parked {position}"), format!("{reader} failed"));
        if self.readers.number(&parked) > 0 {
            self.put_note(tracking(&parked, Position(0)))?;
        }
        if self.readers.number(&failed) == position.0 + 1 {
            self.put_note(tracking(&failed, Position(0)))?;
        }
        Ok(())
    }

    /// A message that can't be dealt with: tried again and parked, if that holds nobody up; else its reader stops.
    fn fail(&mut self, subscriber: &Subscriber<W>, position: Position, why: &str) -> Result<Recorded, No> {
        let name = subscriber.name;
        let is_parked = self.readers.parked(name).contains(&position);
        let words = match self.live(name).map(|live| &mut live.how) {
            Some(How::Shared(group)) => {
                if group.fail(position) {
                    self.put_note(tracking(&format!("{name} parked {position}"), Position(Group::TRIES.into())))?;
                    self.store_checkpoint(subscriber.name)?;
                    format!("Event {} is put aside: {why}", position.0 + 1)
                } else {
                    format!("Event {} is tried again: {why}", position.0 + 1)
                }
            }
            // It holds nobody up a second time.
            Some(How::Alone(_)) if is_parked => {
                self.settle(name, position);
                self.store_checkpoint(name)?;
                format!("Event {} stays put aside: {why}", position.0 + 1)
            }
            Some(How::Alone(_)) | None => {
                self.put_note(tracking(&format!("{name} failed"), Position(position.0 + 1)))?;
                self.readers.forget(name);
                format!("Event {} holds it up: {why}", position.0 + 1)
            }
        };
        Ok(said(words))
    }

    /// What a reader makes of a message: every command that it asks for is decided at once.
    fn make_of(&self, subscriber: &Subscriber<W>, position: Position) -> Made<W> {
        let Some(event) = self.store.event(position.0) else { return Made::Nothing("it is not there".to_owned()) };
        let typed = self.store.row(position.0).map(|row| self.store.typed::<W::Event>(position.0, row));
        let typed = match typed {
            Some(Ok(typed)) => typed,
            // What today's code does not know is nobody's message.
            Some(Err(Unreadable::UnknownKind(_))) | None => return Made::Events(Vec::new()),
            Some(Err(unreadable)) => return Made::Nothing(unreadable.to_string()),
        };
        let message = Message {
            id: event.id,
            position,
            stream: &event.stream,
            recorded_at: event.metadata.recorded_at,
            event: &typed,
        };
        let now = |stream: &StreamId| self.state_at(Some(stream), self.store.len());
        let wants = (subscriber.react)(&self.world, &message, &now);
        match self.decide_all(wants) {
            Ok(made) => Made::Events(made),
            Err(refusal) => {
                let instead = (subscriber.refused)(&self.world, &message, &refusal);
                let why = || self.world.refusal(&refusal).message;
                match self.decide_all(instead) {
                    Ok(made) if made.is_empty() => Made::Nothing(why()),
                    Ok(made) => Made::Events(made),
                    Err(_) => Made::Nothing(why()),
                }
            }
        }
    }

    /// The events that reactions lead to, by stream; each command is decided on what those before it led to.
    fn decide_all(&self, wants: Vec<Wanted<W>>) -> Result<Led<W>, W::Refusal> {
        let mut made: Led<W> = Vec::new();
        let mut states: HashMap<StreamId, W::State> = HashMap::new();
        for want in wants {
            let (stream, events) = match want {
                Reaction::Send(stream, message) => (stream, vec![message]),
                Reaction::Ask(command) => {
                    let stream = self.world.stream_of(&command);
                    let state =
                        states.entry(stream.clone()).or_insert_with(|| self.state_at(Some(&stream), self.store.len()));
                    let events = self.world.decide(&command, state)?;
                    *state = events.iter().fold(state.clone(), |state, event| self.world.evolve(state, event));
                    (stream, events)
                }
            };
            match made.iter_mut().find(|(known, _)| *known == stream) {
                Some((_, known)) => known.extend(events),
                None if events.is_empty() => {}
                None => made.push((stream, events)),
            }
        }
        Ok(made)
    }

    /// The next message, as delivery brings it.
    fn bring(&mut self, subscriber: &Subscriber<W>) -> Delivery {
        let nth = self.begin(subscriber.name, subscriber.name, subscriber.shares);
        let mut live = self.readers.live.swap_remove(nth);
        let brought = live.bring(|from| self.positions_for(subscriber, from).next());
        self.readers.live.push(live);
        brought
    }

    /// The next message for a reader that keeps its place under this name.
    pub(super) fn bring_to(&mut self, place: &str, reader: &str, next: impl Fn(u64) -> Option<u64>) -> Delivery {
        let nth = self.begin(place, reader, false);
        self.readers.live[nth].bring(next)
    }

    /// Which of the live readers it is. One that begins to read begins at its stored checkpoint.
    fn begin(&mut self, place: &str, reader: &str, shares: bool) -> usize {
        if let Some(nth) = self.readers.live.iter().position(|live| live.name == place) {
            return nth;
        }
        let (checkpoint, (faults, seed)) = (self.readers.checkpoint(place), self.readers.faults());
        let how = if shares {
            How::Shared(Group::new(checkpoint, self.readers.parked(reader), faults, seed))
        } else {
            How::Alone(Subscription::new(self.readers.care(reader), checkpoint, faults, seed))
        };
        self.readers.live.push(Live { name: place.to_owned(), how });
        self.readers.live.len() - 1
    }

    /// A message was dealt with, as far as this tab remembers.
    pub(super) fn settle(&mut self, reader: &str, position: Position) {
        match self.live(reader).map(|live| &mut live.how) {
            Some(How::Alone(subscription)) => subscription.done(position),
            Some(How::Shared(group)) => group.acknowledge(position),
            None => {}
        }
    }

    pub(super) fn checkpoint_of(&mut self, reader: &str) -> Option<Position> {
        match self.live(reader).map(|live| &live.how) {
            Some(How::Alone(subscription)) => subscription.checkpoint(),
            Some(How::Shared(group)) => group.checkpoint(),
            None => None,
        }
    }

    /// Stores a reader's checkpoint on its own, if it has moved.
    pub(super) fn store_checkpoint(&mut self, reader: &str) -> Result<(), No> {
        let Some(checkpoint) = self.checkpoint_of(reader) else { return Ok(()) };
        if self.readers.checkpoint(reader) == Some(checkpoint) {
            return Ok(());
        }
        self.put_note(tracking(reader, checkpoint))
    }

    /// Makes a checkpoint durable that stands on its own: a commit without events, which uses no position.
    pub(super) fn put_note(&mut self, note: Tracking) -> Result<(), No> {
        let commit = Commit { log: self.id, writes: Vec::new(), tracking: Some(note) };
        self.write(&commit)
    }

    fn live(&mut self, reader: &str) -> Option<&mut Live> {
        self.readers.live.iter_mut().find(|live| live.name == reader)
    }

    /// Whether the event at a position is a message for a reader. One that can't be read is: somebody has to look at it.
    fn is_for(&self, subscriber: &Subscriber<W>, position: u64) -> bool {
        match self.store.row(position).map(|row| self.store.typed::<W::Event>(position, row)) {
            Some(Ok(event)) => (subscriber.takes)(&event),
            Some(Err(Unreadable::UnknownKind(_))) | None => false,
            Some(Err(_)) => true,
        }
    }

    /// The positions from `from` on that stand in the categories that a reader reads.
    fn positions_for<'a>(&'a self, subscriber: &'a Subscriber<W>, from: u64) -> impl Iterator<Item = u64> + 'a {
        (from..self.store.len()).filter(|&position| {
            let stream = self.store.row(position).map(|row| self.store.stream_id(row.stream));
            let category = stream.and_then(StreamId::category);
            category.is_some_and(|category| subscriber.reads.contains(&category))
        })
    }
}

pub(super) fn said(words: String) -> Recorded {
    Recorded { words, ..Recorded::default() }
}

pub(super) fn tracking(name: &str, position: Position) -> Tracking {
    Tracking { subscription: name.to_owned(), position }
}
