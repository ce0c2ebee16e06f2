//! The table of texts that a journal is kept in.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

use crate::engine::JournalError;

/// A table of texts, as localStorage is one.
pub trait Storage {
    /// The text under a key.
    fn get(&self, key: &str) -> Result<Option<String>, JournalError>;

    /// Writes a text under a key. [`JournalError::Full`]: there is no room, and nothing has changed.
    fn set(&self, key: &str, value: &str) -> Result<(), JournalError>;

    /// Removes a key.
    fn remove(&self, key: &str) -> Result<(), JournalError>;

    /// All keys, whoever wrote them.
    fn keys(&self) -> Result<Vec<String>, JournalError>;

    /// What an entry costs of [`Storage::capacity`].
    fn cost(&self, key: &str, value: &str) -> u64 {
        (key.encode_utf16().count() + value.encode_utf16().count()) as u64
    }

    /// How much fits in.
    fn capacity(&self) -> u64;

    /// What all entries cost.
    fn used(&self) -> Result<u64, JournalError> {
        let cost = |key: String| Ok(self.get(&key)?.map_or(0, |value| self.cost(&key, &value)));
        self.keys()?.into_iter().map(cost).sum()
    }
}

/// A table in memory. Clones share it.
#[derive(Clone, Debug)]
pub struct Table {
    entries: Rc<RefCell<BTreeMap<String, String>>>,
    used: Rc<Cell<u64>>,
    capacity: u64,
}

impl Table {
    /// An empty table of this capacity, in UTF-16 units.
    pub fn of(capacity: u64) -> Self {
        Self { entries: Rc::default(), used: Rc::default(), capacity }
    }
}

impl Storage for Table {
    fn get(&self, key: &str) -> Result<Option<String>, JournalError> {
        Ok(self.entries.borrow().get(key).cloned())
    }

    fn set(&self, key: &str, value: &str) -> Result<(), JournalError> {
        let mut entries = self.entries.borrow_mut();
        let old = entries.get(key).map_or(0, |old| self.cost(key, old));
        let used = self.used.get() - old + self.cost(key, value);
        if used > self.capacity {
            return Err(JournalError::Full);
        }
        entries.insert(key.to_owned(), value.to_owned());
        self.used.set(used);
        Ok(())
    }

    fn remove(&self, key: &str) -> Result<(), JournalError> {
        let removed = self.entries.borrow_mut().remove(key);
        self.used.set(self.used.get() - removed.map_or(0, |value| self.cost(key, &value)));
        Ok(())
    }

    fn keys(&self) -> Result<Vec<String>, JournalError> {
        Ok(self.entries.borrow().keys().cloned().collect())
    }

    fn capacity(&self) -> u64 {
        self.capacity
    }

    fn used(&self) -> Result<u64, JournalError> {
        Ok(self.used.get())
    }
}
