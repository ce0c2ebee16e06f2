//! One world's recorded log in a table of texts.

mod begin;
mod read;

use std::collections::VecDeque;
use std::ops::ControlFlow;

use serde::{Deserialize, Serialize};

use super::layout1;
use super::names::{Name, prefix};
use super::storage::Storage;
use crate::engine::integrity::Link;
use crate::engine::journal::{
    Checked, Epoch, Opened, Place, Progress, Recovered, Run, Step, Verified, links, other_log,
};
use crate::engine::text::{from_units, to_units};
use crate::engine::{Batch, Commit, Journal, JournalError, LogId, Segment};

/// Events of a sealed segment, about: some 20 KB.
const SEGMENT_EVENTS: usize = 1000;
/// Room that commits leave free, so that a segment can be written and a log begun anew when all else is full. In units
/// of the storage's [capacity](Storage::capacity).
pub const RESERVE: u64 = 96 << 10;

/// Keeps one world's recorded log in a [`Storage`].
#[derive(Debug)]
pub struct KeyedJournal<S> {
    storage: S,
    world: &'static str,
    epoch: Epoch,
    end: Option<End>,
    /// What can't be read keeps its keys when the log is begun anew.
    is_broken: bool,
    /// What everything in the storage cost when it was last counted, and what was written since.
    used: Option<u64>,
    /// How often this journal read or began a log that did not go on from what it had read before.
    past: u64,
    /// Units in use from which on it seals, and the events of a segment.
    seals: (u64, usize),
}

/// Where the log ends, and what lies unpacked.
#[derive(Clone, Debug)]
struct End {
    place: Place,
    /// Epoch and cost of each commit that is not sealed.
    tail: VecDeque<(Epoch, u64)>,
    /// Whether it lies in an earlier layout still.
    is_old: bool,
}

#[derive(Serialize, Deserialize)]
struct Begun {
    log: LogId,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    aside: Vec<LogId>,
}

/// A commit as it is stored.
#[derive(Serialize, Deserialize)]
pub(super) struct Stored {
    pub commit: Commit,
    pub chain: Vec<Link>,
}

/// Where reading begins.
enum Start {
    /// Behind what was read before, or at the beginning.
    At(Place),
    /// In the earlier layout, which is read in one piece.
    Old(layout1::Old),
}

/// What is read in one piece.
enum Piece {
    Single(Stored),
    /// A segment, and how many of its commits were read before.
    Packed(Batch, usize),
}

/// What takes in the pieces of a log, and says whether it wants more.
type Take<'a> = &'a mut dyn FnMut(Piece) -> ControlFlow<()>;

/// A log as it was found.
struct Found {
    end: End,
    unreadable: Option<JournalError>,
    /// Whether the commits that this journal had read before are the first of these.
    continues: bool,
    /// Whether it was left before its end.
    is_left: bool,
}

impl<S: Storage> KeyedJournal<S> {
    /// The journal of a world.
    pub fn new(storage: S, world: &'static str) -> Self {
        let seals = (storage.capacity() / 2, SEGMENT_EVENTS);
        Self { storage, world, epoch: Epoch::default(), end: None, is_broken: false, used: None, past: 0, seals }
    }

    /// The same, but it seals as soon as so many units are in use, and so many events in a segment.
    #[must_use]
    pub fn sealing(self, from: u64, events: usize) -> Self {
        Self { seals: (from, events), ..self }
    }

    fn names(&self) -> Result<Vec<Name>, JournalError> {
        let prefix = prefix(self.world);
        Ok(self.storage.keys()?.iter().filter_map(|key| Name::read(&prefix, key)).collect())
    }

    fn get<T: for<'de> Deserialize<'de>>(&self, name: Name) -> Result<Option<T>, JournalError> {
        read_json(&self.storage, &name.key(self.world))
    }

    /// Writes a key that is not there yet, and leaves so much room free.
    fn put(&mut self, name: Name, value: &str, leaves: u64) -> Result<u64, JournalError> {
        let key = name.key(self.world);
        let cost = self.storage.cost(&key, value);
        match self.storage.get(&key)? {
            None => {}
            Some(there) if there == value => return Ok(cost),
            Some(_) => return Err(unreadable(key, "nothing yet", "an entry that this tab did not write")),
        }
        let used = self.used.map_or_else(|| self.storage.used(), Ok)?;
        if used + cost + leaves > self.storage.capacity() {
            // Others may have made room since.
            self.used = Some(self.storage.used()?);
            if self.used.unwrap_or(used) + cost + leaves > self.storage.capacity() {
                return Err(JournalError::Full);
            }
        }
        if let Err(error) = self.storage.set(&key, value) {
            // Whoever else keeps something here may have filled the room.
            let used = self.storage.used()?;
            self.used = Some(used);
            let is_full = used + cost + leaves > self.storage.capacity();
            return Err(if is_full && error == JournalError::Crowded { JournalError::Full } else { error });
        }
        self.used = Some(self.used.unwrap_or(used) + cost);
        Ok(cost)
    }

