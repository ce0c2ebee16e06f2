//! Where commits become durable.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::commit::{Commit, LogId};
use crate::integrity::Link;
use crate::segment::Batch;

/// Keeps one world's recorded log beyond the life of the program.
///
/// A commit is there whole or not at all. What can't be read is never overwritten. One contract
/// (`tests/contract/journal.rs`) runs against every journal there is.
pub trait Journal {
    /// Reads the recorded log and hands on every commit in order, in runs, so that nobody need hold the whole log twice;
    /// `None` if none was begun. On an error nothing was handed on.
    fn load_into(&mut self, take: &mut dyn FnMut(Run)) -> Result<Option<Opened>, JournalError>;

    /// The recorded log: its id and every commit in order, or `None` if none was begun.
    fn load(&mut self) -> Result<Option<Recovered>, JournalError> {
        let mut commits = Vec::new();
        let opened = self.load_into(&mut |run| commits.extend(run.commits()))?;
        Ok(opened.map(|Opened { log, unreadable }| Recovered { log, commits, unreadable }))
    }

    /// Makes one more commit durable. On an error nothing has changed.
    fn append(&mut self, commit: &Commit) -> Result<(), JournalError>;

    /// Begins the log anew under another id, with these commits already in it, in one step.
    fn replace(&mut self, log: LogId, commits: &[Commit]) -> Result<(), JournalError>;

    /// Reads everything again and holds each event against the chain.
    fn verify(&self) -> Result<Verified, JournalError> {
        let mut from = None;
        loop {
            match self.verify_from(from.as_ref(), u64::MAX)? {
                Step::Done(verified) => return Ok(verified),
                Step::More(checked) => from = Some(checked),
            }
        }
    }

    /// The same in slices: goes on from where the slice before ended, for about so many events.
    ///
    /// A slice ends after a whole commit or segment, and each but the last reads at least one. What is appended or packed between slices
    /// is read as well; if what was read stands no longer, the slice begins at the beginning.
    fn verify_from(&self, from: Option<&Checked>, events: u64) -> Result<Step, JournalError>;

    /// Where the log stands, as far as this journal has read or written it; `None`: none was begun.
    fn place(&self) -> Option<Place>;

    /// Reads what another writer has added, up to a place it told of and no further.
    fn read_to(&mut self, place: &Place) -> Result<Progress, JournalError>;

    /// Whatever is written from now on is of this epoch.
    fn write_as(&mut self, epoch: Epoch);

    /// Packs what is old, if room is short. Says whether that wrote anything.
    fn pack(&mut self) -> Result<bool, JournalError>;

    /// Removes what something newer stands for. Every other reader must be able to read the newer first.
    fn clean(&mut self);
}

/// Where a log stands in its journal, and who wrote last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// How often the log was begun anew before.
    pub generation: u64,
    /// In which epoch the last commit was written, or the log begun if it has none.
    pub epoch: Epoch,
    /// Commits in the log.
    pub commits: u64,
    /// How many of them are packed in segments.
    pub sealed: u64,
    /// The log.
    pub log: LogId,
    /// The chain's head.
    pub link: Link,
}

impl Place {
    /// Whether another place is further on. Epochs never fall along a log, so the later epoch is the later place.
    pub fn is_before(&self, other: &Self) -> bool {
        let order = |place: &Self| (place.generation, place.epoch, place.commits);
        order(self) < order(other)
    }

    /// The same log after so many commits, for who asks nothing but that.
    fn at(&self, commits: u64) -> Self {
        Self { commits, ..*self }
    }

    /// Whether both have the same commits.
    pub fn is_level_with(&self, other: &Self) -> bool {
        (self.log, self.commits, self.link) == (other.log, other.commits, other.link)
    }
}

/// One writer's time of writing; as text `3~00c0ffee`.
///
/// Each writer's counter is greater than any before it. Should two choose the same number, the second part, which is
/// the tab's own, tells them apart.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Epoch {
    /// How many writers there were, this one included.
    pub counter: u64,
    /// Who writes.
    pub tab: u32,
}

impl fmt::Display for Epoch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}~{:08x}", self.counter, self.tab)
    }
}

impl FromStr for Epoch {
    type Err = BadEpoch;

    fn from_str(text: &str) -> Result<Self, BadEpoch> {
        let (counter, tab) = text.split_once('~').ok_or(BadEpoch)?;
        let epoch = Self {
            counter: counter.parse().map_err(|_| BadEpoch)?,
            tab: u32::from_str_radix(tab, 16).map_err(|_| BadEpoch)?,
        };
        // One epoch has one spelling, since names of keys are made of it.
        if epoch.to_string() == text { Ok(epoch) } else { Err(BadEpoch) }
    }
}

