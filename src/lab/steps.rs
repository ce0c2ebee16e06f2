//! Work on a whole log in steps short enough that a page stays alive: holding it against its chain, and writing it down.
//!
//! Both stay with the log that they were begun for. If it is another by then, they say so and end.

use std::borrow::Cow;

use super::door::{Door, Origin};
use super::no::No;
use crate::engine::LogId;
use crate::engine::integrity::Link;
use crate::engine::journal::{Checked, Step, Verified};
use crate::formats::{Format, Head, Writer, Written};

/// How far some work is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Events that it is done with.
    pub events: u64,
    /// All there are.
    pub of: u64,
    /// Whether that was all of the work.
    pub is_done: bool,
}

/// Holds every event of a log against its chain.
pub fn verify(door: &dyn Door) -> Result<Verified, No> {
    let mut verification = Verification::new(door);
    while !verification.advance(door, u64::MAX)?.is_done {}
    Ok(verification.verified())
}

/// A log as a file, and what its format could not hold.
pub fn export(door: &dyn Door, format: Format) -> Written {
    let mut writer = writer(door, format);
    while !writer.advance(door.store(), u64::MAX) {}
    writer.finish()
}

/// A log that is being held against its chain: [`advance`](Verification::advance) it until it is done.
///
/// What is recorded meanwhile is read as well. A log in memory has no chain to be held against; its head is worked out.
#[derive(Debug)]
pub struct Verification {
    log: Begun,
    verified: Verified,
    /// Where the journal goes on.
    checked: Option<Checked>,
}

impl Verification {
    /// Begins with nothing read.
    pub fn new(door: &dyn Door) -> Self {
        Self { log: Begun::of(door), verified: Verified::before_any(door.id()), checked: None }
    }

    /// Reads about so many more events, and goes on from there the next time.
    pub fn advance(&mut self, door: &dyn Door, budget: u64) -> Result<Progress, No> {
        self.log.check(door)?;
        // What holds up to a gap is not the whole log.
        if let Some(no @ No::Journal(_)) = door.closed() {
            return Err(no.clone());
        }
        let is_done = match door.verify_from(self.checked.as_ref(), budget.max(1)) {
            None => self.read_on(door, budget.max(1)),
            Some(Ok(Step::More(checked))) => {
                (self.verified, self.checked) = (checked.verified, Some(checked));
                false
            }
            Some(Ok(Step::Done(verified))) => {
                self.verified = verified;
                true
            }
            Some(Err(no)) => return Err(no),
        };
        let events = self.verified.events;
        Ok(Progress { events, of: door.store().len().max(events), is_done })
    }

    /// What was found so far.
    pub fn verified(&self) -> Verified {
        self.verified
    }

    /// Reads on where nothing is stored.
    fn read_on(&mut self, door: &dyn Door, budget: u64) -> bool {
        let (from, len) = (self.verified.events, door.store().len());
        let to = from.saturating_add(budget).min(len);
        let events = (from..to).filter_map(|position| door.store().event(position));
        self.verified.head = events.fold(self.verified.head, |link: Link, event| link.then(&event));
        self.verified.events = to;
        to == len
    }
}

/// A log that is being written down, as long as it was when that was begun.
pub struct Export {
    log: Begun,
    writer: Writer,
}

impl Export {
    /// Begins with nothing but what stands before the first event.
    pub fn new(door: &dyn Door, format: Format) -> Self {
        Self { log: Begun::of(door), writer: writer(door, format) }
    }

    /// Writes so many more events.
    pub fn advance(&mut self, door: &dyn Door, budget: u64) -> Result<Progress, No> {
        self.log.check(door)?;
        let is_done = self.writer.advance(door.store(), budget);
        let (events, of) = self.writer.progress();
        Ok(Progress { events, of, is_done })
    }

    /// What of the log is in the file once it is written.
    pub fn saved(&self) -> Saved {
        Saved { log: self.log.log, events: self.writer.progress().1 }
    }

    /// What was written since this was last asked.
    pub fn take(&mut self) -> String {
        self.writer.take()
    }

    /// What is left to be written, and what the format could not hold.
    pub fn finish(self) -> Written {
        self.writer.finish()
    }
}

/// What of a log lies in a file: its first events.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Saved {
    /// The log.
    pub log: LogId,
    /// How many of its events.
    pub events: u64,
}

impl Saved {
    /// Whether that is the whole log, if anything was to be saved: what was recorded since is in no file.
    pub(super) fn check(saved: Option<Self>, door: &dyn Door) -> Result<(), No> {
        let Some(Self { log, events }) = saved else { return Ok(()) };
        let more = door.store().len().checked_sub(events).filter(|_| door.id() == log);
        match more {
            None => Err(another()),
            Some(0) => Ok(()),
            Some(more) => Err(No::bad_input(format!(
                "Expected a log that was saved whole, found {more} more in it than in the file. Save it again."
            ))),
        }
    }
}

fn writer(door: &dyn Door, format: Format) -> Writer {
    let mut rest = Cow::Borrowed(door.rest());
    if let (Some(what_if), Origin::Branch { base, fork }) = (door.what_if(), door.origin()) {
        rest.to_mut().header.extend(what_if.header(*base, *fork));
    }
    Writer::new(format, &Head { world: door.world(), log: door.id(), events: door.store().len(), rest: &rest })
}

/// The log that some work was begun for, and how it was edited.
#[derive(Debug)]
struct Begun {
    log: LogId,
    edits: Option<String>,
}

impl Begun {
    fn of(door: &dyn Door) -> Self {
        Self { log: door.id(), edits: edits(door) }
    }

    fn check(&self, door: &dyn Door) -> Result<(), No> {
        if door.id() == self.log && edits(door) == self.edits {
            return Ok(());
        }
        Err(another())
    }
}

fn edits(door: &dyn Door) -> Option<String> {
    door.what_if().map(|what_if| format!("{:?}", what_if.edits()))
}

/// The "no" where the log is not there any more that some work was begun for.
pub fn another() -> No {
    No::bad_input("The log is another by now: it was reset, replaced, discarded or edited meanwhile.")
}
