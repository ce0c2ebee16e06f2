//! The lab's core as `measures.js` calls it. Nothing is implemented here: each function is one call of the library.

#![expect(clippy::cast_precision_loss, reason = "JavaScript counts in f64, and every figure here is far below 2^53")]

#[path = "../../workload/mod.rs"]
mod workload;

use std::hint::black_box;

#[cfg(target_arch = "wasm32")]
use daybook::browser::storage::LocalTable;
#[cfg(target_arch = "wasm32")]
use daybook::engine::{Commit, Journal as _};
use daybook::engine::{Follow, LogId, Position, Store, Sums};
#[cfg(target_arch = "wasm32")]
use daybook::journal::KeyedJournal;
use daybook::lab::Lab;
use daybook::lab::door::Door;
use daybook::lab::running::Kept;
use daybook::lab::timeline::Timeline;
use daybook::lab::what_if::Edit;
use daybook::worlds::bank::{Account, Bank, Event};
use uuid::Uuid;
use wasm_bindgen::prelude::*;
use workload::Given;

fn main() {}

/// A log of the workload, and its timeline.
#[wasm_bindgen]
pub struct Log {
    store: Store,
    timeline: Timeline<Kept<Bank>>,
}

#[wasm_bindgen]
impl Log {
    /// A log of so many events, not yet followed.
    #[wasm_bindgen(constructor)]
    pub fn new(events: usize) -> Self {
        Self { store: workload::store(events), timeline: Kept::timeline() }
    }

    /// Brings the timeline to the log's end.
    pub fn follow(&mut self) {
        self.timeline.follow(&self.store);
    }

    /// Balances, total and counts by `evolve`, as the lab keeps them.
    pub fn replay_by_evolve(&self) -> Vec<f64> {
        replay(black_box(&self.store))
    }

    /// The same by the additive view.
    pub fn replay_by_sums(&self) -> Vec<f64> {
        let mut sums = Sums::default();
        sums.advance(black_box(&self.store), self.store.len());
        let balances = self.store.streams().map(|(stream, _)| sums.of(stream));
        figures(&self.store, balances, &sums)
    }

    /// Looks at all accounts after the first `applied` events, `times` times, and gives their balances.
    pub fn seek(&self, applied: u32, times: u32) -> Vec<f64> {
        for _ in 1..times {
            let at = self.timeline.at(&self.store, black_box(applied).into());
            black_box(balances(&self.store, &at).sum::<i64>());
        }
        let at = self.timeline.at(&self.store, applied.into());
        balances(&self.store, &at).map(|balance| balance as f64).collect()
    }

    /// Random moments of this log.
    pub fn moments(&self, count: usize) -> Vec<u32> {
        workload::moments(self.store.len(), count).map(|moment| moment as u32).collect()
    }

    /// Bytes of the events' data.
    pub fn data_bytes(&self) -> f64 {
        (0..self.store.len())
            .filter_map(|position| self.store.event(position))
            .map(|event| event.data.get().len())
            .sum::<usize>() as f64
    }
}

fn replay(store: &Store) -> Vec<f64> {
    let mut kept = Kept::<Bank>::default();
    kept.advance(store, store.len());
    figures(store, balances(store, &kept), &kept.sums)
}

fn balances(store: &Store, kept: &Kept<Bank>) -> impl Iterator<Item = i64> {
    store.streams().map(|(stream, _)| kept.states.view().of_stream(stream).map_or(0, Account::balance))
}

/// Balances, the ledger's total, and a count for each kind.
fn figures(store: &Store, balances: impl Iterator<Item = i64>, sums: &Sums) -> Vec<f64> {
    let total = std::iter::once(sums.total() as f64);
    let counts = sums.by_kind().iter().map(|&count| count as f64).take(store.kind_count());
    balances.map(|balance| balance as f64).chain(total).chain(counts).collect()
}

/// Logs of `begin` events, and the next ones in hand.
#[wasm_bindgen]
pub struct Appends {
    stores: Vec<Store>,
    given: Vec<Given>,
}

#[wasm_bindgen]
impl Appends {
    /// `copies` logs of `begin` events each, to which `more` will be appended.
    #[wasm_bindgen(constructor)]
    pub fn new(copies: usize, begin: usize, more: usize) -> Self {
        let stores = (0..copies).map(|_| workload::store(begin)).collect();
        Self { stores, given: workload::given(begin, begin + more).collect() }
    }