impl From<Epoch> for String {
    fn from(epoch: Epoch) -> Self {
        epoch.to_string()
    }
}

impl TryFrom<String> for Epoch {
    type Error = BadEpoch;

    fn try_from(text: String) -> Result<Self, BadEpoch> {
        text.parse()
    }
}

/// Text that names no epoch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected an epoch such as 3~00c0ffee")]
pub struct BadEpoch;

/// How far reading came towards a place that another writer told of.
#[derive(Clone, Debug)]
pub enum Progress {
    /// There: these commits follow those that were read before.
    There(Vec<Commit>),
    /// There, and the log is another than was read before: this is all of it.
    Anew(Recovered),
    /// What was written there can't be read here yet.
    NotYet,
}

/// What a journal held when it was opened.
#[derive(Clone, Debug)]
pub struct Recovered {
    /// The log's id.
    pub log: LogId,
    /// Its commits, in order, up to the first that can't be read.
    pub commits: Vec<Commit>,
    /// What stands after them and can't be read. It is left as it is, and the log takes no more events.
    pub unreadable: Option<JournalError>,
}

/// What a journal reads in one piece.
#[derive(Clone, Debug)]
pub enum Run {
    /// A commit that lies there by itself.
    Commit(Commit),
    /// Commits that were packed together.
    Batch(Batch),
}

impl Run {
    /// All of it, one by one.
    pub fn commits(self) -> Vec<Commit> {
        match self {
            Self::Commit(commit) => vec![commit],
            Self::Batch(batch) => batch.commits(),
        }
    }
}

/// Which log was read, and how reading ended.
#[derive(Clone, Debug)]
pub struct Opened {
    /// The log's id.
    pub log: LogId,
    /// As in [`Recovered`].
    pub unreadable: Option<JournalError>,
}

/// How far a verification in slices has come. Only its journal knows what to do with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Checked {
    /// What was found so far.
    pub verified: Verified,
    /// What was read so far.
    pub place: Place,
    /// Which past the journal had then: how often it had read or begun a log anew.
    pub past: u64,
}

/// What came of one slice of a verification.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// There is more to read: go on from here.
    More(Checked),
    /// That was all.
    Done(Verified),
}

/// What came of reading the chain again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verified {
    /// Events that were read.
    pub events: u64,
    /// The position of the first event that is not as it was recorded.
    pub first_bad: Option<u64>,
    /// How many events from there on are in doubt: 1, or all of a segment.
    pub in_doubt: u64,
    /// The chain's head.
    pub head: Link,
}

/// "Broken" is a value.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum JournalError {
    /// There is no room for the commit.
    #[error(
        "The storage of this browser is full; nothing was recorded. Export the log, then close the books or reset the demo."
    )]
    Full,
    /// The storage says that it is full, though there should be room. That may pass: some engines say so when several
    /// tabs write at once.
    #[error(
        "The storage of this browser says that it is full, though it should not be; nothing was recorded. Try again."
    )]
    Crowded,
    /// Something stands in the journal that can't be read.
    #[error("What is stored under {key} can't be read: expected {expected}, found {found}. It was left as it is.")]
    Unreadable {
        /// Where it stands.
        key: String,
        /// What should have stood there.
        expected: String,
        /// What stands there.
        found: String,
    },
    /// It can't be read or written now. Holds a sentence that says why.
    #[error("{0}")]
    Unavailable(String),
}

/// A journal that forgets when the program ends: for copies, branches, tests, and where storage is blocked.
#[derive(Clone, Debug, Default)]
pub struct MemoryJournal {
    log: Option<LogId>,
    commits: Vec<(Commit, Vec<Link>)>,
    /// How often a log was begun.
    past: u64,
}

impl MemoryJournal {
    fn head(&self) -> Option<Link> {
        let genesis = self.log.map(Link::genesis);
        self.commits.iter().rev().find_map(|(_, links)| links.last().copied()).or(genesis)
    }
}

impl Journal for MemoryJournal {
    fn load_into(&mut self, take: &mut dyn FnMut(Run)) -> Result<Option<Opened>, JournalError> {
        self.commits.iter().for_each(|(commit, _)| take(Run::Commit(commit.clone())));
        Ok(self.log.map(|log| Opened { log, unreadable: None }))
    }

