//! Bookmarks and notes: what people say about a log. They lie beside it, never in it.
//!
//! An event is a fact and stays; what someone thinks of it may change every day. So a mark has no position of its own,
//! no hash covers it, and removing it leaves no trace. In a file each is a line among the events:
//!
//! ```text
//! {"bookmark":{"at":1,"name":"opened"}}
//! {"note":{"position":3,"text":"here it went wrong"}}
//! ```

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use serde::{Deserialize, Serialize};

use super::door::Door;
use super::no::No;
use super::running::Running;
use super::{Changes, Lab, unknown};
use crate::crud::Twin;
use crate::engine::{JournalError, LogId};
use crate::formats::ndjson::{Line, Rest};
use crate::worlds::Objection;
use crate::worlds::money::shown;

/// The longest name of a bookmark, in characters.
pub const NAME_MOST: usize = 100;
/// The longest note, in characters.
pub const TEXT_MOST: usize = 1000;
/// The most bookmarks and notes of one log, taken together.
pub const MARKS_MOST: usize = 1000;

/// A bookmark or a note.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase", deny_unknown_fields)]
pub enum Mark {
    /// A moment that has a name.
    Bookmark {
        /// The moment, as a number of events applied.
        at: u64,
        /// Its name.
        name: String,
    },
    /// Words about an event.
    Note {
        /// The event's position.
        position: u64,
        /// The words.
        text: String,
    },
}

/// Where the marks of recorded logs last: one text for each log.
///
/// The browser's adapter keeps each under a key of its own, `daybook/2/<world>/beside/<log>`, and calls
/// [`Lab::read_marks`] when another tab has changed one.
pub trait Beside {
    /// The text of a log; `None`: it has none.
    fn load(&self, log: LogId) -> Result<Option<String>, JournalError>;

    /// Keeps the text of a log in place of what was there; an empty text leaves nothing behind.
    fn save(&mut self, log: LogId, text: &str) -> Result<(), JournalError>;
}

/// Marks that are forgotten when the program ends. Clones share them.
#[derive(Clone, Debug, Default)]
pub struct MemoryBeside(Rc<RefCell<BTreeMap<LogId, String>>>);

impl Beside for MemoryBeside {
    fn load(&self, log: LogId) -> Result<Option<String>, JournalError> {
        Ok(self.0.borrow().get(&log).cloned())
    }

    fn save(&mut self, log: LogId, text: &str) -> Result<(), JournalError> {
        if text.is_empty() {
            self.0.borrow_mut().remove(&log);
        } else {
            self.0.borrow_mut().insert(log, text.to_owned());
        }
        Ok(())
    }
}

/// Marks.
impl Lab {
    /// Adds a bookmark or a note; one that is there already is there once.
    pub fn mark(&self, log: LogId, mark: &Mark) -> Result<(), No> {
        self.with_marks(log, |door| door.mark(mark))
    }

    /// Removes a bookmark or a note; whether it was there.
    pub fn unmark(&self, log: LogId, mark: &Mark) -> Result<bool, No> {
        self.with_marks(log, |door| door.unmark(mark))
    }

    /// Keeps the marks of a world's recorded log in this place from now on, and shows those that are there.
    pub fn keep_marks(&self, world: &str, beside: Box<dyn Beside>) -> Result<(), No> {
        self.with_marks(self.resolve(world)?, |door| door.keep_marks(beside))
    }

    /// Reads the marks of a world's recorded log again, which another tab has changed.
    pub fn read_marks(&self, world: &str) -> Result<(), No> {
        self.with_marks(self.resolve(world)?, |door| door.read_marks())
    }

    fn with_marks<T>(&self, log: LogId, change: impl FnOnce(&mut dyn Door) -> Result<T, No>) -> Result<T, No> {
        let mut inner = self.inner.borrow_mut();
        let door = inner.logs.get_mut(&log).ok_or_else(|| unknown(log))?;
        let changed = change(door.as_mut())?;
        let len = door.store().len();
        drop(inner);
        (self.told)(Changes { log, from: len, to: len, is_foreign: false });
        Ok(changed)
    }
}

impl Mark {
    /// How many events stand before its line in a file: the moment that it is about.
    pub fn after(&self) -> u64 {
        match self {
            Self::Bookmark { at, .. } => *at,
            Self::Note { position, .. } => position.saturating_add(1),
        }
    }

