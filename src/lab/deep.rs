//! What lies deeper in a log than the first page asks: its states as plain data, files, marks, edits, examples.
//!
//! A log's door leads here by itself, so `door.view("totals", 3)` is asked as if it were the door's own. But nothing that
//! the door has names what is here: that is how all of it can be in the program's second part.

use std::any::Any;
use std::ops::{Deref, DerefMut};
use std::sync::OnceLock;

use serde_json::{Map, Value, json};

use super::beside::Mark;
use super::big_day::{Filled, Filling};
use super::door::{Ask, Asked, Door};
use super::import::{Incoming, Intake};
use super::moment::{Moment, of_every_stream, of_one_stream};
use super::no::No;
use super::readers;
use super::running::Running;
use super::spec::{Before, Examples};
use super::steps::verify;
use super::what_if::Edit;
use crate::crud::Twin;
use crate::engine::handle::{Part, number_all};
use crate::engine::integrity::Link;
use crate::engine::journal::Verified;
use crate::engine::subscription::Faults;
use crate::engine::{Fact, LogId, Position, RecordedEvent, Store, StreamId, StreamKey, Unreadable};
use crate::formats::Format;
use crate::worlds::bank::Bank;
use crate::worlds::ledger::GeneralLedger;
use crate::worlds::money::MOST;
use crate::worlds::transactions::TransactionLog;
use crate::worlds::transfers::Transfers;
use crate::worlds::{Closing, Flow, Objection, Switch};

/// What a log can be asked beyond its door.
pub trait Deep {
    /// A stream's state after `applied` events, as plain data.
    fn state(&self, stream: &StreamId, applied: u64) -> Value;
    /// A view of the whole log after `applied` events, as plain data; `None`: there is no view of this name.
    fn view(&self, name: &str, applied: u64) -> Option<Value>;
    /// The states after `applied` events, to go on from: those of every stream, or of one by its own events alone.
    fn moment(&self, of: Option<StreamKey>, applied: u64) -> Box<dyn Moment>;
    /// The events from a position on that no view could read, in order, at most so many, and why. They changed nothing.
    fn unread(&self, from: u64, most: usize) -> Vec<(Position, Unreadable)>;
    /// Edits what a branch took over from its base, in place of the edits before; none undoes them all.
    fn edit(&mut self, edits: &[Edit]) -> Result<(), No>;
    /// The events of a stream that stand in `from..to` of the log, as given / when / then.
    fn examples(&self, stream: &StreamId, from: u64, to: u64, before: Before) -> Result<Examples, No>;
    /// What would come of a command after `applied` events, as given / when / then; records nothing.
    fn example(&self, ask: &Ask, asked: &Asked, applied: u64, before: Before) -> Result<Examples, No>;
    /// Adds a bookmark or a note; one that is there already is there once.
    fn mark(&mut self, mark: &Mark) -> Result<(), No>;
    /// Removes a bookmark or a note; whether it was there.
    fn unmark(&mut self, mark: &Mark) -> Result<bool, No>;
    /// The events that go on from this log in the one that is next, if its books can be closed.
    fn carry_over(&self, next: LogId, asked: &Asked) -> Result<Vec<RecordedEvent>, No>;
    /// Who reads the log and acts on it.
    fn readers(&self) -> Vec<readers::Told>;
    /// What can be done as the world's source does it, and whether it is.
    fn switches(&self) -> Vec<(Switch, bool)>;
    /// How many events of a stream lie between two snapshots; how many the next load of it reads, and how many without one.
    fn snapshots(&self, stream: &StreamId) -> (u64, u64, u64);
    /// The nth command of the sample that the world's source runs, given whom it has told of so far; `None`: it is over, or
    /// there is none.
    fn sample(&self, nth: usize, subjects: &[StreamId]) -> Option<Value>;
    /// The nth thing that is asked on a day of trial, in words; `None`: it is over.
    fn trial(&self, nth: usize, subjects: &[StreamId]) -> Option<Value>;
    /// Which faults delivery is made to have, and how they are drawn.
    fn faults(&self) -> (Faults, u64);
    /// What is on its way between subjects after `applied` events, the latest first, at most so many; each with its stream.
    fn flows(&self, applied: u64, most: usize) -> Vec<(StreamId, Flow)>;
}

