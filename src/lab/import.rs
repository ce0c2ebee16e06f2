//! What comes of reading a log from elsewhere: judged before anything changes.

use std::collections::{HashMap, HashSet};
use std::marker::PhantomData;

use serde::Serialize;
use uuid::Uuid;

use super::door::{Door, Origin};
use super::running::Running;
use super::what_if;
use crate::crud::Twin;
use crate::engine::integrity::Link;
use crate::engine::{Event, LogId, Position, RecordedEvent, StreamId, Unreadable};
use crate::formats::ndjson::Rest;
use crate::formats::{File, Format, Reader};
use crate::worlds::money::{MOST, shown};

/// Whether a log can be taken in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// Every event reads with today's code.
    Fine,
    /// It can be taken in, but not everything is as one would expect.
    Risky,
    /// It can't be taken in.
    Impossible,
}

/// A verdict, what led to it, and the log that there would be.
pub struct Judgement {
    /// Whether the log can be taken in.
    pub verdict: Verdict,
    /// Why not, or why only with care: the first place of each reason.
    pub reasons: Vec<String>,
    /// The log, in memory and known to nobody yet; `None`: it is impossible.
    pub log: Option<Box<dyn Door>>,
}

impl Judgement {
    /// Nothing can be taken in, for this reason.
    pub(super) fn impossible(reason: String) -> Self {
        Self { verdict: Verdict::Impossible, reasons: vec![reason], log: None }
    }
}

/// Reads a log from elsewhere piece by piece, and judges it on the way. Nothing that is there changes.
pub trait Intake {
    /// Takes the next piece of the text. `false`: it is impossible already, and no more is needed.
    fn push(&mut self, bytes: &[u8]) -> bool;
    /// Events that were read so far.
    fn events(&self) -> u64;
    /// The verdict, once the text is at its end.
    fn finish(self: Box<Self>) -> Judgement;
}

/// A log of one world that is being read.
pub struct Incoming<W: Twin> {
    reader: Reader,
    judge: Judge<W::Event>,
    log: Running<W>,
    wrong: Option<String>,
}

impl<W: Twin> Incoming<W> {
    /// Nothing read yet. It will be a copy under this id; without a format, the text tells its own.
    pub fn new(id: LogId, format: Option<Format>) -> Self {
        let log = Running::new(id, Origin::Copy);
        Self { reader: Reader::of(format), judge: Judge::default(), log, wrong: None }
    }

    fn read_on(&mut self, bytes: &[u8]) -> Result<(), String> {
        self.reader.push(bytes).map_err(|wrong| wrong.to_string())?;
        if let Some((world, log)) = self.reader.origin() {
            check_world(W::NAME, world)?;
            self.judge.vouch_from(log);
        }
        let events = self.reader.take_events();
        self.add(events)
    }

    fn add(&mut self, events: Vec<RecordedEvent>) -> Result<(), String> {
        events.iter().try_for_each(|event| self.judge.see(event))?;
        self.log.add(events).map_err(|error| error.to_string())
    }

    fn end(mut self) -> Result<Judgement, String> {
        self.wrong.take().map_or(Ok(()), Err)?;
        let File { world, events, rest, chain, remarks } =
            std::mem::take(&mut self.reader).finish().map_err(|wrong| wrong.to_string())?;
        if let Some(world) = world {
            check_world(W::NAME, &world)?;
        }
        if let Some((log, _)) = chain {
            self.judge.vouch_from(log);
        }
        self.add(events)?;
        let mut reasons = self.judge.doubts(chain.map(|(_, head)| head));
        reasons.extend(check_recorded(&rest).err());
        reasons.extend(remarks.iter().map(ToString::to_string));
        self.log.put_beside(rest);
        let verdict = if reasons.is_empty() { Verdict::Fine } else { Verdict::Risky };
        Ok(Judgement { verdict, reasons, log: Some(Box::new(self.log)) })
    }
}

impl<W: Twin> Intake for Incoming<W> {
    fn push(&mut self, bytes: &[u8]) -> bool {
        if self.wrong.is_none() {
            self.wrong = self.read_on(bytes).err();
        }
        self.wrong.is_none()
    }

    fn events(&self) -> u64 {
        self.log.store().len()
    }

    fn finish(self: Box<Self>) -> Judgement {
        self.end().unwrap_or_else(Judgement::impossible)
    }
}

fn check_world(world: &str, other: &str) -> Result<(), String> {
    if other == world {
        return Ok(());
    }
    Err(format!("Expected a log of the world {world}, found one of {}.", shown(other)))
}