    fn append(&mut self, commit: &Commit) -> Result<(), JournalError> {
        let head = match self.head() {
            Some(head) if self.log == Some(commit.log) => head,
            _ => return Err(other_log(self.log, commit.log)),
        };
        self.commits.push((commit.clone(), links(head, commit)));
        Ok(())
    }

    fn replace(&mut self, log: LogId, commits: &[Commit]) -> Result<(), JournalError> {
        let mut next = Self { log: Some(log), commits: Vec::with_capacity(commits.len()), past: self.past + 1 };
        commits.iter().try_for_each(|commit| next.append(commit))?;
        *self = next;
        Ok(())
    }

    fn verify_from(&self, from: Option<&Checked>, events: u64) -> Result<Step, JournalError> {
        let end = self.place().ok_or_else(|| JournalError::Unavailable("no log was begun".to_owned()))?;
        let before_any = Checked { verified: Verified::before_any(end.log), place: end.at(0), past: self.past };
        let Checked { mut verified, place, past } =
            from.copied().filter(|at| at.past == self.past).unwrap_or(before_any);
        let until = verified.events.saturating_add(events);
        for (nth, (commit, links)) in (0..).zip(&self.commits).skip(place.commits as usize) {
            verified.check(commit, links);
            if verified.events >= until {
                return Ok(Step::More(Checked { verified, place: end.at(nth + 1), past }));
            }
        }
        Ok(Step::Done(verified))
    }

    fn place(&self) -> Option<Place> {
        let (log, link) = self.log.zip(self.head())?;
        let commits = self.commits.len() as u64;
        Some(Place { generation: 0, epoch: Epoch::default(), commits, sealed: 0, log, link })
    }

    fn read_to(&mut self, place: &Place) -> Result<Progress, JournalError> {
        let there = self.place().is_some_and(|own| own.is_level_with(place));
        Ok(if there { Progress::There(Vec::new()) } else { Progress::NotYet })
    }

    fn write_as(&mut self, _epoch: Epoch) {}

    fn pack(&mut self) -> Result<bool, JournalError> {
        Ok(false)
    }

    fn clean(&mut self) {}
}

/// The chain's links over a commit's events, one each.
pub fn links(head: Link, commit: &Commit) -> Vec<Link> {
    commit
        .events()
        .scan(head, |link, event| {
            *link = link.then(event);
            Some(*link)
        })
        .collect()
}

/// Holds each event against the link that was stored with it; a link without its event is one that went missing.
pub fn check_chain<'a>(log: LogId, commits: impl IntoIterator<Item = (&'a Commit, &'a [Link])>) -> Verified {
    let mut verified = Verified::before_any(log);
    for (commit, stored) in commits {
        verified.check(commit, stored);
    }
    verified
}

impl Verified {
    /// Nothing has been read yet.
    pub fn before_any(log: LogId) -> Self {
        Self { events: 0, first_bad: None, in_doubt: 0, head: Link::genesis(log) }
    }

    /// Reads one more commit with the links that were stored for its events.
    pub fn check(&mut self, commit: &Commit, stored: &[Link]) {
        let mut stored = stored.iter();
        for event in commit.events() {
            self.head = self.head.then(event);
            if stored.next() != Some(&self.head) {
                self.doubt(event.position.0, 1);
            }
            self.events += 1;
        }
        if stored.next().is_some() {
            self.doubt(self.events, 1);
        }
    }

    /// Reads more commits, for which nothing but the last link was stored.
    pub fn check_sealed<'a>(&mut self, commits: impl IntoIterator<Item = &'a Commit>, head: Link) {
        let first = self.events;
        for event in commits.into_iter().flat_map(Commit::events) {
            self.head = self.head.then(event);
            self.events += 1;
        }
        if self.head != head {
            self.doubt(first, self.events - first);
            self.head = head;
        }
    }

    /// Remembers the first events that are not as they were recorded.
    pub fn doubt(&mut self, position: u64, events: u64) {
        if self.first_bad.is_none() {
            (self.first_bad, self.in_doubt) = (Some(position), events);
        }
    }
}

/// The error for a commit that belongs to another log than the journal's.
pub fn other_log(expected: Option<LogId>, found: LogId) -> JournalError {
    JournalError::Unreadable {
        key: "the commit".to_owned(),
        expected: expected.map_or_else(|| "a log that was begun".to_owned(), |log| format!("log {log}")),
        found: format!("log {found}"),
    }
}