    fn remove(&mut self, key: &str) -> Result<(), JournalError> {
        self.used = None;
        self.storage.remove(key)
    }

    fn put_commit(&mut self, end: &mut End, commit: &Commit, leaves: u64) -> Result<(), JournalError> {
        if commit.log != end.place.log {
            return Err(other_log(Some(end.place.log), commit.log));
        }
        if self.epoch < end.place.epoch {
            return Err(JournalError::Unavailable(
                "Another tab writes this log by now; nothing was recorded.".to_owned(),
            ));
        }
        let chain = links(end.place.link, commit);
        let link = chain.last().copied().unwrap_or(end.place.link);
        let name = Name::Commit { log: commit.log, nth: end.place.commits, epoch: self.epoch };
        let cost = self.put(name, &json(&Stored { commit: commit.clone(), chain })?, leaves)?;
        end.tail.push_back((self.epoch, cost));
        end.place = Place { epoch: self.epoch, commits: end.place.commits + 1, link, ..end.place };
        Ok(())
    }

    /// Packs these commits, of which `from` is the first, and gives the number of the next.
    fn put_segment(&mut self, from: u64, epoch: Epoch, segment: &Segment) -> Result<u64, JournalError> {
        let (log, to) = (segment.log, from + segment.commits.len() as u64);
        let words = format!("commits {from} to {}, sealed: ", to - 1);
        self.put(Name::Sealed { log, from, to, epoch }, &(words + &to_units(&segment.pack())), 0)?;
        Ok(to)
    }

    fn get_batch(&self, name: Name) -> Result<Batch, JournalError> {
        let key = name.key(self.world);
        let expected = "the commits that were sealed there";
        let text = self.storage.get(&key)?.ok_or_else(|| unreadable(key.clone(), expected, "nothing"))?;
        let units = text.split_once(": ").map_or("", |(_, units)| units);
        let batch = from_units(units).and_then(|bytes| Batch::unpack(&bytes));
        let batch = batch.map_err(|why| unreadable(key.clone(), expected, &why.to_string()))?;
        match name {
            Name::Sealed { log, from, to, .. } if batch.log == log && batch.len() as u64 == to - from => Ok(batch),
            _ => Err(unreadable(key, expected, "others")),
        }
    }
}

impl<S: Storage> Journal for KeyedJournal<S> {
    fn load_into(&mut self, take: &mut dyn FnMut(Run)) -> Result<Option<Opened>, JournalError> {
        self.end = None;
        self.is_broken = true;
        self.past += 1;
        let found = self.find(None, &mut |piece| {
            piece.runs().into_iter().for_each(&mut *take);
            ControlFlow::Continue(())
        })?;
        let Some(found) = found else {
            self.is_broken = false;
            return Ok(None);
        };
        Ok(Some(self.settle_on(found)))
    }

    fn append(&mut self, commit: &Commit) -> Result<(), JournalError> {
        if self.end.as_ref().is_some_and(|end| end.is_old) && !self.is_broken {
            self.leave_old_layout()?;
        }
        // Taken out rather than copied: an append costs the same however much lies unpacked.
        let end = self.end.take_if(|_| !self.is_broken);
        let mut end = end.ok_or_else(|| JournalError::Unavailable("No log was begun here yet.".to_owned()))?;
        let put = self.put_commit(&mut end, commit, RESERVE);
        self.end = Some(end);
        put
    }

    fn replace(&mut self, log: LogId, commits: &[Commit]) -> Result<(), JournalError> {
        let aside = self.aside()?;
        self.end = Some(self.begin_or_undo(log, commits, aside)?);
        self.past += 1;
        self.is_broken = false;
        Ok(())
    }