/// What the events so far leave to be said, in the order of their positions.
struct Judge<E> {
    position: u64,
    /// What comes next in each stream, and its figure so far.
    streams: HashMap<StreamId, (u64, i64)>,
    ids: HashSet<Uuid>,
    /// The first event that can be kept but not understood, why, and how many there are.
    unreadable: Option<(Position, String)>,
    unreadables: u64,
    /// The first event that was written in another shape than today's, that shape, and how many there are.
    reshaped: Option<(Position, u16)>,
    reshapes: u64,
    /// The chain so far, where the file may vouch for its end.
    link: Option<Link>,
    reads: PhantomData<E>,
}

impl<E: Event> Judge<E> {
    /// The chain begins with this log, before its first event.
    fn vouch_from(&mut self, log: LogId) {
        self.link.get_or_insert_with(|| Link::genesis(log));
    }

    /// Judges the next event, or says why the log can't be taken in.
    fn see(&mut self, event: &RecordedEvent) -> Result<(), String> {
        let position = self.position;
        // The page counts events from 1, the file its positions and revisions from 0.
        let nth = position + 1;
        if event.position.0 != position {
            return Err(format!(
                "Event {nth}: expected position {position} (the first is 0), found {}.",
                event.position
            ));
        }
        let amount = self.amount(event)?;
        if !self.streams.contains_key(&event.stream) {
            self.streams.insert(event.stream.clone(), (0, 0));
        }
        let Some((revision, sum)) = self.streams.get_mut(&event.stream) else { return Ok(()) };
        if event.revision.0 != *revision {
            let stream = shown(event.stream.as_str());
            return Err(format!(
                "Event {nth}: expected revision {revision} (the first is 0) of {stream}, found {}.",
                event.revision
            ));
        }
        if !self.ids.insert(event.id) {
            return Err(format!("Event {nth}: expected an id of its own, found {} a second time.", event.id));
        }
        *sum += amount;
        if !(-MOST..=MOST).contains(sum) {
            return Err(format!("Event {nth}: expected a sum within ±{MOST}, found {sum}."));
        }
        *revision += 1;
        self.position += 1;
        self.link = self.link.map(|link| link.then(event));
        Ok(())
    }

    /// What an event adds, if today's code can read it. No figure leaves the numbers that every reader can hold.
    fn amount(&mut self, event: &RecordedEvent) -> Result<i64, String> {
        let version = event.metadata.schema_version;
        match E::read(&event.kind, version, &event.data) {
            Ok(read) => {
                if version != E::SCHEMA_VERSION {
                    self.reshapes += 1;
                    self.reshaped.get_or_insert((event.position, version));
                }
                Ok(read.amount())
            }
            Err(Unreadable::OutOfBounds { found, .. }) => {
                Err(format!("Event {}: expected a number within ±{MOST}, found {found}.", event.position.0 + 1))
            }
            Err(why @ (Unreadable::UnknownKind(_) | Unreadable::BadData { .. })) => {
                self.unreadables += 1;
                self.unreadable.get_or_insert_with(|| (event.position, why.to_string()));
                Ok(0)
            }
        }
    }

    /// What makes a log risky that can be taken in.
    fn doubts(&self, vouched: Option<Link>) -> Vec<String> {
        let unreadable = self.unreadable.as_ref().map(|(position, why)| {
            let (nth, more) = (position.0 + 1, and_more(self.unreadables));
            format!("Event {nth}{more} can be kept but not understood: {why}.")
        });
        let reshaped = self.reshaped.map(|(position, version)| {
            let (nth, more, today) = (position.0 + 1, and_more(self.reshapes), E::SCHEMA_VERSION);
            format!("Event {nth}{more}: written in shape {version}, read as shape {today}.")
        });
        let changed = self.link.zip(vouched).filter(|(link, vouched)| link != vouched).map(|(link, vouched)| {
            format!(
                "The file was changed after it was exported: its events lead to {}, its trailer says {}.",
                link.short(),
                vouched.short()
            )
        });
        unreadable.into_iter().chain(reshaped).chain(changed).collect()
    }
}

impl<E> Default for Judge<E> {
    fn default() -> Self {
        Self {
            position: 0,
            streams: HashMap::new(),
            ids: HashSet::new(),
            unreadable: None,
            unreadables: 0,
            reshaped: None,
            reshapes: 0,
            link: None,
            reads: PhantomData,
        }
    }
}

/// How many there are besides the first: `, and 2 more`.
fn and_more(all: u64) -> String {
    match all {
        0 | 1 => String::new(),
        all => format!(", and {} more", all - 1),
    }
}

/// The events were recorded as they stand, and are not those of an edited branch.
fn check_recorded(rest: &Rest) -> Result<(), String> {
    let Some(what_if) = rest.header.get(what_if::HEADER) else { return Ok(()) };
    let edits = what_if["edits"].as_array().map_or(0, Vec::len);
    Err(format!("This is a what-if: {edits} of its events were left out or edited after they had been recorded."))
}
