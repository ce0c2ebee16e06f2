//! What was ever written still reads: files of every event shape that was shipped. They are never edited, only added to.
//!
//! The heads in their trailers were computed by another program (Python's hashlib) from the table in
//! `engine::integrity`, so each file is a test vector of the chain as well.

mod common;

use common::Desk;
use daybook::engine::Event as _;
use daybook::engine::integrity::Link;
use daybook::formats::Head;
use daybook::formats::ndjson::{self, Rest};
use daybook::lab::As;
use daybook::lab::import::Verdict;
use daybook::worlds::bank::Event;
use serde_json::{Value, json};

/// Every shape of version 1: with and without a deposit, a reason, a number, and data written by other hands.
const BANK_1: &str = include_str!("golden/bank-1.ndjson");
/// Books that go on from those: carried over open, closed, without a number, and with no account at all.
const BANK_2: &str = include_str!("golden/bank-2.ndjson");

/// Each with its events and its head.
const ALL: [(&str, u64, &str); 2] = [
    (BANK_1, 11, "352467b86c242238172040b131fce4be618f362afe8b790e27a6077e6b771625"),
    (BANK_2, 6, "18466ea41f9d738c1f46c827f671860f538eb667941fe29137cb64eba2ea607b"),
];

#[test]
fn the_golden_logs_read_as_fine() {
    for (text, events, _) in ALL {
        let imported = Desk::bank().import(text, As::Copy);
        assert_eq!((imported.verdict, imported.reasons, imported.events), (Verdict::Fine, Vec::new(), events));
    }
}

#[test]
fn the_golden_logs_hold_every_kind() {
    let files = ALL.map(|(text, ..)| ndjson::read(text).expect("a Daybook log"));
    for kind in Event::KINDS {
        assert!(files.iter().flat_map(|file| &file.events).any(|event| event.kind == *kind), "{kind}");
    }
}

#[test]
fn the_golden_logs_are_written_again_byte_for_byte() {
    for (text, ..) in ALL {
        let file = ndjson::read(text).expect("a Daybook log");
        let rest = Rest { header: file.header.extra, lines: file.lines };
        let head = Head { world: "bank", log: file.header.log, events: file.header.events, rest: &rest };
        let written = ndjson::write(&head, file.events);
        assert_eq!(written, text);
    }
}

#[test]
fn a_copy_of_a_golden_log_exports_the_same_events() {
    for (text, ..) in ALL {
        let desk = Desk::bank();
        let copy = desk.import(text, As::Copy).log.expect("it is fine");
        let events =
            |text: &str| text.lines().filter(|line| line.contains("\"position\"")).collect::<Vec<_>>().join("\n");
        assert_eq!(events(&desk.beside(copy).export()), events(text));
    }
}

#[test]
fn the_chains_of_the_golden_logs_are_those_another_program_computed() {
    for (text, _, computed) in ALL {
        let file = ndjson::read(text).expect("a Daybook log");
        let head = file.events.iter().fold(Link::genesis(file.header.log), Link::then);
        assert_eq!(head.to_string(), computed);
        assert_eq!(head, file.trailer.head);
    }
}

#[test]
fn the_golden_books_mean_what_they_meant() {
    let desk = Desk::bank();
    let copy = desk.beside(desk.import(BANK_2, As::Copy).log.expect("it is fine"));
    let told: Vec<_> = copy.door().entries(0, 99).into_iter().map(|entry| (entry.sentence, entry.figure)).collect();
    let (three, none) =
        ("books opened: 3 accounts carried over from log 0000", "books opened: 0 accounts carried over from log 0000");
    let expected = [
        (three, 0),
        ("account of Ada carried over with $120.00", 12_000),
        ("closed account of Zoë 🦉 \"O'Hara\" carried over", 0),
        ("account of no name carried over with −$90,071,992,547,409.91", -9_007_199_254_740_991),
        ("deposited $50.00", 17_000),
        (none, 0),
    ];
    assert_eq!(told, expected.map(|(sentence, figure)| (sentence.to_owned(), figure)));
}

#[test]
fn the_golden_log_means_what_it_meant() {
    let desk = Desk::bank();
    let copy = desk.beside(desk.import(BANK_1, As::Copy).log.expect("it is fine"));
    let told: Vec<_> = copy.door().entries(0, 99).into_iter().map(|entry| (entry.sentence, entry.figure)).collect();
    let expected = [
        ("account opened for Ada", 0),
        ("deposited $100.00", 10_000),
        ("deposited $50.00", 15_000),
        ("account opened for Zoë 🦉 \"O'Hara\"", 0),
        ("account closed", 0),
        ("withdrew $30.00", 12_000),
        ("withdrew $120.00", 0),
        ("account closed: moved away", 0),
        ("account opened for Eve", 0),
        ("deposited $90,071,992,547,409.91", 9_007_199_254_740_991),
        ("account closed", 9_007_199_254_740_991),
    ];
    assert_eq!(told, expected.map(|(sentence, figure)| (sentence.to_owned(), figure)));

    let accounts = copy.door().view("accounts", 99).expect("a view");
    let field = |name: &str| {
        accounts.as_array().expect("a list").iter().map(|account| account[name].clone()).collect::<Vec<Value>>()
    };
    assert_eq!(field("number"), [json!("4021-7788"), json!("0000-0001"), json!("")]);
    assert_eq!(field("status"), [json!("closed"), json!("closed"), json!("closed")]);
}