    fn check(&self, len: u64) -> Result<(), No> {
        let (place, found, (field, words, most)) = match self {
            Self::Bookmark { at, name } => ("a moment from 0", *at, ("name", name, NAME_MOST)),
            Self::Note { position, text } => ("an event", *position, ("text", text, TEXT_MOST)),
        };
        if self.after() > len {
            return Err(No::bad_input(format!("Expected {place} of a log of {len} events, found {found}.")));
        }
        let length = if words.trim().is_empty() { 0 } else { words.chars().count() };
        if !(1..=most).contains(&length) {
            let found = if length == 0 { "nothing".to_owned() } else { length.to_string() };
            let message = format!("Expected a {field} of 1 to {most} characters, found {found}.");
            return Err(No::BadInput(Objection::field(field, message)));
        }
        Ok(())
    }
}

fn read(line: &Line) -> Option<Mark> {
    serde_json::from_str(&line.text).ok()
}

fn text(mark: &Mark) -> String {
    // Numbers and texts can always be written.
    serde_json::to_string(mark).unwrap_or_default()
}

/// The marks among what stands beside the events of a log, in the order of the log.
pub(super) fn marks(rest: &Rest) -> impl Iterator<Item = Mark> {
    rest.lines.iter().filter_map(read)
}

/// Nothing but marks beside the events.
pub(super) fn rest_of(marks: &[Mark]) -> Rest {
    let mut rest = Rest::default();
    for mark in marks {
        put(&mut rest, mark);
    }
    rest
}

fn put(rest: &mut Rest, mark: &Mark) {
    let after = mark.after();
    let place = rest.lines.partition_point(|line| line.after <= after);
    rest.lines.insert(place, Line { after, text: text(mark) });
}

/// The marks of a log, in a place where they last.
fn load(beside: &dyn Beside, log: LogId) -> Result<Vec<Mark>, JournalError> {
    beside.load(log)?.iter().flat_map(|kept| kept.lines()).map(parse).collect()
}

/// Keeps the marks of a log; without any, nothing is left behind.
fn save(beside: &mut dyn Beside, log: LogId, rest: &Rest) -> Result<(), JournalError> {
    beside.save(log, &marks(rest).map(|mark| text(&mark) + "\n").collect::<String>())
}

fn parse(line: &str) -> Result<Mark, JournalError> {
    serde_json::from_str(line).map_err(|_| JournalError::Unreadable {
        key: "bookmarks and notes".to_owned(),
        expected: "a bookmark or a note".to_owned(),
        found: shown(line),
    })
}

impl<W: Twin> Running<W> {
    /// Adds a mark.
    pub(super) fn put_mark(&mut self, mark: &Mark) -> Result<(), No> {
        mark.check(self.store.len())?;
        self.change_marks(|rest| {
            let count = marks(rest).count();
            if marks(rest).any(|known| known == *mark) {
                return Ok(false);
            }
            if count >= MARKS_MOST {
                return Err(No::bad_input(format!(
                    "Expected at most {MARKS_MOST} bookmarks and notes beside a log, found {count} already. Remove some."
                )));
            }
            put(rest, mark);
            Ok(true)
        })?;
        Ok(())
    }

    /// Removes a mark.
    pub(super) fn take_mark(&mut self, mark: &Mark) -> Result<bool, No> {
        self.change_marks(|rest| {
            let before = rest.lines.len();
            rest.lines.retain(|line| read(line).as_ref() != Some(mark));
            Ok(rest.lines.len() < before)
        })
    }

    /// Durable before visible, here as well. Another tab may have changed the marks, so they are read first; what can't be
    /// read is not written over.
    fn change_marks(&mut self, change: impl FnOnce(&mut Rest) -> Result<bool, No>) -> Result<bool, No> {
        self.load_marks()?;
        let mut rest = self.rest.clone();
        let changed = change(&mut rest)?;
        if changed {
            self.save_marks(self.id, &rest)?;
            self.rest = rest;
        }
        Ok(changed)
    }

    /// Shows the marks that are kept, if they are kept anywhere.
    pub(super) fn load_marks(&mut self) -> Result<(), No> {
        let Some(beside) = &self.beside else { return Ok(()) };
        let kept = load(&**beside, self.id)?;
        self.rest.lines.retain(|line| read(line).is_none());
        for mark in &kept {
            put(&mut self.rest, mark);
        }
        Ok(())
    }

    /// Keeps the marks of a log, if they are kept anywhere.
    pub(super) fn save_marks(&mut self, log: LogId, rest: &Rest) -> Result<(), JournalError> {
        self.beside.as_mut().map_or(Ok(()), |beside| save(&mut **beside, log, rest))
    }

    /// Removes the marks of a log that is gone. What can't be read or removed stays, in nobody's way.
    pub(super) fn drop_marks(&mut self, log: LogId) {
        if self.beside.as_ref().is_some_and(|beside| load(&**beside, log).is_ok()) {
            self.save_marks(log, &Rest::default()).unwrap_or_default();
        }
    }
}
