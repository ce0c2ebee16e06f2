//! Where commits become durable.

use crate::commit::{Commit, LogId};
use crate::integrity::Link;

/// Keeps one world's recorded log beyond the life of the program.
///
/// A commit is there whole or not at all. What can't be read is never overwritten. One contract
/// (`tests/contract/journal.rs`) runs against every journal there is.
pub trait Journal {
    /// The recorded log: its id and every commit in order, or `None` if none was begun.
    fn load(&mut self) -> Result<Option<Recovered>, JournalError>;

    /// Makes one more commit durable. On an error nothing has changed.
    fn append(&mut self, commit: &Commit) -> Result<(), JournalError>;

    /// Begins the log anew under another id, with these commits already in it, in one step.
    fn replace(&mut self, log: LogId, commits: &[Commit]) -> Result<(), JournalError>;

    /// Reads everything again and holds each event against the chain.
    fn verify(&self) -> Result<Verified, JournalError>;
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

/// What came of reading the chain again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verified {
    /// Events that were read.
    pub events: u64,
    /// The position of the first event that is not as it was recorded.
    pub first_bad: Option<u64>,
    /// The chain's head.
    pub head: Link,
}

/// "Broken" is a value.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum JournalError {
    /// There is no room for the commit.
    #[error("The storage of this browser is full; nothing was recorded. Export the log, then reset the demo.")]
    Full,
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
    /// The storage itself failed.
    #[error("The storage of this browser does not answer: {0}")]
    Unavailable(String),
}

/// A journal that forgets when the program ends: for copies, branches, tests, and where storage is blocked.
#[derive(Clone, Debug, Default)]
pub struct MemoryJournal {
    log: Option<LogId>,
    commits: Vec<(Commit, Vec<Link>)>,
}

impl MemoryJournal {
    fn head(&self) -> Option<Link> {
        let genesis = self.log.map(Link::genesis);
        self.commits.iter().rev().find_map(|(_, links)| links.last().copied()).or(genesis)
    }
}

impl Journal for MemoryJournal {
    fn load(&mut self) -> Result<Option<Recovered>, JournalError> {
        let commits = self.commits.iter().map(|(commit, _)| commit.clone()).collect();
        Ok(self.log.map(|log| Recovered { log, commits, unreadable: None }))
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
        let mut next = Self { log: Some(log), commits: Vec::with_capacity(commits.len()) };
        commits.iter().try_for_each(|commit| next.append(commit))?;
        *self = next;
        Ok(())
    }

    fn verify(&self) -> Result<Verified, JournalError> {
        let log = self.log.ok_or_else(|| JournalError::Unavailable("no log was begun".to_owned()))?;
        Ok(check_chain(log, self.commits.iter().map(|(commit, links)| (commit, links.as_slice()))))
    }
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
    let mut verified = Verified { events: 0, first_bad: None, head: Link::genesis(log) };
    for (commit, stored) in commits {
        let mut stored = stored.iter();
        for event in commit.events() {
            verified.head = verified.head.then(event);
            if verified.first_bad.is_none() && stored.next() != Some(&verified.head) {
                verified.first_bad = Some(event.position.0);
            }
            verified.events += 1;
        }
        if stored.next().is_some() {
            verified.first_bad = verified.first_bad.or(Some(verified.events));
        }
    }
    verified
}

/// The error for a commit that belongs to another log than the journal's.
pub fn other_log(expected: Option<LogId>, found: LogId) -> JournalError {
    JournalError::Unreadable {
        key: "the commit".to_owned(),
        expected: expected.map_or_else(|| "a log that was begun".to_owned(), |log| format!("log {log}")),
        found: format!("log {found}"),
    }
}