/// The depths of each world's logs: one line each, as in [`WORLDS`](super::WORLDS).
const DEPTHS: &[Depth] =
    &[Depth::of::<Bank>(), Depth::of::<Transfers>(), Depth::of::<GeneralLedger>(), Depth::of::<TransactionLog>()];
static MORE: OnceLock<&'static [Depth]> = OnceLock::new();

/// How one gets deeper into logs of a world, and at logs of it that are not there yet.
#[derive(Clone, Copy, Debug)]
pub struct Depth {
    world: &'static str,
    of: fn(&dyn Any) -> Option<&(dyn Deep + 'static)>,
    of_mut: fn(&mut dyn Any) -> Option<&mut (dyn Deep + 'static)>,
    pub(super) intake: fn(LogId, Option<Format>) -> Box<dyn Intake>,
    pub(super) big_day: fn(LogId) -> Option<Box<dyn Filling>>,
}

impl Depth {
    /// The depths of a world.
    pub const fn of<W: Twin>() -> Self {
        Self {
            world: W::NAME,
            of: |log| log.downcast_ref::<Running<W>>().map(|log| log as &dyn Deep),
            of_mut: |log| log.downcast_mut::<Running<W>>().map(|log| log as &mut dyn Deep),
            intake: |id, format| Box::new(Incoming::<W>::new(id, format)),
            big_day: |id| Filled::<W>::new(id).map(|filled| Box::new(filled) as Box<dyn Filling>),
        }
    }

    /// Depths of worlds that are not built in. Once only.
    pub fn more(depths: &'static [Self]) {
        // The same again changes nothing.
        let _ = MORE.set(depths);
    }

    pub(super) fn named(world: &str) -> &'static Self {
        let mut known = DEPTHS.iter().chain(MORE.get().copied().unwrap_or_default());
        known.find(|depth| depth.world == world).expect("a world's depths are declared beside the world")
    }
}

impl Deref for dyn Door + '_ {
    type Target = dyn Deep;

    fn deref(&self) -> &Self::Target {
        (Depth::named(self.world()).of)(self.any()).expect("a log is of its own world")
    }
}

impl DerefMut for dyn Door + '_ {
    fn deref_mut(&mut self) -> &mut Self::Target {
        (Depth::named(self.world()).of_mut)(self.any_mut()).expect("a log is of its own world")
    }
}

impl<W: Twin> Deep for Running<W> {
    fn readers(&self) -> Vec<readers::Told> {
        self.told_readers()
    }

    fn switches(&self) -> Vec<(Switch, bool)> {
        self.told_switches()
    }

    fn snapshots(&self, stream: &StreamId) -> (u64, u64, u64) {
        let (read, all) = self.key(stream).map_or((0, 0), |key| self.snapshots.reads(&self.store, key));
        (self.snapshots.distance(), read, all)
    }

    fn sample(&self, nth: usize, subjects: &[StreamId]) -> Option<Value> {
        W::sample(nth, subjects)
    }

    fn trial(&self, nth: usize, subjects: &[StreamId]) -> Option<Value> {
        W::trial(nth, subjects)
    }

    fn faults(&self) -> (Faults, u64) {
        self.told_faults()
    }

    fn flows(&self, applied: u64, most: usize) -> Vec<(StreamId, Flow)> {
        let at = self.timeline.at(&self.store, applied);
        let flow = |(key, stream): (StreamKey, &StreamId)| {
            Some((stream.clone(), self.world.flow(at.states.view().of_stream(key)?)?))
        };
        let mut flows: Vec<_> = self.store.streams().filter_map(flow).collect();
        flows.reverse();
        flows.truncate(most);
        flows
    }

    fn state(&self, stream: &StreamId, applied: u64) -> Value {
        self.world.plain(stream, &self.state_at(Some(stream), applied))
    }

