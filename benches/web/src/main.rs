//! The lab's core as `measures.js` calls it. Nothing is implemented here: each function is one call of the library.

#![expect(clippy::cast_precision_loss, reason = "JavaScript counts in f64, and every figure here is far below 2^53")]

#[path = "../../workload/mod.rs"]
mod workload;

use std::hint::black_box;

use daybook::engine::{Follow, Store, Sums};
use daybook::lab::Lab;
use daybook::lab::door::Ask;
use daybook::lab::running::Kept;
use daybook::lab::timeline::Timeline;
use daybook::worlds::bank::{Account, Bank, Event};
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
        let mut kept = Kept::<Bank>::default();
        kept.advance(black_box(&self.store), self.store.len());
        figures(&self.store, balances(&self.store, &kept), &kept.sums)
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
        let mut store = Store::of::<Event>();
        workload::append(&mut store, black_box(&self.given));
        store.len() as u32
    }
}

/// A lab whose journal is in memory, and a command for it.
#[wasm_bindgen]
pub struct Commands {
    lab: Lab,
    deposit: Ask,
}

#[wasm_bindgen]
impl Commands {
    /// A lab with one account.
    #[wasm_bindgen(constructor)]
    #[expect(clippy::new_without_default, reason = "a constructor for JavaScript")]
    pub fn new() -> Self {
        let (lab, deposit) = workload::lab();
        Self { lab, deposit }
    }

    /// Dispatches so many deposits, one after the other.
    pub fn dispatch(&self, count: u32) {
        for _ in 0..count {
            workload::dispatch(&self.lab, &self.deposit);
        }
    }
}
