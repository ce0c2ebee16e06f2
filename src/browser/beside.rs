//! Bookmarks and notes in localStorage: one text for each log that has any.

use js_sys::Reflect;

use super::storage::LocalTable;
use super::tabs;
use crate::engine::{JournalError, LogId};
use crate::journal::storage::Storage;
use crate::journal::{RESERVE, beside_key, beside_world};
use crate::lab::beside::Beside;
use crate::lab::{Lab, WORLDS};

/// Where the marks of a world's logs are kept.
struct LocalBeside {
    table: LocalTable,
    world: &'static str,
}

impl Beside for LocalBeside {
    fn load(&self, log: LogId) -> Result<Option<String>, JournalError> {
        self.table.get(&beside_key(self.world, log))
    }

    fn save(&mut self, log: LogId, text: &str) -> Result<(), JournalError> {
        let key = beside_key(self.world, log);
        if text.is_empty() {
            return self.table.remove(&key);
        }
        // The room that the log needs for itself is left to it.
        let before = self.table.get(&key)?.map_or(0, |before| self.table.cost(&key, &before));
        let used = self.table.used()? - before + self.table.cost(&key, text);
        if used + RESERVE > self.table.capacity() {
            return Err(JournalError::Full);
        }
        self.table.set(&key, text)
    }
}

/// Keeps the marks of every recorded log in this browser, and shows at once what another tab marks.
pub fn keep(lab: &Lab, table: LocalTable) {
    for world in WORLDS {
        let kept = lab.keep_marks(world.name, Box::new(LocalBeside { table, world: world.name }));
        // Marks that can't be read say so when one is added.
        kept.unwrap_or_default();
    }
    let lab = lab.clone();
    tabs::on("storage", move |event| {
        // Without a key all was removed.
        let key = Reflect::get(&event, &"key".into()).ok().and_then(|key| key.as_string());
        let is_meant = |world: &str| key.as_deref().is_none_or(|key| beside_world(key) == Some(world));
        for world in WORLDS.iter().filter(|world| is_meant(world.name)) {
            lab.read_marks(world.name).unwrap_or_default();
        }
    });
}
