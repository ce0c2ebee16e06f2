//! Thin adapters: what the lab asks of the world outside, in terms of one browser.

pub mod chance;
pub mod journal;
pub mod tabs;
pub mod download;
pub mod crash;

use crate::engine::Journal;
use crate::lab::no::No;
use crate::lab::{Changes, Lab, WORLDS};
use journal::LocalJournal;

/// Where recorded events are kept, and whether this tab may record any.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Keeping {
    /// In localStorage, by this tab.
    Stored,
    /// In localStorage, by another tab; this one only shows them.
    ElsewhereWritten(String),
    /// In memory, because storage can't be used. Says why.
    Blocked(String),
    /// In memory, because the address asked for an empty lab.
    Fresh,
}

/// Opens the lab of this tab. `fresh` leaves alone what is stored.
pub async fn open(fresh: bool, told: impl Fn(Changes) + 'static) -> (Lab, Keeping) {
    let keeping = match journal::probe() {
        _ if fresh => Keeping::Fresh,
        Err(why) => Keeping::Blocked(why),
        Ok(()) => match tabs::claim_writing().await {
            Ok(()) => Keeping::Stored,
            Err(why) => Keeping::ElsewhereWritten(why),
        },
    };
    let stored = matches!(keeping, Keeping::Stored | Keeping::ElsewhereWritten(_));
    let may_write = match &keeping {
        Keeping::ElsewhereWritten(why) => Err(No::ReadOnly(why.clone())),
        Keeping::Stored | Keeping::Blocked(_) | Keeping::Fresh => Ok(()),
    };
    let journal = |world| stored.then(|| Box::new(LocalJournal::new(world)) as Box<dyn Journal>);
    (Lab::open(WORLDS, chance::chance(), journal, &may_write, told), keeping)
}
