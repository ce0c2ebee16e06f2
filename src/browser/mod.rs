//! Thin adapters: what the lab asks of the world outside, in terms of one browser.

pub mod chance;
pub mod storage;
mod beside;
pub mod tabs;
pub mod download;
pub mod idle;
pub mod crash;

use crate::engine::Journal;
use crate::engine::journal::Epoch;
use crate::journal::KeyedJournal;
use crate::journal::peer::Logs;
use crate::journal::storage::Storage;
use crate::lab::no::No;
use crate::lab::{Changes, Lab, WORLDS};
use storage::LocalTable;
use tabs::Tabs;

/// Where recorded events are kept.
#[derive(Clone)]
pub enum Keeping {
    /// In localStorage. The other tabs, unless this one can't know of any.
    Stored(LocalTable, Option<Tabs>),
    /// In memory, because storage can't be used. Says why.
    Blocked(String),
    /// In memory, because the address asked for an empty lab.
    Fresh,
}

/// Opens the lab of this tab. `fresh` leaves alone what is stored. `told` is called for each change of a log, `stands`
/// when this tab is another among the others.
pub async fn open(fresh: bool, told: impl Fn(Changes) + 'static, stands: impl Fn() + 'static) -> (Lab, Keeping) {
    let mut chance = chance::chance();
    let table = match storage::open() {
        _ if fresh => return (Lab::open(WORLDS, chance, |_| None, told), Keeping::Fresh),
        Err(why) => return (Lab::open(WORLDS, chance, |_| None, told), Keeping::Blocked(why)),
        Ok(table) => table,
    };
    let me = chance.roll();
    let journal = |world| Some(Box::new(KeyedJournal::new(table, world)) as Box<dyn Journal>);
    let mut lab = Lab::open(WORLDS, chance, journal, told);
    beside::keep(&lab, table);
    let tabs = match tabs::join(&lab, me, stands).await {
        Ok(Some(tabs)) => Some(tabs),
        Ok(None) => {
            let known = lab.places().iter().flatten().map(|place| place.epoch.counter + 1).max().unwrap_or(0);
            lab.write_as(Some(Epoch { counter: tabs::now().max(known), tab: me }));
            None
        }
        Err(why) => {
            lab.close(&No::ReadOnly(why));
            None
        }
    };
    (lab, Keeping::Stored(table, tabs))
}

impl Keeping {
    /// Units that this origin uses, and those that are free.
    pub fn room(&self) -> (u64, u64) {
        match self {
            Self::Stored(table, _) => {
                let used = table.used().unwrap_or_default();
                (used, table.capacity().saturating_sub(used))
            }
            Self::Blocked(_) | Self::Fresh => (0, 0),
        }
    }
}