    /// Appends the events to each of the logs, one call an event.
    pub fn append(&mut self) -> u32 {
        for store in &mut self.stores {
            workload::append(store, black_box(&self.given));
        }
        self.stores.iter().map(|store| store.len() as u32).sum()
    }

    /// Appends the events to a new log, one call an event, and gives the log's length.
    pub fn append_anew(&self) -> u32 {
        self.anew().len() as u32
    }

    /// The same, and the balances, total and counts that follow.
    pub fn append_anew_and_replay(&self) -> Vec<f64> {
        replay(&self.anew())
    }

    fn anew(&self) -> Store {
        let mut store = Store::of::<Event>();
        workload::append(&mut store, black_box(&self.given));
        store
    }
}

/// A lab whose journal is in memory.
#[wasm_bindgen]
pub struct Commands {
    lab: Lab,
}

#[wasm_bindgen]
impl Commands {
    /// A lab in which nothing has happened.
    #[wasm_bindgen(constructor)]
    #[expect(clippy::new_without_default, reason = "a constructor for JavaScript")]
    pub fn new() -> Self {
        Self { lab: workload::lab() }
    }

    /// Dispatches a command for each of the workload's first events.
    pub fn dispatch(&self, count: usize) {
        workload::command(&self.lab, count);
    }

    /// Balances, total and counts of the log.
    ///
    /// # Panics
    ///
    /// If there is no bank.
    pub fn figures(&self) -> Vec<f64> {
        let log = self.lab.recorded("bank").and_then(|bank| self.lab.log(bank).ok()).expect("the bank is registered");
        replay(log.store())
    }
}

/// A log of the lab, of which branches begin.
#[wasm_bindgen]
pub struct Branches {
    log: Box<dyn Door>,
}

#[wasm_bindgen]
impl Branches {
    /// A log of so many events.
    #[wasm_bindgen(constructor)]
    pub fn new(events: usize) -> Self {
        Self { log: workload::log(events) }
    }

    /// What if the event at a position had not happened: a branch of the whole log, that event left out.
    ///
    /// # Panics
    ///
    /// If there is no such event.
    pub fn without(&self, position: u32) -> Branch {
        let mut branch = self.log.branch(LogId(Uuid::from_u128(1)), self.log.store().len());
        branch.edit(&[Edit::Skip(Position(position.into()))]).expect("the branch took it over");
        Branch { branch }
    }
}

/// A branch of a log.
#[wasm_bindgen]
pub struct Branch {
    branch: Box<dyn Door>,
}

#[wasm_bindgen]
impl Branch {
    /// The balances of all accounts as the branch's own views have them.
    pub fn balances(&self) -> Vec<f64> {
        let store = self.branch.store();
        let balance = |stream| self.branch.state(stream, store.len())["balance"].as_f64();
        store.streams().map(|(_, stream)| balance(stream).unwrap_or_default()).collect()
    }
}

/// The bank's journal in this browser's localStorage.
#[cfg(target_arch = "wasm32")]
#[wasm_bindgen]
pub struct Stored {
    journal: KeyedJournal<LocalTable>,
    commits: Vec<Commit>,
    next: usize,
}

#[cfg(target_arch = "wasm32")]
#[wasm_bindgen]
impl Stored {
    /// So many commits in hand, and none stored.
    ///
    /// # Panics
    ///
    /// If there is no localStorage.
    #[wasm_bindgen(constructor)]
    pub fn new(commits: usize) -> Self {
        let table = daybook::browser::storage::open().expect("localStorage");
        Self { journal: KeyedJournal::new(table, "bank"), commits: workload::commits(commits), next: 0 }
    }

    /// Stores the first commits in place of what was stored.
    ///
    /// # Panics
    ///
    /// If there is no room.
    pub fn begin(&mut self, count: usize) {
        self.journal.replace(self.commits[0].log, &self.commits[..count]).expect("there is room");
        self.next = count;
    }

    /// Appends the next commits one by one, as the writing tab does.
    ///
    /// # Panics
    ///
    /// If there is no room.
    pub fn append(&mut self, count: usize) {
        for commit in &self.commits[self.next..self.next + count] {
            self.journal.append(commit).expect("there is room");
            if self.journal.pack().expect("what was written can be read") {
                self.journal.clean();
            }
        }
        self.next += count;
    }
}
