//! The journal contract on this machine's journals, and what the chain finds.

mod common;
#[path = "contract/journal.rs"]
mod contract;

use common::Disk;
use daybook::engine::integrity::Link;
use daybook::engine::journal::{check_chain, links};
use daybook::engine::{Commit, Journal, LogId, MemoryJournal};
use serde_json::value::RawValue;
use uuid::Uuid;

fn keeps_the_contract<J: Journal>(fresh: impl Fn() -> J) {
    for (says, clause) in contract::CLAUSES {
        println!("{says}");
        clause(&mut fresh());
    }
}

#[test]
fn memory_keeps_the_contract() {
    keeps_the_contract(MemoryJournal::default);
}

#[test]
fn the_double_that_tests_use_keeps_the_contract() {
    keeps_the_contract(Disk::default);
    let storage = Disk::default();
    contract::survives(|| storage.clone());
}

/// What the chain says after `tamper` has been at the stored commits and their links.
fn first_bad(tamper: impl FnOnce(&mut Vec<(Commit, Vec<Link>)>)) -> Option<u64> {
    let log = LogId(Uuid::nil());
    let mut head = Link::genesis(log);
    let mut stored = Vec::new();
    for commit in contract::commits(log) {
        let links = links(head, &commit);
        head = *links.last().expect("every commit has events");
        stored.push((commit, links));
    }
    tamper(&mut stored);
    check_chain(log, stored.iter().map(|(commit, links)| (commit, links.as_slice()))).first_bad
}

#[test]
fn the_chain_finds_the_first_event_that_is_not_as_it_was() {
    let other_data = || RawValue::from_string("[]".to_owned()).expect("JSON");
    assert_eq!(first_bad(|_| {}), None);
    assert_eq!(first_bad(|stored| stored[0].0.writes[0].events[1].data = other_data()), Some(1));
    assert_eq!(first_bad(|stored| stored[1].0.writes[0].events[0].metadata.actor.clear()), Some(2));
    assert_eq!(first_bad(|stored| stored[2].1[0] = Link::genesis(LogId(Uuid::max()))), Some(3));
}

#[test]
fn the_chain_finds_what_is_missing() {
    assert_eq!(first_bad(|stored| *stored = [&stored[..1], &stored[2..]].concat()), Some(3), "a commit");
    assert_eq!(first_bad(|stored| stored[0].0.writes[0].events = Vec::new()), Some(0), "a commit's events");
    assert_eq!(first_bad(|stored| stored[2].0.writes = Vec::new()), Some(3), "the last event");
    assert_eq!(first_bad(|stored| stored[2].1 = Vec::new()), Some(3), "the last link");
}