    fn verify_from(&self, from: Option<&Checked>, events: u64) -> Result<Step, JournalError> {
        let limit = self.end.as_ref().filter(|end| !end.is_old).map(|end| end.place);
        let names = self.names()?;
        let start = self.start(&names, limit.as_ref())?;
        let start = start.ok_or_else(|| JournalError::Unavailable("No log was begun here yet.".to_owned()))?;
        let (mut verified, start) = match (start, from) {
            (Start::At(place), Some(checked))
                if checked.past == self.past
                    && (checked.place.generation, checked.place.log) == (place.generation, place.log) =>
            {
                (checked.verified, Start::At(checked.place))
            }
            (start, _) => (Verified::before_any(start.log()), start),
        };
        let until = verified.events.saturating_add(events);
        let found = self.read(&names, start, limit.as_ref(), &mut |piece| {
            match piece {
                Piece::Single(Stored { commit, chain }) => verified.check(&commit, &chain),
                Piece::Packed(batch, skip) => verified.check_sealed(&batch.commits()[skip..], batch.head),
            }
            if verified.events < until { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        });
        if found.is_left {
            return Ok(Step::More(Checked { verified, place: found.end.place, past: self.past }));
        }
        if found.unreadable.is_some() || limit.is_some_and(|limit| found.end.place.commits < limit.commits) {
            verified.doubt(verified.events, 1);
        }
        Ok(Step::Done(verified))
    }

    fn place(&self) -> Option<Place> {
        self.end.as_ref().map(|end| end.place)
    }

    fn read_to(&mut self, place: &Place) -> Result<Progress, JournalError> {
        if let Some(end) = &mut self.end
            && end.place.is_level_with(place)
            && (end.place.generation, end.place.sealed) == (place.generation, place.sealed)
        {
            return Ok(Progress::There(Vec::new()));
        }
        if !self.shows_last(place)? {
            return Ok(Progress::NotYet);
        }
        if self.reads_sealed(place)? {
            return Ok(Progress::There(Vec::new()));
        }
        if let Some(commits) = self.read_next(place) {
            return Ok(Progress::There(commits));
        }
        let before = self.end.as_ref().map_or(0, |end| end.place.commits);
        let mut commits = Vec::new();
        let found = self.find(Some(place), &mut |piece| {
            commits.extend(piece.runs().into_iter().flat_map(Run::commits));
            ControlFlow::Continue(())
        })?;
        let Some(found) = found else { return Ok(Progress::NotYet) };
        if !found.end.place.is_level_with(place) || found.end.place.sealed < place.sealed {
            return Ok(Progress::NotYet);
        }
        if found.continues {
            self.settle_on(found);
            return Ok(Progress::There(commits.split_off(before as usize)));
        }
        self.past += 1;
        let Opened { log, unreadable } = self.settle_on(found);
        Ok(Progress::Anew(Recovered { log, commits, unreadable }))
    }

    fn write_as(&mut self, epoch: Epoch) {
        self.epoch = epoch;
        self.used = None;
    }

    fn pack(&mut self) -> Result<bool, JournalError> {
        // Asked after every commit, so it is looked at and not copied.
        let (from, segment) = self.seals;
        let is_long = |end: &&End| !end.is_old && !self.is_broken && end.tail.len() >= segment;
        let Some(end) = self.end.as_ref().filter(is_long) else { return Ok(false) };
        if self.used.map_or_else(|| self.storage.used(), Ok)? < from {
            return Ok(false);
        }
        let Place { log, sealed, .. } = end.place;
        let mut verified = Verified::before_any(log);
        let (mut commits, mut events, mut last) = (Vec::new(), 0, Epoch::default());
        verified.head = self.link_before(&end.place)?;
        let before = verified.head;
        for (nth, &(epoch, _)) in (sealed..).zip(&end.tail) {
            let (stored, _) = self.stored(Name::Commit { log, nth, epoch })?;
            verified.check(&stored.commit, &stored.chain);
            events += stored.commit.events().count();
            commits.push(stored.commit);
            last = epoch;
            if events >= segment {
                break;
            }
        }
        // What is not as it was recorded stays where a person can see it.
        if verified.first_bad.is_some() {
            return Ok(false);
        }
        let to = self.put_segment(sealed, last, &Segment { log, before, head: verified.head, commits })?;
        if let Some(end) = &mut self.end {
            end.tail.drain(..(to - sealed) as usize);
            end.place.sealed = to;
        }
        Ok(true)
    }

    fn clean(&mut self) {
        // What can't be removed now is found again by the next writer.
        for key in self.replaced().unwrap_or_default() {
            let _ = self.remove(&key);
        }
    }
}

impl<S: Storage> KeyedJournal<S> {
    fn settle_on(&mut self, found: Found) -> Opened {
        let Found { end, unreadable, .. } = found;
        self.is_broken = unreadable.is_some();
        let log = end.place.log;
        self.end = Some(end);
        Opened { log, unreadable }
    }

