//! A journal that is full to the brim: how much it holds, what can still be done with it, and what an append costs there.

mod common;
#[path = "../benches/workload/mod.rs"]
#[allow(dead_code, reason = "each user of the workload takes what it needs")]
mod workload;

use std::cell::Cell;
use std::rc::Rc;

use common::Desk;
use daybook::engine::journal::Epoch;
use daybook::engine::{Commit, Journal, JournalError};
use daybook::journal::KeyedJournal;
use daybook::journal::storage::{Storage, Table};
use daybook::lab::{As, Lab, WORLDS, stamp::Chance};

/// A lab whose bank lies in a table.
fn desk(table: &Table) -> Desk {
    let table = table.clone();
    let journal = move |world| Some(Box::new(KeyedJournal::new(table.clone(), world)) as Box<dyn Journal>);
    let lab = Lab::open(WORLDS, Chance::set(1), journal, |_| {});
    let log = lab.recorded("bank").expect("the bank");
    Desk { lab, log }
}

/// P8 asks for 200,000 events in 5 Mi units: `make bench-full` fills as many. Here a sixth of the room is filled.
#[test]
fn a_full_journal_is_exported_and_imported_whole() {
    const CAPACITY: u64 = 800 << 10;
    let table = Table::of(CAPACITY);
    let commits = workload::commits(10_000);
    let kept = workload::fill(&mut KeyedJournal::new(table.clone(), "bank"), &commits);
    let count = commits[..kept].iter().flat_map(Commit::events).count();
    println!("{count} events in {} of {CAPACITY} units", table.used().expect("a table"));
    assert!(count >= 3000, "{count} events: what is old was packed");

    let full = desk(&table);
    assert_eq!(full.len(), count as u64);
    let exported = full.export();
    let other = Table::of(CAPACITY);
    assert_eq!(desk(&other).import(&exported, As::Replace).events, count as u64);
    let imported = desk(&other);
    assert!(workload::events_of(&imported.export()) == workload::events_of(&exported), "the events are others");
    for desk in [&imported, &full] {
        let verified = desk.lab.verify(desk.log).expect("it can be read");
        assert_eq!((verified.events, verified.first_bad), (count as u64, None));
    }
}

/// A table that counts what is asked of it.
#[derive(Clone)]
struct Counting(Table, Rc<Cell<Asked>>);

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Asked {
    reads: u64,
    writes: u64,
    lists: u64,
    /// Units of what was written.
    units: u64,
}

impl Counting {
    fn count(&self, change: impl FnOnce(&mut Asked)) {
        let mut asked = self.1.get();
        change(&mut asked);
        self.1.set(asked);
    }
}

impl Storage for Counting {
    fn get(&self, key: &str) -> Result<Option<String>, JournalError> {
        self.count(|asked| asked.reads += 1);
        self.0.get(key)
    }

    fn set(&self, key: &str, value: &str) -> Result<(), JournalError> {
        self.count(|asked| (asked.writes, asked.units) = (asked.writes + 1, asked.units + self.cost(key, value)));
        self.0.set(key, value)
    }

    fn remove(&self, key: &str) -> Result<(), JournalError> {
        self.count(|asked| asked.writes += 1);
        self.0.remove(key)
    }

    fn keys(&self) -> Result<Vec<String>, JournalError> {
        self.count(|asked| asked.lists += 1);
        self.0.keys()
    }

    fn capacity(&self) -> u64 {
        self.0.capacity()
    }

    fn used(&self) -> Result<u64, JournalError> {
        self.count(|asked| asked.lists += 1);
        self.0.used()
    }
}

/// P4: what one append asks of the storage, however much is stored.
#[test]
fn an_append_asks_the_same_of_the_storage_whatever_is_stored() {
    let commits = workload::commits(50_010);
    let asked = |stored: usize, one_by_one: usize| {
        let storage = Counting(Table::of(5 << 20), Rc::default());
        let mut journal = KeyedJournal::new(storage.clone(), "bank");
        journal.write_as(Epoch { counter: 1, tab: 1 });
        journal.replace(commits[0].log, &commits[..stored - one_by_one]).expect("there is room");
        for commit in &commits[stored - one_by_one..stored] {
            journal.append(commit).expect("there is room");
        }
        storage.1.take();
        journal.append(&commits[stored]).expect("there is room");
        storage.1.get()
    };
    let few = asked(100, 100);
    assert_eq!((few.reads, few.writes, few.lists), (1, 1, 0), "one look whether the key is free, and one write");
    for (stored, one_by_one) in [(100, 1), (3_000, 3_000), (50_000, 500)] {
        let many = asked(stored, one_by_one);
        // Numbers grow by a digit: the commit's in its key, its position, its revision, an amount.
        assert!(many.units.abs_diff(few.units) <= 12, "{many:?} with {stored} stored, {few:?} with 100");
        assert_eq!(Asked { units: few.units, ..many }, few, "with {stored} stored");
    }
}
