//! How many events of the bank fit into a browser's localStorage (bar P8): `make bench-full`.
//!
//! A table as large as the journal may fill there is filled commit by commit, as a writing tab does it. Then the whole log
//! is exported, and imported in place of the empty log of another table.

#[allow(dead_code, reason = "each user of the workload takes what it needs")]
mod workload;

use std::pin::pin;
use std::task::{Context, Poll, Waker};
use std::time::Instant;

use daybook::engine::{Commit, Journal};
use daybook::journal::KeyedJournal;
use daybook::journal::storage::{Storage, Table};
use daybook::lab::stamp::Chance;
use daybook::lab::{As, Lab, WORLDS};

/// What an origin has, less the margin that `src/browser/storage.rs` keeps.
const CAPACITY: u64 = (5 << 20) - (32 << 10);
/// The bar.
const LEAST: usize = 200_000;

fn lab(table: &Table) -> Lab {
    let table = table.clone();
    let journal = move |world| Some(Box::new(KeyedJournal::new(table.clone(), world)) as Box<dyn Journal>);
    Lab::open(WORLDS, Chance::set(1), journal, |_| {})
}

fn main() {
    let commits = workload::commits(600_000);
    let table = Table::of(CAPACITY);
    let begun = Instant::now();
    let kept = workload::fill(&mut KeyedJournal::new(table.clone(), "bank"), &commits);
    let count = commits[..kept].iter().flat_map(Commit::events).count();
    drop(commits);
    let used = table.used().expect("a table");
    println!("{count} events in {used} of {CAPACITY} units, one by one, in {:.1?}", begun.elapsed());
    println!("{} units of the capacity for a hundred events", CAPACITY * 100 / count as u64);
    assert!(count >= LEAST, "the bar is {LEAST}");

    let begun = Instant::now();
    let full = lab(&table);
    println!("opened in {:.1?}", begun.elapsed());
    let exported = full.export(full.recorded("bank").expect("the bank")).expect("its log");
    if let Ok(file) = std::env::var("DAYBOOK_KEEP") {
        std::fs::write(file, &exported).expect("the file can be written");
    }
    let other = Table::of(CAPACITY);
    {
        let begun = Instant::now();
        let empty = lab(&other);
        // As a file is read: piece by piece.
        let mut intake = empty.intake("bank", None).expect("the bank");
        assert!(exported.as_bytes().chunks(1 << 20).all(|piece| intake.push(piece)), "an export");
        let mut judged = intake.finish();
        let mut import = pin!(empty.take_in("bank", &mut judged, As::Replace));
        let Poll::Ready(Ok(imported)) = import.as_mut().poll(&mut Context::from_waker(Waker::noop())) else {
            panic!("it was not imported");
        };
        println!("imported {} events in {:.1?}", imported.events, begun.elapsed());
    }
    let used = other.used().expect("a table");
    println!("{used} units, {} for a hundred events", used * 100 / count as u64);
    let imported = lab(&other);
    let again = imported.export(imported.recorded("bank").expect("the bank")).expect("its log");
    assert!(workload::events_of(&again) == workload::events_of(&exported), "the events are others");
    println!("all events came back byte for byte");
}