    /// Whether the last thing that was written can be read here: before that there is no use in looking for the rest.
    fn shows_last(&self, place: &Place) -> Result<bool, JournalError> {
        let Place { generation, epoch, commits, sealed, log, .. } = *place;
        let last = match commits.checked_sub(1) {
            None => Name::Begun { generation, epoch },
            Some(nth) if sealed < commits => Name::Commit { log, nth, epoch },
            Some(_) => return Ok(true),
        };
        let is_old = epoch == Epoch::default();
        Ok(is_old || self.storage.get(&last.key(self.world))?.is_some())
    }

    /// The same commits, of which more are sealed by now: whether the segments can be read here.
    fn reads_sealed(&mut self, place: &Place) -> Result<bool, JournalError> {
        let Some(own) = self.place().filter(|own| own.is_level_with(place) && own.generation == place.generation)
        else {
            return Ok(false);
        };
        let names = self.names()?;
        let mut sealed = own.sealed;
        while sealed < place.sealed {
            let next = names.iter().find_map(|name| match *name {
                Name::Sealed { log, from, to, .. } if log == own.log && from <= sealed && sealed < to => {
                    Some((to, *name))
                }
                _ => None,
            });
            let Some((to, name)) = next else { return Ok(false) };
            self.get_batch(name)?;
            sealed = to;
        }
        if let Some(end) = self.end.as_mut().filter(|_| sealed == place.sealed) {
            end.tail.drain(..(sealed - own.sealed) as usize);
            end.place = *place;
        }
        Ok(sealed == place.sealed)
    }

    /// The usual way of a reader: the next commits lie under the names that follow from the place.
    fn read_next(&mut self, place: &Place) -> Option<Vec<Commit>> {
        let own = self.end.as_ref().filter(|end| !end.is_old)?.place;
        if (own.generation, own.log, own.sealed) != (place.generation, place.log, place.sealed) {
            return None;
        }
        let (mut commits, mut added, mut link) = (Vec::new(), Vec::new(), own.link);
        for nth in own.commits..place.commits {
            let name = Name::Commit { log: own.log, nth, epoch: place.epoch };
            let (Stored { commit, chain }, cost) = self.stored(name).ok()?;
            if links(link, &commit) != chain {
                return None;
            }
            link = chain.last().copied().unwrap_or(link);
            added.push((place.epoch, cost));
            commits.push(commit);
        }
        if (own.commits + commits.len() as u64, link) != (place.commits, place.link) {
            return None;
        }
        let end = self.end.as_mut()?;
        end.tail.extend(added);
        end.place = *place;
        Some(commits)
    }

    /// The chain's head behind what is sealed.
    fn link_before(&self, place: &Place) -> Result<Link, JournalError> {
        let Place { log, sealed, .. } = *place;
        let last = self
            .names()?
            .into_iter()
            .find(|name| matches!(name, Name::Sealed { log: of, to, .. } if *of == log && *to == sealed));
        last.map_or_else(|| Ok(Link::genesis(log)), |last| Ok(self.get_batch(last)?.head))
    }
}

/// The first commits that fill a segment, if there are so many.
fn run(commits: &[Commit]) -> Option<&[Commit]> {
    let mut events = 0;
    let last = commits.iter().position(|commit| {
        events += commit.events().count();
        events >= SEGMENT_EVENTS
    })?;
    Some(&commits[..=last])
}

pub(super) fn read_json<T: for<'de> Deserialize<'de>>(
    storage: &impl Storage,
    key: &str,
) -> Result<Option<T>, JournalError> {
    storage.get(key)?.map(|text| parse(key, &text)).transpose()
}

fn parse<T: for<'de> Deserialize<'de>>(key: &str, text: &str) -> Result<T, JournalError> {
    serde_json::from_str(text).map_err(|why| unreadable(key.to_owned(), "what Daybook wrote", &why.to_string()))
}

fn json(value: &impl Serialize) -> Result<String, JournalError> {
    serde_json::to_string(value).map_err(|_| {
        JournalError::Unavailable("What happened can't be written as JSON; nothing was recorded.".to_owned())
    })
}

pub(super) fn unreadable(key: String, expected: &str, found: &str) -> JournalError {
    JournalError::Unreadable { key, expected: expected.to_owned(), found: found.to_owned() }
}