    fn view(&self, name: &str, applied: u64) -> Option<Value> {
        let at = self.timeline.at(&self.store, applied);
        if name == W::SUBJECTS {
            let state = |(key, stream)| Some(self.world.plain(stream, at.states.view().of_stream(key)?));
            let known = |(key, _): &(StreamKey, _)| {
                at.states.view().of_stream(*key).is_some_and(|state| self.world.subject(state).is_some())
            };
            return Some(self.store.streams().filter(known).filter_map(state).collect());
        }
        if name == "totals" {
            let by_kind: Map<String, Value> = self
                .store
                .kinds()
                .zip(at.sums.by_kind())
                .filter(|(_, count)| **count > 0)
                .map(|(kind, count)| (kind.to_owned(), json!(count)))
                .collect();
            // The total of all sums may need more than 53 bits; as text every reader gets it whole.
            let total = at.sums.total();
            let exact = i64::try_from(total).ok().filter(|total| (-MOST..=MOST).contains(total));
            let total = exact.map_or_else(|| json!(total.to_string()), |total| json!(total));
            return Some(json!({ "events": applied.min(self.store.len()), "total": total, "byKind": by_kind }));
        }
        None
    }

    fn moment(&self, of: Option<StreamKey>, applied: u64) -> Box<dyn Moment> {
        match of {
            Some(stream) => of_one_stream::<W>(&self.store, stream, applied),
            None => of_every_stream::<W>(self.timeline.at(&self.store, applied).into_owned().states),
        }
    }

    fn unread(&self, from: u64, most: usize) -> Vec<(Position, Unreadable)> {
        let all = self.timeline.now().states.unread();
        let unread = all[all.partition_point(|&position| position < from)..].iter().take(most);
        let why = |&position: &u64| {
            let typed = self.store.typed::<W::Event>(position, self.store.row(position)?);
            Some((Position(position), typed.err()?))
        };
        unread.filter_map(why).collect()
    }

    fn edit(&mut self, edits: &[Edit]) -> Result<(), No> {
        self.tell_anew(edits)
    }

    fn examples(&self, stream: &StreamId, from: u64, to: u64, before: Before) -> Result<Examples, No> {
        self.stretch(stream, from, to, before)
    }

    fn example(&self, ask: &Ask, asked: &Asked, applied: u64, before: Before) -> Result<Examples, No> {
        self.tried(ask, asked, applied, before)
    }

    fn mark(&mut self, mark: &Mark) -> Result<(), No> {
        self.put_mark(mark)
    }

    fn unmark(&mut self, mark: &Mark) -> Result<bool, No> {
        self.take_mark(mark)
    }

    fn carry_over(&self, next: LogId, asked: &Asked) -> Result<Vec<RecordedEvent>, No> {
        self.may_write()?;
        if self.store.is_empty() {
            return Err(refused("Expected books with something in them, found none. There is nothing to close."));
        }
        let closing = Closing { log: self.id, head: self.certain_head()?, next };
        let states = self.timeline.now().states.view();
        let states: Vec<_> =
            self.store.streams().filter_map(|(key, stream)| Some((stream, states.of_stream(key)?))).collect();
        let facts = self.world.carry_over(&closing, &states);
        if facts.is_empty() {
            return Err(refused("Expected something that could be carried over, found nothing. The books stay open."));
        }
        let envelope = self.envelope(&Ask::default(), asked.id, asked)?;
        let parts = facts.iter().map(|(stream, event)| Part {
            stream: stream.clone(),
            facts: vec![Fact::of(event)],
            envelope: &envelope,
        });
        let opening = number_all(&Store::default(), next, parts);
        Ok(opening.writes.into_iter().flat_map(|write| write.events).collect())
    }
}

impl<W: Twin> Running<W> {
    /// The chain's head, if every event that is shown stands as it was recorded.
    fn certain_head(&self) -> Result<Link, No> {
        let Verified { events, first_bad, head, .. } = verify(self)?;
        match first_bad {
            Some(bad) => Err(refused(format!(
                "Expected every event as it was recorded, found another as entry {}. Books are closed on what is \
                 certain: export the log, and import it if you trust what it says now.",
                bad + 1
            ))),
            None if events != self.store.len() => Err(refused(format!(
                "Expected {} events, as shown here, found {events}. Look again and close the books then.",
                self.store.len()
            ))),
            None => Ok(head),
        }
    }
}

fn refused(message: impl Into<String>) -> No {
    No::Refused(Objection::whole(message))
}
